//! The end of a request with what it is for: a computer that is removed, a group or organization that is deleted, an
//! approval that it was settled along with.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::kinds::DecisionScope;
use crate::named::named;
use crate::request::{Request, RequestStatus};

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

impl Request {
    /// What it is for is gone: a pending request ends with its computer, an approval with what its scope names. `None` if
    /// it does not end with that, or is over already.
    #[must_use]
    pub fn end(&self, because: EndReason, now: Timestamp) -> Option<Self> {
        let ends_with = |decision: &Decision| {
            // A request that was settled along gives nothing to other computers.
            let is_its_own = decision.settled_by.is_some() && because == EndReason::ComputerRemoved;
            is_its_own || decision.scope == because.scope()
        };
        let status = match (self.status_at(now), &self.decision) {
            (RequestStatus::Pending, _) if because == EndReason::ComputerRemoved => RequestStatus::Cancelled,
            (RequestStatus::Approved, Some(decision)) if ends_with(decision) => RequestStatus::Expired,
            _ => return None,
        };
        Some(Self { status, ended: Some(Ended { at: now, because }), ..self.clone() })
    }
    /// The same request, if it was settled along with an approval that has been revoked: it is revoked with it. `None` if
    /// it rests on another one, or is over already.
    #[must_use]
    pub fn revoked_along(&self, decided: &Self) -> Option<Self> {
        let rests_on = self.decision.as_ref()?.settled_by.as_ref()?;
        let revocation = decided.decision.as_ref()?.revoked.as_ref()?;
        if *rests_on != decided.id {
            return None;
        }
        self.revoke(revocation.clone()).ok()
    }
}
