//! The operations over the in-memory store, with captured outbound requests.
mod asked;
mod asked_again;
mod audience;
mod requester;
mod requesters;
mod standing;

pub use countersign_http::testing::stage::*;

countersign_http::stage!(
    process_events::router,
    crate::router,
    deliver_notifications::router,
    compose_message::router,
    send_notification::router
);
