//! `send-notification`: has due messages composed and sends them to providers, and shows how these are doing.

mod channels;
mod provider;
mod send;
mod sending;
mod settings;
mod try_address;
mod wire;

mod api {
    use crate::channels;

    countersign_http::operations![channels::show_channels];
}

pub use api::openapi;

/// Serves the operation of this function, and `/send`, `/try` and `/settings`, which the manifest makes private to the other
/// functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    let send = axum::routing::post(send::send);
    let try_address = axum::routing::post(try_address::try_address);
    let settings = axum::routing::post(settings::check_settings);
    let private =
        axum::Router::new().route("/send", send).route("/try", try_address).route("/settings", settings);
    let private = private.with_state(services.clone());
    api::router(services).merge(private)
}

#[cfg(test)]
mod tests;
