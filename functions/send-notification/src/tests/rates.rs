//! Rate limits of providers and integrations: what is above them waits, and nothing else does.
use std::time::Duration;

use bytes::Bytes;
use countersign_model::{Delivery, DeliveryState, NewRequest, Permission, Turns};
use countersign_store::{Entity, keys};
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Stage;

const LIMITED: &str = "waits: rate limit of `postmark`";

/// A stage on which so many are told of a request, by email at this rate.
async fn told_by_email(rate: &str, subscribers: usize) -> Stage {
    let stage = Stage::new().await;
    stage.world.settings.set("email_rate", rate);
    for _ in 0..subscribers {
        stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    }
    stage
}

/// The deliveries that wait because of a rate limit, those due first before the others.
async fn waiting(stage: &Stage) -> Vec<Delivery> {
    let mut all = stage.deliveries().await;
    all.retain(|each| each.state == DeliveryState::Pending);
    all.sort_by_key(|each| each.next_attempt_at);
    all
}

fn seconds_from(began: Timestamp, deliveries: &[Delivery]) -> Vec<i64> {
    let after = |each: &Delivery| each.next_attempt_at.unwrap().duration_since(began).as_secs();
    deliveries.iter().map(after).collect()
}

#[tokio::test]
async fn what_is_above_the_rate_waits_for_its_turn_and_that_costs_no_attempt() {
    let stage = told_by_email("3/30", 8).await;
    let began = stage.world.now();
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 3);
    let waits = waiting(&stage).await;
    assert_eq!(seconds_from(began, &waits), [10, 20, 30, 40, 50], "one after the other");
    for each in &waits {
        assert_eq!((each.attempts, each.last_answer.as_deref()), (0, Some(LIMITED)));
    }
    stage.tick().await;
    assert_eq!(stage.told().len(), 0, "not before its turn");
    for _ in 0..5 {
        stage.world.advance(Duration::from_secs(10));
        stage.tick().await;
        assert_eq!(stage.told().len(), 1);
    }
    let states = stage.states().await;
    assert!(states.iter().all(|(_, state)| *state == DeliveryState::Sent), "{states:?}");
}

#[tokio::test]
async fn a_turn_that_comes_within_a_second_is_waited_for() {
    let stage = told_by_email("4/1", 8).await;
    let began = stage.world.now();
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 8);
    let took = stage.world.now().duration_since(began);
    assert!(took >= SignedDuration::from_secs(1), "four at once, four in the second after: {took}");
}

#[tokio::test]
async fn other_providers_and_integrations_are_not_delayed() {
    let stage = told_by_email("1/60", 3).await;
    stage.world.settings.set("slack_rate", "1/60");
    let addresses = ["sms:+15550100", "slack:one", "slack:another", "teams:one"];
    let policy = stage.policy(true, &addresses).await;
    let ask = async |number: usize| {
        let new = NewRequest { policy_id: Some(policy.clone()), ..stage.new_request_for(number) };
        stage.submit(&stage.world.computer(&stage.group), new).await;
        stage.process_company().await;
    };
    ask(1).await;
    let waits: Vec<String> = waiting(&stage).await.into_iter().map(|each| each.address).collect();
    assert_eq!(waits.len(), 2, "emails alone wait: {waits:?}");
    assert!(waits.iter().all(|address| address.contains('@')), "{waits:?}");
    ask(2).await;
    let answers: Vec<_> = waiting(&stage).await.into_iter().filter_map(|each| each.last_answer).collect();
    let chats = answers.iter().filter(|answer| answer.contains("slack:")).collect::<Vec<_>>();
    assert_eq!(chats.len(), 2, "each integration has a rate of its own: {answers:?}");
    assert!(answers.contains(&"waits: rate limit of `slack:another`".to_owned()), "{answers:?}");
    let teams = stage.deliveries().await.into_iter().filter(|each| each.address == "teams:one");
    assert!(
        teams.into_iter().all(|each| each.state == DeliveryState::Failed),
        "there is no such integration"
    );
}

async fn test_message(stage: &Stage, organization: &impl serde::Serialize, address: &str) -> Value {
    let body = json!({ "organization_id": organization, "address": address });
    stage.sender.post("/try").json(body).send().await.json()
}

