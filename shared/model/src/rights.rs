//! What an administrator holds and where it counts, and the resource that a question is about.

use serde::{Deserialize, Serialize};

use crate::administrator::{Administrator, AdministratorState};
use crate::catalogue::{self, Reach};
use crate::ids::{AdministratorId, OrganizationId, RoleId};
use crate::kinds::{DecisionScope, RequestKind};
use crate::organization::Organization;
use crate::permission::{Permission, PermissionSet};
use crate::role::RoleBook;

/// Where a holding counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// At the organization and everything below it.
    OrganizationAndBelow(OrganizationId),
    /// Only below the organization: Super Admin-Child.
    BelowOnly(OrganizationId),
    /// Only at the organization: Super Admin - Parent Only.
    OnlyOrganization(OrganizationId),
}

impl Scope {
    /// The scope of `permission` when it is set on `organization`.
    #[must_use]
    pub fn of(permission: Permission, organization: OrganizationId) -> Self {
        match catalogue::reach(permission) {
            Reach::HereAndBelow => Self::OrganizationAndBelow(organization),
            Reach::Below => Self::BelowOnly(organization),
            Reach::Here => Self::OnlyOrganization(organization),
        }
    }

    /// The part of it where a permission of this reach counts; `None` if there is none.
    fn narrowed_to(&self, reach: Reach) -> Option<Self> {
        match (self, reach) {
            (scope, Reach::HereAndBelow) => Some(scope.clone()),
            (Self::OrganizationAndBelow(o) | Self::BelowOnly(o), Reach::Below) => {
                Some(Self::BelowOnly(o.clone()))
            }
            (Self::OrganizationAndBelow(o) | Self::OnlyOrganization(o), Reach::Here) => {
                Some(Self::OnlyOrganization(o.clone()))
            }
            (Self::OnlyOrganization(_), Reach::Below) | (Self::BelowOnly(_), Reach::Here) => None,
        }
    }

    /// The organization it starts from.
    #[must_use]
    pub fn organization(&self) -> &OrganizationId {
        match self {
            Self::OrganizationAndBelow(o) | Self::BelowOnly(o) | Self::OnlyOrganization(o) => o,
        }
    }

    /// Whether it counts at `organization`, whose ancestors are `ancestors`.
    #[must_use]
    pub fn covers(&self, organization: &OrganizationId, ancestors: &[OrganizationId]) -> bool {
        match self {
            Self::OrganizationAndBelow(o) => o == organization || ancestors.contains(o),
            Self::BelowOnly(o) => ancestors.contains(o),
            Self::OnlyOrganization(o) => o == organization,
        }
    }

    /// Whether it counts at every organization below `organization`, including future ones.
    #[must_use]
    pub fn covers_all_below(&self, organization: &OrganizationId, ancestors: &[OrganizationId]) -> bool {
        match self {
            Self::OrganizationAndBelow(o) | Self::BelowOnly(o) => o == organization || ancestors.contains(o),
            Self::OnlyOrganization(_) => false,
        }
    }
}

/// Where a holding comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An individual permission.
    Individual,
    /// A role.
    Role {
        /// The role.
        id: RoleId,
        /// Its name.
        name: String,
        /// The organization that owns it.
        organization: OrganizationId,
    },
}

/// One permission, where it counts and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holding {
    /// The permission.
    pub permission: Permission,
    /// Where it counts.
    pub scope: Scope,
    /// Where it comes from.
    pub source: Source,
}

impl Holding {
    /// What it gives at an organization: nothing outside its scope; for the forms of Super Admin, every permission they
    /// include.
    #[must_use]
    pub fn gives_at(&self, organization: &OrganizationId, ancestors: &[OrganizationId]) -> PermissionSet {
        if !self.scope.covers(organization, ancestors) {
            return PermissionSet::EMPTY;
        }
        counted(catalogue::includes(self.permission), &self.scope, organization, ancestors)
    }
}

