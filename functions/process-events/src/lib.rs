//! `process-events`: derives from the journals what follows from an event: lists, deliveries, settled and ended requests,
//! the sealed audit. `send-notification` sends the deliveries.

mod effects;
mod expiry;
mod process;
mod send;
mod store_check;
mod sweep;
mod wire;

/// Runs futures a few at a time. Results come in the order in which they finish.
async fn at_once<T>(few: usize, all: Vec<futures::future::BoxFuture<'_, T>>) -> Vec<T> {
    use futures::StreamExt;
    futures::stream::iter(all).buffer_unordered(few).collect().await
}

mod api {
    use crate::sweep;

    countersign_http::operations![sweep::deliver_notifications];
}

pub use api::openapi;

/// Serves the operation of this function, and `/process`, which the manifest makes private to the other functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    let process = axum::routing::post(process::process);
    let private = axum::Router::new().route("/process", process).with_state(services.clone());
    api::router(services).merge(private)
}

#[cfg(test)]
mod tests;
