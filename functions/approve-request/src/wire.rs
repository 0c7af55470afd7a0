//! Request and response types: a request in the list, and opened.

mod decision;

pub use decision::{
    BULK_MAX, BulkDecision, BulkDecisions, BulkResult, BulkResults, DecisionView, NewDecision, NewRevocation,
};

use countersign_http::{Cursor, Limit, OrganizationName};
use countersign_model::{
    Access, Answer, Attachment, ComputerId, DecisionScope, EmailAddress, GroupId, OrganizationId, Permission,
    PolicyId, Request, RequestId, RequestKind, RequestStatus, Requirement, Sha256, Subject,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which requests to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RequestsQuery {
    /// Requests of this organization and everything below it; default: your own organization.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Only requests with this status; default: all.
    #[param(inline, example = "pending")]
    pub status: Option<RequestStatus>,
    /// Only requests of this kind; default: all.
    #[param(inline, example = "application")]
    pub kind: Option<RequestKind>,
    /// `next_cursor` of the previous page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// Items per page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// Fields that a listed and an opened request share.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestFacts {
    id: RequestId,
    #[schema(example = "application")]
    kind: RequestKind,
    #[schema(example = "pending")]
    status: RequestStatus,
    /// How many times the computer asked.
    count: u32,
    created_at: Timestamp,
    /// When the request expires if nobody decides.
    expires_at: Timestamp,
    organization: OrganizationName,
    group_id: GroupId,
    computer: ComputerName,
    revision: u64,
}

/// A request in a list, without details that need the right to open it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestRow {
    #[serde(flatten)]
    facts: RequestFacts,
    requester: RequesterName,
    subject: SubjectName,
    /// Whether you may open it.
    can_open: bool,
}

/// An opened request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    #[serde(flatten)]
    facts: RequestFacts,
    group: GroupName,
    requester: RequesterView,
    subject: SubjectView,
    /// The user's reason for asking.
    reason: Option<String>,
    /// The policy that blocked it.
    policy: Option<PolicyName>,
    attachment: AttachmentView,
    decision: Option<DecisionView>,
    matching: MatchingView,
    /// What can be done with it in its current status, and whether you may.
    actions: Vec<ActionView>,
}

/// A computer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComputerName {
    id: ComputerId,
    hostname: String,
}

/// A computer group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupName {
    id: GroupId,
    /// Null if it has been deleted.
    name: Option<String>,
}

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyName {
    id: PolicyId,
    name: Option<String>,
}

/// The user who asks, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequesterName {
    username: String,
}

/// The user who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequesterView {
    username: String,
    email: Option<EmailAddress>,
}

/// What is requested, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectName {
    /// The file's name without its folder, or the device's name.
    name: String,
}

/// What is requested.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// The file's name without its folder, or the device's name.
    name: String,
    /// The path of the file, or the path used on the device.
    path: Option<String>,
    sha256: Option<Sha256>,
    /// The subject of the file's signing certificate.
    certificate: Option<String>,
    /// The file's size in bytes.
    size: Option<u64>,
    calling_process: Option<String>,
    device: Option<DeviceName>,
    /// The requested access to the device.
    #[schema(example = "write")]
    access: Option<Access>,
}

/// A storage device.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceName {
    id: String,
    name: Option<String>,
}

/// The copy of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    /// `not_wanted`, `expected`, `too_large`, `verified` or `removed` (it was verified, and is not kept so long); only a verified one can be
    /// downloaded.
    #[schema(example = "verified")]
    state: &'static str,
    /// In bytes, if known.
    size: Option<u64>,
}

/// Other computers of the organization with a pending request for the same subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchingView {
    /// How many were found.
    pub count: usize,
    /// Whether all requests for the subject were examined; if not, there may be more.
    pub complete: bool,
}

/// Something that can be done with a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionView {
    /// `approve`, `deny`, `ignore` or `revoke`.
    #[schema(example = "approve")]
    action: &'static str,
    /// The scope; omitted if the action has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "computer")]
    scope: Option<DecisionScope>,
    /// Whether you may do it.
    allowed: bool,
    /// If you may not: each smallest set of permissions that would be enough, and where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    missing: Vec<Vec<MissingView>>,
}

