//! The proof that something may be done, and where. What changes or reads anything asks for one, so that an unchecked write
//! does not compile.

use subtle::ConstantTimeEq;

use crate::action::Action;
use crate::administrator::Administrator;
use crate::computer::Computer;
use crate::ids::{AdministratorId, ComputerId, GroupId, OrganizationId};
use crate::organization::{Group, Organization};
use crate::rights::{Actor, DecisionScope, JudgedOn, RequestKind, Resource};

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
        /// For which kind of request; `None`: for every kind.
        kind: Option<RequestKind>,
        /// How far the decision may reach; `None`: a single computer.
        scope: Option<DecisionScope>,
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
    /// Finding out who can do something at an organization, for somebody who may view the administrators there.
    WhoCan,
    /// A test sets its scene.
    #[cfg(feature = "testing")]
    Scene,
}

impl Basis {
    /// Whether it is the right to this action.
    pub(crate) fn is_right(&self, wanted: Action) -> bool {
        matches!(self, Self::Right { action, .. } if *action == wanted)
    }

    /// Whether it is the right to this action at this organization.
    pub(crate) fn is_right_at(&self, wanted: Action, at: &OrganizationId) -> bool {
        matches!(self, Self::Right { action, organization, .. } if *action == wanted && organization == at)
    }

    /// Whether it is the right to this action for requests of this kind.
    pub(crate) fn is_right_for(&self, wanted: Action, of: RequestKind) -> bool {
        matches!(self, Self::Right { action, kind, .. }
            if *action == wanted && kind.is_none_or(|kind| kind == of))
    }

    /// Whether it is the right to this action for requests of this kind, for decisions that reach this far.
    pub(crate) fn is_right_up_to(&self, wanted: Action, of: RequestKind, reach: DecisionScope) -> bool {
        let far = matches!(self, Self::Right { scope, .. }
            if scope.unwrap_or(DecisionScope::Computer) >= reach);
        far && self.is_right_for(wanted, of)
    }

    /// Whether it is this person, about their own account.
    pub(crate) fn is_oneself(&self, id: &AdministratorId) -> bool {
        matches!(self, Self::Oneself(who) if who == id)
    }

    /// Whether it is this computer, about what is its own.
    pub(crate) fn is_computer(&self, id: &ComputerId) -> bool {
        matches!(self, Self::OwnComputer(who) if who == id)
    }
}

/// That the set-up token was shown.
#[derive(Debug, Clone)]
pub struct SetUpProof(());

impl SetUpProof {
    /// Compares the token that was shown with the deployment's, in constant time for texts of the same length: give it the
    /// SHA-256 of both, so that the length does not show either. An empty token is a set-up switched off: it matches nothing.
    #[must_use]
    pub fn of(token: &str, shown: &str) -> Option<Self> {
        let same = bool::from(token.as_bytes().ct_eq(shown.as_bytes()));
        (same && !token.is_empty()).then_some(Self(()))
    }
}

/// Names the caller of [`Permit::processor`]: the processing of events and deliveries (`send-notification` and the journal),
/// which carries out what was permitted when the event was written, and what happens by time alone, such as an expiry.
#[derive(Debug, Clone, Copy)]
pub struct ProcessorOnly;

/// Names the caller of [`Permit::refusal`]: the sign-in, when it puts on record that somebody was refused. That changes
/// nothing else.
#[derive(Debug, Clone, Copy)]
pub struct RefusalOnly;

/// The proof that something may be done. It can only be made here, each way for its own use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Permit {
    basis: Basis,
    organization: OrganizationId,
    judged_on: Option<JudgedOn>,
}

impl Permit {
    /// For an administrator's action that [`decide`](crate::decide()) allowed.
    pub(crate) fn right(actor: &Actor, action: Action, resource: &Resource) -> Self {
        let basis = Basis::Right {
            administrator: actor.administrator.clone(),
            action,
            organization: resource.organization.clone(),
            kind: resource.kind,
            scope: resource.scope,
        };
        let judged_on = resource.judged_on.clone();
        Self { basis, organization: resource.organization.clone(), judged_on }
    }

    /// For an API token that [`may_carry`](crate::may_carry) allowed its maker.
    pub(crate) fn carrying(maker: &Actor) -> Self {
        Self::resting_on(Basis::Oneself(maker.administrator.clone()), &maker.organization)
    }

    /// For what an identified computer does to its own requests, attachments and check-ins: `computer` is the one identified
    /// by its token, `owner` the computer that the thing belongs to. `None` when they differ: answer as if it did not exist.
    #[must_use]
    pub fn own_computer(computer: &Computer, owner: &ComputerId) -> Option<Self> {
        let own = computer.id == *owner && !computer.deleted;
        own.then(|| Self::resting_on(Basis::OwnComputer(owner.clone()), &computer.organization_id))
    }

    /// For enrolling a computer: the group whose enrollment key was shown, already compared by its hash.
    pub fn enrollment(group: &Group) -> Self {
        Self::resting_on(Basis::Enrollment(group.id.clone()), &group.organization_id)
    }

    /// For what a person does to their own account: signing in and out, accepting their invitation, completing their password
    /// reset. The caller has identified them by password, session or one-time token.
    pub fn oneself(administrator: &Administrator) -> Self {
        Self::resting_on(Basis::Oneself(administrator.id.clone()), &administrator.organization_id)
    }

    /// For the set-up only, which makes the root organization and its first administrator.
    pub fn set_up(root: &Organization, _proof: &SetUpProof) -> Self {
        Self::resting_on(Basis::SetUp, &root.id)
    }

    /// For the processing of an organization's events and deliveries; see [`ProcessorOnly`].
    pub fn processor(organization: &OrganizationId, _caller: ProcessorOnly) -> Self {
        Self::resting_on(Basis::Processor, organization)
    }

    /// For putting on record at an organization that somebody was refused; see [`RefusalOnly`].
    pub fn refusal(organization: &OrganizationId, _caller: RefusalOnly) -> Self {
        Self::resting_on(Basis::Refusal, organization)
    }

    /// For finding out who can do something at a place: the administrators of the organizations above it have rights there, too, so
    /// they are looked at, though only those are shown whom the caller may view. `viewing` is the right to view the administrators of
    /// the place; `None` when it is another right, and for an organization that is neither the place nor above it.
    #[must_use]
    pub fn who_can(viewing: &Self, place: &Organization, at: &OrganizationId) -> Option<Self> {
        let may_view = viewing.basis.is_right_at(Action::AdministratorsView, &place.id);
        let counts_there = place.id == *at || place.ancestors.contains(at);
        (may_view && counts_there).then(|| Self::resting_on(Basis::WhoCan, at))
    }

    /// For setting the scene of a test: allows everything.
    #[cfg(feature = "testing")]
    pub fn scene(organization: &OrganizationId) -> Self {
        Self::resting_on(Basis::Scene, organization)
    }

    fn resting_on(basis: Basis, organization: &OrganizationId) -> Self {
        Self { basis, organization: organization.clone(), judged_on: None }
    }

    /// What it rests on.
    #[must_use]
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// The organization it is for: a change is saved there.
    #[must_use]
    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// The record that it was judged on, with its revision then. When that has moved, it has to be judged again.
    #[must_use]
    pub fn judged_on(&self) -> Option<&JudgedOn> {
        self.judged_on.as_ref()
    }
}
