//! Two planners at once. A lease keeps planners apart only as long as their clocks agree: to a host whose clock is ahead, the lease of
//! another host has expired, and both plan the same notices.
use std::time::Duration;

use countersign_kv::memory::{Schedule, pause};
use countersign_model::Permission;
use futures::FutureExt as _;

use super::Stage;
use super::digests::ask;

/// More than one round has.
const REQUESTS: usize = 40;
/// After this time a planner's lease has expired.
const EXPIRED: Duration = Duration::from_secs(120);
/// In some of these orders one planner takes out what the other has planned.
const SEEDS: std::ops::Range<u64> = 0..24;

#[tokio::test]
async fn a_planner_that_another_was_faster_than_has_not_failed() {
    for seed in SEEDS {
        let stage = Stage::new().await;
        stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        ask(&stage, 0..REQUESTS).await;
        stage.process_alone().await;
        let later = async {
            for _ in 0..10 * seed {
                pause().await;
            }
            stage.world.advance(EXPIRED);
            stage.plan_alone().await
        };
        stage.world.memory.interleave(true);
        let answers = Schedule::new(seed).run(vec![stage.plan_alone().boxed(), later.boxed()]);
        stage.world.memory.interleave(false);
        assert_eq!(answers, [Some(200), Some(200)], "seed {seed}");
        stage.plan_alone().await;
        stage.tick().await;
        let told = stage.told().len();
        assert_eq!(told, 20, "seed {seed}: the rest is in a digest");
    }
}
