//! `push-notification`: an administrator's subscriptions to push messages, and encrypting and sending these.

mod encrypt;
mod health;
mod push;
mod subscriptions;
mod target;
mod vapid;
mod wire;

mod api {
    use crate::subscriptions;

    countersign_http::operations![
        subscriptions::list_push_subscriptions,
        subscriptions::create_push_subscription,
        subscriptions::delete_push_subscription,
    ];
}

pub use api::openapi;

/// Serves the operations of this function, and `/push`, which the manifest makes private to the function that sends.
pub fn router(services: countersign_http::Services) -> axum::Router {
    let private = axum::Router::new().route("/push", axum::routing::post(push::push));
    let private = private.with_state(services.clone());
    api::router(services).merge(private)
}

#[cfg(test)]
mod tests;
