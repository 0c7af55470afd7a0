//! The proof that something may be done. What changes anything asks for one, so an unchecked write does not compile.

use crate::action::Action;
use crate::computer::Computer;
use crate::ids::{AdministratorId, ComputerId, GroupId, OrganizationId};
use crate::organization::Group;

/// What a permit rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// An administrator's right, found by [`decide`](crate::decide()) or the rules about giving.
    Right {
        /// Who.
        administrator: AdministratorId,
        /// What.
        action: Action,
        /// Where.
        organization: OrganizationId,
    },
    /// A computer acting on what is its own.
    OwnComputer(ComputerId),
    /// A computer being enrolled with a key of this group.
    Enrollment(GroupId),
    /// A person acting on their own account.
    Oneself(AdministratorId),
    /// The first start of a deployment.
    SetUp,
    /// The product's own processing of what was already permitted.
    Processor,
    /// Somebody was refused.
    Refusal,
}

/// The proof that something may be done. It can only be made here, each way for its own use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Permit(Basis);

impl Permit {
    /// For an administrator's action that [`decide`](crate::decide()) allowed.
    pub(crate) fn right(
        administrator: &AdministratorId,
        action: Action,
        organization: &OrganizationId,
    ) -> Self {
        Self(Basis::Right {
            administrator: administrator.clone(),
            action,
            organization: organization.clone(),
        })
    }

    /// For what an identified computer does to its own requests, attachments and check-ins: `computer` is the one identified
    /// by its token, `owner` the computer that the thing belongs to. `None` when they differ: answer as if it did not exist.
    #[must_use]
    pub fn own_computer(computer: &Computer, owner: &ComputerId) -> Option<Self> {
        (computer.id == *owner && !computer.deleted).then(|| Self(Basis::OwnComputer(owner.clone())))
    }

    /// For enrolling a computer: the group whose enrollment key was shown, already compared by its hash.
    pub fn enrollment(group: &Group) -> Self {
        Self(Basis::Enrollment(group.id.clone()))
    }

    /// For what a person does to their own account: signing in and out, accepting their invitation, completing their password
    /// reset. The caller has identified them by password, session or one-time token.
    pub fn oneself(administrator: AdministratorId) -> Self {
        Self(Basis::Oneself(administrator))
    }

    /// For the set-up only: the caller has compared the set-up token.
    pub fn set_up() -> Self {
        Self(Basis::SetUp)
    }

    /// For the processing of events and deliveries, which carries out what was permitted when the event was written, and for
    /// what happens by time alone, such as a request that expires.
    pub fn processor() -> Self {
        Self(Basis::Processor)
    }

    /// For putting on record that somebody was refused (a failed sign-in), which changes nothing else.
    pub fn refusal() -> Self {
        Self(Basis::Refusal)
    }

    /// What the permit rests on.
    #[must_use]
    pub fn basis(&self) -> &Basis {
        &self.0
    }
}
