//! What the organization asks of requests: a reason, and how long they wait.

use std::convert::Infallible;

use countersign_model::{ApprovalSettings, Organization, ReasonRule};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::tests::story::{Story, program, program_for, stick, with, without};

impl Story {
    async fn asks(&self, at: &Organization, settings: ApprovalSettings) {
        let now = self.world.now();
        let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
        self.world.journal.update(&at.id, asking).await.unwrap();
    }

    /// A ticket is required by the organization above.
    async fn requiring_a_ticket() -> Self {
        let story = Self::new();
        let reason = Some(ReasonRule {
            min_length: 5,
            pattern: Some(r"\bINC\d{6}\b".to_owned()),
            explanation: Some("name a ticket such as INC123456".to_owned()),
        });
        let settings = ApprovalSettings { reason, ..ApprovalSettings::default() };
        story.asks(&story.world.root.clone(), settings).await;
        story
    }
}

fn because(body: Value, reason: &str) -> Value {
    with(body, "/reason", json!(reason))
}

#[tokio::test]
async fn a_reason_that_the_organization_does_not_accept_is_refused_with_its_explanation() {
    let story = Story::requiring_a_ticket().await;
    let said = "name a ticket such as INC123456";
    let short = format!("must be at least 5 characters; {said}");
    let cases = [
        (without(program(), "/reason"), short.as_str()),
        (because(program(), "I need it"), said),
        (because(stick(), "INC12345"), said),
    ];
    for (body, message) in cases {
        let refused = story.submit(body).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/reason".to_owned()]),
            "{}",
            refused.text()
        );
        assert_eq!(refused.json()["errors"][0]["message"], message);
    }
    assert!(story.list(countersign_model::lists::REQUESTS).await.is_empty(), "nothing was asked");
    story.asked(because(program(), "for INC123456")).await;
}

#[tokio::test]
async fn a_user_whose_reason_was_accepted_asks_again_without_one_and_others_do_not() {
    let story = Story::requiring_a_ticket().await;
    let id = story.asked(because(program_for("ann"), "for INC123456")).await;
    let again = story.submit(without(program_for("ANN"), "/reason")).await;
    assert_eq!((again.status, again.json()["count"].clone()), (200, json!(2)), "{}", again.text());
    let other = story.submit(without(program_for("bob"), "/reason")).await;
    assert_eq!(other.status, 422, "another user needs a reason, too");
    let worse = story.submit(because(program_for("ann"), "please")).await;
    assert_eq!(worse.status, 422, "a reason that is given must be a good one");
    story.withdraw(&id, "ann").await;
    let back = story.submit(without(program_for("ann"), "/reason")).await;
    assert_eq!(back.status, 422, "nobody waits any more");
    assert_eq!(story.record(&id).await.requesters.len(), 1);
}

#[tokio::test]
async fn a_reason_is_not_replaced_by_one_that_is_not_accepted() {
    let story = Story::requiring_a_ticket().await;
    let id = story.asked(because(program_for("ann"), "for INC123456")).await;
    let amending = |reason: &str| json!({ "requester": { "username": "ann" }, "reason": reason });
    let worse = story.amend(&id, amending("please")).await;
    assert_eq!((worse.status, worse.pointers()), (422, vec!["/reason".to_owned()]), "{}", worse.text());
    assert_eq!(story.record(&id).await.requesters[0].reason.as_deref(), Some("for INC123456"));
    assert_eq!(story.amend(&id, amending("for INC123457, soon")).await.status, 200);
}

#[tokio::test]
async fn a_request_waits_as_long_as_its_organization_says() {
    let story = Story::new();
    let usual = story.record(&story.asked(program()).await).await;
    assert_eq!(usual.expires_at, usual.created_at + SignedDuration::from_hours(14 * 24));
    let days = |days| ApprovalSettings { pending_days: Some(days), ..ApprovalSettings::default() };
    story.asks(&story.world.root.clone(), days(30)).await;
    let above = story.record(&story.asked(stick()).await).await;
    assert_eq!(above.expires_at, above.created_at + SignedDuration::from_hours(30 * 24));
    story.asks(&story.company, days(1)).await;
    let again = story.submit(program()).await.json();
    assert_eq!(
        again["expires_at"],
        json!(usual.expires_at),
        "what was asked before waits as long as it was told"
    );
}
