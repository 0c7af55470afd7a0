//! What a listed and an opened request show alike.

use countersign_model::{
    Assignee, ComputerId, Ended, GroupId, Request, RequestId, RequestKind, RequestStatus,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::named::{AdministratorName, OrganizationName};

/// Fields that a listed and an opened request share.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestFacts {
    /// The id of the request.
    id: RequestId,
    /// What kind of thing is requested.
    #[schema(example = "application")]
    kind: RequestKind,
    /// The status now.
    #[schema(example = "pending")]
    status: RequestStatus,
    /// How many times the computer asked, the first time included.
    count: u32,
    /// When the computer asked for the first time.
    created_at: Timestamp,
    /// When the request expires if nobody decides it: 14 days after it was made, unless the organization has set another
    /// time.
    expires_at: Timestamp,
    /// The organization of the computer.
    organization: OrganizationName,
    /// The computer group that the computer was in when it asked.
    group_id: GroupId,
    /// The computer that asked.
    computer: ComputerName,
    /// The end with what it was for: a pending request ends when its computer is removed, an approval when the computer,
    /// group or organization that it was for is gone; null otherwise.
    ended: Option<Ended>,
    /// The administrator who has taken it; null if nobody has. Anybody with the right still decides.
    assignee: Option<AssigneeView>,
    /// The revision of the request, which increases with every change.
    revision: u64,
}

/// The administrator who has taken a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assignee)]
pub struct AssigneeView {
    /// The administrator who has it.
    administrator: AdministratorName,
    /// Since when they have it.
    since: Timestamp,
}

impl From<Assignee> for AssigneeView {
    fn from(assignee: Assignee) -> Self {
        let administrator =
            AdministratorName { id: assignee.administrator_id, name: assignee.administrator_name };
        Self { administrator, since: assignee.since }
    }
}

/// A computer with its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComputerName {
    /// The id of the computer.
    id: ComputerId,
    /// The host name that the computer had when it asked.
    hostname: String,
    /// The name that administrators had given it then, beside its host name; null if it had none.
    name: Option<String>,
    /// Whether another computer has that host name, and no administrator has confirmed this one. Decisions about its requests
    /// are for it alone.
    unconfirmed: bool,
    /// Whether clones of it use its token, which is refused since: an approval for it alone would reach nobody.
    cloned: bool,
}

impl RequestFacts {
    /// Those of a request at a time.
    #[must_use]
    pub fn at(now: Timestamp, request: &Stored<Request>) -> Self {
        let value = &request.value;
        Self {
            kind: value.kind(),
            status: value.status_at(now),
            id: value.id.clone(),
            count: value.count,
            created_at: value.created_at,
            expires_at: value.expires_at,
            organization: OrganizationName {
                id: value.organization_id.clone(),
                name: value.organization_name.clone(),
            },
            group_id: value.group_id.clone(),
            computer: ComputerName {
                id: value.computer_id.clone(),
                hostname: value.hostname.clone(),
                name: value.computer_name.clone(),
                unconfirmed: value.unconfirmed,
                cloned: value.cloned,
            },
            ended: value.ended.clone(),
            assignee: value.assignee.clone().map(Into::into),
            revision: request.revision,
        }
    }
}
