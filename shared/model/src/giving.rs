//! No escalation: who may give permissions to whom, and who may manage whom.
//!
//! Three rules. To give a permission, the actor must hold it, with every action it gives, everywhere it will count.
//! Nobody adds to their own permissions. To manage an administrator, or to take a permission away, the actor must be
//! allowed the action at every organization where the target holds something, or where the permission counts.

use crate::action::Action;
use crate::catalogue;
use crate::decide::{
    Denial, DenialReason, Requirement, allowed, decide, missing, questions, require, unseen,
};
use crate::ids::AdministratorId;
use crate::permission::{Permission, PermissionSet};
use crate::permit::Permit;
use crate::rights::{Actor, Holding, Resource, Scope, Source};

mod effects;

pub use effects::{Gain, gains};

/// Whether the actor may give these permissions to somebody who holds nothing yet, or put them in a role that nobody
/// holds.
///
/// `action` is the act (`roles.create`, `administrators.invite`, …) and is decided at `at`: the organization of the
/// administrator or role. `counting_at` are the organizations where the permissions would be set. For anybody who
/// already holds something, including every holder of an edited role, use [`may_change`].
///
/// # Errors
/// The denial of the action or of the giving, with what the actor lacks and where.
pub fn may_give(
    actor: &Actor,
    action: Action,
    at: &Resource,
    permissions: PermissionSet,
    counting_at: &[Resource],
) -> Result<Permit, Denial> {
    let given = |place: &Resource| -> Vec<Holding> {
        let holding = |permission| Holding {
            permission,
            scope: Scope::of(permission, place.organization.clone()),
            source: Source::Individual,
        };
        permissions.iter().map(holding).collect()
    };
    let nobody = AdministratorId::from_ulid(ulid::Ulid::nil());
    let before = Actor::new(nobody.clone(), at.organization.clone(), Vec::new());
    let after = Actor::new(nobody, at.organization.clone(), counting_at.iter().flat_map(given).collect());
    may_change(actor, action, at, &before, &after, counting_at)
}

/// Whether the actor may change what an administrator holds from `before` to `after`.
///
/// Taking away never requires holding what is taken, but the action must be allowed everywhere it counts. `action` is
/// decided at `at`, the administrator's organization (or the role's). `places` must contain every organization where a
/// holding of `before` or `after` is set: adding or removing a holding at one that is left out is refused. Make both
/// with [`Actor::once_active`], from the books of all assigned roles: an assignment whose role is in no book must have
/// been refused before.
///
/// # Errors
/// The denial of the action, of the giving or of the taking away, with what the actor lacks and where.
pub fn may_change(
    actor: &Actor,
    action: Action,
    at: &Resource,
    before: &Actor,
    after: &Actor,
    places: &[Resource],
) -> Result<Permit, Denial> {
    let permit = decide(actor, action, at)?;
    for holding in new_in(before, after) {
        reached(actor, action, at, holding, places)?;
    }
    let added: Vec<&Holding> = new_in(after, before).collect();
    if added.is_empty() {
        return Ok(permit);
    }
    let denial = |reason, missing: Vec<Vec<Requirement>>| {
        let organization = at.organization.clone();
        let unseen = unseen(actor, &missing, places);
        Err(Denial { action, organization, reason, missing, unseen, hidden: false })
    };
    if actor.administrator == after.administrator {
        return denial(DenialReason::NotToOneself, Vec::new());
    }
    for holding in added {
        if let Err((reason, lacking)) = may_add(actor, holding, places) {
            return denial(reason, if lacking.is_empty() { Vec::new() } else { vec![lacking] });
        }
    }
    for region in places.iter().flat_map(regions) {
        if let Some(missing) = gained_beyond(actor, before, after, region) {
            return denial(DenialReason::NotHeld, missing);
        }
    }
    Ok(permit)
}

/// Whether the actor may create an API token with these permissions. They must hold each of them somewhere: the token
/// counts as its maker, and is narrowed by [`Actor::only`] at each use, so it never exceeds them.
///
/// # Errors
/// The denial, with the permissions that they do not hold anywhere.
pub fn may_carry(actor: &Actor, permissions: PermissionSet) -> Result<Permit, Denial> {
    let held = actor
        .holdings()
        .iter()
        .map(|holding| catalogue::includes(holding.permission).with(holding.permission));
    let lacking = permissions.minus(held.fold(PermissionSet::EMPTY, PermissionSet::union));
    if lacking.is_empty() {
        return Ok(Permit::carrying(actor));
    }
    let at = Resource::new(actor.organization.clone(), Vec::new());
    Err(Denial {
        action: Action::AdministratorsChangePermissions,
        organization: actor.organization.clone(),
        reason: DenialReason::NotHeld,
        missing: vec![require(lacking, &at, false)],
        unseen: Vec::new(),
        hidden: false,
    })
}

/// Whether the actor may edit, reset, disable or delete an administrator who holds what `target` holds.
///
/// The action must be allowed at the administrator's organization (`at`) and everywhere the target has rights. `places`
/// must contain every organization where a holding of the target is set; make the target with [`Actor::once_active`].
///
/// # Errors
/// The denial of the action, or because the target has rights out of the actor's reach.
pub fn may_manage(
    actor: &Actor,
    action: Action,
    at: &Resource,
    target: &Actor,
    places: &[Resource],
) -> Result<Permit, Denial> {
    let permit = decide(actor, action, at)?;
    for holding in target.holdings() {
        reached(actor, action, at, holding, places)?;
    }
    Ok(permit)
}

