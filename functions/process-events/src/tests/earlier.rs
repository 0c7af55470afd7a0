//! Requests that have something in common are known, wherever a processor dies.
use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{DecisionScope, Likeness, Outcome, Request, RequestId};

use super::Stage;

impl Stage {
    /// The requests before one that have this in common with it, newest first.
    async fn before(&self, request: &Request, likeness: Likeness) -> Vec<RequestId> {
        let request = self.request(&request.id).await;
        let all = self.world.journal.earlier_requests(&request, 20).await.unwrap();
        all.into_iter().filter(|(each, _)| *each == likeness).flat_map(|(_, ids)| ids).collect()
    }
}

async fn submit_and_decide(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let (first, second) = (stage.ask().await, stage.ask().await);
    stage.decide(&first, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.world.memory.stop_before_write(nth);
    stage.process(&stage.company.id).await;
    let died = stage.world.memory.resume();
    stage.world.advance(std::time::Duration::from_secs(6 * 60));
    stage.tick().await;
    assert_eq!(stage.before(&second, Likeness::File).await, std::slice::from_ref(&first.id), "{nth}");
    assert_eq!(stage.before(&second, Likeness::User).await, [first.id], "{nth}");
    assert!(stage.before(&second, Likeness::Computer).await.is_empty(), "{nth}");
    died
}

#[tokio::test]
async fn whatever_write_a_processor_dies_at_the_requests_are_known_after_the_next_tick() {
    let mut nth = 1;
    while submit_and_decide(Memory::like_sqlite(), nth).await {
        nth += 1;
    }
    assert!(nth > 5, "the faults cover the work: {nth}");
}

#[tokio::test]
async fn somebody_who_joined_a_request_is_known_to_have_asked() {
    let stage = Stage::new().await;
    let first = stage.ask().await;
    stage.process_company().await;
    stage.join(&first, "carol", None).await;
    stage.process_company().await;
    let mut new = stage.new_request_for(7);
    new.requester.username = "CAROL".to_owned();
    let hers = stage.submit(&stage.world.computer(&stage.group), new).await;
    assert_eq!(stage.before(&hers, Likeness::User).await, [first.id]);
    assert!(stage.before(&hers, Likeness::File).await.is_empty());
}

#[tokio::test]
async fn what_a_decision_settled_along_does_not_push_out_how_the_file_was_decided() {
    let stage = Stage::new().await;
    let denied = stage.ask().await;
    stage.decide(&denied, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    let mut asked = Vec::new();
    for _ in 0..40 {
        asked.push(stage.ask().await);
    }
    stage.process_company().await;
    stage.decide(&asked[0], Outcome::Approved, DecisionScope::Organization, false).await;
    stage.process_company().await;
    stage.process_company().await;
    let last = stage.ask().await;
    let before = stage.before(&last, Likeness::File).await;
    assert!(before.contains(&denied.id) && before.contains(&asked[0].id), "{before:?}");
}
