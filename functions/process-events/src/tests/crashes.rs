//! Dying anywhere: at whatever write the host dies, the next tick completes the work, and the log shows every message
//! once.
use std::time::Duration;

use countersign_http::testing::World;
use countersign_kv::memory::Memory;
use countersign_model::{
    ActName, Administrator, DecisionScope, DeliveryState, List, Outcome, Permission, RequestStatus,
};

use super::Stage;

/// Longer than a claim of a dead sender holds.
const CLAIM_LASTS: Duration = Duration::from_secs(6 * 60);
/// More writes than the work has.
const MOST: usize = 100;

#[derive(Clone, Copy, Debug)]
enum Fault {
    Before,
    After,
    Fails,
}

fn break_at(memory: &Memory, fault: Fault, nth: usize) {
    match fault {
        Fault::Before => memory.stop_before_write(nth),
        Fault::After => memory.stop_after_write(nth),
        Fault::Fails => memory.fail_write(nth),
    }
}

async fn submit_and_decide(memory: Memory, fault: Fault, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let person = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |a| Administrator {
        email: "ann@example.com".parse().unwrap(),
        ..a
    });
    let decided = stage.ask().await;
    let mut new = stage.new_request();
    new.requester.email = Some("bob@example.com".parse().unwrap());
    let matching = stage.submit(&stage.world.computer(&stage.group), new).await;
    stage.join(&matching, "carol", Some("carol@example.com")).await;
    stage.join(&matching, "dave", Some("dave@example.com")).await;
    stage.withdraw(&matching, "dave").await;
    break_at(&stage.world.memory, fault, nth);
    stage.process(&stage.company.id).await;
    let mut died = stage.world.memory.resume();
    // Leases and claims of dead processes expire.
    stage.world.advance(CLAIM_LASTS);
    stage.tick().await;
    let case = format!("{fault:?} {nth}");
    assert_eq!(
        stage.states().await,
        [
            (person.record.email.to_string(), DeliveryState::Sent),
            (person.record.email.to_string(), DeliveryState::Collapsed),
        ],
        "{case}"
    );
    let told = stage.told();
    assert!(told == ["ann@example.com"] || (told.len() == 2 && told[0] == told[1]), "{case}: {told:?}");

    stage.decide(&decided, Outcome::Approved, DecisionScope::Organization, false).await;
    break_at(&stage.world.memory, fault, nth);
    stage.process(&stage.company.id).await;
    died |= stage.world.memory.resume();
    stage.world.advance(CLAIM_LASTS);
    stage.tick().await;
    stage.world.advance(CLAIM_LASTS);
    stage.tick().await;
    assert_eq!(stage.request(&matching.id).await.status, RequestStatus::Approved, "{case}");
    assert_eq!(stage.events(List::SystemAudit, ActName::RequestSettled).await.len(), 1, "{case}");
    let (told, log) = (stage.told(), stage.deliveries().await);
    for address in ["bob@example.com", "carol@example.com"] {
        let times = told.iter().filter(|to| *to == address).count();
        assert!((1..=2).contains(&times), "at least once, and again only after a crash: {case}: {times}");
        assert_eq!(log.iter().filter(|each| each.address == address).count(), 1, "{case}");
    }
    assert_eq!(log.len(), 4, "nobody who has withdrawn: {case}");
    died
}

#[tokio::test]
async fn whatever_write_it_dies_at_the_next_tick_completes_the_work() {
    let mut writes = 0;
    for fault in [Fault::Before, Fault::After] {
        writes = 1;
        while submit_and_decide(Memory::like_sqlite(), fault, writes).await {
            writes += 1;
            assert!(writes < MOST, "the work has an end");
        }
        assert!(writes > 10, "the faults cover all of the work: {writes}");
    }
    for nth in 1..writes {
        submit_and_decide(Memory::like_redis(), Fault::Fails, nth).await;
    }
}
