//! A message that speaks for several requests: when it no longer does, the next one is sent.
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::request::PENDING_LASTS;
use countersign_model::{Administrator, DecisionScope, DeliveryState, Outcome, Permission, Request};

use super::Stage;

/// Two computers ask for one file; one administrator is told of the first.
async fn two_asked() -> (Stage, Request, Request, String) {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let (first, second) = (stage.ask().await, stage.ask().await);
    stage.process_company().await;
    let address = person.record.email.to_string();
    assert_eq!(stage.told(), std::slice::from_ref(&address));
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Collapsed);
    (stage, first, second, address)
}

async fn state_of(stage: &Stage, request: &Request) -> DeliveryState {
    let all = stage.deliveries().await;
    let mut of: Vec<_> =
        all.into_iter().filter(|each| each.request_id.as_ref() == Some(&request.id)).collect();
    assert_eq!(of.len(), 1, "{of:?}");
    of.remove(0).state
}

#[tokio::test]
async fn when_the_request_that_was_told_of_is_cancelled_the_next_one_is_told_of() {
    let (stage, first, second, address) = two_asked().await;
    stage.cancel(&first).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [address]);
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Sent);
}

#[tokio::test]
async fn the_same_when_it_is_denied_or_approved_for_its_computer_or_ignored() {
    for outcome in [Outcome::Denied, Outcome::Approved, Outcome::Ignored] {
        let (stage, first, second, address) = two_asked().await;
        stage.decide(&first, outcome, DecisionScope::Computer, false).await;
        stage.process_company().await;
        assert_eq!(stage.told(), [address], "{outcome:?}");
        assert_eq!(state_of(&stage, &second).await, DeliveryState::Sent, "{outcome:?}");
    }
}

#[tokio::test]
async fn the_same_when_its_computer_is_removed() {
    let (stage, first, second, address) = two_asked().await;
    stage.remove(&first).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [address]);
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Sent);
}

#[tokio::test]
async fn the_same_when_it_expires() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    stage.world.advance(Duration::try_from(PENDING_LASTS).unwrap() / 2);
    let second = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    stage.world.advance(Duration::try_from(PENDING_LASTS).unwrap() / 2);
    stage.tick().await;
    stage.tick().await;
    assert_eq!(stage.told(), [person.record.email.to_string()]);
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Sent);
}

#[tokio::test]
async fn whoever_is_settled_along_is_not_told_of() {
    for (outcome, matching) in [(Outcome::Approved, false), (Outcome::Denied, true)] {
        let (stage, first, second, _) = two_asked().await;
        stage.decide(&first, outcome, DecisionScope::Organization, matching).await;
        stage.process_company().await;
        assert_eq!(stage.told(), Vec::<String>::new(), "{outcome:?}");
        assert_eq!(state_of(&stage, &second).await, DeliveryState::Collapsed, "{outcome:?}");
    }
}

#[tokio::test]
async fn when_its_message_could_not_be_sent_the_next_one_is_sent_instead() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let first = stage.ask().await;
    let second = stage.ask().await;
    stage.world.outbound.answer_with(422, "{}");
    stage.plan().await;
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Collapsed);
    let done = stage.tick().await;
    assert_eq!(done["deliveries_failed"], 1);
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    stage.tick().await;
    assert_eq!(stage.told(), [person.record.email.to_string()]);
    assert_eq!(state_of(&stage, &first).await, DeliveryState::Failed);
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Sent);
}

#[tokio::test]
async fn a_chain_of_endings_tells_of_one_after_the_other() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let mut requests = Vec::new();
    for _ in 0..5 {
        requests.push(stage.ask().await);
    }
    stage.process_company().await;
    for (n, request) in requests.iter().enumerate() {
        assert_eq!(stage.told().len(), 1, "{n}");
        stage.cancel(request).await;
        stage.process_company().await;
    }
    assert_eq!(stage.told(), Vec::<String>::new(), "the last one stood for nobody");
    let left = stage.world.memory.dump().into_keys().filter(|key| key.contains("r/told_")).count();
    assert_eq!(left, 0, "nothing is remembered of what nobody waits for");
}

#[tokio::test]
async fn one_who_subscribes_later_hears_of_one_of_many_matching_requests() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    for _ in 0..25 {
        stage.ask().await;
    }
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    let later = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.advance(Duration::from_secs(2));
    for _ in 0..3 {
        stage.ask().await;
        stage.process_company().await;
    }
    assert_eq!(stage.told(), [later.record.email.to_string()], "once, not for each of the three");
}

#[tokio::test]
async fn whoever_may_not_open_the_next_one_any_more_is_not_told_of_it() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let (first, second) = (stage.ask().await, stage.ask().await);
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    let none = |old: &Administrator| Ok::<_, Infallible>(old.with_permissions([]));
    stage.world.journal.update(&person.record.id, none).await.unwrap();
    stage.world.advance(Duration::from_secs(2));
    stage.cancel(&first).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Collapsed);
}

/// A planner dies before its `nth` write when the request ends that stood for another one. Whether it died.
async fn end_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let person = stage.subscriber(&stage.company, &[Permission::SuperAdmin]).record;
    let (first, second) = (stage.ask().await, stage.ask().await);
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    stage.cancel(&first).await;
    stage.process_alone().await;
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    let died = stage.world.memory.resume();
    for _ in 0..2 {
        stage.world.advance(Duration::from_secs(6 * 60));
        stage.tick().await;
    }
    assert_eq!(stage.told(), [person.email.to_string()], "{nth}");
    assert_eq!(state_of(&stage, &second).await, DeliveryState::Sent, "{nth}");
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_the_next_one_is_told_of_once() {
    let mut nth = 1;
    while end_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < 80, "the work has an end");
    }
    assert!(nth > 4, "the faults cover the work: {nth}");
}