/// A missing permission, and where it is missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingView {
    permission: Permission,
    organization_id: OrganizationId,
}

impl RequestFacts {
    fn at(now: Timestamp, request: &Stored<Request>) -> Self {
        let Stored { revision, value } = request;
        Self {
            id: value.id.clone(),
            kind: value.kind(),
            status: value.status_at(now),
            count: value.count,
            created_at: value.created_at,
            expires_at: value.expires_at,
            organization: OrganizationName {
                id: value.organization_id.clone(),
                name: value.organization_name.clone(),
            },
            group_id: value.group_id.clone(),
            computer: ComputerName { id: value.computer_id.clone(), hostname: value.hostname.clone() },
            revision: *revision,
        }
    }
}

impl RequestRow {
    /// The view at a time.
    pub fn at(now: Timestamp, request: Stored<Request>, can_open: bool) -> Self {
        Self {
            facts: RequestFacts::at(now, &request),
            subject: SubjectName { name: name_of(&request.value.subject) },
            requester: RequesterName { username: request.value.requester.username },
            can_open,
        }
    }
}

impl RequestView {
    /// The view at a time.
    pub fn at(
        now: Timestamp,
        request: Stored<Request>,
        group_name: Option<String>,
        attachment: AttachmentView,
        matching: MatchingView,
        actions: Vec<ActionView>,
    ) -> Self {
        let facts = RequestFacts::at(now, &request);
        let Request { group_id, subject, reason, requester, policy_id, policy_name, .. } = request.value;
        Self {
            facts,
            group: GroupName { id: group_id, name: group_name },
            requester: RequesterView { username: requester.username, email: requester.email },
            subject: subject.into(),
            reason,
            policy: policy_id.map(|id| PolicyName { id, name: policy_name }),
            attachment,
            decision: request.value.decision.map(Into::into),
            matching,
            actions,
        }
    }
}

impl From<Subject> for SubjectView {
    fn from(subject: Subject) -> Self {
        let name = name_of(&subject);
        match subject {
            Subject::Application(file) | Subject::Elevation(file) => Self {
                name,
                path: Some(file.path),
                sha256: Some(file.sha256),
                certificate: file.certificate,
                size: file.size,
                calling_process: file.calling_process,
                device: None,
                access: None,
            },
            Subject::Storage(device) => Self {
                name,
                path: device.path,
                sha256: None,
                certificate: None,
                size: None,
                calling_process: device.calling_process,
                device: Some(DeviceName { id: device.id, name: device.name }),
                access: Some(device.access),
            },
        }
    }
}

impl AttachmentView {
    /// A copy that is not kept any more.
    pub fn removed(size: u64) -> Self {
        Self { state: "removed", size: Some(size) }
    }
}

impl From<Attachment> for AttachmentView {
    fn from(attachment: Attachment) -> Self {
        let (state, size) = match attachment {
            Attachment::NotWanted => ("not_wanted", None),
            Attachment::Expected => ("expected", None),
            Attachment::TooLarge { size } => ("too_large", Some(size)),
            Attachment::Verified { size } => ("verified", Some(size)),
        };
        Self { state, size }
    }
}

impl ActionView {
    /// The answer for an action at a scope.
    pub fn new(action: &'static str, scope: Option<DecisionScope>, answer: Answer) -> Self {
        let set = |set: Vec<Requirement>| set.into_iter().map(Into::into).collect();
        let missing = answer.missing.into_iter().map(set).collect();
        Self { action, scope, allowed: answer.allowed, missing }
    }
}

impl From<Requirement> for MissingView {
    fn from(requirement: Requirement) -> Self {
        Self { permission: requirement.permission, organization_id: requirement.organization_id }
    }
}

/// The name that people use for a subject.
fn name_of(subject: &Subject) -> String {
    match subject {
        Subject::Application(file) | Subject::Elevation(file) => file_name(&file.path).to_owned(),
        Subject::Storage(device) => device.name.as_ref().unwrap_or(&device.id).clone(),
    }
}

/// The last component of a path with either kind of separator, or the whole path if it has none.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}
