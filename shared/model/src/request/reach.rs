//! Whether an approval still reaches the computer that asked. It may have been moved since, or be unconfirmed or cloned, or its own
//! time may be over.

use jiff::Timestamp;

use super::Request;
use crate::grant::Grant;
use crate::kinds::{DecisionScope, RequestStatus};
use crate::named::named;
use crate::whereabouts::Whereabouts;

named! {
    /// Why an approval that is in force does not reach the computer that asked.
    pub enum NotReached("reason") {
        /// The computer was removed.
        Removed = "removed",
        /// Clones of the computer use its token, which is refused.
        Cloned = "cloned",
        /// Another computer has its host name, and no administrator has confirmed this one; the approval is for others, too.
        Unconfirmed = "unconfirmed",
        /// The computer has left the group that the approval is for.
        Moved = "moved",
        /// The time of the approval begins with its first use, and the computer did not use it by `use_by`.
        NotUsedInTime = "not_used_in_time",
        /// The time of the approval began with its first use, and is over for this computer.
        UsedUp = "used_up",
    }
}

impl Request {
    /// Whether the approval that is in force at a time reaches the computer, which is at this place and used the grant first at
    /// `first_used`, or, so far, not at all; `None` if none is in force.
    #[must_use]
    pub fn reach(
        &self,
        at: &Whereabouts,
        first_used: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Result<(), NotReached>> {
        let approved = self.status_at(now) == RequestStatus::Approved;
        let decision = self.decision.as_ref().filter(|_| approved)?;
        let grant = Grant::of(self, decision)?;
        let Some(group) = at.group() else { return Some(Err(NotReached::Removed)) };
        if at.is_cloned() {
            return Some(Err(NotReached::Cloned));
        }
        if !grant.in_force_for(first_used, now) {
            return Some(Err(first_used.map_or(NotReached::NotUsedInTime, |_| NotReached::UsedUp)));
        }
        Some(match decision.scope {
            DecisionScope::Computer => Ok(()),
            DecisionScope::Group | DecisionScope::Organization if at.is_unconfirmed() => {
                Err(NotReached::Unconfirmed)
            }
            DecisionScope::Group if self.decided_group() != group => Err(NotReached::Moved),
            DecisionScope::Group | DecisionScope::Organization => Ok(()),
        })
    }
}
