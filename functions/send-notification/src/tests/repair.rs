//! A channel that is put right sends what failed for it, once.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{Administrator, Channel, DecisionScope, DeliveryState, Outcome, Permission, Request};

use super::Stage;

/// Longer than a claim of a dead sender holds.
const CLAIM_LASTS: Duration = Duration::from_secs(6 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// More writes than the work has.
const MOST: usize = 120;

async fn ask(stage: &Stage, number: usize) -> Request {
    let device = stage.world.computer(&stage.group);
    let request = stage.submit(&device, stage.new_request_for(number)).await;
    stage.process_company().await;
    request
}

/// A stage on which messages about three requests were refused because of the key.
async fn wrong_key() -> (Stage, Vec<Request>) {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.outbound.answer_with(401, r#"{"Message":"bad token"}"#);
    let requests = vec![ask(&stage, 1).await, ask(&stage, 2).await, ask(&stage, 3).await];
    assert!(stage.states().await.iter().all(|(_, state)| *state == DeliveryState::Failed));
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    (stage, requests)
}

async fn states(stage: &Stage) -> Vec<DeliveryState> {
    stage.deliveries().await.into_iter().map(|each| each.state).collect()
}

#[tokio::test]
async fn the_first_message_that_arrives_takes_those_along_that_failed() {
    use DeliveryState::Sent;
    let (stage, _) = wrong_key().await;
    stage.world.advance(DAY);
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "nobody knows that it was put right");
    ask(&stage, 4).await;
    assert_eq!(stage.told().len(), 4);
    assert_eq!(states(&stage).await, [Sent, Sent, Sent, Sent]);
    ask(&stage, 5).await;
    stage.tick().await;
    assert_eq!(stage.told().len(), 1, "once");
}

#[tokio::test]
async fn the_same_for_a_channel_that_was_not_configured() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    for (setting, value) in [("email_from", "noreply@approvals.example"), ("email_provider", "postmark")] {
        stage.world.settings.set(setting, "");
        ask(&stage, setting.len()).await;
        stage.world.settings.set(setting, value);
    }
    assert_eq!(states(&stage).await, [DeliveryState::Failed; 2]);
    ask(&stage, 1).await;
    assert_eq!(states(&stage).await, [DeliveryState::Sent; 3]);
}

#[tokio::test]
async fn what_is_no_longer_true_is_not_sent() {
    use DeliveryState::{Sent, Skipped};
    let (stage, requests) = wrong_key().await;
    stage.decide(&requests[1], Outcome::Denied, DecisionScope::Computer, false).await;
    ask(&stage, 4).await;
    assert_eq!(states(&stage).await, [Sent, Skipped, Sent, Sent]);
}

#[tokio::test]
async fn after_seven_days_nobody_wants_to_know() {
    let (stage, _) = wrong_key().await;
    stage.world.advance(DAY * 7 + CLAIM_LASTS);
    ask(&stage, 4).await;
    assert_eq!(stage.told().len(), 1);
}

/// The provider accepts one message more, and then refuses the key again.
fn accept_only_the_first(stage: &Stage) {
    let accepts_first = std::sync::atomic::AtomicBool::new(true);
    stage.world.outbound.answer(move |_| {
        let first = accepts_first.swap(false, std::sync::atomic::Ordering::Relaxed);
        let mut response = http::Response::new(bytes::Bytes::from_static(b"{}"));
        *response.status_mut() = if first { http::StatusCode::OK } else { http::StatusCode::UNAUTHORIZED };
        Ok(response)
    });
}

#[tokio::test]
async fn what_fails_again_is_not_sent_again_and_again() {
    let (stage, _) = wrong_key().await;
    accept_only_the_first(&stage);
    ask(&stage, 4).await;
    assert_eq!(stage.told().len(), 4, "it was tried");
    stage.world.outbound.answer_with(200, "{}");
    ask(&stage, 5).await;
    assert_eq!(stage.told().len(), 1);
}