#[tokio::test]
async fn the_rate_of_a_provider_counts_for_all_organizations_and_that_of_an_integration_for_its_own() {
    let stage = told_by_email("2/60", 0).await;
    let other = stage.world.organization(&stage.world.root, "Another");
    for organization in [&stage.company.id, &other.id] {
        assert_eq!(test_message(&stage, organization, "a@company.example").await["accepted"], true);
    }
    for organization in [&stage.company.id, &other.id, &stage.world.root.id] {
        let tried = test_message(&stage, organization, "b@company.example").await;
        assert_eq!(tried, json!({ "accepted": false, "answer": LIMITED }));
    }
    stage.world.settings.set("webhook_rate", "1/60");
    let answers = |tried: Value| tried["answer"].as_str().unwrap().starts_with("waits:");
    assert!(!answers(test_message(&stage, &stage.company.id, "webhook:one").await));
    assert!(answers(test_message(&stage, &stage.company.id, "webhook:ONE").await), "the same");
    assert!(!answers(test_message(&stage, &other.id, "webhook:one").await), "another one of this name");
}

#[tokio::test]
async fn a_provider_has_a_rate_of_its_own_unless_a_variable_sets_it_or_switches_it_off() {
    // Forty messages: how long sending takes, as those who send wait for turns that come soon.
    let seconds = async |name: &str, rate: &str| {
        let stage = told_by_email(rate, 40).await;
        stage.world.settings.set("email_provider", name);
        let began = stage.world.now();
        stage.ask().await;
        stage.process_company().await;
        let last = waiting(&stage).await.last().and_then(|each| each.next_attempt_at);
        last.unwrap_or(stage.world.now()).duration_since(began).as_secs()
    };
    let of_resend = seconds("resend", "").await;
    assert!(of_resend >= 18, "two a second: {of_resend}");
    assert_eq!(seconds("resend", "40/1").await, 0);
    assert_eq!(seconds("resend", "off").await, 0);
    assert_eq!(seconds("dev", "").await, 0, "the mailbox takes everything");
}

#[tokio::test]
async fn a_variable_that_is_no_rate_is_a_visible_failure() {
    let stage = told_by_email("fast", 1).await;
    stage.world.settings.set("slack_rate", "10");
    let why = "is not a rate such as `30/60`, which is 30 messages in 60 seconds, or `off`";
    stage.ask().await;
    stage.process_company().await;
    let delivery = stage.deliveries().await.remove(0);
    assert_eq!((delivery.state, delivery.refused_account), (DeliveryState::Failed, true));
    assert_eq!(delivery.last_answer, Some(format!("`email_rate` {why}")));
    let tried = test_message(&stage, &stage.company.id, "slack:one").await;
    assert_eq!(tried["answer"], format!("`slack_rate` {why}"));
    let viewer = stage.world.administrator(&stage.company, [Permission::ViewAdministrators]);
    let shown = stage.sender.get("/v1/notifications/channels").bearer(&viewer.token).send().await.json();
    assert_eq!(shown["providers"][0]["missing"], format!("`email_rate` {why}"));
}

#[tokio::test]
async fn a_fallback_above_its_rate_takes_the_message_later() {
    let stage = told_by_email("", 3).await;
    for (name, value) in [("provider", "sendgrid"), ("api_key", "k"), ("rate", "1/60")] {
        stage.world.settings.set(&format!("email_fallback_{name}"), value);
    }
    stage.world.outbound.answer(|request: &Request<Bytes>| {
        let status = if request.uri().host() == Some("api.sendgrid.com") { 202 } else { 401 };
        Ok(Response::builder().status(status).body(Bytes::new()).unwrap())
    });
    stage.ask().await;
    stage.process_company().await;
    let waits = waiting(&stage).await;
    assert_eq!(waits.len(), 2, "a refusal of the first is not the end");
    assert!(waits.iter().all(|each| each.attempts == 0), "{waits:?}");
    assert_eq!(waits[0].last_answer.as_deref(), Some("waits: rate limit of `sendgrid`"));
    for _ in 0..2 {
        stage.world.advance(Duration::from_secs(60));
        stage.tick().await;
    }
    assert_eq!(waiting(&stage).await.len(), 0);
}

#[tokio::test]
async fn a_message_that_waits_is_not_composed_so_no_link_is_made_for_nothing() {
    let stage = told_by_email("1/60", 2).await;
    stage.ask().await;
    stage.process_company().await;
    let calls = || {
        let composed = stage.world.outbound.take().into_iter();
        composed.filter(|each| each.request.uri().host() == Some("compose-message.spin.internal")).count()
    };
    assert_eq!(calls(), 1);
}

#[tokio::test]
async fn a_damaged_record_of_turns_stops_nothing() {
    let stage = told_by_email("1/60", 3).await;
    let key = keys::record(&Turns::record_id(&"email_postmark".to_owned()));
    stage.world.journal.kv().set_many(vec![(key, b"{".to_vec())]).await.unwrap();
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 3);
}
