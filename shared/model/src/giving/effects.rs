//! The effects of a change of what an administrator holds: what it gives, and where. Judged by the same rules as the change.

use std::collections::BTreeSet;

use super::{Region, gained, new_in, regions};
use crate::action::Action;
use crate::decide::{allowed, questions};
use crate::permission::PermissionSet;
use crate::rights::{Actor, Resource};

/// What a change gives an administrator at an organization and below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// The organization.
    pub place: Resource,
    /// The permissions that are set there by the change, except those that the administrator already had in full.
    pub permissions: PermissionSet,
    /// What the administrator can do there or below it, and could not do before. Permissions from different places combine, so
    /// there may be actions without new permissions. Actions that are new everywhere below another of the places are only
    /// there.
    pub actions: BTreeSet<Action>,
}

/// What a change from `before` to `after` gives an administrator, at each of these places where it gives anything. With
/// `before` and `after` swapped: what the change takes.
#[must_use]
pub fn gains(before: &Actor, after: &Actor, places: &[Resource]) -> Vec<Gain> {
    let at = |place: &Resource| {
        let set = new_in(after, before).filter(|new| *new.scope.organization() == place.organization);
        let permissions = gained(before, after, place, set.map(|new| new.permission).collect());
        let above = places.iter().filter(|each| place.ancestors.contains(&each.organization));
        let known: BTreeSet<Action> =
            above.flat_map(|place| new_actions(before, after, Region { place, below: true })).collect();
        let new = regions(place).flat_map(|region| new_actions(before, after, region));
        let actions = new.filter(|action| !known.contains(action)).collect();
        Gain { place: place.clone(), permissions, actions }
    };
    places.iter().map(at).filter(|gain| !gain.permissions.is_empty() || !gain.actions.is_empty()).collect()
}

/// The actions that are allowed in a region after the change, for some kind of request and scope, and were not before.
fn new_actions(before: &Actor, after: &Actor, region: Region<'_>) -> Vec<Action> {
    let (old, new) = (region.held_by(before), region.held_by(after));
    if new.minus(old).is_empty() {
        return Vec::new();
    }
    questions()
        .filter(|&(action, kind, scope)| {
            allowed(new, action, kind, scope) && !allowed(old, action, kind, scope)
        })
        .map(|(action, ..)| action)
        .collect()
}
