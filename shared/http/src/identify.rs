//! Identification: the extractors that determine the caller. They read headers and records, never the body, and come
//! first among a handler's parameters.
mod administrator;
mod computer;
mod credentials;
mod monitor;
mod origin;
mod reader;
mod scheduler;

use axum::extract::FromRequestParts;
use countersign_model::Who;
use http::request::Parts;

pub use administrator::{AsAdministrator, AsPerson};
pub use computer::AsComputer;
pub use credentials::{SESSION_COOKIE, cookie_name, secret_matches};
pub use monitor::AsMonitor;
pub use reader::AsReader;
pub use scheduler::AsScheduler;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::services::Services;

/// Anybody: no credentials are required, and nothing is known but the address.
#[derive(Clone, Debug)]
pub struct Anonymous {
    /// The caller.
    pub caller: Caller,
}

impl FromRequestParts<Services> for Anonymous {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        Ok(Self { caller: Caller::of(parts, services, Who::Anonymous).await? })
    }
}
