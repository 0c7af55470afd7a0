//! How operations end, and the answers of callers.

/// A writer's answer to its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Told {
    /// The change is saved.
    Saved,
    /// The change is not saved and never will be: refused, held by another, or too busy.
    No,
    /// The outcome is unknown.
    Unknown,
}

/// How an operation of a writer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// It succeeds.
    Well,
    /// It succeeds, and what was read leads to a refusal.
    Refused,
    /// It fails; a write had no effect.
    Fails,
    /// It fails, although a write took effect.
    FailsAfterEffect,
    /// It fails, and a write takes effect some time later.
    FailsBeforeEffect,
}

impl Way {
    /// The ways a write ends.
    pub const OF_A_WRITE: &'static [Self] =
        &[Self::Well, Self::Fails, Self::FailsAfterEffect, Self::FailsBeforeEffect];
    /// The ways a read ends.
    pub const OF_A_READ: &'static [Self] = &[Self::Well, Self::Fails];

    /// Whether it fails.
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Well | Self::Refused)
    }

    /// Whether a write takes effect at once.
    pub fn takes_effect(self) -> bool {
        matches!(self, Self::Well | Self::FailsAfterEffect)
    }
}
