//! The check-ins of a computer, as administrators see them.

use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_model::Permission;
use countersign_model::computer::check_ins::CheckInEntry;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    /// Checks in so often, once a minute.
    async fn check_in(&self, many: u64) {
        let (journal, id) = (&self.world.journal, &self.device.record.id);
        for number in 0..many {
            self.world.advance(Duration::from_secs(60));
            let entry = CheckInEntry {
                at: self.world.now(),
                address: Some("192.0.2.7".to_owned()),
                agent_version: Some(format!("1.{number}")),
                policy_version: (number > 0).then_some(number),
            };
            let known = journal.check_ins(id).await.unwrap();
            journal.note_check_in(id, &known, entry).await.unwrap();
        }
    }

    async fn get(&self, token: &str, rest: &str) -> TestResponse {
        let path = format!("/v1/organizations/{}/computers/{}{rest}", self.company.id, self.device.record.id);
        self.app.get(&path).bearer(token).send().await
    }
}

#[tokio::test]
async fn check_ins_are_listed_newest_first_page_by_page() {
    let story = Story::new();
    let viewer = story.world.administrator(&story.company, [Permission::AllowViewCheckinHistory]).token;
    assert_eq!(story.get(&viewer, "/check-ins").await.json(), json!({ "items": [], "next_cursor": null }));
    story.check_in(130).await;
    let newest = story.get(&viewer, "/check-ins?limit=1").await.json();
    let expected = json!({ "at": story.world.now(), "address": "192.0.2.7", "agent_version": "1.129",
        "policy_version": 129 });
    assert_eq!(newest["items"], json!([expected]));
    let (mut versions, mut rest) = (Vec::new(), "/check-ins?limit=40".to_owned());
    loop {
        story.world.memory.reset_counts();
        let page = story.get(&viewer, &rest).await.json();
        assert!(story.world.counts().reads <= 10 && story.world.counts().writes == 0);
        let items = page["items"].as_array().unwrap();
        versions.extend(items.iter().map(|item| item["agent_version"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => rest = format!("/check-ins?limit=40&cursor={next}"),
            None => break,
        }
    }
    let expected: Vec<String> = (0..130).rev().map(|number| format!("1.{number}")).collect();
    assert_eq!(versions, expected);
    assert_eq!(story.get(&viewer, "/check-ins?cursor=abc").await.status, 422);
}

#[tokio::test]
async fn a_computer_shows_its_last_check_in_and_the_version_of_its_agent() {
    let story = Story::new();
    let shown = story.get(&story.boss.token, "").await.json();
    assert_eq!((&shown["last_check_in"], &shown["agent_version"]), (&Value::Null, &Value::Null));
    story.check_in(2).await;
    let shown = story.get(&story.boss.token, "").await.json();
    assert_eq!(
        (&shown["last_check_in"], &shown["agent_version"]),
        (&json!(story.world.now()), &json!("1.1"))
    );
}
