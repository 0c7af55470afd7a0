//! When the computer that asked was told of the decision.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Request;
use crate::ids::{DecisionId, RequestId};

/// When the computer that asked was first told of the decision on its request, as the decision stands. There is one for each request:
/// that of a newer decision, or of a revocation, takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionHeard {
    /// The request.
    pub request_id: RequestId,
    /// The decision.
    pub decision_id: DecisionId,
    /// Whether it was told that the approval is revoked.
    pub revoked: bool,
    /// When it was told.
    pub at: Timestamp,
}

impl DecisionHeard {
    /// The computer that asked is told of the decision as it stands, at this time. `None` while nobody has decided.
    #[must_use]
    pub fn of(request: &Request, at: Timestamp) -> Option<Self> {
        let decision = request.decision.as_ref()?;
        let (request_id, decision_id) = (request.id.clone(), decision.id.clone());
        Some(Self { request_id, decision_id, revoked: decision.revoked.is_some(), at })
    }

    /// Whether both are about the same decision in the same state, whenever it was told.
    #[must_use]
    pub fn tells_the_same(&self, other: &Self) -> bool {
        *self == Self { at: self.at, ..other.clone() }
    }
}
