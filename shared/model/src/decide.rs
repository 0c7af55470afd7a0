//! The decision: whether this actor may do this action to this resource, on what grounds, and what is missing.

use serde::Serialize;

use crate::action::Action;
use crate::catalogue::{self, Way};
use crate::ids::OrganizationId;
use crate::kinds::{DecisionScope, RequestKind};
use crate::permission::{Permission, PermissionSet};
use crate::permit::Permit;
use crate::rights::{Actor, Holding, Resource};

/// A missing permission, and where it is missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Requirement {
    /// The permission.
    pub permission: Permission,
    /// The organization where it would have to count.
    pub organization_id: OrganizationId,
    /// It would have to count at every organization below that one, rather than at the organization itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub below: bool,
}

/// The explained answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Every holding that is part of a combination that allows it; empty if it is not allowed.
    pub because: Vec<Holding>,
    /// Each smallest set of permissions that would be enough, fewest first; empty if it is allowed. A Super Admin of
    /// the organization may do everything; that is not repeated here.
    pub missing: Vec<Vec<Requirement>>,
}

/// Why something is denied, in addition to what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DenialReason {
    /// Permissions are missing.
    NotPermitted,
    /// The actor does not hold what they want to give.
    NotHeld,
    /// Only a Super Admin can give this.
    OnlySuperAdminGives,
    /// Nobody can add to their own permissions.
    NotToOneself,
    /// It can be given only at the root organization.
    OnlyAtRoot,
    /// The other administrator has rights at organizations that the actor's right does not reach.
    OutOfReach,
}

/// A refusal, with what is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Denial {
    /// The requested action.
    pub action: Action,
    /// The organization.
    pub organization: OrganizationId,
    /// The reason.
    pub reason: DenialReason,
    /// The sets of permissions of which any one would be enough, as in [`Answer::missing`].
    pub missing: Vec<Vec<Requirement>>,
    /// The organizations in `missing` that the actor may not know of: [`Denial::told`] does not name them.
    pub unseen: Vec<OrganizationId>,
    /// The actor may not know that the organization exists: the answer must be as if it did not.
    pub hidden: bool,
}

/// A missing permission, and where it is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MissingPermission))]
pub struct Told {
    /// The missing permission.
    pub permission: Permission,
    /// The organization where it would have to count; absent if you may not know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = OrganizationId, required = false))]
    pub organization_id: Option<OrganizationId>,
    /// True if it would have to count at every organization below that one, rather than at the organization itself;
    /// otherwise absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub below: bool,
}

impl Denial {
    /// What is missing, without the names of organizations that the actor may not know of.
    #[must_use]
    pub fn told(&self) -> Vec<Vec<Told>> {
        self.missing
            .iter()
            .map(|set| set.iter().map(|requirement| self.tell(requirement)).collect())
            .collect()
    }

    fn tell(&self, requirement: &Requirement) -> Told {
        let Requirement { permission, organization_id, below } = requirement;
        let is_seen = !self.unseen.contains(organization_id);
        Told {
            permission: *permission,
            organization_id: is_seen.then(|| organization_id.clone()),
            below: *below,
        }
    }

    fn sentence(&self) -> String {
        let Self { action, organization, .. } = self;
        match self.reason {
            DenialReason::NotPermitted => format!("`{action}` at `{organization}` is not permitted"),
            DenialReason::NotHeld => {
                "a permission can be given only by an administrator who holds it".to_owned()
            }
            DenialReason::OnlySuperAdminGives => {
                "this permission can be given only by a Super Admin".to_owned()
            }
            DenialReason::NotToOneself => "administrators cannot add to their own permissions".to_owned(),
            DenialReason::OnlyAtRoot => {
                "this permission can be given only at the root organization".to_owned()
            }
            DenialReason::OutOfReach => "this counts at organizations out of your reach".to_owned(),
        }
    }
}

/// Whether the actor may do this: the proof that they may, or the refusal with what is missing.
///
/// Total and pure: everything that the catalogue does not give is denied.
///
/// # Errors
/// The denial, which says what is missing and whether even the organization must stay hidden.
pub fn decide(actor: &Actor, action: Action, resource: &Resource) -> Result<Permit, Denial> {
    let held = actor.permissions_at(&resource.organization, &resource.ancestors);
    if allowed(held, action, resource.kind, resource.scope) {
        return Ok(Permit::right(actor, action, resource));
    }
    let missing = missing(held, action, resource);
    Err(Denial {
        action,
        organization: resource.organization.clone(),
        reason: DenialReason::NotPermitted,
        unseen: unseen(actor, &missing, std::slice::from_ref(resource)),
        missing,
        hidden: held.is_empty() && resource.organization != actor.organization,
    })
}

/// The same decision, explained rather than enforced.
#[must_use]
pub fn check(actor: &Actor, action: Action, resource: &Resource) -> Answer {
    let held = actor.permissions_at(&resource.organization, &resource.ancestors);
    if !allowed(held, action, resource.kind, resource.scope) {
        return Answer { allowed: false, because: Vec::new(), missing: missing(held, action, resource) };
    }
    let used = ways(action, resource.kind, resource.scope)
        .into_iter()
        .filter(|way| held.contains_all(*way))
        .fold(PermissionSet::EMPTY, PermissionSet::union);
    let counts = |holding: &&Holding| {
        let gives = holding.gives_at(&resource.organization, &resource.ancestors);
        !gives.common(used).is_empty()
    };
    let because = actor.holdings().iter().filter(counts).cloned().collect();
    Answer { allowed: true, because, missing: Vec::new() }
}