/// Those of `among` that a change from `before` to `after` gives an administrator by setting them on `place`, except
/// those that they already had in full through another grant. With `before` and `after` swapped: what the change takes.
#[must_use]
pub fn gained(before: &Actor, after: &Actor, place: &Resource, among: PermissionSet) -> PermissionSet {
    let is_gained = |permission: &Permission| {
        let scope = Scope::of(*permission, place.organization.clone());
        let included = catalogue::includes(*permission);
        let gains = |region: Region<'_>| {
            let new = region.held_by(after).minus(region.held_by(before));
            !new.common(included).is_empty()
        };
        scope_regions(&scope, place).any(gains)
    };
    among.iter().filter(is_gained).collect()
}

/// The holdings of `after` that are not in `before`.
fn new_in<'a>(after: &'a Actor, before: &'a Actor) -> impl Iterator<Item = &'a Holding> {
    after.holdings().iter().filter(|new| !before.holdings().iter().any(|old| same(old, new)))
}

/// Refuses if the action is not allowed to the actor everywhere the holding counts. The denial says what is missing
/// where the actor may know of the organization.
fn reached(
    actor: &Actor,
    action: Action,
    at: &Resource,
    holding: &Holding,
    places: &[Resource],
) -> Result<(), Denial> {
    let place = places.iter().find(|p| p.organization == *holding.scope.organization());
    let beyond = place.map(|place| {
        scope_regions(&holding.scope, place)
            .find(|region| !allowed(region.held_by(actor), action, None, None))
    });
    let missing = match beyond {
        Some(None) => return Ok(()),
        Some(Some(region)) if actor.sees(&region.place.organization, &region.place.ancestors) => {
            region.missing(region.held_by(actor), action, region.place)
        }
        _ => Vec::new(),
    };
    let (organization, reason) = (at.organization.clone(), DenialReason::OutOfReach);
    let unseen = unseen(actor, &missing, places);
    Err(Denial { action, organization, reason, missing, unseen, hidden: false })
}

/// An organization itself, or all the organizations below it.
#[derive(Clone, Copy)]
struct Region<'a> {
    place: &'a Resource,
    below: bool,
}

impl Region<'_> {
    fn held_by(&self, actor: &Actor) -> PermissionSet {
        let Resource { organization, ancestors, .. } = self.place;
        if self.below {
            actor.permissions_below(organization, ancestors)
        } else {
            actor.permissions_at(organization, ancestors)
        }
    }

    /// What somebody who holds `held` here lacks for the action.
    fn missing(&self, held: PermissionSet, action: Action, question: &Resource) -> Vec<Vec<Requirement>> {
        let mut sets = missing(held, action, question);
        sets.iter_mut().flatten().for_each(|requirement| requirement.below = self.below);
        sets
    }
}

fn regions(place: &Resource) -> impl Iterator<Item = Region<'_>> {
    [false, true].into_iter().map(move |below| Region { place, below })
}

/// The regions where a holding set on `place` counts.
fn scope_regions<'a>(scope: &'a Scope, place: &'a Resource) -> impl Iterator<Item = Region<'a>> {
    regions(place).filter(move |region| match scope {
        Scope::OrganizationAndBelow(_) => true,
        Scope::BelowOnly(_) => region.below,
        Scope::OnlyOrganization(_) => !region.below,
    })
}

/// Whether two holdings are the same, regardless of the role's current name.
fn same(a: &Holding, b: &Holding) -> bool {
    let role = |holding: &Holding| match &holding.source {
        Source::Individual => None,
        Source::Role { id, .. } => Some(id.clone()),
    };
    a.permission == b.permission && a.scope == b.scope && role(a) == role(b)
}

/// Whether the actor holds what the new holding gives, everywhere it counts; otherwise why not, and what is missing.
fn may_add(
    actor: &Actor,
    holding: &Holding,
    places: &[Resource],
) -> Result<(), (DenialReason, Vec<Requirement>)> {
    let permission = holding.permission;
    let Some(place) = places.iter().find(|p| p.organization == *holding.scope.organization()) else {
        return Err((DenialReason::OutOfReach, Vec::new()));
    };
    if permission.root_only() && !place.ancestors.is_empty() {
        return Err((DenialReason::OnlyAtRoot, require(permission.into(), place, false)));
    }
    let reserved = permission.only_super_admin_gives();
    let (needed, reason) = if reserved {
        (Permission::SuperAdmin.into(), DenialReason::OnlySuperAdminGives)
    } else {
        (catalogue::includes(permission), DenialReason::NotHeld)
    };
    let lacking: Vec<Requirement> = scope_regions(&holding.scope, place)
        .flat_map(|region| require(needed.minus(region.held_by(actor)), place, region.below))
        .collect();
    if lacking.is_empty() { Ok(()) } else { Err((reason, lacking)) }
}

/// What the actor lacks for the first action that the change gives in the region and the actor may not do there.
/// Permissions that are harmless alone can allow more together with what somebody already holds.
fn gained_beyond(
    actor: &Actor,
    before: &Actor,
    after: &Actor,
    region: Region<'_>,
) -> Option<Vec<Vec<Requirement>>> {
    let (old, new, own) = (region.held_by(before), region.held_by(after), region.held_by(actor));
    if new.minus(old).is_empty() {
        return None;
    }
    let (action, kind, scope) = questions().find(|&(action, kind, scope)| {
        allowed(new, action, kind, scope)
            && !allowed(old, action, kind, scope)
            && !allowed(own, action, kind, scope)
    })?;
    Some(region.missing(own, action, &Resource { kind, scope, ..region.place.clone() }))
}
