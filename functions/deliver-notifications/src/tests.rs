//! The operations over the in-memory store, with captured outbound requests.
mod calls;
mod expiry;
mod retention;

pub use countersign_http::testing::stage::*;

countersign_http::stage!(
    process_events::router,
    plan_deliveries::router,
    crate::router,
    compose_message::router,
    send_notification::router
);
