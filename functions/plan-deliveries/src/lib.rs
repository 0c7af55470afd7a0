//! `plan-deliveries`: decides who hears of what, by which channel and when. It expands the notices that processing leaves
//! into deliveries, which `send-notification` sends. It has no public operation.

mod plan;
mod planner;

/// Serves `/plan`. The manifest makes it private to the other functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    axum::Router::new().route("/plan", axum::routing::post(plan::plan)).with_state(services)
}

#[cfg(test)]
mod tests;
