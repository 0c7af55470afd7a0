//! What watches the deployment, such as Prometheus, identified by the deployment's `metrics_token`.
use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;

use super::credentials::{bearer, secret_matches};
use crate::problem::Problem;
use crate::services::Services;

/// What watches the deployment: `Authorization: Bearer` with the variable `metrics_token`. If the variable is empty, nothing is there.
#[derive(Clone, Copy, Debug)]
pub struct AsMonitor {
    /// When the request arrived.
    pub now: Timestamp,
}

impl FromRequestParts<Services> for AsMonitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let secret = services.settings.get("metrics_token").await?;
        if secret.is_empty() {
            return Err(Problem::not_found());
        }
        let presented = bearer(&parts.headers).ok_or_else(Problem::not_identified)?;
        if !secret_matches(&secret, presented) {
            return Err(Problem::not_identified());
        }
        Ok(Self { now: services.journal.clock().now() })
    }
}
