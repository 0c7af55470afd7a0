//! A requester asks to prolong an approval.

use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_journal::Change;
use countersign_model::act::FileFlagSet;
use countersign_model::{
    ActName, AdministratorId, Attachment, Decision, FileFlag, FlagId, Origin, Outcome, Permit, Request,
    RequestStatus, Revocation, TransitionError, Who, lists,
};
use countersign_store::Slot;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::tests::story::*;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Story {
    pub async fn renew(&self, id: &str, username: &str) -> TestResponse {
        self.renew_with(id, "", by(username)).await
    }

    /// A renewal, under a key if there is one.
    pub async fn renew_with(&self, id: &str, key: &str, body: Value) -> TestResponse {
        let call = self.app.post(&format!("/agent/v1/requests/{id}/renewal")).bearer(&self.device.token);
        let call = if key.is_empty() { call } else { call.idempotency_key(key) };
        call.json(body).send().await
    }

    /// A request that is approved until a time.
    pub async fn approved_until(&self, body: Value, until: Option<Timestamp>) -> String {
        let id = self.asked(body).await;
        self.decide(&id, Outcome::Approved).await;
        self.ends(&id, until).await;
        id
    }

    async fn ends(&self, id: &str, expires_at: Option<Timestamp>) {
        let changed = |old: &Request| {
            let decision = old.decision.clone().map(|decision| Decision { expires_at, ..decision });
            Ok::<_, TransitionError>(Request { decision, ..old.clone() })
        };
        self.world.journal.update(&id.parse().unwrap(), changed).await.unwrap();
    }
}

pub fn by(username: &str) -> Value {
    json!({ "requester": { "username": username }, "reason": "another week" })
}

#[tokio::test]
async fn a_renewal_is_a_new_request_for_the_same_subject_that_says_what_it_renews() {
    let story = Story::new();
    let end = story.world.now() + HOUR;
    let old = story.approved_until(program(), Some(end)).await;
    story.upload(&old, BYTES).await;
    let made = story.renew(&old, "carol").await;
    assert_eq!((made.status, &made.json()["status"]), (201, &json!("pending")), "{}", made.text());
    let id = id_of(&made);
    assert_ne!(id, old);
    let (before, request) = (story.record(&old).await, story.record(&id).await);
    assert_eq!((&request.subject, &request.policy_id), (&before.subject, &before.policy_id));
    let renews = request.renews.as_ref().unwrap();
    assert_eq!((renews.request_id.as_str(), renews.ends_at), (old.as_str(), end));
    let carol = request.requester("carol").unwrap();
    assert_eq!((carol.reason.as_deref(), &carol.email), (Some("another week"), &None), "as it is said now");
    assert!(matches!(request.attachment, Attachment::Verified { .. }), "the bytes are there already");
    assert_eq!(before.status, RequestStatus::Approved, "the approval goes on");
    assert_eq!(story.process().await.len(), 2, "administrators hear of both");
    assert_eq!(story.list(lists::PENDING_REQUESTS).await, [id]);
    let detail = story.detail(ActName::RequestSubmitted).await;
    assert_eq!(detail["renews"], json!(old), "the newest one");
}

#[tokio::test]
async fn there_is_one_open_request_for_a_subject_whoever_renews_it() {
    let story = Story::new();
    let old = story.approved_until(program(), Some(story.world.now() + HOUR)).await;
    let first = story.renew(&old, "carol").await;
    let again = story.renew(&old, "CAROL").await;
    let other = story.renew(&old, "dave").await;
    let plain = story.submit(program_for("erin")).await;
    for answer in [&again, &other, &plain] {
        assert_eq!((answer.status, id_of(answer)), (200, id_of(&first)), "{}", answer.text());
    }
    let request = story.record(&id_of(&first)).await;
    assert_eq!((request.requesters.len(), request.count), (3, 4));

    // An open request that was made without it becomes the renewal.
    let plain = story.asked(program_of(b"other")).await;
    story.decide(&plain, Outcome::Approved).await;
    story.ends(&plain, Some(story.world.now() + HOUR)).await;
    let open = story.asked(program_of(b"other")).await;
    let joined = story.renew(&plain, "dave").await;
    assert_eq!((joined.status, id_of(&joined)), (200, open.clone()));
    let renews = story.record(&open).await.renews.unwrap();
    assert_eq!(renews.request_id.as_str(), plain);
}

