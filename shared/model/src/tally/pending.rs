//! How many requests are pending, by kind and by the organization directly below.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Tallied;
use crate::ids::OrganizationId;
use crate::kinds::RequestKind;

/// The most organizations below that are counted apart. Those that have no pending requests take no place.
const APART: usize = 1_000;

/// How many requests of each kind are pending, in the order of [`RequestKind::ALL`].
type Kinds = [u32; 3];

/// The pending requests of an organization and of those below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCounts {
    /// Its own.
    own: Kinds,
    /// Of each organization directly below it, with everything below that one.
    // INVARIANT: at most APART, each with at least one pending request.
    below: BTreeMap<OrganizationId, Kinds>,
    /// Of those for which there was no room.
    others: Kinds,
}

impl PendingCounts {
    /// All pending requests of a kind.
    #[must_use]
    pub fn of_kind(&self, kind: RequestKind) -> u64 {
        let all = self.below.values().chain([&self.own, &self.others]);
        all.map(|kinds| u64::from(of(kinds, kind))).sum()
    }

    /// Its own pending requests of a kind.
    #[must_use]
    pub fn own(&self, kind: RequestKind) -> u32 {
        of(&self.own, kind)
    }

    /// The organizations directly below with pending requests.
    pub fn below(&self) -> impl Iterator<Item = &OrganizationId> {
        self.below.keys()
    }

    /// The pending requests of a kind at an organization directly below, and everywhere below that one.
    #[must_use]
    pub fn at(&self, organization: &OrganizationId, kind: RequestKind) -> u32 {
        self.below.get(organization).map_or(0, |kinds| of(kinds, kind))
    }

    /// The pending requests of a kind below that are not counted apart.
    #[must_use]
    pub fn others(&self, kind: RequestKind) -> u32 {
        of(&self.others, kind)
    }

    /// Counts an event. `is_own`: it happened at the organization itself.
    pub fn take(&mut self, event: &Tallied, is_own: bool) {
        let by = event.change_of_pending();
        if by == 0 {
            return;
        }
        if is_own {
            change(&mut self.own, event.kind, by);
            return;
        }
        let Some(via) = &event.via else { return change(&mut self.others, event.kind, by) };
        let known = self.below.get(via).map_or(0, |kinds| of(kinds, event.kind));
        let has_room = self.below.contains_key(via) || self.below.len() < APART;
        // What began among the others ends there.
        if (by > 0 && !has_room) || (by < 0 && known == 0) {
            return change(&mut self.others, event.kind, by);
        }
        let kinds = self.below.entry(via.clone()).or_default();
        change(kinds, event.kind, by);
        if kinds.iter().all(|count| *count == 0) {
            self.below.remove(via);
        }
    }
}

fn of(kinds: &Kinds, kind: RequestKind) -> u32 {
    let place = RequestKind::ALL.iter().position(|each| *each == kind);
    place.and_then(|place| kinds.get(place)).copied().unwrap_or_default()
}

fn change(kinds: &mut Kinds, kind: RequestKind, by: i64) {
    let place = RequestKind::ALL.iter().position(|each| *each == kind);
    if let Some(count) = place.and_then(|place| kinds.get_mut(place)) {
        *count = u32::try_from(i64::from(*count).saturating_add(by)).unwrap_or_default();
    }
}
