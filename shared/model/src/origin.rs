//! Who did something, from where and when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AdministratorId, ApiTokenId, ComputerId};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Who {
    /// An administrator, with the name they had at the time.
    Administrator {
        /// The administrator's id.
        id: AdministratorId,
        /// Their name at the time, so that the audit can be read on its own.
        name: String,
        /// The API token, if a program acted for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<ApiTokenId>,
    },
    /// A computer's agent.
    Computer {
        /// The computer's id.
        id: ComputerId,
    },
    /// The holder of the set-up token.
    SetUp,
    /// Whoever runs the deployment, by a command on the machine.
    Operator,
    /// Somebody who was not identified, for example at a failed sign-in.
    Anonymous,
    /// Countersign itself, for example when something expires.
    System,
}

impl Who {
    /// The administrator, if it is one.
    #[must_use]
    pub const fn administrator(&self) -> Option<&AdministratorId> {
        match self {
            Self::Administrator { id, .. } => Some(id),
            Self::Computer { .. } | Self::SetUp | Self::Operator | Self::Anonymous | Self::System => None,
        }
    }
}

/// Who does something, from where and when: the caller's part of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who does it.
    pub who: Who,
    /// The client's address, if there is one.
    pub address: Option<String>,
    /// When.
    pub at: Timestamp,
}
