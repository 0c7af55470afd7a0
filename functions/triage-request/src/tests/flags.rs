//! The list of flagged files.
use countersign_authority::VISITED;
use countersign_http::testing::{Person, new_request};
use countersign_model::{Organization, Permission, Request, Subject};
use serde_json::{Value, json};

use super::Story;

impl Story {
    async fn flags(&self, who: &Person, query: &str) -> Value {
        let path = format!("/v1/flags?organization_id={}{query}", self.company.id);
        let page = self.app.get(&path).bearer(&who.token).send().await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()
    }

    /// The SHA-256, by one digit, of the flags on all pages, each with at most so many looked at.
    async fn walk(&self, who: &Person, query: &str, limit: u64) -> String {
        let (mut found, mut cursor) = (String::new(), String::new());
        loop {
            let page = self.flags(who, &format!("{query}&limit={limit}{cursor}")).await;
            found.extend(digits(&page));
            assert!(page["looked_at"].as_u64().unwrap() <= limit, "{page}");
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }

    /// A request for a file of an organization, which the first administrator flags.
    async fn flagged_at(&self, organization: &Organization, digit: char) -> Request {
        let file = countersign_model::File::new(digit.to_string().repeat(64).parse().unwrap());
        let request = self.submit_at(organization, new_request("bob", Subject::Application(file))).await;
        self.flag(&self.boss, &request).await;
        request
    }
}

fn digits(page: &Value) -> impl Iterator<Item = char> + '_ {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["sha256"].as_str().unwrap().chars().next().unwrap())
}

#[tokio::test]
async fn what_is_flagged_is_listed_newest_first_until_it_is_cleared() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForEntireOrganization]);
    for processed in [false, true] {
        let first = story.flagged_at(&story.company, 'a').await;
        let second = story.flagged_at(&story.company, 'b').await;
        if processed {
            story.process(&story.company).await;
        }
        let page = story.flags(&ann, "").await;
        assert_eq!(digits(&page).collect::<String>(), "ba");
        assert_eq!((&page["next_cursor"], &page["looked_at"]), (&json!(null), &json!(2)));
        let flag = story.world.journal.flag_on(&second).await.unwrap().unwrap();
        let expected = json!({
            "flag_id": flag.id, "organization": { "id": story.company.id, "name": story.company.name },
            "managing_organization": false, "sha256": "b".repeat(64), "file_name": flag.file_name,
            "request_id": second.id, "actor": { "kind": "managing-organization" }, "at": flag.at, "note": "a trojan",
        });
        assert_eq!(page["items"][0], expected, "who flagged it belongs to an organization out of sight");
        let page = story.flags(&story.boss, "").await;
        assert_eq!(page["items"][0]["actor"]["id"], story.boss.record.id.as_str());
        story.clear(&ann, &second).await;
        assert_eq!(story.walk(&ann, "", 50).await, "a", "before it is processed: {processed}");
        story.clear(&ann, &first).await;
        story.process(&story.company).await;
        assert_eq!(story.flags(&ann, "").await["looked_at"], 0);
    }
}

#[tokio::test]
async fn those_above_count_here_and_those_below_are_listed_when_asked_for() {
    let story = Story::new();
    let branch = story.world.organization(&story.company, "Branch");
    let sister = story.world.organization(&story.world.root, "Sister");
    let root = story.world.root.clone();
    for (place, digit) in [
        (&root, 'a'),
        (&story.company, 'b'),
        (&branch, 'c'),
        (&sister, 'd'),
        (&root, 'e'),
        (&story.company, 'f'),
    ] {
        story.flagged_at(place, digit).await;
    }
    for limit in [1, 2, 3, 50] {
        assert_eq!(story.walk(&story.boss, "", limit).await, "fbea", "limit {limit}");
        assert_eq!(story.walk(&story.boss, "&below=true", limit).await, "fbeac", "limit {limit}");
    }
    let ann = story.person([Permission::ApproveForEntireOrganization]);
    let page = story.flags(&ann, "").await;
    let above = &page["items"][2];
    assert_eq!((&above["managing_organization"], &above["note"]), (&json!(true), &json!("a trojan")));
    assert_eq!((&above["organization"], &above["request_id"]), (&json!(null), &json!(null)));
    assert!(!page.to_string().contains(root.id.as_str()), "{page}");
    let page = story.flags(&story.boss, "").await;
    assert_eq!(page["items"][2]["organization"]["id"], root.id.as_str());
}

#[tokio::test]
async fn who_may_not_open_requests_sees_neither_the_file_nor_the_note() {
    let story = Story::new();
    let branch = story.world.organization(&story.company, "Branch");
    story.flagged_at(&story.company, 'a').await;
    story.flagged_at(&branch, 'b').await;
    let viewer = story.person([Permission::ViewApprovals]);
    let page = story.flags(&viewer, "&below=true").await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|item| item["sha256"].is_null() && item["note"].is_null()), "{page}");
    let parent_only = story.person([Permission::SuperAdminParentOnly]);
    assert_eq!(story.walk(&parent_only, "&below=true", 50).await, "a", "nothing of those below");
    let path = format!("/v1/flags?organization_id={}", story.company.id);
    let sister = story.world.organization(&story.world.root, "Sister");
    let stranger = story.world.administrator(&sister, [Permission::SuperAdmin]);
    let nobody = story.person([Permission::EditComputers]);
    for (who, status) in [(&stranger, 404), (&nobody, 403)] {
        assert_eq!(story.app.get(&path).bearer(&who.token).send().await.status, status);
    }
    assert_eq!(story.app.get(&path).send().await.status, 401);
    let stale = story.app.get(&format!("{path}&cursor=made-up")).bearer(&viewer.token).send().await;
    assert_eq!(stale.status, 422, "{}", stale.text());
}

#[tokio::test]
async fn a_page_costs_a_bounded_number_of_reads() {
    let story = Story::new();
    for number in 0..VISITED + 3 {
        story.world.organization(&story.company, &format!("Branch {number}"));
    }
    for digit in ['a', 'b', 'c', 'd'] {
        story.flagged_at(&story.company, digit).await;
    }
    story.process(&story.company).await;
    story.process(&story.world.root.clone()).await;
    for (query, most) in [("", 2 * 4 + 10), ("&below=true", 2 * (2 * 50 + 10))] {
        let path = format!("/v1/flags?organization_id={}{query}", story.company.id);
        let call = story.world.app(crate::router).get(&path).bearer(&story.boss.token);
        story.world.memory.reset_counts();
        let page = call.send().await.json();
        assert_eq!(digits(&page).collect::<String>(), "dcba");
        let counts = story.world.counts();
        assert!(counts.reads <= most && counts.writes == 0, "{query}: {counts:?}");
    }
    assert_eq!(story.walk(&story.boss, "&below=true", 50).await, "dcba");
}
