//! `plan-deliveries`: decides who hears of what, by which channel and when. It expands the notices that processing leaves
//! into deliveries, which `send-notification` sends. It has no public operation.

mod may_hear;
mod plan;
mod planner;

/// Serves `/plan` and `/may-hear`. The manifest makes it private to the other functions.
pub fn router(services: countersign_http::Services) -> axum::Router {
    axum::Router::new()
        .route("/plan", axum::routing::post(plan::plan))
        .route("/may-hear", axum::routing::post(may_hear::may_hear))
        .with_state(services)
}

#[cfg(test)]
mod tests;
