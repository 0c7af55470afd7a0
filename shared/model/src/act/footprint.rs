//! What is derived from an act.

use jiff::Timestamp;

use super::name::ActName;
use crate::audit::AuditKind;
use crate::list::ListEntry;
use crate::notice::Notice;
use crate::permit::Basis;

/// Everything that is derived from an act when it is saved and processed, apart from its audit detail, which is the act itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footprint {
    /// What it is called.
    pub name: ActName,
    /// The audits it stands in.
    pub audit: AuditKind,
    /// The ids it is about, for searching an audit; the most important one first.
    pub concerns: Vec<String>,
    /// The lists it belongs to, the audits apart.
    pub lists: Vec<ListEntry>,
    /// Who must hear of it.
    pub notice: Option<Notice>,
    /// What the organization's agents must know.
    pub agents: AgentNews,
}

/// When the organization's agents must ask again, because something they act by has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentNews {
    /// At once.
    pub now: bool,
    /// At a later moment, too (a grant's expiry, say).
    pub at: Option<Timestamp>,
}

impl AgentNews {
    /// Nothing changes for them.
    pub const NONE: Self = Self { now: false, at: None };
    /// They must ask again at once.
    pub const NOW: Self = Self { now: true, at: None };
}

/// What is done or happens: the payload of a variant of [`Act`](super::Act).
///
/// There are no defaults on purpose: a new act does not compile until everything that follows from it is said, in one place.
pub(super) trait Happening {
    /// Everything derived from it.
    fn footprint(&self) -> Footprint;

    /// Whether a permit that rests on this allows it.
    fn permitted_by(&self, basis: &Basis) -> bool;
}
