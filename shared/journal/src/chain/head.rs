//! What the projection keeps of a chain.

use serde::{Deserialize, Serialize};

use crate::lists::log::LogHead;

/// The projection's record of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    pub(crate) log: LogHead,
    /// The seal of the newest row; empty before the first row.
    pub(crate) last: String,
    /// Up to this number entries were removed because they were too old, and their rows say what they were.
    #[serde(default)]
    pub(crate) trimmed: u64,
    /// The seal over the projection's statements about the chain and the journal; empty before the first turn.
    pub(crate) seal: String,
}