/// An administrator with everything they hold: the actor of a decision.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The administrator's id.
    pub administrator: AdministratorId,
    /// The organization the administrator belongs to.
    pub organization: OrganizationId,
    holdings: Vec<Holding>,
    // INVARIANT: for each distinct scope in `holdings`, what is held there, with the forms of Super Admin spelled out.
    held: Vec<(Scope, PermissionSet)>,
}

impl Actor {
    /// An actor with these holdings.
    #[must_use]
    pub fn new(administrator: AdministratorId, organization: OrganizationId, holdings: Vec<Holding>) -> Self {
        let mut held: Vec<(Scope, PermissionSet)> = Vec::new();
        for holding in &holdings {
            let gives = catalogue::includes(holding.permission);
            match held.iter_mut().find(|(scope, _)| *scope == holding.scope) {
                Some((_, set)) => *set = set.union(gives),
                None => held.push((holding.scope.clone(), gives)),
            }
        }
        Self { administrator, organization, holdings, held }
    }

    /// The actor of an administrator, from their individual permissions and roles.
    ///
    /// `books` are the role books of the organizations that own the assigned roles. An assignment whose role is in none
    /// of them gives nothing. An administrator who is not active holds nothing.
    #[must_use]
    pub fn assemble(administrator: &Administrator, books: &[RoleBook]) -> Self {
        let holdings = match administrator.state {
            AdministratorState::Active => holdings(administrator, books),
            AdministratorState::Invited | AdministratorState::Disabled | AdministratorState::Deleted => {
                Vec::new()
            }
        };
        Self::new(administrator.id.clone(), administrator.organization_id.clone(), holdings)
    }

    /// What an administrator holds, or will hold once they accept their invitation or are enabled again. There is no
    /// other decision at that time, so giving and managing must be judged by this. A deleted administrator holds
    /// nothing.
    #[must_use]
    pub fn once_active(administrator: &Administrator, books: &[RoleBook]) -> Self {
        let holdings = match administrator.state {
            AdministratorState::Invited | AdministratorState::Active | AdministratorState::Disabled => {
                holdings(administrator, books)
            }
            AdministratorState::Deleted => Vec::new(),
        };
        Self::new(administrator.id.clone(), administrator.organization_id.clone(), holdings)
    }

    /// The same actor limited to these permissions: what an API token carries. A form of Super Admin gives those of
    /// them that it includes, where it counts. Permissions that are not held are not given.
    #[must_use]
    pub fn only(&self, permissions: PermissionSet) -> Self {
        let narrowed = |holding: &Holding| -> Vec<Holding> {
            if permissions.contains(holding.permission) {
                return vec![holding.clone()];
            }
            let included = catalogue::includes(holding.permission).common(permissions);
            let narrowed = included.iter().filter_map(|permission| {
                let scope = holding.scope.narrowed_to(catalogue::reach(permission))?;
                Some(Holding { permission, scope, source: holding.source.clone() })
            });
            narrowed.collect()
        };
        let holdings = self.holdings.iter().flat_map(narrowed).collect();
        Self::new(self.administrator.clone(), self.organization.clone(), holdings)
    }

    /// All holdings: individual permissions first, then assignments.
    #[must_use]
    pub fn holdings(&self) -> &[Holding] {
        &self.holdings
    }

    /// What is held at an organization, with the forms of Super Admin spelled out into the permissions they include.
    #[must_use]
    pub fn permissions_at(
        &self,
        organization: &OrganizationId,
        ancestors: &[OrganizationId],
    ) -> PermissionSet {
        self.held_where(organization, ancestors, |scope| scope.covers(organization, ancestors))
    }

    /// What is held at every organization below `organization`, including future ones.
    #[must_use]
    pub fn permissions_below(
        &self,
        organization: &OrganizationId,
        ancestors: &[OrganizationId],
    ) -> PermissionSet {
        self.held_where(organization, ancestors, |scope| scope.covers_all_below(organization, ancestors))
    }

