//! What watches the deployment, such as Prometheus, identified by a token of the deployment's `metrics_token`.
use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;

use super::credentials::{Secrets, bearer};
use crate::problem::Problem;
use crate::services::Services;

/// What watches the deployment: `Authorization: Bearer` with a token of the variable `metrics_token`. If the variable is empty,
/// nothing is there.
#[derive(Clone, Copy, Debug)]
pub struct AsMonitor {
    /// When the request arrived.
    pub now: Timestamp,
}

impl FromRequestParts<Services> for AsMonitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let variable = services.settings.get("metrics_token").await?;
        let secrets = Secrets::of(&variable);
        if secrets.is_empty() {
            return Err(Problem::not_found());
        }
        let presented = bearer(&parts.headers).ok_or_else(Problem::not_identified)?;
        if !secrets.have(presented) {
            return Err(Problem::not_identified());
        }
        Ok(Self { now: services.journal.clock().now() })
    }
}
