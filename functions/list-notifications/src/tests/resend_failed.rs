//! Sending again everything that failed.
use countersign_http::testing::{Person, TestRequest};
use countersign_model::{ActName, DecisionScope, DeliveryState, List, NewRequest, Outcome, Permission};
use serde_json::{Value, json};

use super::{EMAIL_KEY, Stage, app};

/// A stage without providers, where each of so many requests has failed to be told by email and by text message.
async fn failed(requests: usize) -> (Stage, Person) {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.settings.set("email_api_key", "");
    stage.world.settings.set("sms_account", "");
    let policy = stage.policy(true, &["sms:+15550100"]).await;
    for number in 0..requests {
        let new = NewRequest { policy_id: Some(policy.clone()), ..stage.new_request_for(number) };
        stage.submit(&stage.world.computer(&stage.group), new).await;
        stage.process_company().await;
        stage.world.advance(std::time::Duration::from_secs(3_600));
    }
    assert!(stage.deliveries().await.iter().all(|each| each.state == DeliveryState::Failed));
    (stage, person)
}

fn resend(stage: &Stage, who: &Person, mut narrowed: Value) -> TestRequest {
    narrowed["organization_id"] = json!(stage.company.id);
    app(stage).post("/v1/notifications/resend").bearer(&who.token).json(narrowed)
}

async fn resent(stage: &Stage, who: &Person, narrowed: Value) -> Value {
    let answer = resend(stage, who, narrowed).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    stage.world.settle().await;
    stage.process_company().await;
    answer.json()
}

#[tokio::test]
async fn a_channel_that_was_put_right_sends_what_failed_at_once_and_once() {
    let (stage, person) = failed(3).await;
    stage.world.settings.set("email_api_key", EMAIL_KEY);
    let answer = resent(&stage, &person, json!({ "channel": "email" })).await;
    assert_eq!(answer, json!({ "resent": 3, "left_out": 0, "next_cursor": null }));
    assert_eq!(stage.world.outbound.take_external().len(), 3);
    let answer = resent(&stage, &person, json!({ "channel": "email" })).await;
    assert_eq!(answer["resent"], 0, "they have arrived");
    assert_eq!(stage.world.outbound.take_external().len(), 0);
    assert_eq!(stage.events(List::SystemAudit, ActName::DeliveryResent).await.len(), 3, "on record");
    let answer = resent(&stage, &person, json!({})).await;
    assert_eq!(answer["resent"], 3, "the text messages");
}

#[tokio::test]
async fn only_what_was_made_since_a_time_is_sent_again() {
    let (stage, person) = failed(3).await;
    let since = stage.world.now() - jiff::SignedDuration::from_mins(90);
    let answer = resent(&stage, &person, json!({ "channel": "email", "since": since })).await;
    assert_eq!(answer, json!({ "resent": 1, "left_out": 0, "next_cursor": null }));
}

#[tokio::test]
async fn what_is_no_longer_true_is_not_sent_again() {
    let (stage, person) = failed(1).await;
    stage.world.settings.set("email_api_key", EMAIL_KEY);
    let request = stage.deliveries().await[0].request_id.clone().unwrap();
    let request = stage.request(&request).await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    stage.world.outbound.take_external();
    resent(&stage, &person, json!({ "channel": "email" })).await;
    assert_eq!(stage.world.outbound.take_external().len(), 0);
    let states = stage.deliveries().await;
    assert!(states.iter().any(|each| each.state == DeliveryState::Skipped), "{states:?}");
}

#[tokio::test]
async fn many_are_sent_again_in_several_calls() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.settings.set("email_api_key", "");
    for number in 0..130 {
        stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(number)).await;
        // Within the limit for a recipient, so that none goes into a digest.
        if number % 10 == 9 {
            stage.process_company().await;
            stage.world.advance(std::time::Duration::from_secs(11 * 60));
        }
    }
    let first = resent(&stage, &person, json!({})).await;
    assert_eq!(first["resent"], 100);
    let next = resent(&stage, &person, json!({ "cursor": first["next_cursor"] })).await;
    assert_eq!((&next["resent"], &next["next_cursor"]), (&json!(30), &json!(null)));
}

#[tokio::test]
async fn only_who_may_send_again_does() {
    let (stage, person) = failed(1).await;
    let viewer = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    let sister = stage.world.organization(&stage.world.root, "Sister");
    let stranger = stage.world.administrator(&sister, [Permission::SuperAdmin]);
    for (who, status) in [(&viewer, 403), (&stranger, 404)] {
        assert_eq!(resend(&stage, who, json!({})).send().await.status, status);
    }
    let call = app(&stage).post("/v1/notifications/resend");
    assert_eq!(call.json(json!({ "organization_id": stage.company.id })).send().await.status, 401);
    for (narrowed, pointer) in
        [(json!({ "channel": "pigeon" }), "/channel"), (json!({ "since": "yesterday" }), "/since")]
    {
        let refused = resend(&stage, &person, narrowed).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]));
        let ours = ["is not a known channel", "must be a moment such as `2026-01-31T12:00:00Z`"];
        assert!(ours.iter().any(|words| refused.text().contains(words)), "{}", refused.text());
    }
    // What many systems write for "never" is a moment like any other: nothing was made so late.
    let never = resend(&stage, &person, json!({ "since": "9999-12-31T23:59:59Z" })).send().await;
    assert_eq!((never.status, &never.json()["resent"]), (200, &json!(0)), "{}", never.text());
    stage.process_company().await;
    assert!(stage.deliveries().await.iter().all(|each| each.state == DeliveryState::Failed));
    assert_eq!(stage.events(List::SystemAudit, ActName::DeliveryResent).await.len(), 0);
}
