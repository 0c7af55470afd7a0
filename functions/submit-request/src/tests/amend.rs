//! A requester says more about a pending request.

use countersign_http::testing::TestResponse;
use countersign_model::{ActName, Attachment, Outcome, RequestStatus};
use serde_json::{Value, json};

use crate::tests::limits::assert_over;
use crate::tests::story::*;

impl Story {
    pub async fn amend(&self, id: &str, body: Value) -> TestResponse {
        let call = self.app.patch(&format!("/agent/v1/requests/{id}"));
        call.bearer(&self.device.token).json(body).send().await
    }
}

pub fn better(reason: &str) -> Value {
    json!({ "requester": { "username": "CAROL" }, "reason": reason })
}

fn warned(answer: &TestResponse) -> Vec<Value> {
    let warnings = answer.json()["warnings"].as_array().unwrap().clone();
    warnings.into_iter().map(|warning| warning["pointer"].clone()).collect()
}

#[tokio::test]
async fn a_better_reason_is_kept_and_the_old_one_stays_on_record() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.world.memory.reset_counts();
    let amended = story.amend(&id, better("Ticket 4711")).await;
    assert_eq!((amended.status, amended.json()["warnings"].clone()), (200, json!([])), "{}", amended.text());
    assert!(story.world.counts().writes <= 3, "{:?}", story.world.counts());
    let record = story.record(&id).await;
    let carol = record.requester("carol").unwrap();
    assert_eq!((carol.reason.as_deref(), carol.amended_at), (Some("Ticket 4711"), Some(story.world.now())));
    assert!(carol.email.is_some(), "what is not given stays");
    assert_eq!(story.process().await.len(), 1, "administrators are told of the request alone");
    let detail = story.detail(ActName::RequestAmended).await;
    let said = (&detail["username"], &detail["previous_reason"], &detail["reason"]);
    assert_eq!(said, (&json!("carol"), &json!("I need it"), &json!("Ticket 4711")));
}

#[tokio::test]
async fn amending_twice_is_amending_once() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let first = story.amend(&id, better("Ticket 4711")).await;
    let before = story.world.memory.dump();
    let again = story.amend(&id, better("Ticket 4711")).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    assert!(story.world.memory.dump() == before, "nothing was written");
}

#[tokio::test]
async fn each_user_amends_for_themselves() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.submit(program_for("dave")).await;
    let dave = json!({ "requester": { "username": "dave", "email": "dave@company.example" } });
    assert_eq!(story.amend(&id, dave).await.status, 200);
    let record = story.record(&id).await;
    assert_eq!(record.requester("dave").unwrap().email.as_ref().unwrap().as_str(), "dave@company.example");
    assert_eq!(record.requester("carol").unwrap().amended_at, None);
    let before = story.world.memory.dump();
    let stranger = story.amend(&id, json!({ "requester": { "username": "erin" }, "reason": "x" })).await;
    assert_eq!((stranger.status, stranger.pointers()), (422, vec!["/requester/username".to_owned()]));
    let nobody = story.amend(&id, json!({ "reason": "x" })).await;
    assert_eq!(nobody.status, 422);
    assert!(story.world.memory.dump() == before, "a refusal changes nothing");
}

#[tokio::test]
async fn a_copy_of_the_file_can_be_allowed_later() {
    let story = Story::new();
    let id = story.asked(with(program(), "/attach", json!(false))).await;
    assert_eq!(story.upload(&id, BYTES).await.status, 409);
    let allowed = story.amend(&id, json!({ "requester": { "username": "carol" }, "attach": true })).await;
    assert_eq!((allowed.status, &allowed.json()["attachment"]["upload"]), (200, &json!(true)));
    assert_eq!(story.upload(&id, BYTES).await.status, 204);
    let not_taken_back =
        story.amend(&id, json!({ "requester": { "username": "carol" }, "attach": false })).await;
    assert_eq!(not_taken_back.status, 200);
    assert!(matches!(story.record(&id).await.attachment, Attachment::Verified { .. }));

    // Of bytes that are there already, nothing is sent again.
    let other =
        story.asked(with(with(program(), "/attach", json!(false)), "/kind", json!("elevation"))).await;
    let allowed = story.amend(&other, json!({ "requester": { "username": "carol" }, "attach": true })).await;
    assert_eq!((allowed.status, &allowed.json()["attachment"]["upload"]), (200, &json!(false)));
    assert!(matches!(story.record(&other).await.attachment, Attachment::Verified { .. }));
}

#[tokio::test]
async fn odd_details_of_an_amendment_are_left_out_with_a_warning() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let body = json!({ "requester": { "username": "carol", "email": "carol" }, "reason": "x".repeat(2001),
        "attach": "yes", "colour": "red" });
    let amended = story.amend(&id, body).await;
    assert_eq!(amended.status, 200, "{}", amended.text());
    assert_eq!(warned(&amended), ["/colour", "/reason", "/attach", "/requester/email"]);
    let record = story.record(&id).await;
    assert_eq!(record.requester("carol").unwrap().reason.as_ref().unwrap().len(), 2000);
}

#[tokio::test]
async fn what_is_over_or_of_another_computer_is_not_amended() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let other = story.world.computer(&story.group);
    let call = story.app.patch(&format!("/agent/v1/requests/{id}")).bearer(&other.token);
    assert_eq!(call.json(better("x")).send().await.status, 404, "as if it did not exist");
    let unidentified = story.app.patch(&format!("/agent/v1/requests/{id}")).json(better("x")).send().await;
    assert_eq!(unidentified.status, 401);
    story.decide(&id, Outcome::Denied).await;
    let before = story.record(&id).await;
    let refused = story.amend(&id, better("x")).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "already-decided"));
    assert!(!refused.text().contains("Bob"), "the computer is not told who decided");
    assert_eq!(story.record(&id).await, before);
    let gone = story.asked(stick()).await;
    story.cancel(&gone).await;
    assert_eq!(story.record(&gone).await.status, RequestStatus::Cancelled);
    let refused = story.amend(&gone, better("x")).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "not-pending"));
}

#[tokio::test]
async fn a_user_does_not_amend_without_end() {
    let story = Story::new();
    let id = story.asked(program()).await;
    for number in 0..99 {
        assert_eq!(story.amend(&id, better(&format!("reason {number}"))).await.status, 200, "{number}");
    }
    let before = story.record(&id).await;
    assert_over(&story.amend(&id, better("one more")).await, "too-many-new-requests", 60);
    assert_eq!(story.record(&id).await, before);
}
