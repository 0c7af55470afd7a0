//! Permits: the proof that something may be done, and where. Everything that changes or reads data requires one, so
//! that an unchecked write does not compile.

use subtle::ConstantTimeEq;

use crate::action::Action;
use crate::administrator::Administrator;
use crate::computer::Computer;
use crate::ids::{AdministratorId, ComputerId, GroupId, OrganizationId};
use crate::kinds::{DecisionScope, RequestKind};
use crate::organization::{Group, Organization};
use crate::rights::{Actor, JudgedOn, Resource};

/// The basis of a permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// An administrator's right, from [`decide`](crate::decide()) or the rules about giving.
    Right {
        /// The administrator.
        administrator: AdministratorId,
        /// The action.
        action: Action,
        /// The organization.
        organization: OrganizationId,
        /// The kind of request; `None`: every kind.
        kind: Option<RequestKind>,
        /// The scope of the decision; `None`: a single computer.
        scope: Option<DecisionScope>,
    },
    /// A computer acting on its own data.
    OwnComputer(ComputerId),
    /// A computer being enrolled with a key of this group.
    Enrollment(GroupId),
    /// A person acting on their own account.
    Oneself(AdministratorId),
    /// The set-up of a deployment.
    SetUp,
    /// A command on the machine, by whoever runs the deployment.
    Operator,
    /// Countersign's own processing of what was already permitted.
    Processor,
    /// Recording a refusal.
    Refusal,
    /// Finding out who may do something at an organization, for an administrator who may view the administrators there.
    WhoCan,
    /// Finding out which flags of files of an organization above count at one, for an administrator who may list requests there.
    FromAbove,
    /// A test that prepares its data.
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

    /// Whether it is the right to this action for requests of this kind and decisions up to this scope.
    pub(crate) fn is_right_up_to(&self, wanted: Action, of: RequestKind, reach: DecisionScope) -> bool {
        let far = matches!(self, Self::Right { scope, .. }
            if scope.unwrap_or(DecisionScope::Computer) >= reach);
        far && self.is_right_for(wanted, of)
    }

    /// Whether it is this person acting on their own account.
    pub(crate) fn is_oneself(&self, id: &AdministratorId) -> bool {
        matches!(self, Self::Oneself(who) if who == id)
    }

    /// Whether it is this computer acting on its own data.
    pub(crate) fn is_computer(&self, id: &ComputerId) -> bool {
        matches!(self, Self::OwnComputer(who) if who == id)
    }
}

/// The proof that the set-up token was given.
#[derive(Debug, Clone)]
pub struct SetUpProof(());

impl SetUpProof {
    /// Compares the given token with the deployment's. The comparison takes constant time for texts of the same length,
    /// so pass the SHA-256 of both: then the length is not revealed either. An empty token means that the set-up is
    /// off: it matches nothing.
    #[must_use]
    pub fn of(token: &str, shown: &str) -> Option<Self> {
        let same = bool::from(token.as_bytes().ct_eq(shown.as_bytes()));
        (same && !token.is_empty()).then_some(Self(()))
    }
}

/// Identifies a caller of [`Permit::processor`]: the processing of events and deliveries (`process-events` and the
/// journal). It carries out what was permitted when the event was written, and what happens through time alone, such as
/// an expiry.
#[derive(Debug, Clone, Copy)]
pub struct ProcessorOnly;

/// Identifies a caller of [`Permit::operator`]: the component that serves commands on the machine, which no route reaches.
#[derive(Debug, Clone, Copy)]
pub struct OperatorOnly;

/// Identifies a caller of [`Permit::refusal`]: the sign-in, when it records a refusal. That changes nothing else.
#[derive(Debug, Clone, Copy)]
pub struct RefusalOnly;

