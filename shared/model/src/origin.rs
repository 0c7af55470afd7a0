//! Who did something, from where and when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AdministratorId, ApiTokenId, ComputerId};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Who {
    /// An administrator, with the name they had.
    Administrator {
        /// Which.
        id: AdministratorId,
        /// Their name at the time, so that the audit reads by itself.
        name: String,
        /// The API token through which a program did it for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<ApiTokenId>,
    },
    /// A computer's agent.
    Computer {
        /// Which.
        id: ComputerId,
    },
    /// Somebody who has the set-up token.
    SetUp,
    /// Somebody not identified (a failed sign-in, say).
    Anonymous,
    /// Countersign itself (an expiry, say).
    System,
}

/// Who does something, from where and when: what an event takes from the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who.
    pub who: Who,
    /// The client's address, when there is one.
    pub address: Option<String>,
    /// When.
    pub at: Timestamp,
}
