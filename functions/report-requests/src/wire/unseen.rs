//! Reports about computers that have not been seen for some time.

use countersign_http::{Cursor, OrganizationName};
use countersign_model::{ComputerId, GroupId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ReportFormat;

/// Which computers to report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnseenQuery {
    /// The organization whose computers are reported, with everything below it; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Whether the computers of the organizations below are reported, too; default: true.
    pub below: Option<bool>,
    /// For how many days a computer has not been seen: 1 to 3650; default: 30.
    #[param(minimum = 1, maximum = 3650)]
    pub unseen_days: Option<u16>,
    /// `computer` or `organization`: what the rows of a table are; default: `computer`. JSON has both.
    #[param(inline)]
    pub by: Option<UnseenBy>,
    /// `json` or `csv`, which has just the rows; default: what `Accept` names, or `json`.
    #[param(inline)]
    pub format: Option<ReportFormat>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
}

/// What the rows of a table of computers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnseenBy {
    /// Computers that have not been seen.
    Computer,
    /// Organizations, with how many of their computers have not been seen.
    Organization,
}

/// Computers that have not been seen for some time, among those that the page looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnseenReport {
    /// The organization.
    pub organization: OrganizationName,
    /// For how many days they have not been seen.
    pub unseen_days: u16,
    /// They have not been seen since this moment.
    pub not_seen_since: Timestamp,
    /// How many computers the page looked at.
    pub looked_at: usize,
    /// How many of them have not been seen.
    pub unseen: usize,
    /// The organizations that the page looked at and that have computers, with their numbers.
    #[schema(max_items = 101)]
    pub organizations: Vec<UnseenAt>,
    /// The computers of the page that have not been seen, the one that was seen longest ago first.
    #[schema(max_items = 1000)]
    pub computers: Vec<UnseenComputer>,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<Cursor>,
}

/// How many computers of an organization have not been seen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnseenAtOrganization)]
pub struct UnseenAt {
    /// The organization.
    pub organization: OrganizationName,
    /// The organization directly above it; null for the root.
    pub parent_id: Option<OrganizationId>,
    /// How many of its own computers the page looked at.
    pub looked_at: usize,
    /// How many of these have not been seen.
    pub unseen: usize,
    /// Whether these are its last computers. Otherwise the next page goes on with it, and the numbers of both pages are added.
    pub complete: bool,
}

/// A computer that has not been seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnseenComputer {
    /// The computer.
    pub id: ComputerId,
    /// The host name of the computer.
    pub hostname: String,
    /// The name that administrators gave it; null if they gave none.
    pub name: Option<String>,
    /// The organization of the computer.
    pub organization: OrganizationName,
    /// The computer group of the computer.
    pub group_id: GroupId,
    /// When it was last seen: its last check-in or, if it has never checked in, when it enrolled.
    pub last_seen_at: Timestamp,
    /// Whether it has ever checked in.
    pub has_checked_in: bool,
    /// The version that its agent told last; null if it is not known.
    pub agent_version: Option<String>,
}