/// The proof that something may be done. Permits are made only here, with one constructor for each use.
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

    /// For an API token that [`may_carry`](crate::may_carry) allowed its maker to create.
    pub(crate) fn carrying(maker: &Actor) -> Self {
        Self::resting_on(Basis::Oneself(maker.administrator.clone()), &maker.organization)
    }

    /// For acts of an identified computer on its own requests, attachments and check-ins: `computer` is the one
    /// identified by its token, `owner` the computer that the data belongs to. `None` if they differ: the answer must
    /// be as if the data did not exist.
    #[must_use]
    pub fn own_computer(computer: &Computer, owner: &ComputerId) -> Option<Self> {
        let own = computer.id == *owner && !computer.deleted;
        own.then(|| Self::resting_on(Basis::OwnComputer(owner.clone()), &computer.organization_id))
    }

    /// For enrolling a computer: the group whose enrollment key was given. The key's hash has been compared.
    pub fn enrollment(group: &Group) -> Self {
        Self::resting_on(Basis::Enrollment(group.id.clone()), &group.organization_id)
    }

    /// For acts of a person on their own account: signing in and out, accepting their invitation, completing their
    /// password reset. The caller has identified them by password, session or one-time token.
    pub fn oneself(administrator: &Administrator) -> Self {
        Self::resting_on(Basis::Oneself(administrator.id.clone()), &administrator.organization_id)
    }

    /// Only for the set-up, which creates the root organization and its first administrator.
    pub fn set_up(root: &Organization, _proof: &SetUpProof) -> Self {
        Self::resting_on(Basis::SetUp, &root.id)
    }

    /// For the processing of an organization's events and deliveries; see [`ProcessorOnly`].
    pub fn processor(organization: &OrganizationId, _caller: ProcessorOnly) -> Self {
        Self::resting_on(Basis::Processor, organization)
    }

    /// For what whoever runs the deployment does to an organization by a command on the machine; see [`OperatorOnly`].
    pub fn operator(organization: &OrganizationId, _caller: OperatorOnly) -> Self {
        Self::resting_on(Basis::Operator, organization)
    }

    /// For recording a refusal at an organization; see [`RefusalOnly`].
    pub fn refusal(organization: &OrganizationId, _caller: RefusalOnly) -> Self {
        Self::resting_on(Basis::Refusal, organization)
    }

    /// For finding out who may do something at a place. Administrators of the organizations above it have rights there
    /// too, so they are read, but only administrators that the caller may view are shown. `viewing` is the right to view the
    /// administrators of the place, or to open requests there: then only those who can decide are shown. `None` if it is another right, and for an organization that is neither the place
    /// nor above it.
    #[must_use]
    pub fn who_can(viewing: &Self, place: &Organization, at: &OrganizationId) -> Option<Self> {
        let may = |action| viewing.basis.is_right_at(action, &place.id);
        let may_view = may(Action::AdministratorsView) || may(Action::RequestsOpen);
        let counts_there = place.id == *at || place.ancestors.contains(at);
        (may_view && counts_there).then(|| Self::resting_on(Basis::WhoCan, at))
    }

    /// For finding out which flags of files of an organization above count at a place. `listing` is the right to list requests at
    /// the place. `None` if it is another right, and for an organization that is not above it.
    #[must_use]
    pub fn from_above(listing: &Self, place: &Organization, at: &OrganizationId) -> Option<Self> {
        let may_list = listing.basis.is_right_at(Action::RequestsList, &place.id);
        (may_list && place.ancestors.contains(at)).then(|| Self::resting_on(Basis::FromAbove, at))
    }

    /// For preparing the data of a test: allows everything.
    #[cfg(feature = "testing")]
    pub fn scene(organization: &OrganizationId) -> Self {
        Self::resting_on(Basis::Scene, organization)
    }

    fn resting_on(basis: Basis, organization: &OrganizationId) -> Self {
        Self { basis, organization: organization.clone(), judged_on: None }
    }

    /// The basis of the permit.
    #[must_use]
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Whether it is the right to this action, or the processor's.
    #[must_use]
    pub fn allows(&self, action: Action) -> bool {
        #[cfg(feature = "testing")]
        if self.basis == Basis::Scene {
            return true;
        }
        self.basis == Basis::Processor || self.basis.is_right(action)
    }

    /// The organization that it is for. A change is saved there.
    #[must_use]
    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// The record that it was judged on, with its revision at that time. If the record has changed since, it must be
    /// judged again.
    #[must_use]
    pub fn judged_on(&self) -> Option<&JudgedOn> {
        self.judged_on.as_ref()
    }
}
