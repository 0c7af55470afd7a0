//! `report-health`: whether the deployment works, for load balancers and orchestrators, and how it is doing in numbers, for
//! Prometheus.

mod exposition;
mod health;
mod metrics;
#[cfg(test)]
mod tests;
mod wire;

mod api {
    use crate::{health, metrics};

    countersign_http::operations![health::report_live, health::report_ready, metrics::report_metrics];
}

pub use api::openapi;

/// Serves the operations of this function, and `/settings`, which no route of the manifest reaches. The instance keeps its last answer
/// about readiness for a moment.
pub fn router(services: countersign_http::Services) -> axum::Router {
    let settings = axum::routing::post(health::check_settings);
    let private = axum::Router::new().route("/settings", settings).with_state(services.clone());
    api::router(services).merge(private).layer(axum::Extension(health::LastLook::default()))
}
