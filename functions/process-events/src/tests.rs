//! The operations over the in-memory store, with captured outbound requests.
mod anew;
mod calls;
mod chain;
mod crashes;
mod damage;
mod earlier;
mod ending;
mod ending_dies;
mod enrollment;
mod flags;
mod flags_carried;
mod followers;
mod groups;
mod late;
mod matching;
mod moving;
mod policies;
mod rules;
mod twins;

pub use countersign_http::testing::World;
pub use countersign_http::testing::stage::*;

use std::time::Duration;

use countersign_kv::memory::Like;

/// Every kind of store, and whether the processor dies after a write rather than before one. Both leave the same behind but at the
/// first and the last write, so each kind has one of them where a run is long.
pub const DEATHS: [(Like, bool); 4] =
    [(Like::Ideal, true), (Like::Sqlite, false), (Like::Redis, true), (Like::RedisMended, false)];

/// Processes the company's events until the processor dies at this write. Returns whether it did.
pub async fn dies(stage: &Stage, nth: usize, after: bool) -> bool {
    stage.world.memory.stop_at_write(nth, after);
    stage.process(&stage.company.id).await;
    stage.world.memory.resume()
}

/// Lets another processor go on, until leases and claims of dead processes have expired.
pub async fn goes_on(stage: &Stage) {
    for _ in 0..3 {
        stage.world.advance(Duration::from_secs(6 * 60));
        stage.tick().await;
    }
}

countersign_http::stage!(
    crate::router,
    plan_deliveries::router,
    deliver_notifications::router,
    compose_message::router,
    send_notification::router
);
