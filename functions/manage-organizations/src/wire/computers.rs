//! Computers as they are sent and shown.

use countersign_http::Moment;
use countersign_model::{
    Computer, ComputerId, GroupId, Maintenance, MaintenanceMode, OrganizationId, openapi,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

impl ComputerView {
    /// The view at a time.
    pub fn at(now: Timestamp, Stored { revision, value }: Stored<Computer>) -> Self {
        let view = |m: &Maintenance| MaintenanceView { mode: m.mode, until: m.until };
        let maintenance = value.maintenance_at(now).map(view);
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
            revision,
        }
    }
}

/// The changes to a computer; omitted fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputerChanges {
    /// Another computer group of its organization, into which it is moved.
    pub group_id: Option<GroupId>,
    /// A name that is shown beside its host name: 1 to 200 characters; null removes it. The host name is what the computer
    /// itself reports, so it cannot be changed here.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(value_type = Option<openapi::Name>)]
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

/// The maintenance mode that a computer is to be in.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewMode {
    /// Nothing is blocked; what would have been is on record.
    Monitor,
    /// What runs is learned and allowed.
    Learning,
    /// What an installer brings is allowed.
    Installation,
    /// None: policies are enforced.
    Off,
}

/// A maintenance mode to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMaintenance {
    /// What the agent is to do differently: `monitor`, `learning` or `installation`; `off` ends the mode.
    #[schema(example = "installation")]
    pub mode: NewMode,
    /// When the mode ends by itself, at most 7 days from now; required, except with `off`.
    pub until: Option<Moment>,
}
