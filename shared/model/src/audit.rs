//! The two audits.

/// Which audit an act stands in.
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
    /// Whether it stands in the system audit.
    #[must_use]
    pub const fn in_system(self) -> bool {
        match self {
            Self::System | Self::Both => true,
            Self::Unified => false,
        }
    }

    /// Whether it stands in the unified audit.
    #[must_use]
    pub const fn in_unified(self) -> bool {
        match self {
            Self::Unified | Self::Both => true,
            Self::System => false,
        }
    }
}
