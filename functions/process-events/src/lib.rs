//! `process-events`: derives from the journals what follows from an event: lists, notices, settled and ended requests, the
//! sealed audit. `deliver-notifications` calls it again for what was missed, `plan-deliveries` expands the notices.
//! It has no public operation.

mod effects;
mod process;

/// Serves `/process`. The manifest makes it private to the other functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    axum::Router::new().route("/process", axum::routing::post(process::process)).with_state(services)
}

#[cfg(test)]
mod tests;
