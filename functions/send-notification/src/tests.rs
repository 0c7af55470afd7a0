//! The operations over the in-memory store, with captured outbound requests.
mod account;
mod bounces;
mod channels;
mod claims;
mod fallback;
mod integrations;
mod log;
mod providers;
mod push;
mod rates;
mod reading;
mod repair;
mod resend_failed;
mod send;

pub use countersign_http::testing::stage::*;

countersign_http::stage!(
    process_events::router,
    plan_deliveries::router,
    deliver_notifications::router,
    compose_message::router,
    crate::router
);
