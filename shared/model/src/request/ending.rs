//! Requests that end with what they are for, or with the approval that they were settled along with.

use jiff::Timestamp;

use super::Request;
use crate::decision::Decision;
use crate::ending::{EndReason, Ended};
use crate::kinds::RequestStatus;

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

    /// Since when it neither waits nor gives anything: how long it is kept counts from there. `None` while it waits or is in force, and
    /// for a withdrawn one, of which only its event tells when that was.
    #[must_use]
    pub fn over_since(&self, now: Timestamp) -> Option<Timestamp> {
        if let Some(ended) = &self.ended {
            return Some(ended.at);
        }
        let decision = self.decision.as_ref();
        match self.status_at(now) {
            RequestStatus::Pending | RequestStatus::Approved | RequestStatus::Cancelled => None,
            RequestStatus::Denied | RequestStatus::Ignored => decision.map(|decision| decision.at),
            RequestStatus::Expired => decision.map_or(Some(self.expires_at), |decision| decision.expires_at),
            RequestStatus::Revoked => decision?.revoked.as_ref().map(|revocation| revocation.at),
        }
    }

    /// When its approval ends by itself; `None` when it is not in force, or in force for good.
    #[must_use]
    pub fn approval_ends_at(&self, now: Timestamp) -> Option<Timestamp> {
        let decision = self.decision.as_ref().filter(|decision| decision.in_force_at(now))?;
        decision.expires_at.filter(|_| self.ended.is_none())
    }
}
