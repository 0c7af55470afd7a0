//! Request and response types of this function.

pub mod maintenance;

use countersign_authority::OverrideCode;
use countersign_http::{Cursor, Limit, Moment};
use countersign_model::computer::check_ins::{CheckInEntry, CheckIns};
use countersign_model::{
    Computer, ComputerId, GroupId, Maintenance, MaintenanceMode, OrganizationId, openapi,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A computer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComputerView {
    /// The id of the computer.
    id: ComputerId,
    /// The organization that the computer belongs to.
    organization_id: OrganizationId,
    /// The computer group that it is in.
    group_id: GroupId,
    /// The host name that it reported last.
    hostname: String,
    /// The name that administrators gave it, shown beside its host name; null if it has none.
    name: Option<String>,
    /// The operating system and version that it reported when it enrolled.
    os: String,
    /// Whether another computer had its host name when it took it, and no administrator has confirmed it yet. Until then,
    /// approvals for its group and its organization do not reach it.
    unconfirmed: bool,
    /// The computer that had its host name, while this one is unconfirmed; null otherwise.
    twin_of: Option<ComputerId>,
    /// Since when its token is refused, because several computers used it, as clones of one image do. Each of them must enroll
    /// anew; this one can be removed. Null otherwise.
    cloned_at: Option<Timestamp>,
    /// The maintenance mode in force; null if there is none.
    maintenance: Option<MaintenanceView>,
    /// When it enrolled.
    enrolled_at: Timestamp,
    /// When it checked in last, within a minute; null if it never did.
    last_check_in: Option<Timestamp>,
    /// The version that its agent told last; null if it is not known.
    agent_version: Option<String>,
    /// The version of the policies that are in force on it, as its agent told last; null if it never did.
    policy_version: Option<u64>,
    /// The revision of the computer, for `If-Match`. It increases with every change.
    revision: u64,
}

/// A maintenance mode in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenanceView {
    /// What the agent does differently.
    #[schema(example = "installation")]
    mode: MaintenanceMode,
    /// When the mode ends by itself.
    until: Timestamp,
}

impl From<&Maintenance> for MaintenanceView {
    fn from(maintenance: &Maintenance) -> Self {
        Self { mode: maintenance.mode, until: maintenance.until }
    }
}

impl ComputerView {
    /// The view at a time.
    pub fn at(now: Timestamp, Stored { revision, value }: Stored<Computer>, check_ins: &CheckIns) -> Self {
        let maintenance = value.maintenance_at(now).map(Into::into);
        Self {
            id: value.id,
            organization_id: value.organization_id,
            group_id: value.group_id,
            hostname: value.hostname,
            name: value.name,
            os: value.os,
            unconfirmed: value.unconfirmed,
            twin_of: value.twin_of,
            cloned_at: value.instances.cloned_at,
            maintenance,
            enrolled_at: value.enrolled_at,
            last_check_in: check_ins.last().map(|last| last.at),
            agent_version: check_ins.agent_version().map(str::to_owned),
            policy_version: value.policy_version,
            revision,
        }
    }
}

/// The changes to a computer, at least one; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct ComputerChanges {
    /// Another computer group of its organization, into which it is moved.
    pub group_id: Option<GroupId>,
    /// A name that is shown beside its host name: 1 to 200 characters; null removes it. The host name is what the computer
    /// itself reports, so it cannot be changed here.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(value_type = Option<openapi::NameOfComputer>)]
    pub name: Option<Option<String>>,
}

/// The confirmation of a computer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The computer with the same host name that it replaces, such as itself before it was installed anew. That one is
    /// removed, which needs the right to remove computers; default: none.
    pub replaces: Option<ComputerId>,
}

/// Which computers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComputersQuery {
    /// A part of the host name, or of the name that administrators gave; upper and lower case do not matter; default: all
    /// computers.
    #[param(inline, value_type = Option<openapi::Wanted>)]
    pub q: Option<String>,
    /// The computer group to which the list is narrowed; default: all groups.
    #[param(inline)]
    pub group_id: Option<GroupId>,
    /// The state to which the list is narrowed; default: every state.
    #[param(inline)]
    pub state: Option<StateFilter>,
    /// A moment since which the computers have not checked in; default: all computers. One that never did was seen when it
    /// enrolled.
    #[param(inline)]
    pub not_seen_since: Option<Moment>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A state of computers: `unconfirmed`, `cloned`, `unsettled` (unconfirmed or cloned) or `maintenance` (a maintenance mode is in
/// force).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ComputerState)]
pub enum StateFilter {
    /// Another computer had its host name, and no administrator has confirmed it.
    Unconfirmed,
    /// Several computers used its token.
    Cloned,
    /// One of these two.
    Unsettled,
    /// A maintenance mode is in force.
    Maintenance,
}

/// A page of computers, newest first. It may be short or even empty although `next_cursor` is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComputerPage {
    /// The computers.
    pub items: Vec<ComputerView>,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<Cursor>,
    /// How many computers were looked at for this page.
    pub looked_at: usize,
}

/// A check-in of a computer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastCheckIn)]
pub struct CheckInView {
    /// When it arrived, in whole seconds.
    at: Timestamp,
    /// The client's address; null if it is not known.
    #[schema(example = "192.0.2.10")]
    address: Option<String>,
    /// The version that the agent told; null if it told none.
    agent_version: Option<String>,
    /// The number of the deployment whose policies the agent had; null if it asked for everything.
    policy_version: Option<u64>,
}

impl From<CheckInEntry> for CheckInView {
    fn from(entry: CheckInEntry) -> Self {
        let CheckInEntry { at, address, agent_version, policy_version } = entry;
        Self { at, address, agent_version, policy_version }
    }
}

/// An override code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverrideCode)]
pub struct OverrideCodeView {
    /// Eight digits, which the computer's agent accepts without a connection.
    #[schema(example = "46119246")]
    code: String,
    /// When the code begins to be valid: midnight (UTC).
    valid_from: Timestamp,
    /// When the code stops being valid: the next midnight (UTC). Agents accept it up to five minutes before and after, because
    /// clocks differ.
    valid_until: Timestamp,
}

impl From<OverrideCode> for OverrideCodeView {
    fn from(code: OverrideCode) -> Self {
        let OverrideCode { code, valid_from, valid_until } = code;
        Self { code, valid_from, valid_until }
    }
}
