//! Request and response types.

pub mod ask;
pub mod deciders;
pub mod earlier;
pub mod flag;
pub mod flags;
pub mod notes;
pub mod timeline;

use countersign_model::AdministratorId;
use serde::Deserialize;
use utoipa::ToSchema;

/// Who is to have a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssignee {
    /// The administrator to hand it over to, who must be able to open it; default: you.
    pub administrator_id: Option<AdministratorId>,
}
