//! The requests of the computers of an enrollment key are counted as they are submitted and end.
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::{Device, World};
use countersign_kv::memory::Memory;
use countersign_model::{Computer, DecisionScope, EnrollmentKeyId, Outcome, Request};
use countersign_store::{KeyRequests, KeyWeek};
use ulid::Ulid;

use super::{Stage, dies};

fn key(number: u128) -> EnrollmentKeyId {
    EnrollmentKeyId::from_ulid(Ulid::from_parts(1, number))
}

/// A computer that enrolled with the key of this number.
async fn enroll(stage: &Stage, number: u128) -> Device {
    let Device { record, token } = stage.world.computer(&stage.group);
    let with_key = |old: &Computer| {
        Ok::<_, Infallible>(Computer { enrollment_key_id: Some(key(number)), ..old.clone() })
    };
    let record = stage.world.journal.update(&record.id, with_key).await.unwrap().value;
    Device { record, token }
}

async fn counted(stage: &Stage, number: u128, of: &Request) -> (u64, u64) {
    let week = KeyWeek::of(&key(number), of.created_at);
    let KeyRequests { submitted, ended } = stage.world.journal.key_requests(&week).await.unwrap();
    (submitted, ended)
}

#[tokio::test]
async fn requests_count_from_their_submission_until_they_end_in_any_way() {
    let stage = Stage::new().await;
    stage.wait_for_days(7).await;
    let (one, other) = (enroll(&stage, 1).await, enroll(&stage, 1).await);
    let mut requests = Vec::new();
    for number in 0..4 {
        requests.push(stage.submit(&one, stage.new_request_for(number)).await);
    }
    let settled = stage.submit(&other, stage.new_request_for(0)).await;
    let of_another = stage.submit(&enroll(&stage, 2).await, stage.new_request_for(9)).await;
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(counted(&stage, 1, &settled).await, (5, 0));
    assert_eq!(counted(&stage, 2, &of_another).await, (1, 0));

    stage.decide(&requests[0], Outcome::Approved, DecisionScope::Organization, false).await;
    stage.decide(&requests[1], Outcome::Denied, DecisionScope::Computer, false).await;
    stage.cancel(&requests[2]).await;
    stage.process_company().await;
    stage.process_company().await;
    assert_eq!(counted(&stage, 1, &settled).await, (5, 4), "with the one that was settled along");

    // The last one expires, and is counted in the week in which it was made.
    stage.world.advance(Duration::from_secs(8 * 24 * 3600));
    for _ in 0..3 {
        stage.tick().await;
    }
    assert_eq!(counted(&stage, 1, &settled).await, (5, 5));
    assert_eq!(counted(&stage, 2, &of_another).await, (1, 1));
}

/// Whether the host died at this write of processing a submission and then a withdrawal.
async fn died(memory: Memory, after: bool, nth: usize) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    let request = stage.submit(&enroll(&stage, 1).await, stage.new_request()).await;
    let mut died = dies(&stage, nth, after).await;
    stage.world.advance(Duration::from_secs(60));
    stage.tick().await;
    let (submitted, ended) = counted(&stage, 1, &request).await;
    assert!(submitted <= 1 && ended == 0 && (died || submitted == 1), "{nth}: {submitted}, {ended}");
    stage.cancel(&request).await;
    died |= dies(&stage, nth, after).await;
    stage.world.advance(Duration::from_secs(60));
    stage.tick().await;
    let (submitted, ended) = counted(&stage, 1, &request).await;
    assert!(submitted <= 1 && ended <= 1 && (died || ended == 1), "{nth}: {submitted}, {ended}");
    died
}

#[tokio::test]
async fn whatever_write_the_processor_dies_at_an_event_is_counted_at_most_once() {
    for after in [true, false] {
        let mut nth = 1;
        while died(Memory::like_sqlite(), after, nth).await {
            nth += 1;
            assert!(nth < 100, "the work has an end");
        }
        assert!(nth > 5, "the faults cover all of the work: {nth}");
    }
}
