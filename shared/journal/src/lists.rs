//! Lists derived from events: what a page shows, the part not processed yet included.

pub(crate) mod log;
pub(crate) mod page;
pub(crate) mod places;
pub(crate) mod records;
pub(crate) mod set;
pub(crate) mod tail;

use serde::{Deserialize, Serialize};

/// The most ids in one block.
pub(crate) const BLOCK: usize = 500;

/// The lists of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Log: all requests, those of the organizations below too.
    Requests,
    /// Set: requests that wait for a decision, those below too.
    PendingRequests,
    /// Log: what administrators did, below too. Filled from the act's kind.
    SystemAudit,
    /// Log: what happened at endpoints, below too. Filled from the act's kind.
    UnifiedAudit,
    /// Log: deliveries.
    Notifications,
    /// Set: the organizations below, at any depth.
    Organizations,
    /// Set: administrators who belong to the organization.
    Administrators,
    /// Set: administrators who want to hear of its requests.
    Subscribers,
    /// Set: computer groups.
    Groups,
    /// Set: computers.
    Computers,
    /// Set: policies.
    Policies,
    /// Log: grants given, revoked and run out, in order.
    Grants,
}

impl List {
    /// A log only grows, newest first. A set also loses ids and is in the order of its ids, newest first.
    pub fn is_log(self) -> bool {
        matches!(
            self,
            Self::Requests | Self::SystemAudit | Self::UnifiedAudit | Self::Notifications | Self::Grants
        )
    }

    /// Whether the organizations above have it in their list of the same name, too.
    pub fn counts_above(self) -> bool {
        matches!(
            self,
            Self::Requests
                | Self::PendingRequests
                | Self::SystemAudit
                | Self::UnifiedAudit
                | Self::Organizations
        )
    }
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What is listed: a record's id, or an event's in the audits.
    pub id: String,
    /// In a log, the number of the event in this organization's journal: [`crate::Journal::event`] reads it.
    pub number: Option<u64>,
}

/// A page of a list. A set's page may name an id that has just left the set: look at the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The rows, newest first.
    pub items: Vec<Listed>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}