    /// Whether the actor may know that the organization exists: it is their own, or they hold something there.
    #[must_use]
    pub fn sees(&self, organization: &OrganizationId, ancestors: &[OrganizationId]) -> bool {
        *organization == self.organization || !self.permissions_at(organization, ancestors).is_empty()
    }

    fn held_where(
        &self,
        organization: &OrganizationId,
        ancestors: &[OrganizationId],
        counts: impl Fn(&Scope) -> bool,
    ) -> PermissionSet {
        self.held
            .iter()
            .filter(|(scope, _)| counts(scope))
            .map(|(scope, set)| counted(*set, scope, organization, ancestors))
            .fold(PermissionSet::EMPTY, PermissionSet::union)
    }
}

/// `set` without the permissions that count only if held at the root, unless `scope` starts there.
fn counted(
    set: PermissionSet,
    scope: &Scope,
    organization: &OrganizationId,
    ancestors: &[OrganizationId],
) -> PermissionSet {
    let root = ancestors.first().unwrap_or(organization);
    if scope.organization() == root { set } else { set.minus(PermissionSet::ROOT_ONLY) }
}

/// The holdings of an administrator in any state.
fn holdings(administrator: &Administrator, books: &[RoleBook]) -> Vec<Holding> {
    let home = &administrator.organization_id;
    let mut holdings: Vec<Holding> = administrator
        .permissions
        .iter()
        .map(|&permission| Holding {
            permission,
            scope: Scope::of(permission, home.clone()),
            source: Source::Individual,
        })
        .collect();
    for assignment in &administrator.assignments {
        let book = books.iter().find(|b| b.organization_id == assignment.role_organization_id);
        let Some(role) = book.and_then(|b| b.role(&assignment.role_id)) else { continue };
        let at = assignment.organization_id.as_ref().unwrap_or(home);
        holdings.extend(role.permissions.iter().map(|&permission| Holding {
            permission,
            scope: Scope::of(permission, at.clone()),
            source: Source::Role {
                id: role.id.clone(),
                name: role.name.clone(),
                organization: assignment.role_organization_id.clone(),
            },
        }));
    }
    holdings
}

/// The record that a decision was judged on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedOn {
    /// The record id.
    pub record: String,
    /// Its revision when it was read.
    pub revision: u64,
}

/// What a question is about: an organization and, where it matters, a kind of request and a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The organization.
    pub organization: OrganizationId,
    /// The organizations above it, the root first, the nearest last; empty for the root.
    pub ancestors: Vec<OrganizationId>,
    /// The kind of the request. Without one, a question about requests is about all kinds at once.
    pub kind: Option<RequestKind>,
    /// The scope of the decision. Without one, a single computer.
    pub scope: Option<DecisionScope>,
    /// The record that the question is about, as it was read. The permit carries it.
    pub judged_on: Option<JudgedOn>,
}

impl Resource {
    /// The organization itself.
    #[must_use]
    pub fn at(organization: &Organization) -> Self {
        Self::new(organization.id.clone(), organization.ancestors.clone())
    }

    /// The organization with this id, below `ancestors` (the root first).
    #[must_use]
    pub fn new(organization: OrganizationId, ancestors: Vec<OrganizationId>) -> Self {
        Self { organization, ancestors, kind: None, scope: None, judged_on: None }
    }

    /// The root organization.
    #[must_use]
    pub fn root(&self) -> &OrganizationId {
        self.ancestors.first().unwrap_or(&self.organization)
    }

    /// A request of this kind there.
    #[must_use]
    pub fn kind(self, kind: RequestKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// A decision with this scope.
    #[must_use]
    pub fn scope(self, scope: DecisionScope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// Judged on this record at this revision: if it has changed when the change is saved, the decision is made again.
    #[must_use]
    pub fn judged_on(self, record: impl Into<String>, revision: u64) -> Self {
        Self { judged_on: Some(JudgedOn { record: record.into(), revision }), ..self }
    }
}
