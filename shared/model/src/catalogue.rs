//! The permission catalogue: `catalogue.json`, parsed once, and the decision table made from it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::kinds::{DecisionScope, RequestKind};
use crate::permission::{Permission, PermissionSet};

/// The data file itself. A test checks that it is complete and contains nothing unknown.
pub const TEXT: &str = include_str!("../catalogue.json");

/// Where a permission counts, relative to the organization where it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// There and at everything below it.
    #[default]
    HereAndBelow,
    /// Only at what is below it.
    Below,
    /// Only there.
    Here,
}

/// Who decided what a permission means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeaningSource))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The source document defines it.
    Seed,
    /// The source document only names it; the meaning was decided by this project.
    Decided,
}

/// A group of actions that a permission gives under the same conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gives {
    /// The actions.
    pub actions: Vec<Action>,
    /// Only for requests of these kinds; absent: any kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<RequestKind>>,
    /// Only for decisions up to this scope; absent: any scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<DecisionScope>,
    /// Only together with any one of these, at the same organization; absent: on its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combined_with: Option<Vec<Permission>>,
}

/// One permission of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The permission.
    pub id: Permission,
    /// Its title, as in the source document.
    pub title: String,
    /// Its heading in the source document.
    pub category: String,
    /// Its meaning, in one sentence.
    pub meaning: String,
    /// Who decided the meaning.
    pub source: Origin,
    /// What this project decided beyond the source document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where it counts.
    #[serde(default)]
    pub reach: Reach,
    /// For the forms of Super Admin: every other permission except these. Absent for an ordinary permission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub everything_but: Option<Vec<Permission>>,
    /// The actions that it gives itself.
    #[serde(default)]
    pub gives: Vec<Gives>,
}

impl Entry {
    /// Every action the permission gives by itself, each once, in the order of [`Action::ALL`].
    #[must_use]
    pub fn actions(&self) -> Vec<Action> {
        let held = includes(self.id);
        let alone =
            |action: &Action| table().ways(*action).iter().any(|way| held.contains_all(way.permissions));
        Action::ALL.iter().copied().filter(alone).collect()
    }

    /// The actions that it gives only together with other permissions.
    pub fn combinations(&self) -> impl Iterator<Item = &Gives> {
        self.gives.iter().filter(|g| g.combined_with.is_some())
    }
}

/// One combination of permissions that allows an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    /// All of these must be held at the organization.
    pub(crate) permissions: PermissionSet,
    kinds: [bool; 3],
    up_to: DecisionScope,
}

impl Way {
    /// Whether it applies to this kind of request and reaches this scope.
    pub(crate) fn fits(&self, kind: RequestKind, scope: DecisionScope) -> bool {
        self.kinds.get(kind as usize).copied().unwrap_or(false) && scope <= self.up_to
    }
}

/// The part of the catalogue that decisions need, arranged by action.
pub(crate) struct Table {
    ways: Vec<Vec<Way>>,
    includes: Vec<PermissionSet>,
    reaches: Vec<Reach>,
}

impl Table {
    /// The combinations that allow `action`; none if no permission gives it.
    pub(crate) fn ways(&self, action: Action) -> &[Way] {
        self.ways.get(action as usize).map_or(&[], Vec::as_slice)
    }
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    // An unreadable catalogue gives nobody anything. A test checks that it is readable.
    serde_json::from_slice(TEXT.as_bytes()).unwrap_or_default()
});

static TABLE: LazyLock<Table> = LazyLock::new(|| arrange(&ENTRIES));

/// Every permission of the catalogue, in its order.
#[must_use]
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// The catalogue's entry of a permission; `None` only when the catalogue is incomplete, which a test excludes.
#[must_use]
pub fn entry(permission: Permission) -> Option<&'static Entry> {
    ENTRIES.iter().find(|e| e.id == permission)
}

/// Where a permission counts, relative to the organization where it is set.
#[must_use]
pub fn reach(permission: Permission) -> Reach {
    table().reaches.get(permission as usize).copied().unwrap_or(Reach::Here)
}

/// The permission itself and, for the forms of Super Admin, every permission that they include.
#[must_use]
pub fn includes(permission: Permission) -> PermissionSet {
    table().includes.get(permission as usize).copied().unwrap_or_default()
}

/// Every permission that is part of some combination that allows `action`, and the forms of Super Admin that include
/// one of them. Without any of these, nobody may do it.
#[must_use]
pub fn having_a_part_in(action: Action) -> PermissionSet {
    let ways = table().ways(action).iter();
    let parts = ways.fold(PermissionSet::EMPTY, |parts, way| parts.union(way.permissions));
    let has_a_part = |permission: &&Permission| !includes(**permission).common(parts).is_empty();
    Permission::ALL.iter().filter(has_a_part).collect()
}

pub(crate) fn table() -> &'static Table {
    &TABLE
}

fn arrange(entries: &[Entry]) -> Table {
    let mut table = Table {
        ways: vec![Vec::new(); Action::ALL.len()],
        includes: vec![PermissionSet::EMPTY; Permission::ALL.len()],
        reaches: vec![Reach::Here; Permission::ALL.len()],
    };
    for entry in entries {
        if let Some(includes) = table.includes.get_mut(entry.id as usize) {
            *includes = PermissionSet::from(entry.id);
            if let Some(but) = &entry.everything_but {
                *includes = PermissionSet::ALL.minus(but.iter().collect()).union(*includes);
            }
        }
        if let Some(reach) = table.reaches.get_mut(entry.id as usize) {
            *reach = entry.reach;
        }
        for gives in &entry.gives {
            for action in &gives.actions {
                if let Some(ways) = table.ways.get_mut(*action as usize) {
                    ways.extend(ways_of(entry.id, gives));
                }
            }
        }
    }
    table
}

fn ways_of(permission: Permission, gives: &Gives) -> Vec<Way> {
    let kinds = [RequestKind::Application, RequestKind::Storage, RequestKind::Elevation]
        .map(|kind| gives.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind)));
    let up_to = gives.up_to.unwrap_or(DecisionScope::Organization);
    let way = |permissions| Way { permissions, kinds, up_to };
    let alone = PermissionSet::from(permission);
    match &gives.combined_with {
        None => vec![way(alone)],
        Some(partners) => partners.iter().map(|partner| way(alone.with(*partner))).collect(),
    }
}
