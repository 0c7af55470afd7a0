//! Deciding a request anew that was denied or ignored.

use super::Request;
use crate::decision::Decision;
use crate::ids::{DecisionId, RequestId};
use crate::kinds::RequestStatus;
use crate::transition::TransitionError;
use crate::whereabouts::Whereabouts;

/// How many earlier decisions a request keeps.
pub const EARLIER_MAX: usize = 8;
/// The largest request that was decided anew, in bytes as JSON: what is left of a record is for a revocation with the
/// longest text. Texts of earlier decisions go first, then these decisions themselves; the audit has all of them.
pub const DECIDED_MAX: usize = 52 * 1024;

impl Request {
    /// An administrator decides a denied or ignored request anew, and names the decision that this one replaces. A
    /// decision that is not the present one any more is not replaced.
    ///
    /// # Errors
    /// It was not denied or ignored, or by another decision; or see [`Request::decide`].
    pub fn decide_anew(
        &self,
        decision: Decision,
        replaced: &DecisionId,
        at: &Whereabouts,
    ) -> Result<Self, TransitionError> {
        let Some(present) = &self.decision else {
            return self.decide(decision, at);
        };
        // The request has this decision already: a later one would not know what it replaces.
        let is_open = matches!(self.status, RequestStatus::Denied | RequestStatus::Ignored);
        if present.id != *replaced || !is_open {
            return Err(TransitionError::AlreadyDecided { decision: Box::new(present.clone()) });
        }
        let mut new = self.decided(decision, at)?;
        new.earlier_decisions.insert(0, present.clone());
        new.earlier_decisions.truncate(EARLIER_MAX);
        Ok(new.with_room())
    }

    /// The same request, if it was denied along with one that was decided anew: it gets that decision. `None` if it rests on
    /// another one, or is not denied any more.
    #[must_use]
    pub fn settled_anew(&self, decision: Decision, decided: &RequestId, at: &Whereabouts) -> Option<Self> {
        let present = self.decision.as_ref()?;
        if present.settled_by.as_ref() != Some(decided) {
            return None;
        }
        self.decide_anew(decision, &present.id, at).ok()
    }

    /// Without what there is no room for: first texts of the oldest decisions, then the oldest decisions.
    fn with_room(mut self) -> Self {
        let is_large =
            |request: &Self| serde_json::to_vec(request).is_ok_and(|json| json.len() > DECIDED_MAX);
        for oldest in (0..self.earlier_decisions.len()).rev() {
            if !is_large(&self) {
                return self;
            }
            if let Some(decision) = self.earlier_decisions.get_mut(oldest) {
                (decision.message, decision.note) = (None, None);
            }
        }
        while is_large(&self) && self.earlier_decisions.pop().is_some() {}
        self
    }
}
