//! Events: one entry of a journal carries everything about one act.

use countersign_model::audit::Act;
use countersign_model::ids::{AdministratorId, ApiTokenId, ComputerId, EventId, OrganizationId};
use countersign_model::notice::Notice;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use countersign_store::EventRef;

use crate::lists::List;

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
    /// Whoever holds the set-up token.
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

/// Where it shows that an event counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Commit {
    /// It counts by being there: its batch was everything.
    Created,
    /// It counts once the record carries the write.
    Record {
        /// The record's id.
        id: String,
        /// The write.
        write: String,
    },
    /// It counts once the slot holds the number.
    Slot {
        /// The digest of the slot's name.
        slot: String,
        /// The number.
        number: u64,
    },
}

/// A list to be brought up to date for an id: added to a log, or looked at again for a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChange {
    /// Which list.
    pub list: List,
    /// What is in it.
    pub id: String,
}

/// One act, as it stands in a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its id, the same in every journal it is passed on to.
    pub id: EventId,
    /// The organization it happened in.
    pub organization_id: OrganizationId,
    /// Its number in the journal it was read from.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Who,
    /// From where.
    pub address: Option<String>,
    /// What.
    pub act: Act,
    /// Where it shows that it counts.
    pub commit: Commit,
    /// The ids it is about, for searching.
    pub subjects: Vec<String>,
    /// What the audit says beyond that: before and after, names.
    pub detail: Option<Value>,
    /// The lists it belongs to, the audits apart.
    pub lists: Vec<ListChange>,
    /// Who must hear.
    pub notices: Vec<Notice>,
    /// Whether the organization's agents must ask again.
    pub agents: bool,
    /// A later moment at which its agents must ask again (a grant's expiry, say).
    pub agents_at: Option<Timestamp>,
    /// The digest of the idempotency key it was made under.
    pub idempotency: Option<String>,
    /// Where it was first written, in the journals above.
    pub propagated_from: Option<EventRef>,
}