/// Whether somebody who holds exactly `held` at an organization may do this there.
pub(crate) fn allowed(
    held: PermissionSet,
    action: Action,
    kind: Option<RequestKind>,
    scope: Option<DecisionScope>,
) -> bool {
    let scope = scope.unwrap_or(DecisionScope::Computer);
    let allows =
        |kind: RequestKind| fitting(action, kind, scope).any(|way| held.contains_all(way.permissions));
    match kinds_in_question(action, kind) {
        Some(kinds) => kinds.iter().all(|kind| allows(*kind)),
        None => false,
    }
}

/// The kinds of requests that must all be allowed; `None` if the question contradicts itself.
fn kinds_in_question(action: Action, kind: Option<RequestKind>) -> Option<&'static [RequestKind]> {
    use RequestKind::{Application, Elevation, Storage};
    let one = |kind| -> &'static [RequestKind] {
        match kind {
            Application => &[Application],
            Storage => &[Storage],
            Elevation => &[Elevation],
        }
    };
    match (action.kind(), kind) {
        (Some(named), Some(kind)) if named != kind => None,
        (Some(kind), _) | (None, Some(kind)) => Some(one(kind)),
        (None, None) if action.asks_kind() => Some(RequestKind::ALL),
        (None, None) => Some(one(Application)),
    }
}

fn fitting(action: Action, kind: RequestKind, scope: DecisionScope) -> impl Iterator<Item = &'static Way> {
    catalogue::table().ways(action).iter().filter(move |way| way.fits(kind, scope))
}

/// Each smallest set of permissions that allows the action.
fn ways(action: Action, kind: Option<RequestKind>, scope: Option<DecisionScope>) -> Vec<PermissionSet> {
    let scope = scope.unwrap_or(DecisionScope::Computer);
    let Some(kinds) = kinds_in_question(action, kind) else { return Vec::new() };
    // Each kind in question needs one of its combinations: every choice of one per kind is enough for all of them.
    kinds.iter().fold(vec![PermissionSet::EMPTY], |so_far, kind| {
        let choices = so_far.iter().flat_map(|set| {
            fitting(action, *kind, scope).map(|way| set.union(way.permissions)).collect::<Vec<_>>()
        });
        smallest(choices.collect())
    })
}

/// The sets that contain none of the other sets, fewest permissions first.
fn smallest(sets: Vec<PermissionSet>) -> Vec<PermissionSet> {
    // There are a few: sorting them as one sorts many is 4 KB of every component.
    let mut sorted: Vec<PermissionSet> = Vec::new();
    for set in sets {
        let place = sorted.partition_point(|other| (other.len(), *other) <= (set.len(), set));
        sorted.insert(place, set);
    }
    let mut kept: Vec<PermissionSet> = Vec::new();
    for set in sorted {
        if !kept.iter().any(|k| set.contains_all(*k)) {
            kept.push(set);
        }
    }
    kept
}

/// Each smallest set of permissions that somebody who holds `held` still lacks for the action.
pub(crate) fn missing(held: PermissionSet, action: Action, resource: &Resource) -> Vec<Vec<Requirement>> {
    let lacking =
        ways(action, resource.kind, resource.scope).into_iter().map(|way| way.minus(held)).collect();
    smallest(lacking).into_iter().map(|set| require(set, resource, false)).collect()
}

/// The permissions of a set as requirements at one organization, or at all organizations below it.
pub(crate) fn require(set: PermissionSet, at: &Resource, below: bool) -> Vec<Requirement> {
    let requirement = |permission: Permission| {
        let organization = if permission.root_only() { at.root() } else { &at.organization };
        Requirement {
            permission,
            organization_id: organization.clone(),
            below: below && !permission.root_only(),
        }
    };
    set.iter().map(requirement).collect()
}

/// The organizations of the missing permissions that the actor may not know of. All of them are among the places or
/// above one; any other is not named either.
pub(crate) fn unseen(
    actor: &Actor,
    missing: &[Vec<Requirement>],
    places: &[Resource],
) -> Vec<OrganizationId> {
    let is_seen = |id: &OrganizationId| {
        places.iter().any(|place| match place.ancestors.iter().position(|above| above == id) {
            _ if place.organization == *id => actor.sees(id, &place.ancestors),
            Some(depth) => actor.sees(id, place.ancestors.get(..depth).unwrap_or_default()),
            None => false,
        })
    };
    let mut unseen: Vec<OrganizationId> = Vec::new();
    for Requirement { organization_id, .. } in missing.iter().flatten() {
        if !unseen.contains(organization_id) && !is_seen(organization_id) {
            unseen.push(organization_id.clone());
        }
    }
    unseen
}

/// Every question with an answer of its own: each action, for each kind of request and scope that it depends on.
pub fn questions() -> impl Iterator<Item = (Action, Option<RequestKind>, Option<DecisionScope>)> {
    Action::ALL.iter().flat_map(|&action| {
        let kinds: Vec<Option<RequestKind>> = match action.kind() {
            Some(kind) => vec![Some(kind)],
            None if action.asks_kind() => RequestKind::ALL.iter().copied().map(Some).collect(),
            None => vec![None],
        };
        let scopes: Vec<Option<DecisionScope>> = if action.asks_scope() {
            DecisionScope::ALL.iter().copied().map(Some).collect()
        } else {
            vec![None]
        };
        kinds
            .into_iter()
            .flat_map(move |kind| scopes.clone().into_iter().map(move |scope| (action, kind, scope)))
    })
}
