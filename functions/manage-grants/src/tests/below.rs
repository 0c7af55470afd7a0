//! Grants of an organization and of those below it.

use std::time::Duration;

use countersign_authority::VISITED;
use countersign_model::{DecisionScope, Organization, Outcome, Permission, Request};
use serde_json::json;

use crate::tests::story::{Story, listed};

impl Story {
    async fn approved_at(&self, organization: &Organization, digit: char) -> Request {
        let group = self.world.group(organization, "Office");
        let computer = self.world.computer(&group);
        let approval = (Outcome::Approved, DecisionScope::Group, None);
        self.decided_at(organization, &computer, digit, approval).await
    }

    /// The grants on all pages, with how many approvals each page looked at.
    async fn walk(&self, query: &str) -> (Vec<String>, Vec<u64>) {
        let (mut found, mut looked_at, mut cursor) = (Vec::new(), Vec::new(), String::new());
        loop {
            let page = self.list(&self.boss, &format!("{query}{cursor}")).await;
            found.extend(listed(&page));
            let page = page.json();
            looked_at.push(page["looked_at"].as_u64().unwrap());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return (found, looked_at),
            }
        }
    }
}

fn ids(requests: &[&Request]) -> Vec<String> {
    requests.iter().map(|request| request.id.to_string()).collect()
}

#[tokio::test]
async fn those_of_the_organization_come_first_then_those_of_one_below_after_the_other() {
    let story = Story::new();
    let first = story.world.organization(&story.company, "First");
    // The ids of one millisecond are in no order.
    story.world.advance(Duration::from_secs(1));
    let second = story.world.organization(&story.company, "Second");
    let sister = story.world.organization(&story.world.root, "Sister");
    let old = story.approved_at(&story.company, 'a').await;
    let own = story.approved(&story.device, 'b', DecisionScope::Computer).await;
    let of_first = story.approved_at(&first, 'a').await;
    let of_second = story.approved_at(&second, 'c').await;
    let newer_of_second = story.approved_at(&second, 'd').await;
    story.approved_at(&sister, 'a').await;

    let (alone, _) = story.walk("").await;
    assert_eq!(alone, ids(&[&own, &old]), "by default those of the organization alone");
    assert_eq!(story.walk("&below=false").await.0, alone);
    let all = ids(&[&own, &old, &newer_of_second, &of_second, &of_first]);
    for limit in 1..=6 {
        let (found, looked_at) = story.walk(&format!("&below=true&limit={limit}")).await;
        assert_eq!(found, all, "limit {limit}");
        assert!(looked_at.iter().all(|looked_at| *looked_at <= limit), "limit {limit}: {looked_at:?}");
        assert_eq!(looked_at.iter().sum::<u64>(), 5, "limit {limit}");
    }
    let page = story.list(&story.boss, "&below=true").await.json();
    assert_eq!(page["items"][4]["organization"], json!({ "id": first.id, "name": "First" }));

    let file = format!("&below=true&sha256={}", "a".repeat(64));
    for limit in ["", "&limit=1"] {
        assert_eq!(
            story.walk(&format!("{file}{limit}")).await.0,
            ids(&[&old, &of_first]),
            "one file anywhere"
        );
    }
}

#[tokio::test]
async fn a_page_visits_a_number_of_organizations_and_goes_on() {
    let story = Story::new();
    let mut last = Vec::new();
    for number in 0..VISITED + 5 {
        story.world.advance(Duration::from_secs(1));
        let organization = story.world.organization(&story.company, &format!("Branch {number}"));
        if number == 0 {
            last.push(story.approved_at(&organization, 'a').await.id.to_string());
        }
    }
    story.process().await;
    for file in [String::new(), format!("&sha256={}", "a".repeat(64))] {
        let path = format!("/v1/grants?organization_id={}&below=true{file}", story.company.id);
        let call = story.world.app(crate::router).get(&path).bearer(&story.boss.token);
        story.world.memory.reset_counts();
        let page = call.send().await;
        assert!(listed(&page).is_empty(), "the oldest organization comes last");
        assert_eq!(page.json()["looked_at"], 0);
        assert!(page.json()["next_cursor"].is_string());
        let counts = story.world.counts();
        // Twice what a page of 50 may cost.
        assert!(counts.reads <= 2 * (2 * 50 + 10) && counts.writes == 0, "{file}: {counts:?}");
        let (found, looked_at) = story.walk(&format!("&below=true{file}")).await;
        assert_eq!((found, looked_at), (last.clone(), vec![0, 1]), "{file}");
    }
}

#[tokio::test]
async fn only_organizations_whose_requests_the_caller_may_list_are_visited() {
    let story = Story::new();
    let branch = story.world.organization(&story.company, "Branch");
    let own = story.approved(&story.device, 'a', DecisionScope::Group).await;
    let below = story.approved_at(&branch, 'b').await;
    let parent_only = story.person([Permission::SuperAdminParentOnly]);
    assert_eq!(listed(&story.list(&parent_only, "&below=true").await), ids(&[&own]));
    let viewer = story.person([Permission::ViewApprovals]);
    let page = story.list(&viewer, "&below=true").await;
    assert_eq!(listed(&page), ids(&[&own, &below]));
    assert!(page.json()["items"].as_array().unwrap().iter().all(|item| item["sha256"].is_null()));
    let nobody = story.person([Permission::EditComputers]);
    assert_eq!(story.list(&nobody, "&below=true").await.status, 403);
    for (filter, at) in [
        (format!("&group_id={}", story.group.id), "/group_id"),
        (format!("&computer_id={}", story.device.record.id), "/computer_id"),
    ] {
        let refused = story.list(&story.boss, &format!("&below=true{filter}")).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![at.to_owned()]));
        assert_eq!(story.list(&story.boss, &format!("&below=false{filter}")).await.status, 200);
    }
}
