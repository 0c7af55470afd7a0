//! `send-notification`: has due messages composed and sends them to providers, shows the notification log.

mod bounce;
mod channels;
mod log;
mod provider;
mod resend_failed;
mod send;
mod sending;
mod try_address;
mod wire;

mod api {
    use crate::{channels, log, resend_failed};

    countersign_http::operations![
        log::list_notifications,
        channels::show_channels,
        log::resend_notification,
        resend_failed::resend_failed,
    ];
}

pub use api::openapi;

/// Serves the operations of this function, and `/send` and `/try`, which the manifest makes private to the other
/// functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    let send = axum::routing::post(send::send);
    let try_address = axum::routing::post(try_address::try_address);
    let private = axum::Router::new().route("/send", send).route("/try", try_address);
    let private = private.with_state(services.clone());
    api::router(services).merge(private)
}

#[cfg(test)]
mod tests;