#[tokio::test]
async fn a_renewal_is_taken_until_seven_days_after_the_end() {
    let story = Story::new();
    let old = story.approved_until(program(), Some(story.world.now() + HOUR)).await;
    story.world.advance(Duration::from_secs(7 * 24 * 3600));
    let made = story.renew(&old, "carol").await;
    assert_eq!(made.status, 201, "{}", made.text());
    story.cancel(&id_of(&made)).await;
    story.world.advance(Duration::from_secs(3601));
    refused(&story, &old).await;
}

/// It cannot be renewed, and trying changes nothing.
async fn refused(story: &Story, id: &str) {
    let before = story.world.memory.dump();
    let refused = story.renew(id, "carol").await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "not-renewable"), "{}", refused.text());
    assert!(story.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn what_is_no_approval_with_an_end_is_not_renewed() {
    let story = Story::new();
    let pending = story.asked(program()).await;
    refused(&story, &pending).await;
    let denied = story.asked(program_of(b"1")).await;
    story.decide(&denied, Outcome::Denied).await;
    refused(&story, &denied).await;
    let endless = story.approved_until(program_of(b"2"), None).await;
    refused(&story, &endless).await;
    let revoked = story.approved_until(program_of(b"3"), Some(story.world.now() + HOUR)).await;
    let revocation = Revocation {
        administrator_id: story.record(&revoked).await.decision.unwrap().administrator_id,
        administrator_name: "Bob".to_owned(),
        at: story.world.now(),
        message: None,
    };
    let revoke = |old: &Request| old.revoke(revocation.clone());
    story.world.journal.update(&revoked.parse().unwrap(), revoke).await.unwrap();
    refused(&story, &revoked).await;
}

#[tokio::test]
async fn another_computers_approval_is_not_known() {
    let story = Story::new();
    let old = story.approved_until(program(), Some(story.world.now() + HOUR)).await;
    let other = story.world.computer(&story.group);
    let path = format!("/agent/v1/requests/{old}/renewal");
    assert_eq!(story.app.post(&path).bearer(&other.token).json(by("carol")).send().await.status, 404);
    assert_eq!(story.app.post(&path).json(by("carol")).send().await.status, 401);
    let nobody = story.renew_with(&old, "", json!({ "requester": { "username": " " } })).await;
    assert_eq!((nobody.status, nobody.pointers()), (422, vec!["/requester/username".to_owned()]));
}

#[tokio::test]
async fn a_retry_under_the_same_key_is_the_same_renewal_and_of_another_approval_another() {
    let story = Story::new();
    let end = Some(story.world.now() + HOUR);
    let (one, two) =
        (story.approved_until(program(), end).await, story.approved_until(program_of(b"2"), end).await);
    let made = story.renew_with(&one, "k", by("carol")).await;
    let retry = story.renew_with(&one, "k", by("carol")).await;
    assert_eq!((retry.status, id_of(&retry)), (201, id_of(&made)));
    let other = story.renew_with(&two, "k", by("carol")).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"));
}

#[tokio::test]
async fn an_approval_of_a_flagged_file_is_not_renewed() {
    let story = Story::new();
    let old = story.approved_until(program(), Some(story.world.now() + HOUR)).await;
    let request = story.record(&old).await;
    let flag = FileFlag {
        id: FlagId::from_ulid(story.world.ulid()),
        organization_id: story.world.root.id.clone(),
        sha256: request.subject.file().unwrap().sha256.clone(),
        file_name: request.subject.name(),
        request_id: request.id.clone(),
        administrator_id: AdministratorId::from_ulid(story.world.ulid()),
        administrator_name: "Kim".to_owned(),
        at: story.world.now(),
        note: None,
        spread: None,
        previous: None,
        cleared: None,
    };
    let origin = Origin { who: Who::System, address: None, at: story.world.now() };
    let permit = Permit::scene(&flag.organization_id);
    let change = Change::new(&permit, &origin, FileFlagSet::from(&flag)).create_flag(&flag);
    let slot = Slot::file_flag(&flag.organization_id, &flag.sha256);
    let never = |_| async { Ok(false) };
    story.world.journal.save_elected::<FileFlag, _, _>(&slot, change, never).await.unwrap();
    let refused = story.renew(&old, "carol").await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "file-flagged"), "{}", refused.text());
    assert!(!refused.text().contains("Kim"), "{}", refused.text());
    assert_eq!(story.list(lists::REQUESTS).await, [old], "no request was made");
}
