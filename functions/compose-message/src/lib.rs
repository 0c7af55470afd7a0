//! `compose-message`: the words of messages, in the recipient's language and time zone. What a message is about is read when it is
//! sent; a delivery whose time is over is not sent any more. It has no public operation.

mod brand;
mod compose;
mod message;

/// Serves `/compose`. The manifest makes it private to the other functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    axum::Router::new().route("/compose", axum::routing::post(compose::compose)).with_state(services)
}
