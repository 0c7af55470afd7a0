//! Sending again what failed: which messages, and how many there were.

use countersign_http::{Cursor, Moment};
use countersign_model::{Channel, OrganizationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which failed messages to send again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToResend {
    /// The organization that they belong to.
    pub organization_id: OrganizationId,
    /// Only those of this channel; default: of all.
    pub channel: Option<Channel>,
    /// Only those that were made at or after this time; default: all.
    #[schema(example = "2026-06-01T12:00:00Z")]
    pub since: Option<Moment>,
    /// The `next_cursor` of the previous answer, to go on; default: from the newest.
    pub cursor: Option<Cursor>,
}

/// How many messages are sent again.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedResent {
    /// How many are.
    pub resent: usize,
    /// How many failed and are not, because they are password resets or invitations.
    pub left_out: usize,
    /// Where the next call goes on; null if nothing is left.
    pub next_cursor: Option<Cursor>,
}
