//! Decisions on what was seen: a request that has changed in what matters since is looked at again.

use countersign_http::testing::TestResponse;
use countersign_model::{NewRequester, Request, RequestStatus};
use serde_json::{Value, json};
use std::convert::Infallible;

use crate::tests::story::Story;

impl Story {
    async fn seen(&self, request: &Request) -> Value {
        self.open(&self.boss, request).await.json()["seen_revision"].clone()
    }

    async fn decide_what_was(&self, request: &Request, seen: &Value) -> TestResponse {
        let body = json!({ "outcome": "approved", "seen_revision": seen });
        self.decide(&self.boss, request, body).await
    }

    async fn asks_again(&self, request: &Request, username: &str) {
        let user = NewRequester { username: username.to_owned(), email: None, reason: None };
        let now = self.world.now();
        let again = |old: &Request| Ok::<_, Infallible>(old.ask_again(user.clone(), now).unwrap().request);
        self.world.journal.update(&request.id, again).await.unwrap();
    }
}

#[tokio::test]
async fn a_mere_repetition_does_not_stand_in_the_way() {
    let story = Story::new();
    let request = story.request().await;
    let seen = story.seen(&request).await;
    story.asks_again(&request, "kim").await;
    assert_eq!(story.decide_what_was(&request, &seen).await.status, 200);
}

#[tokio::test]
async fn what_has_changed_is_named_and_nothing_is_decided() {
    let story = Story::new();
    let request = story.request().await;
    let seen = story.seen(&request).await;
    story.asks_again(&request, "ann").await;
    let other = story.world.group(&story.company, "Servers");
    story.move_to(&story.computer, &other).await;
    let refused = story.decide_what_was(&request, &seen).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "request-changed"), "{}", refused.text());
    assert_eq!(refused.json()["changed"], json!(["requesters", "group"]));
    let stored = story.stored(&request).await;
    assert_eq!((stored.status, stored.decision), (RequestStatus::Pending, None));
    let now = story.seen(&request).await;
    assert_eq!(story.decide_what_was(&request, &now).await.status, 200, "after another look");
}

#[tokio::test]
async fn what_an_unconfirmed_computer_asks_is_seen_anew_once_it_is_confirmed() {
    let story = Story::new();
    let twin = story.twin().await;
    let request = story.request_of(&twin, crate::tests::story::application('a')).await;
    let seen = story.seen(&request).await;
    let confirm = |old: &countersign_model::Computer| Ok::<_, Infallible>(old.confirmed());
    story.world.journal.update(&twin.record.id, confirm).await.unwrap();
    let refused = story.decide_what_was(&request, &seen).await;
    assert_eq!(refused.json()["changed"], json!(["unconfirmed"]), "{}", refused.text());
}

#[tokio::test]
async fn only_what_an_opened_request_says_was_seen() {
    let story = Story::new();
    let request = story.request().await;
    for seen in ["", "1", "x-y-z-w", &"a".repeat(51), &"0".repeat(5000)] {
        let refused = story.decide_what_was(&request, &json!(seen)).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/seen_revision".to_owned()]), "{seen}");
    }
}
