//! `send-notification`: processes events into lists and deliveries, sends due messages, shows the notification log.

mod effects;
mod expiry;
mod log;
mod message;
mod process;
mod provider;
mod readable;
mod sending;
mod store_check;
mod sweep;
mod wire;

/// Runs futures a few at a time. Results come in the order in which they finish.
async fn at_once<T>(few: usize, all: Vec<futures::future::BoxFuture<'_, T>>) -> Vec<T> {
    use futures::StreamExt;
    futures::stream::iter(all).buffer_unordered(few).collect().await
}

mod api {
    use crate::{log, sweep};

    countersign_http::operations![
        sweep::deliver_notifications,
        log::list_notifications,
        log::resend_notification,
    ];
}

pub use api::openapi;

/// Serves the operations of this function, and `/process`, which the manifest makes private to the other functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    let process = axum::routing::post(process::process);
    let private = axum::Router::new().route("/process", process).with_state(services.clone());
    api::router(services).merge(private)
}

#[cfg(test)]
mod tests;
