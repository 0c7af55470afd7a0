//! Others ask for the same: those who were told of the request hear of it, at most once in fifteen minutes.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{DecisionScope, Outcome, Permission, Request};

use super::Stage;

const PERIOD: Duration = Duration::from_secs(15 * 60);
/// More writes than the work has.
const MOST: usize = 80;

/// One administrator was told of a request.
async fn told_of_one(stage: &Stage) -> Request {
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let request = stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    stage.world.advance(Duration::from_secs(2));
    request
}

async fn texts_later(stage: &Stage) -> Vec<String> {
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "not at once");
    stage.world.advance(PERIOD);
    stage.tick().await;
    stage.messages().into_iter().map(|(_, text)| text).collect()
}

#[tokio::test]
async fn users_who_join_are_told_of_in_one_message_when_the_period_is_over() {
    let stage = Stage::new().await;
    let request = told_of_one(&stage).await;
    for user in ["carol", "dave", "erin"] {
        stage.join(&request, user, None).await;
    }
    let texts = texts_later(&stage).await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("4 users of"), "{}", texts[0]);
    assert!(texts[0].contains("Also asked by: carol, dave, erin"), "{}", texts[0]);
    stage.world.advance(PERIOD);
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "once");
    stage.join(&request, "frank", None).await;
    assert_eq!(texts_later(&stage).await.len(), 1, "and again when more join");
}

#[tokio::test]
async fn computers_that_ask_for_the_same_are_counted() {
    let stage = Stage::new().await;
    told_of_one(&stage).await;
    for _ in 0..3 {
        stage.ask().await;
    }
    let texts = texts_later(&stage).await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("users of 4 computers wait"), "{}", texts[0]);
}

#[tokio::test]
async fn nobody_hears_of_it_when_the_request_is_decided_or_all_who_joined_withdrew() {
    for withdraws in [true, false] {
        let stage = Stage::new().await;
        let request = told_of_one(&stage).await;
        stage.join(&request, "carol", None).await;
        stage.process_company().await;
        if withdraws {
            stage.withdraw(&request, "carol").await;
        } else {
            stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
        }
        stage.process_company().await;
        stage.told();
        stage.world.advance(PERIOD);
        stage.tick().await;
        assert_eq!(stage.told(), Vec::<String>::new(), "{withdraws}");
    }
}

#[tokio::test]
async fn whoever_is_told_only_now_is_not_told_twice() {
    let stage = Stage::new().await;
    let request = told_of_one(&stage).await;
    let late = stage.subscriber(&stage.company, &[Permission::ApproveForGroup]);
    stage.world.advance(Duration::from_secs(2));
    stage.join(&request, "carol", None).await;
    stage.process_company().await;
    assert_eq!(stage.told(), [late.record.email.to_string()], "of the request, which names both users");
    stage.world.advance(PERIOD);
    stage.tick().await;
    let told = stage.told();
    assert_eq!(told.len(), 1);
    assert_ne!(told[0], late.record.email.to_string());
}

async fn join_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let request = told_of_one(&stage).await;
    stage.join(&request, "carol", None).await;
    stage.ask().await;
    stage.process_alone().await;
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    let mut died = stage.world.memory.resume();
    stage.world.advance(PERIOD);
    stage.world.memory.stop_before_write(nth);
    stage.plan_alone().await;
    died |= stage.world.memory.resume();
    for _ in 0..3 {
        stage.world.advance(PERIOD);
        stage.tick().await;
    }
    assert_eq!(stage.told().len(), 1, "{nth}");
    died
}

#[tokio::test]
async fn wherever_a_planner_dies_those_who_joined_are_told_of_once() {
    let mut nth = 1;
    while join_and_die(Memory::like_sqlite(), nth).await {
        nth += 1;
        assert!(nth < MOST, "the work has an end");
    }
    assert!(nth > 6, "the faults cover the work: {nth}");
}
