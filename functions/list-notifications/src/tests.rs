//! The operations over the in-memory store, with captured outbound requests.
mod log;
mod resend_failed;
mod rows;

use countersign_http::testing::TestApp;
pub use countersign_http::testing::stage::*;

countersign_http::stage!(
    process_events::router,
    plan_deliveries::router,
    deliver_notifications::router,
    compose_message::router,
    send_notification::router
);

/// This function on a stage.
pub fn app(stage: &Stage) -> TestApp {
    stage.world.app(crate::router)
}
