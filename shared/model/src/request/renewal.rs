//! Renewals: a requester asks to prolong an approval before it ends, or soon after.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Request;
use crate::decision::Outcome;
use crate::ids::RequestId;
use crate::kinds::RequestStatus;

/// For how long after its end an approval can still be renewed: 7 days.
pub const RENEWABLE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The approval that a request asks to prolong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renews {
    /// The request that was approved.
    pub request_id: RequestId,
    /// When the approval ends, as it was known when the renewal was asked for.
    pub ends_at: Timestamp,
}

/// Why an approval cannot be renewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRenewable {
    /// It is no approval.
    #[error("the request is {0}; only an approval can be renewed")]
    NotApproved(RequestStatus),
    /// It never ends by itself.
    #[error("the approval never ends, so there is nothing to renew")]
    NeverEnds,
    /// It was revoked, or ended with what it was for.
    #[error("the approval was revoked or ended otherwise; ask anew")]
    Ended,
    /// It ended too long ago.
    #[error("the approval ended more than 7 days ago; ask anew")]
    TooLate,
}

impl Request {
    /// What a request that prolongs this one's approval renews.
    ///
    /// # Errors
    /// There is no approval that ends by itself, or it was over too long ago.
    pub fn renewal(&self, now: Timestamp) -> Result<Renews, NotRenewable> {
        let decision = self.decision.as_ref().filter(|decision| decision.outcome == Outcome::Approved);
        let decision = decision.ok_or_else(|| NotRenewable::NotApproved(self.status_at(now)))?;
        if decision.revoked.is_some() || self.ended.is_some() {
            return Err(NotRenewable::Ended);
        }
        let ends_at = decision.expires_at.ok_or(NotRenewable::NeverEnds)?;
        if ends_at.saturating_add(RENEWABLE).is_ok_and(|last| now > last) {
            return Err(NotRenewable::TooLate);
        }
        Ok(Renews { request_id: self.id.clone(), ends_at })
    }

    /// The same request, which asks to prolong an approval. One that asks for this already stays as it is.
    #[must_use]
    pub fn renewing(self, renews: Option<Renews>) -> Self {
        Self { renews: self.renews.or(renews), ..self }
    }
}
