//! Where a decision finds the computer that asked. It may have been moved or removed since it asked.

use crate::computer::Computer;
use crate::decision::{Decision, Outcome};
use crate::ids::GroupId;
use crate::kinds::DecisionScope;
use crate::organization::Group;
use crate::transition::TransitionError;

/// Where a computer is now. Decisions are judged by this, not by where the computer was when it asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// It has been removed: nothing reaches it any more.
    Removed,
    /// It is in this group.
    In {
        /// The group.
        group_id: GroupId,
        /// Whether the group has been deleted. A group is deleted while it has no computers, but a computer may be moved
        /// or enrolled into it at the same moment.
        is_deleted: bool,
        /// Whether another computer has its host name and no administrator has confirmed it.
        is_unconfirmed: bool,
        /// Whether clones of it use its token, which is refused since.
        is_cloned: bool,
    },
}

impl Whereabouts {
    /// Where a computer is, from its record and that of its group. A record that does not exist is like one that was
    /// deleted.
    #[must_use]
    pub fn of(computer: Option<&Computer>, group: Option<&Group>) -> Self {
        let is_deleted = group.is_none_or(|group| group.deleted);
        match Self::of_computer(computer) {
            Self::In { group_id, is_unconfirmed, is_cloned, .. } => {
                Self::In { group_id, is_deleted, is_unconfirmed, is_cloned }
            }
            Self::Removed => Self::Removed,
        }
    }

    /// Where a computer is, if it does not matter whether its group was deleted.
    #[must_use]
    pub fn of_computer(computer: Option<&Computer>) -> Self {
        match computer {
            Some(computer) if !computer.deleted => {
                let (is_unconfirmed, is_cloned) = (computer.unconfirmed, computer.is_cloned());
                Self::In { group_id: computer.group_id.clone(), is_deleted: false, is_unconfirmed, is_cloned }
            }
            _ => Self::Removed,
        }
    }

    /// The group that the computer is in; `None` if it was removed.
    #[must_use]
    pub const fn group(&self) -> Option<&GroupId> {
        match self {
            Self::In { group_id, .. } => Some(group_id),
            Self::Removed => None,
        }
    }

    /// Whether another computer has its host name and no administrator has confirmed it.
    #[must_use]
    pub const fn is_unconfirmed(&self) -> bool {
        matches!(self, Self::In { is_unconfirmed: true, .. })
    }

    /// Whether clones of it use its token: it is refused, so nothing reaches any of them until they have enrolled anew, as other
    /// computers.
    #[must_use]
    pub const fn is_cloned(&self) -> bool {
        matches!(self, Self::In { is_cloned: true, .. })
    }

    /// Whether the decision may be made where the computer is. A denial that also settles matching requests counts with
    /// the scope in which it does.
    ///
    /// # Errors
    /// It may not, and why.
    pub fn reached_by(&self, decision: &Decision) -> Result<(), TransitionError> {
        self.reached(decision.outcome, decision.settles_within().unwrap_or(decision.scope))
    }

    /// Whether a decision with this outcome and scope could be made where the computer is. What an unconfirmed computer asks
    /// decides nothing for others, and what is for others does not reach it. An approval for one that was cloned alone would reach
    /// nobody; one for its group or organization reaches the others there.
    ///
    /// # Errors
    /// It could not, and why.
    pub fn reached(&self, outcome: Outcome, scope: DecisionScope) -> Result<(), TransitionError> {
        match (self, outcome, scope) {
            (Self::Removed, ..) => Err(TransitionError::ComputerRemoved),
            (
                Self::In { is_unconfirmed: true, .. },
                _,
                DecisionScope::Group | DecisionScope::Organization,
            ) => Err(TransitionError::ComputerUnconfirmed),
            (Self::In { is_cloned: true, .. }, Outcome::Approved, DecisionScope::Computer) => {
                Err(TransitionError::ComputerCloned)
            }
            (Self::In { is_deleted: true, .. }, Outcome::Approved, DecisionScope::Group) => {
                Err(TransitionError::GroupDeleted)
            }
            (Self::In { .. }, ..) => Ok(()),
        }
    }
}
