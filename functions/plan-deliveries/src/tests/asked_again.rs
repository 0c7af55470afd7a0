//! Asking again tells those who could not be told before, and nobody twice.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{DecisionScope, DeliveryState, Outcome, Permission, Request};

use super::Stage;

/// Longer than a failed message is left alone, and than a claim of a dead sender holds.
const LATER: Duration = Duration::from_secs(11 * 60);
/// More writes than the work has.
const MOST: usize = 60;

#[tokio::test]
async fn an_administrator_who_may_open_it_only_now_hears_when_somebody_asks_again() {
    let stage = Stage::new().await;
    let first = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), [first.record.email.to_string()]);
    let second = stage.subscriber(&stage.company, &[Permission::ApproveForGroup]);
    stage.world.advance(Duration::from_secs(2));
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "not before");
    stage.repeat(&request).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [second.record.email.to_string()]);
    let third = stage.subscriber(&stage.company, &[Permission::ApproveForGroup]);
    stage.world.advance(Duration::from_secs(2));
    stage.join(&request, "carol", None).await;
    stage.join(&request, "dave", None).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [third.record.email.to_string()], "also when another user joins; once");
    stage.repeat(&request).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    assert_eq!(stage.deliveries().await.len(), 3, "each is in the log once");
}

/// A request of which the provider refused the only message with this status; from now on it accepts them.
async fn refused(status: u16) -> (Stage, Request) {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.world.outbound.answer_with(status, "{}");
    stage.process_company().await;
    assert_eq!(stage.states().await[0].1, DeliveryState::Failed);
    stage.told();
    stage.world.outbound.answer_with(200, "{}");
    (stage, request)
}

#[tokio::test]
async fn a_message_that_could_not_be_sent_is_sent_when_somebody_asks_again_later() {
    let (stage, request) = refused(422).await;
    stage.repeat(&request).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "a message that has just failed is left alone");
    stage.world.advance(LATER);
    stage.repeat(&request).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    assert_eq!(stage.states().await.len(), 1, "it is the same delivery");
    assert_eq!(stage.states().await[0].1, DeliveryState::Sent);
}

#[tokio::test]
async fn of_a_request_that_is_decided_nobody_is_told_who_was_not() {
    let stage = Stage::new().await;
    let request = stage.ask().await;
    stage.process_company().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.repeat(&request).await;
    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
}

async fn ask_again_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let request = stage.ask().await;
    stage.process_company().await;
    let late = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.world.advance(Duration::from_secs(2));
    stage.repeat(&request).await;
    stage.world.memory.stop_before_write(nth);
    stage.process(&stage.company.id).await;
    let died = stage.world.memory.resume();
    stage.world.advance(LATER);
    stage.tick().await;
    let told = stage.told();
    let address = late.record.email.to_string();
    assert!((1..=2).contains(&told.len()) && told.iter().all(|to| *to == address), "{nth}: {told:?}");
    assert_eq!(stage.states().await, [(address, DeliveryState::Sent)], "{nth}");
    died
}

#[tokio::test]
async fn wherever_the_processor_dies_whoever_was_not_told_is_told() {
    let mut nth = 1;
    while ask_again_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < MOST, "the work has an end");
    }
    assert!(nth > 3, "the faults cover the work: {nth}");
}

#[tokio::test]
async fn after_a_wrong_key_was_put_right_asking_again_tells_at_once() {
    let (stage, request) = refused(401).await;
    stage.repeat(&request).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1, "the recipient had no part in it");
    assert_eq!(stage.states().await[0].1, DeliveryState::Sent);
}
