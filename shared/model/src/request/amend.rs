//! A requester says more while the request waits: a better reason, another address, or that the file may be copied after
//! all.

use jiff::Timestamp;

use super::Request;
use super::requesters::{NewRequester, Requester};
use crate::transition::TransitionError;

/// Why a request was not amended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAmended {
    /// The request is no longer pending.
    #[error(transparent)]
    Over(#[from] TransitionError),
    /// No user of this name waits for it.
    #[error("must be the name of a user who asks")]
    Unknown,
    /// The request knows all of that already.
    #[error("nothing is new")]
    Nothing,
    /// The record has no room for it.
    #[error("there is no room for it in this request")]
    NoRoom,
}

impl Request {
    /// The request with what a requester says now. What is not given stays. `attach` announces a copy of the file, if none
    /// was wanted.
    ///
    /// It counts like asking once more, so that amending has the same limits.
    ///
    /// # Errors
    /// It is no longer pending, the user does not wait for it, or nothing changes.
    pub fn amend(&self, says: NewRequester, attach: bool, now: Timestamp) -> Result<Self, NotAmended> {
        self.must_be_pending(now)?;
        let is_theirs = |requester: &Requester| requester.waits() && requester.is(&says.username);
        let place = self.requesters.iter().position(is_theirs).ok_or(NotAmended::Unknown)?;
        let old = self.requesters.get(place).ok_or(NotAmended::Unknown)?;
        let amended = Requester {
            email: says.email.or_else(|| old.email.clone()),
            reason: says.reason.or_else(|| old.reason.clone()),
            count: old.count.saturating_add(1),
            amended_at: Some(now),
            ..old.clone()
        };
        let announced = if attach { self.announce() } else { self.clone() };
        let request = announced.with_requester(place, amended).ok_or(NotAmended::NoRoom)?;
        let same = request.requesters.get(place).is_some_and(|new| new.says_the_same(old));
        if same && request.attachment == self.attachment {
            return Err(NotAmended::Nothing);
        }
        Ok(request)
    }
}
