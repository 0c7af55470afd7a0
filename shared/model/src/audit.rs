//! The two audits.

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
