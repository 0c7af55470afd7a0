//! The list of requests says which files are flagged as malicious.
use countersign_http::testing::{Person, new_request};
use countersign_model::{Access, Device, File, Organization, Permission, Request, Subject};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::Story;

impl Story {
    async fn request_for(&self, organization: &Organization, subject: Subject) -> Request {
        self.submit_at(organization, new_request("bob", subject)).await
    }

    async fn page(&self, who: &Person, at: &Organization) -> Value {
        let lists = self.world.app(list_requests::router);
        let path = format!("/v1/requests?organization_id={}&limit=200", at.id);
        let page = lists.get(&path).bearer(&who.token).send().await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()
    }

    /// The requests of an organization and of those below whose rows say that they are flagged, the oldest first.
    async fn flagged_rows(&self, who: &Person, at: &Organization) -> Vec<String> {
        let page = self.page(who, at).await;
        let rows = page["items"].as_array().unwrap().iter().rev();
        let rows = rows.filter(|row| row["flagged"].as_bool().unwrap());
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    /// What the page of the company costs.
    fn cost(&self) -> Cost {
        // The session's copy of the login settings is refreshed once a minute, which is not counted.
        block_on(self.page(&self.boss, &self.company));
        self.world.memory.reset_counts();
        let (_, rounds) = self.world.memory.rounds(self.page(&self.boss, &self.company));
        Cost { reads: self.world.counts().reads, rounds }
    }
}

/// Reads, and the rounds in which they follow each other.
#[derive(Debug, PartialEq, Eq)]
struct Cost {
    reads: usize,
    rounds: usize,
}

fn application(digit: char) -> Subject {
    Subject::Application(File::new(digit.to_string().repeat(64).parse().unwrap()))
}

fn elevation(digit: char) -> Subject {
    Subject::Elevation(File::new(digit.to_string().repeat(64).parse().unwrap()))
}

fn ids<const MANY: usize>(requests: [&Request; MANY]) -> Vec<String> {
    requests.map(|request| request.id.to_string()).into()
}

#[tokio::test]
async fn a_row_says_whether_its_file_is_flagged_at_its_organization_or_above() {
    let story = Story::new();
    let (boss, root) = (&story.boss, story.world.root.clone());
    let below = story.world.organization(&story.company, "Branch");
    let sister = story.world.organization(&root, "Sister");
    let all = story.person([Permission::ApproveForEntireOrganization]);
    // They may neither open a request nor see the organizations above.
    let viewer = story.person([Permission::ViewApprovals]);
    let above = story.request_for(&root, application('a')).await;
    let here = story.request_for(&story.company, application('a')).await;
    let raised = story.request_for(&story.company, elevation('a')).await;
    story.request_for(&story.company, application('b')).await;
    let stick = Device::new("a".repeat(64).as_str().into(), Access::Write);
    story.request_for(&story.company, Subject::Storage(stick)).await;
    let branch = story.request_for(&below, application('a')).await;
    let other = story.request_for(&sister, application('a')).await;
    for at in [&below, &story.company, &sister, &root] {
        story.process(at).await;
    }
    assert_eq!(story.flagged_rows(boss, &root).await, ids([]), "nothing was ever flagged");

    story.flag(boss, &here).await;
    for processed in [false, true] {
        if processed {
            story.process(&story.company).await;
        }
        for who in [boss, &all, &viewer] {
            let flagged = story.flagged_rows(who, &story.company).await;
            assert_eq!(flagged, ids([&here, &raised, &branch]), "here and below, of either kind");
        }
        let flagged = story.flagged_rows(boss, &root).await;
        assert_eq!(flagged, ids([&here, &raised, &branch]), "neither above nor elsewhere");
    }

    story.clear(&all, &here).await;
    assert_eq!(story.flagged_rows(boss, &root).await, ids([]), "it is cleared");

    story.flag(boss, &above).await;
    for who in [boss, &viewer] {
        let flagged = story.flagged_rows(who, &story.company).await;
        assert_eq!(flagged, ids([&here, &raised, &branch]), "of an organization above, also out of sight");
    }
    let page = story.page(&viewer, &story.company).await;
    let row = page["items"].as_array().unwrap().iter().find(|row| row["id"] == here.id.as_str()).unwrap();
    assert_eq!((&row["can_open"], &row["details"]), (&json!(false), &json!(null)));
    assert!(!page.to_string().contains(&root.name), "who flagged it and where is not told: {page}");
    assert_eq!(story.flagged_rows(boss, &root).await, ids([&above, &here, &raised, &branch, &other]));
}

#[test]
fn only_where_files_were_flagged_the_list_reads_more() {
    let story = Story::new();
    let sister = story.world.organization(&story.world.root, "Sister");
    let [here, _, _, there] =
        [(&story.company, 'a'), (&story.company, 'b'), (&story.company, 'b'), (&sister, 'a')]
            .map(|(at, digit)| block_on(story.request_for(at, application(digit))));
    block_on(story.process(&story.company));
    let never = story.cost();
    let beyond = |cost: Cost| Cost { reads: cost.reads - never.reads, rounds: cost.rounds - never.rounds };

    block_on(story.flag(&story.boss, &there));
    let elsewhere = Cost { reads: 2, rounds: 1 };
    assert_eq!(beyond(story.cost()), elsewhere, "whether files were flagged at the company and at the root");

    block_on(story.flag(&story.boss, &here));
    block_on(story.process(&story.company));
    // The slots of two files, and the claim and the flag of one.
    let flagged = Cost { reads: elsewhere.reads + 4, rounds: elsewhere.rounds + 3 };
    assert_eq!(beyond(story.cost()), flagged, "at the company");
}
