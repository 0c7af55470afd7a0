//! The operations over the in-memory store, with captured outbound requests.
mod account;
mod bounces;
mod channels;
mod claims;
mod fallback;
mod incidents;
mod integrations;
mod providers;
mod push;
mod rates;
mod reading;
mod repair;
mod repair_elsewhere;
mod send;
mod settings;

use countersign_http::testing::TestApp;
pub use countersign_http::testing::stage::*;

countersign_http::stage!(
    process_events::router,
    plan_deliveries::router,
    deliver_notifications::router,
    compose_message::router,
    crate::router
);

/// The notification log of a stage, which another function shows.
pub fn log(stage: &Stage) -> TestApp {
    stage.world.app(list_notifications::router)
}
