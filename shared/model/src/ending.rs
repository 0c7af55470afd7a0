//! The end of a request with what it is for: a computer that is removed, a group or organization that is deleted, an
//! approval that it was settled along with.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kinds::DecisionScope;
use crate::named::named;

named! {
    /// What is gone, so that a request or its approval ended.
    pub enum EndReason("reason") {
        /// The computer that asked was removed.
        ComputerRemoved = "computer_removed",
        /// The computer group that the approval was for was deleted.
        GroupDeleted = "group_deleted",
        /// The organization was deleted.
        OrganizationDeleted = "organization_deleted",
    }
}

impl EndReason {
    /// The scope of the approvals that end for this reason.
    #[must_use]
    pub const fn scope(self) -> DecisionScope {
        match self {
            Self::ComputerRemoved => DecisionScope::Computer,
            Self::GroupDeleted => DecisionScope::Group,
            Self::OrganizationDeleted => DecisionScope::Organization,
        }
    }
}

/// The end of a request with what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ended {
    /// When it ended.
    pub at: Timestamp,
    /// What is gone.
    #[cfg_attr(feature = "openapi", schema(example = "computer_removed"))]
    pub because: EndReason,
}
