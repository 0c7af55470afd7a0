//! What is derived from an act.

use std::fmt;

use jiff::Timestamp;

use super::Act;
use super::name::ActName;
use crate::audit::AuditKind;
use crate::ids::EventId;
use crate::list::{List, ListEntry};
use crate::notice::Notice;
use crate::permit::Basis;

/// Everything that is derived from an act when it is saved and processed, except its audit details, which are the act
/// itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footprint {
    /// The name of the act.
    pub name: ActName,
    /// The audits that list it.
    pub audit: AuditKind,
    /// The ids it is about, for searching an audit; the most important one first.
    pub concerns: Vec<String>,
    /// The lists that it changes, except the audits.
    pub lists: Vec<ListEntry>,
    /// Who must be notified of it.
    pub notice: Option<Notice>,
    /// When the organization's agents must ask again.
    pub agents: AgentNews,
}

impl Footprint {
    /// Of an act that nothing shows but an audit: no list changes, nobody is notified, and agents know nothing of it.
    #[must_use]
    pub fn recorded(name: ActName, audit: AuditKind, concerns: &[&dyn fmt::Display]) -> Self {
        let concerns = concerns.iter().map(ToString::to_string).collect();
        Self { name, audit, concerns, lists: Vec::new(), notice: None, agents: AgentNews::NONE }
    }

    /// The entries that the event with this id updates, in the audits, too.
    #[must_use]
    pub fn entries(self, event: &EventId) -> Vec<ListEntry> {
        let mut entries = self.lists;
        let audits =
            [(self.audit.in_system(), List::SystemAudit), (self.audit.in_unified(), List::UnifiedAudit)];
        let audits = audits.into_iter().filter(|(is_listed, _)| *is_listed);
        entries.extend(audits.map(|(_, audit)| ListEntry::new(audit, event)));
        entries
    }
}

/// When the organization's agents must ask again because of a change that concerns them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentNews {
    /// At once.
    pub now: bool,
    /// Also at a later moment, for example when a grant expires.
    pub at: Option<Timestamp>,
}

impl AgentNews {
    /// Nothing changes for them.
    pub const NONE: Self = Self { now: false, at: None };
    /// They must ask again at once.
    pub const NOW: Self = Self { now: true, at: None };
}

/// An act: the payload of a variant of [`Act`](super::Act).
///
/// There are no defaults on purpose: a new act does not compile until all its consequences are given, in one place.
pub(super) trait Happening: Send + Sync {
    /// Everything derived from it.
    fn footprint(&self) -> Footprint;

    /// Whether a permit on this basis allows it.
    fn permitted_by(&self, basis: &Basis) -> bool;
}

impl Act {
    /// Everything that is derived from it when it is saved and processed.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        self.happening().footprint()
    }

    /// Whether a permit on this basis allows it: the action, the organization, the kind of request and the scope fit.
    #[must_use]
    pub fn permitted_by(&self, basis: &Basis) -> bool {
        permitted(self.happening(), basis)
    }
}

/// Whether a permit on this basis allows an act with this payload.
pub(super) fn permitted(payload: &dyn Happening, basis: &Basis) -> bool {
    #[cfg(feature = "testing")]
    if *basis == Basis::Scene {
        return true;
    }
    payload.permitted_by(basis)
}
