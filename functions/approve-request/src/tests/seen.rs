//! Decisions on what was seen: a request that has changed in what matters since is looked at again.

use countersign_http::testing::TestResponse;
use countersign_model::{Attachment, NewRequester, Request, RequestStatus};
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
async fn a_copy_that_is_to_come_after_all_is_seen_anew_and_its_arrival_is_not() {
    let story = Story::new();
    let request = story.request().await;
    let without =
        |old: &Request| Ok::<_, Infallible>(Request { attachment: Attachment::NotWanted, ..old.clone() });
    story.world.journal.update(&request.id, without).await.unwrap();
    let seen = story.seen(&request).await;
    let says = NewRequester { username: request.shown_requester().to_owned(), email: None, reason: None };
    let now = story.world.now();
    let amend = |old: &Request| Ok::<_, Infallible>(old.amend(says.clone(), true, now).unwrap());
    let amended = story.world.journal.update(&request.id, amend).await.unwrap().value;
    assert_eq!(amended.attachment, Attachment::Expected);
    let refused = story.decide_what_was(&request, &seen).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "request-changed"), "{}", refused.text());
    assert_eq!(refused.json()["changed"], json!(["copy"]));
    let seen = story.seen(&request).await;
    let arrived = |old: &Request| {
        Ok::<_, Infallible>(Request { attachment: Attachment::Verified { size: 9 }, ..old.clone() })
    };
    story.world.journal.update(&request.id, arrived).await.unwrap();
    assert_eq!(story.decide_what_was(&request, &seen).await.status, 200);
}

#[tokio::test]
async fn what_the_previous_release_told_still_counts() {
    let story = Story::new();
    let request = story.request().await;
    let seen = story.seen(&request).await;
    let earlier = json!(seen.as_str().unwrap().rsplit_once('-').unwrap().0);
    story.asks_again(&request, "ann").await;
    let refused = story.decide_what_was(&request, &earlier).await;
    assert_eq!(refused.json()["changed"], json!(["requesters"]), "{}", refused.text());
    let seen = story.seen(&request).await;
    let earlier = json!(seen.as_str().unwrap().rsplit_once('-').unwrap().0);
    assert_eq!(story.decide_what_was(&request, &earlier).await.status, 200);
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
    for seen in ["", "1", "x-y-z-w", &"a".repeat(51), &["aaaaaaaaaaaa"; 3].join("-"), &"0".repeat(5000)] {
        let refused = story.decide_what_was(&request, &json!(seen)).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/seen_revision".to_owned()]), "{seen}");
    }
}
