//! A flag is carried to the organizations below some at a time, and finds approvals that no set has by their subject.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{ActName, List, Organization, RequestStatus};

use super::{Stage, dies};

impl Stage {
    /// So many organizations below the company.
    async fn children(&self, many: usize) -> Vec<Organization> {
        let mut children = Vec::new();
        for number in 0..many {
            self.world.advance(Duration::from_millis(5));
            children.push(self.world.organization(&self.company, &format!("Child {number}")));
        }
        self.process_company().await;
        children
    }

    async fn steps(&self) -> Vec<u64> {
        let events = self.events(List::SystemAudit, ActName::FileFlagSpread).await;
        events.iter().map(|event| event.detail()["organizations"].as_u64().unwrap()).collect()
    }
}

#[tokio::test]
async fn it_reaches_every_organization_below_however_many_there_are() {
    let stage = Stage::new().await;
    let children = stage.children(45).await;
    let flagged = stage.ask().await;
    let mut asked = Vec::new();
    for child in &children {
        asked.push(stage.ask_below(child).await);
        stage.process(&child.id).await;
    }
    stage.process_company().await;
    stage.flag(&flagged, &stage.company.id).await;
    stage.process_company().await;
    stage.process_company().await;
    for request in &asked {
        assert_eq!(stage.status_of(request).await, RequestStatus::Denied);
    }
    assert_eq!(stage.steps().await, [40, 20], "and the last five");
}

#[tokio::test]
async fn one_that_was_cleared_is_carried_no_further() {
    let stage = Stage::new().await;
    let children = stage.children(21).await;
    let flagged = stage.ask().await;
    let last = stage.ask_below(&children[0]).await;
    stage.process(&children[0].id).await;
    stage.process_company().await;
    let flag = stage.flag(&flagged, &stage.company.id).await;
    let cleared = |old: &countersign_model::FileFlag| {
        let by = countersign_model::Cleared {
            administrator_id: old.administrator_id.clone(),
            administrator_name: old.administrator_name.clone(),
            at: old.at,
        };
        Ok::<_, std::convert::Infallible>(old.clear(by).unwrap())
    };
    stage.world.journal.update(&flag.id, cleared).await.unwrap();
    stage.process_company().await;
    assert_eq!(stage.status_of(&last).await, RequestStatus::Pending);
    assert_eq!(stage.steps().await, Vec::<u64>::new());
}

/// Dies before the given write, then lets others finish. Whether there was such a write.
async fn carry_and_die(memory: Memory, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let children = stage.children(22).await;
    let flagged = stage.ask().await;
    // The first and the last to which it is carried.
    let (first, last) = (children.last().unwrap(), children.first().unwrap());
    let asked = [stage.ask_below(first).await, stage.ask_below(last).await];
    for child in [first, last] {
        stage.process(&child.id).await;
    }
    stage.process_company().await;
    stage.flag(&flagged, &stage.company.id).await;
    let died = dies(&stage, nth, false).await;
    for _ in 0..3 {
        stage.world.advance(Duration::from_secs(6 * 60));
        stage.process_company().await;
        for child in [first, last] {
            stage.process(&child.id).await;
        }
    }
    for request in asked.iter().chain([&flagged]) {
        assert_eq!(stage.status_of(request).await, RequestStatus::Denied, "{nth}");
    }
    assert_eq!(stage.steps().await, [20], "{nth}");
    died
}

#[tokio::test]
async fn whatever_write_carrying_it_dies_at_it_is_carried_on_once() {
    let mut nth = 1;
    while carry_and_die(Memory::like_redis(), nth).await {
        nth += 1;
        assert!(nth < 150, "the work has an end");
    }
    assert!(nth > 12, "the faults cover the work: {nth}");
}
