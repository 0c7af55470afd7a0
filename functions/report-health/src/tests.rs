//! The operations over the in-memory store.
mod health;
mod metrics;

countersign_http::stage!(
    process_events::router,
    plan_deliveries::router,
    deliver_notifications::router,
    compose_message::router,
    send_notification::router
);
