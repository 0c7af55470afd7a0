//! The response types of this function.

use serde::Serialize;
use utoipa::ToSchema;

/// That the deployment works.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `live` or `ready`, as was asked.
    #[schema(example = "ready")]
    pub status: &'static str,
}
