//! Shortening and prolonging an approval.

use jiff::Timestamp;

use super::Request;
use crate::decision::{Decision, EndChange};
use crate::ids::RequestId;
use crate::kinds::RequestStatus;

/// Why an approval does not get another end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotProlonged {
    /// There is no approval in force.
    #[error("the request is {status}; only an approval in force can end at another time")]
    NotApproved {
        /// Its status.
        status: RequestStatus,
    },
    /// It came with the decision on another request, and ends with that one.
    #[error("the request was decided along with `{decided}`; change that one")]
    SettledAlong {
        /// The request that was decided.
        decided: RequestId,
    },
    /// It would have ended already.
    #[error("must be in the future; to end it now, revoke it")]
    InThePast,
    /// Its time begins with its first use, so that how long it lasts is known to computers that have used it.
    #[error("must not be later than now, because the time begins with the first use")]
    StartsAtFirstUse,
    /// It ends at that time already.
    #[error("the approval ends at that time already")]
    Same,
}

impl Request {
    /// An administrator lets the approval end at another time, or never.
    ///
    /// # Errors
    /// There is no approval of its own in force, or the time is not possible.
    pub fn ending_at(&self, end: Option<Timestamp>, change: EndChange) -> Result<Self, NotProlonged> {
        let status = self.status_at(change.at);
        let decision = self.decision.as_ref().filter(|_| status == RequestStatus::Approved);
        let decision = decision.ok_or(NotProlonged::NotApproved { status })?;
        if let Some(decided) = &decision.settled_by {
            return Err(NotProlonged::SettledAlong { decided: decided.clone() });
        }
        if end.is_some_and(|end| end <= change.at) {
            return Err(NotProlonged::InThePast);
        }
        if end == decision.expires_at {
            return Err(NotProlonged::Same);
        }
        let is_later = end.is_none_or(|end| decision.expires_at.is_some_and(|old| end > old));
        if decision.first_use.is_some() && is_later {
            return Err(NotProlonged::StartsAtFirstUse);
        }
        Ok(self.with_end(Decision { expires_at: end, changed: Some(change), ..decision.clone() }))
    }

    /// The same request, if it was settled along with an approval that ends at another time now: it ends with that. `None` if it
    /// rests on another one, is over, or ends at that time already.
    #[must_use]
    pub fn ending_along(&self, decided: &Self, now: Timestamp) -> Option<Self> {
        let first = decided.decision.as_ref().filter(|first| first.changed.is_some())?;
        let own = self.decision.as_ref().filter(|own| own.settled_by.as_ref() == Some(&decided.id))?;
        if self.status_at(now) != RequestStatus::Approved || own.expires_at == first.expires_at {
            return None;
        }
        let (expires_at, changed) = (first.expires_at, first.changed.clone());
        Some(self.with_end(Decision { expires_at, changed, ..own.clone() }))
    }

    fn with_end(&self, decision: Decision) -> Self {
        Self { decision: Some(decision), ..self.clone() }
    }
}
