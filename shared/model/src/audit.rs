//! The two audits.

mod filter;

pub use filter::{Acts, AuditActor, AuditFacts, AuditFilter};

use crate::action::Action;
use crate::list::List;
use crate::named::named;

named! {
    /// One of the two audits.
    pub enum Audit("audit") {
        System = "system",
        Unified = "unified",
    }
}

impl Audit {
    /// The right with which it is read.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::System => Action::SystemAuditView,
            Self::Unified => Action::UnifiedAuditView,
        }
    }

    /// The list of its entries.
    #[must_use]
    pub const fn list(self) -> List {
        match self {
            Self::System => List::SystemAudit,
            Self::Unified => List::UnifiedAudit,
        }
    }
}

/// The audits that list an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditKind {
    /// The system audit: what administrators did.
    System,
    /// The unified audit: what happened at endpoints.
    Unified,
    /// Both: what administrators did about what happened at endpoints.
    Both,
}

impl AuditKind {
    /// Whether the system audit lists it.
    #[must_use]
    pub const fn in_system(self) -> bool {
        match self {
            Self::System | Self::Both => true,
            Self::Unified => false,
        }
    }

    /// Whether the unified audit lists it.
    #[must_use]
    pub const fn in_unified(self) -> bool {
        match self {
            Self::Unified | Self::Both => true,
            Self::System => false,
        }
    }
}
