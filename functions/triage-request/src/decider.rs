//! Somebody who can decide a request, for the answers and for those who ask them.

use countersign_model::{Administrator, DecisionScope};

/// Somebody who can decide a request in some way.
pub struct Decider {
    pub administrator: Administrator,
    /// Up to which scope they can approve it; `None` if they can only deny or ignore it.
    pub approves: Option<DecisionScope>,
    /// Whether they can deny it.
    pub denies: bool,
}
