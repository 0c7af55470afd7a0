//! An opened request says whether the computer that asked was told of the decision.

use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::Person;
use countersign_model::{Decision, DecisionHeard, Permission, Request};
use serde_json::{Value, json};

use crate::tests::story::{Story, path};

impl Story {
    async fn heard(&self, who: &Person, request: &Request) -> Value {
        self.open(who, request).await.json()["heard"].clone()
    }

    /// The computer is told of the decision as it stands.
    async fn tell(&self, request: &Request) {
        let told = DecisionHeard::of(&self.stored(request).await, self.world.now());
        self.world.journal.note_heard(told).await.unwrap();
    }
}

#[tokio::test]
async fn an_opened_request_says_when_its_computer_had_the_decision() {
    let story = Story::new();
    let request = story.request().await;
    assert_eq!(story.heard(&story.boss, &request).await, Value::Null, "nobody has decided");
    let denied = story.decide(&story.boss, &request, json!({ "outcome": "denied" })).await.json();
    let not_yet = json!({ "at": null });
    assert_eq!(denied["heard"], not_yet);
    story.tell(&request).await;
    let told = json!({ "at": story.world.now() });
    story.world.advance(Duration::from_secs(10));
    assert_eq!(story.heard(&story.boss, &request).await, told);

    let body = json!({ "outcome": "approved", "replaces": denied["decision"]["id"] });
    assert_eq!(story.decide(&story.boss, &request, body).await.json()["heard"], not_yet);
    story.tell(&request).await;
    assert_eq!(story.heard(&story.boss, &request).await, json!({ "at": story.world.now() }));
    let revoked = story.post(&story.boss, &path(&request, "/revocation"), json!({})).await;
    assert_eq!(revoked.json()["heard"], not_yet);
    story.world.advance(Duration::from_secs(10));
    story.tell(&request).await;
    assert_eq!(story.heard(&story.boss, &request).await, json!({ "at": story.world.now() }));
}

#[tokio::test]
async fn who_may_not_open_the_request_is_not_told() {
    let story = Story::new();
    let request = story.request().await;
    story.approve(&story.boss, &request).await;
    story.tell(&request).await;
    story.world.advance(Duration::from_secs(10));
    let elsewhere = story.world.organization(&story.world.root, "Company C");
    let out_of_sight = story.world.administrator(&elsewhere, [Permission::SuperAdmin]);
    let viewer = story.person([Permission::ViewApprovals]);
    for (who, status) in [(&out_of_sight, 404), (&viewer, 403)] {
        let refused = story.open(who, &request).await;
        assert_eq!(refused.status, status);
        assert!(!refused.text().contains("heard"), "{}", refused.text());
    }
    let listed = story.get(&viewer, "/v1/requests").await.text();
    assert!(listed.contains(request.id.as_str()) && !listed.contains("heard"), "{listed}");
}

#[tokio::test]
async fn of_a_decision_of_an_earlier_version_it_is_known_once_the_computer_asks() {
    let story = Story::new();
    let request = story.request().await;
    story.approve(&story.boss, &request).await;
    let earlier = |old: &Request| {
        let decision = old.decision.clone().map(|decision| Decision { hearing_noted: false, ..decision });
        Ok::<_, Infallible>(Request { decision, ..old.clone() })
    };
    story.world.journal.update(&request.id, earlier).await.unwrap();
    assert_eq!(story.heard(&story.boss, &request).await, Value::Null);
    story.tell(&request).await;
    assert_eq!(story.heard(&story.boss, &request).await, json!({ "at": story.world.now() }));
}
