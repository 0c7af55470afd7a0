//! A channel's fallback provider: when it carries a message, and that a message is not sent twice because of it.
use std::time::Duration;

use bytes::Bytes;
use countersign_http::OutboundError;
use countersign_model::{Delivery, DeliveryState, Permission, ProviderPlace};
use http::{Request, Response};
use serde_json::json;

use super::{Stage, log};

const FIRST: &str = "api.postmarkapp.com";
const FALLBACK: &str = "api.sendgrid.com";

type Answering = fn() -> Result;
type Result = std::result::Result<Response<Bytes>, OutboundError>;

/// A stage with Postmark, and with SendGrid behind it.
async fn two_providers() -> Stage {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.settings.set("email_fallback_provider", "sendgrid");
    stage.world.settings.set("email_fallback_api_key", "sendgrid-key");
    stage
}

fn status(status: u16, body: &'static str) -> Result {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status.try_into().unwrap();
    Ok(response)
}

/// From now on the first provider answers like this, and the fallback like that.
fn answering(
    stage: &Stage,
    first: impl Fn() -> Result + Send + 'static,
    fallback: impl Fn() -> Result + Send + 'static,
) {
    stage.world.outbound.answer(move |request: &Request<Bytes>| match request.uri().host() {
        Some(FIRST) => first(),
        Some(FALLBACK) => fallback(),
        other => panic!("{other:?}"),
    });
}

/// The hosts that were called since the last time.
fn called(stage: &Stage) -> Vec<String> {
    let sent = stage.world.outbound.take_external();
    sent.iter().map(|sent| sent.request.uri().host().unwrap().to_owned()).collect()
}

async fn asked(stage: &Stage, number: usize) -> Delivery {
    let device = stage.world.computer(&stage.group);
    stage.submit(&device, stage.new_request_for(number)).await;
    stage.process_company().await;
    stage.deliveries().await.pop().unwrap()
}

