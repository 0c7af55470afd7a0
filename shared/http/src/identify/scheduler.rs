//! The scheduler that calls `deliver`, identified by a token of the deployment's `scheduler_token`.
use axum::extract::FromRequestParts;
use countersign_model::Who;
use http::request::Parts;

use super::credentials::{Secrets, bearer};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::services::Services;

/// The scheduler: `Authorization: Bearer` with a token of the variable `scheduler_token`. If the variable is empty, all
/// calls are refused.
#[derive(Clone, Debug)]
pub struct AsScheduler {
    /// The caller.
    pub caller: Caller,
}

impl FromRequestParts<Services> for AsScheduler {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let presented = bearer(&parts.headers).ok_or_else(Problem::not_identified)?;
        if !Secrets::of(&services.settings.get("scheduler_token").await?).have(presented) {
            return Err(Problem::not_identified());
        }
        Ok(Self { caller: Caller::of(parts, services, Who::System).await? })
    }
}
