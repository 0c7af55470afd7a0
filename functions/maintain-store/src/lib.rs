//! `maintain-store`: what the commands of whoever runs the deployment do to the store: say what is under its keys, verify it,
//! mark that it was restored, recover an administrator. The host calls it in
//! its own process, for a command on the machine. No other component may call it, and no route reaches it: it asks for no credentials.

mod kinds;
mod recover;
mod restored;
mod verify;
mod wire;

use axum::Router;
use axum::routing::post;

/// Serves the commands. The manifest makes them private, and no component lists this one among those that it may call.
pub fn router(services: countersign_http::Services) -> Router {
    Router::new()
        .route("/kinds", post(kinds::kinds))
        .route("/inspect", post(restored::inspect))
        .route("/verify/keys", post(verify::keys))
        .route("/verify/organization", post(verify::organization))
        .route("/recover", post(recover::recover))
        .route("/begin-epoch", post(restored::begin_epoch))
        .route("/end-sessions", post(restored::end_sessions))
        .route("/restored", post(restored::restored))
        .with_state(services)
}

#[cfg(test)]
mod tests;