#[tokio::test]
async fn the_fallback_carries_what_the_first_does_not_have_for_no_fault_of_the_recipient() {
    let gone = || Err(OutboundError::Failed("connection refused".to_owned()));
    let cases: [(&str, Answering, bool); 8] = [
        ("no connection", gone, true),
        ("an error of the provider's own", || status(503, ""), true),
        ("a wrong key", || status(401, r#"{"Message":"bad token"}"#), true),
        ("an account that may not send", || status(422, r#"{"ErrorCode":412,"Message":"pending"}"#), true),
        ("a host that is not allowed", || Err(OutboundError::NotAllowed), true),
        ("a refused recipient", || status(422, r#"{"ErrorCode":406,"Message":"inactive"}"#), false),
        ("a provider that only asks to wait", || status(429, ""), false),
        ("a time-out: the provider may have it", || Err(OutboundError::TimedOut), false),
    ];
    for (what, first, falls_back) in cases {
        let stage = two_providers().await;
        answering(&stage, first, || status(202, ""));
        let delivery = asked(&stage, 1).await;
        let expected: &[&str] = if falls_back { &[FIRST, FALLBACK] } else { &[FIRST] };
        assert_eq!(called(&stage), expected, "{what}");
        assert_eq!(delivery.state == DeliveryState::Sent, falls_back, "{what}: {:?}", delivery.last_answer);
        assert_eq!(delivery.attempts, 1, "{what}");
    }
}

#[tokio::test]
async fn what_both_said_is_shown() {
    let stage = two_providers().await;
    answering(&stage, || status(401, r#"{"Message":"bad token"}"#), || status(202, ""));
    assert_eq!(asked(&stage, 1).await.last_answer.unwrap(), "sendgrid 202 (postmark 401: bad token)");
    answering(&stage, || status(200, "{}"), || panic!("not called"));
    assert_eq!(asked(&stage, 2).await.last_answer.unwrap(), "postmark 200");
}

#[tokio::test]
async fn what_one_may_take_later_is_not_given_up_because_the_other_has_a_wrong_key() {
    let stage = two_providers().await;
    answering(&stage, || status(503, ""), || status(401, ""));
    assert_eq!(asked(&stage, 1).await.state, DeliveryState::Pending);
    answering(&stage, || status(401, ""), || status(401, ""));
    assert_eq!(asked(&stage, 2).await.state, DeliveryState::Failed);
}

#[tokio::test]
async fn a_first_provider_that_takes_long_to_fail_leaves_the_message_to_the_next_attempt() {
    let stage = two_providers().await;
    let clock = stage.world.clock.clone();
    let slow = move || {
        clock.advance(Duration::from_secs(8));
        status(503, "")
    };
    answering(&stage, slow, || panic!("not called"));
    assert_eq!(asked(&stage, 1).await.state, DeliveryState::Pending);
}

#[tokio::test]
async fn after_three_failures_the_first_is_not_called_until_it_was_given_time() {
    let stage = two_providers().await;
    answering(&stage, || status(500, ""), || status(202, ""));
    for number in 0..3 {
        asked(&stage, number).await;
        assert_eq!(called(&stage), [FIRST, FALLBACK]);
    }
    asked(&stage, 3).await;
    assert_eq!(called(&stage), [FALLBACK], "the breaker is open");
    let health = stage.world.journal.provider_health(ProviderPlace::Email, "postmark").await.unwrap();
    assert_eq!(health.failures, 3);
    assert_eq!(health.open_until(stage.world.now()), health.open_until, "it shows");

    stage.world.advance(Duration::from_secs(31));
    answering(&stage, || status(200, "{}"), || panic!("not called"));
    asked(&stage, 4).await;
    assert_eq!(called(&stage), [FIRST], "tried again, and well again");
    let health = stage.world.journal.provider_health(ProviderPlace::Email, "postmark").await.unwrap();
    assert_eq!((health.failures, health.open_until), (0, None));
}

#[tokio::test]
async fn time_outs_open_the_breaker_too() {
    let stage = two_providers().await;
    answering(&stage, || Err(OutboundError::TimedOut), || status(202, ""));
    for number in 0..3 {
        assert_eq!(asked(&stage, number).await.state, DeliveryState::Pending);
    }
    assert_eq!(asked(&stage, 3).await.state, DeliveryState::Sent, "by the fallback");
    stage.world.advance(Duration::from_secs(20));
    stage.tick().await;
    let states = stage.deliveries().await;
    assert!(states.iter().all(|each| each.state == DeliveryState::Sent), "{states:?}");
}

#[tokio::test]
async fn a_provider_that_is_given_up_on_costs_a_message_no_attempt() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.outbound.answer_with(500, "");
    for number in 0..3 {
        asked(&stage, number).await;
    }
    called(&stage);
    let delivery = asked(&stage, 3).await;
    assert_eq!(called(&stage), Vec::<String>::new());
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Pending, 0));
    let pause = delivery.next_attempt_at.unwrap().duration_since(stage.world.now());
    assert!((1..=30).contains(&pause.as_secs()), "{pause}");
    assert_eq!(delivery.last_answer.unwrap(), "`postmark` fails at the moment and is not called");

    stage.world.outbound.answer_with(200, "{}");
    stage.world.advance(Duration::from_secs(31));
    stage.tick().await;
    let states = stage.deliveries().await;
    assert!(states.iter().all(|each| each.state == DeliveryState::Sent), "{states:?}");
}

#[tokio::test]
async fn another_provider_in_the_place_of_a_failing_one_starts_over() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.outbound.answer_with(500, "");
    for number in 0..3 {
        asked(&stage, number).await;
    }
    called(&stage);
    stage.world.settings.set("email_provider", "sendgrid");
    stage.world.outbound.answer_with(202, "");
    assert_eq!(asked(&stage, 3).await.state, DeliveryState::Sent);
}

#[tokio::test]
async fn a_damaged_record_of_how_a_provider_does_stops_nothing() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let key = countersign_store::keys::record("provider_email");
    stage.world.journal.kv().set_many(vec![(key, b"{".to_vec())]).await.unwrap();
    assert_eq!(asked(&stage, 1).await.state, DeliveryState::Sent);
    stage.world.outbound.answer_with(500, "");
    assert_eq!(asked(&stage, 2).await.state, DeliveryState::Pending);
}

#[tokio::test]
async fn a_fallback_has_the_sender_of_the_first_unless_it_has_its_own() {
    let stage = two_providers().await;
    let from = async |number: usize| {
        answering(&stage, || status(401, ""), || status(202, ""));
        asked(&stage, number).await;
        stage.world.outbound.take_external().pop().unwrap().json()["from"].clone()
    };
    assert_eq!(from(1).await, json!({ "name": "Countersign", "email": "noreply@approvals.example" }));
    stage.world.settings.set("email_fallback_from", "other@approvals.example");
    assert_eq!(from(2).await, json!({ "email": "other@approvals.example" }));
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_anew_when_it_is_withdrawn() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let settings =
        [("email_provider", "graph"), ("email_account", "a-tenant/of-this-test"), ("email_api_key", "k")];
    for (name, value) in settings {
        stage.world.settings.set(name, value);
    }
    let login = "login.microsoftonline.com";
    let graph = "graph.microsoft.com";
    let token = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"the-token"}"#;
    let answer = move |sent: u16| {
        move |request: &Request<Bytes>| {
            if request.uri().host() == Some(login) { status(200, token) } else { status(sent, "") }
        }
    };
    stage.world.outbound.answer(answer(202));
    assert_eq!(asked(&stage, 1).await.state, DeliveryState::Sent);
    assert_eq!(called(&stage), [login, graph]);
    asked(&stage, 2).await;
    assert_eq!(called(&stage), [graph], "the token is kept");
    stage.world.advance(Duration::from_secs(3599));
    asked(&stage, 3).await;
    assert_eq!(called(&stage), [login, graph], "it had expired");

    stage.world.outbound.answer(answer(401));
    assert_eq!(asked(&stage, 4).await.state, DeliveryState::Pending, "the token was withdrawn");
    called(&stage);
    stage.world.outbound.answer(answer(202));
    stage.world.advance(Duration::from_secs(10));
    stage.tick().await;
    assert_eq!(called(&stage), [login, graph]);
    stage
        .world
        .outbound
        .answer(|_| status(400, r#"{"error":"invalid_client","error_description":"AADSTS7000215"}"#));
    stage.world.advance(Duration::from_secs(3599));
    let refused = asked(&stage, 5).await;
    assert_eq!(
        (refused.state, refused.last_answer.unwrap().as_str()),
        (DeliveryState::Failed, "400: AADSTS7000215")
    );
}

#[tokio::test]
async fn a_message_has_the_same_key_in_every_attempt_and_another_when_it_is_asked_to_be_sent_again() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.settings.set("email_provider", "resend");
    let keys = || {
        let sent = stage.world.outbound.take_external().into_iter().map(|sent| sent.request);
        let key = |request: Request<Bytes>| request.headers()["idempotency-key"].to_str().unwrap().to_owned();
        sent.map(key).collect::<Vec<_>>()
    };
    stage.world.outbound.answer_with(500, "");
    let delivery = asked(&stage, 1).await;
    stage.world.outbound.answer_with(200, "{}");
    stage.world.advance(Duration::from_secs(10));
    stage.tick().await;
    let first = keys();
    assert_eq!((first.len(), &first[0]), (2, &first[1]));
    let path = format!("/v1/notifications/{}/resend", delivery.id);
    assert_eq!(log(&stage).post(&path).bearer(&person.token).send().await.status, 200);
    stage.process_company().await;
    stage.tick().await;
    let again = keys();
    assert_eq!(again.len(), 1);
    assert_ne!(again[0], first[0], "Resend would take it for the same message");
}
