//! Two planners at once, such as those of hosts whose clocks differ by more than a lease lasts.
use std::sync::Arc;
use std::time::Duration;

use countersign_http::Services;
use countersign_http::testing::{CapturedOutbound, TestApp};
use countersign_kv::memory::{Schedule, pause};
use countersign_model::Permission;
use futures::FutureExt as _;
use serde_json::json;

use super::Stage;
use super::digests::ask;

/// More than one round has.
const REQUESTS: usize = 40;
/// Longer than a planner's lease lasts.
const LEASE: Duration = Duration::from_secs(120);
/// In some of these orders one planner takes out what the other has planned.
const SEEDS: std::ops::Range<u64> = 0..24;

#[tokio::test]
async fn a_planner_that_another_was_faster_than_has_not_failed() {
    for seed in SEEDS {
        let stage = Stage::new().await;
        stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
        ask(&stage, 0..REQUESTS).await;
        stage.process_alone().await;
        let body = json!({ "organization_id": stage.company.id, "sends_itself": true });
        let planner = |waits: u64, ahead: Duration| {
            let outbound = Arc::new(CapturedOutbound::default());
            let app = TestApp::new(crate::router(Services { outbound, ..stage.world.services() }));
            let (world, body) = (&stage.world, body.clone());
            async move {
                for _ in 0..waits {
                    pause().await;
                }
                world.advance(ahead);
                app.post("/plan").json(body).send().await.status
            }
            .boxed()
        };
        stage.world.memory.interleave(true);
        let planners = vec![planner(0, Duration::ZERO), planner(10 * seed, LEASE)];
        let answers = Schedule::new(seed).run(planners);
        stage.world.memory.interleave(false);
        assert_eq!(answers, [Some(200), Some(200)], "seed {seed}");
        stage.plan_alone().await;
        stage.tick().await;
        let told = stage.told().len();
        assert_eq!(told, 20, "seed {seed}: the rest is in a digest");
    }
}
