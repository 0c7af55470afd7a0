//! Request and response types of this function.

use countersign_model::OrganizationId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The organization whose events to process.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToProcess {
    /// The organization in which something happened.
    pub organization_id: OrganizationId,
}

/// The result of one walk over the organizations.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Delivered {
    /// How many organizations were examined.
    pub organizations: usize,
    /// How many events were processed.
    pub events: usize,
    /// How many messages a provider accepted.
    pub deliveries_sent: usize,
    /// How many deliveries were refused for good or given up.
    pub deliveries_failed: usize,
    /// How many journal numbers could be neither processed nor dropped, and were set aside. Verifying the audit names
    /// them.
    pub set_aside: usize,
    /// When the next delivery is due; null if nothing is outstanding.
    pub next_due_at: Option<Timestamp>,
    /// What may make the store lose records, and what to do about it. A Redis server that `redis_url` names is asked
    /// once an hour.
    pub warnings: Vec<String>,
    /// Whether time ran out, or another caller is doing the rest. The next call continues.
    pub more: bool,
}