#[tokio::test]
async fn a_message_that_a_recipient_refused_and_one_by_another_channel_stay_as_they_are() {
    let stage = Stage::new().await;
    let both = |a| Administrator {
        channels: vec![Channel::Email, Channel::Sms],
        phone: Some("+15550123".parse().unwrap()),
        ..a
    };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], both);
    let answer = |email: u16, sms: u16| {
        stage.world.outbound.answer(move |request: &http::Request<bytes::Bytes>| {
            let is_email = request.uri().host() == Some("api.postmarkapp.com");
            let mut response = http::Response::new(bytes::Bytes::from_static(b"{}"));
            *response.status_mut() = if is_email { email } else { sms }.try_into().unwrap();
            Ok(response)
        });
    };
    answer(422, 401);
    ask(&stage, 1).await;
    stage.told();
    answer(200, 401);
    ask(&stage, 2).await;
    assert_eq!(stage.told().len(), 2, "neither of the first request");
    answer(200, 201);
    ask(&stage, 3).await;
    let told = stage.told();
    assert_eq!((told.len(), told.iter().filter(|to| to.starts_with('+')).count()), (4, 3));
}

#[tokio::test]
async fn a_test_message_that_arrives_takes_them_along_too() {
    let (stage, _) = wrong_key().await;
    let body = serde_json::json!({ "organization_id": stage.company.id, "address": "boss@company.example" });
    let tried = stage.sender.post("/try").json(body).send().await;
    assert_eq!(tried.json()["accepted"], true, "{}", tried.text());
    stage.world.settle().await;
    assert_eq!(stage.told().len(), 4, "the test, and what failed");
    assert_eq!(states(&stage).await, [DeliveryState::Sent; 3]);
}

#[tokio::test]
async fn a_second_outage_is_made_good_too() {
    use DeliveryState::{Failed, Sent};
    let (stage, _) = wrong_key().await;
    accept_only_the_first(&stage);
    ask(&stage, 4).await;
    assert_eq!(states(&stage).await, [Failed, Failed, Failed, Sent]);
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    ask(&stage, 5).await;
    assert_eq!(stage.told().len(), 1, "not again and again");
    stage.world.advance(Duration::from_secs(11 * 60));
    ask(&stage, 6).await;
    assert_eq!(stage.told().len(), 4);
    assert_eq!(states(&stage).await, [Sent; 6]);
}

/// Sends what is due in the company, and dies before this write, if there are so many.
async fn send_and_die(stage: &Stage, nth: usize) -> bool {
    stage.world.memory.stop_before_write(nth);
    let body = serde_json::json!({ "organization_id": stage.company.id });
    stage.sender.post("/send").json(body).send().await;
    stage.world.settle().await;
    stage.world.memory.resume()
}

async fn later(stage: &Stage) {
    for _ in 0..3 {
        stage.world.advance(CLAIM_LASTS);
        stage.tick().await;
    }
}

async fn submitted(stage: &Stage, number: usize) {
    stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(number)).await;
    stage.plan().await;
}

/// The sender dies while the key is wrong, or once it was put right.
async fn repair_and_die(memory: Memory, nth: usize, while_wrong: bool) -> bool {
    let case = format!("{nth} {while_wrong}");
    let stage = Stage::over(World::over(memory)).await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.outbound.answer_with(401, "{}");
    submitted(&stage, 1).await;
    submitted(&stage, 2).await;
    let mut died = send_and_die(&stage, if while_wrong { nth } else { usize::MAX }).await;
    later(&stage).await;
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    submitted(&stage, 3).await;
    died |= send_and_die(&stage, if while_wrong { usize::MAX } else { nth }).await;
    later(&stage).await;
    assert_eq!(states(&stage).await, [DeliveryState::Sent; 3], "{case}");
    let told = stage.told().len();
    assert!((3..=4).contains(&told), "{case}: at most the one that was under way is sent again: {told}");
    died
}

#[tokio::test]
async fn wherever_the_sender_dies_all_follow() {
    for while_wrong in [true, false] {
        let mut nth = 1;
        while repair_and_die(Memory::like_sqlite(), nth, while_wrong).await {
            nth += 1;
            assert!(nth < MOST, "the work has an end");
        }
        assert!(nth > 10, "the faults cover the work: {nth}");
    }
}
