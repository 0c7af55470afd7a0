//! Request and response types: a request in the list, and opened.

mod decision;
mod matching;
mod preview;
mod query;
mod renewed;
mod requester;
mod subject;

pub use decision::{
    BULK_MAX, BulkDecision, BulkDecisions, BulkResult, BulkResults, DecisionView, NewDecision, NewRevocation,
};
pub use renewed::RenewedView;

pub use matching::{
    MatchingDecision, MatchingFilter, MatchingQuery, MatchingResults, SkippedRequest, WhySkipped,
};
pub use preview::{CountPreview, DecisionPreview, ScopePreview, SettledPreview, ToldPreview};
pub use query::{RequestsPage, RequestsQuery};

use countersign_http::OrganizationName;
use countersign_model::{
    Answer, Attachment, ComputerId, DecisionScope, Ended, GroupId, OrganizationId, Permission, PolicyId,
    Reported, Request, RequestId, RequestKind, RequestStatus, Requirement, TransitionError,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use self::requester::{RequesterName, RequesterView};
use self::subject::SubjectView;

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
    /// When the request expires if nobody decides it: 7 days after it was made.
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
    /// The revision of the request, which increases with every change.
    revision: u64,
}

/// A request in a list, without details that need the right to open it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestRow {
    #[serde(flatten)]
    facts: RequestFacts,
    /// The user who asks. If several do, the first who asked of those who have not withdrawn.
    requester: RequesterName,
    /// How many other users of the computer ask for the same.
    other_requesters: usize,
    /// What is requested.
    subject: SubjectName,
    /// Whether you may open it.
    can_open: bool,
}

/// An opened request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    #[serde(flatten)]
    facts: RequestFacts,
    /// The computer group that the computer is in now; once the request is decided, the one that it was in then.
    group: GroupName,
    /// The users who ask, and those who asked and have withdrawn; the first who asked comes first. There is at least one.
    #[schema(min_items = 1, max_items = 64)]
    requesters: Vec<RequesterView>,
    /// How many times further users asked, for whom there was no room: neither their names nor their addresses are kept.
    more_requesters: u32,
    /// What is requested.
    subject: SubjectView,
    /// The policy that blocked it, which may have been replaced since; null if the agent did not name one.
    policy: Option<PolicyName>,
    /// What the agent named as the policy, if the organization never deployed such a policy; null otherwise.
    unknown_policy: Option<Reported>,
    /// The state of the copy of the file.
    attachment: AttachmentView,
    /// The decision; null while nobody has decided.
    decision: Option<DecisionView>,
    /// The approval that it asks to prolong; null if it is no renewal.
    renews: Option<RenewedView>,
    /// Other computers of the organization with a pending request for the same subject.
    matching: MatchingView,
    /// What can be done with it in its current status, and whether you may.
    actions: Vec<ActionView>,
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
}

/// A computer group with its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupName {
    /// The id of the computer group.
    pub id: GroupId,
    /// Its name; null if the group does not exist any more.
    pub name: Option<String>,
}

/// A policy with its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyName {
    /// The id of the policy.
    id: PolicyId,
    /// The name that it was deployed with; null if that is not known.
    name: Option<String>,
}

/// What is requested, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectName {
    /// The file's name without its folder, or the device's name.
    name: String,
}

/// The copy of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    /// `not_wanted`, `expected`, `too_large`, `verified` or `removed`. Only a verified copy can be downloaded; a
    /// removed one was verified, and its time is over.
    #[schema(example = "verified")]
    state: &'static str,
    /// The size of the file in bytes; null if it is not known.
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
    /// The scope; absent if the action has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "computer")]
    scope: Option<DecisionScope>,
    /// Whether you may do it, and nothing stands in the way.
    allowed: bool,
    /// Why nobody can do it now, whatever their permissions; absent if nothing stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "the computer that asked has been removed")]
    obstacle: Option<String>,
    /// Each smallest set of permissions that would be enough, and where; absent if you may do it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    missing: Vec<Vec<MissingView>>,
}

/// A missing permission, and where it is missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingView {
    /// The missing permission.
    permission: Permission,
    /// The organization where it would have to count.
    organization_id: OrganizationId,
}

impl RequestFacts {
    /// A page has up to 200 of them, so nothing is copied.
    fn at(now: Timestamp, request: Stored<Request>) -> Self {
        let Stored { revision, value } = request;
        Self {
            kind: value.kind(),
            status: value.status_at(now),
            id: value.id,
            count: value.count,
            created_at: value.created_at,
            expires_at: value.expires_at,
            organization: OrganizationName { id: value.organization_id, name: value.organization_name },
            group_id: value.group_id,
            computer: ComputerName {
                id: value.computer_id,
                hostname: value.hostname,
                name: value.computer_name,
                unconfirmed: value.unconfirmed,
            },
            ended: value.ended,
            revision,
        }
    }
}

impl RequestRow {
    /// The view at a time.
    pub fn at(now: Timestamp, mut request: Stored<Request>, can_open: bool) -> Self {
        let (requester, other_requesters) = RequesterName::of(&mut request.value);
        Self {
            subject: SubjectName { name: request.value.subject.name() },
            requester,
            other_requesters,
            facts: RequestFacts::at(now, request),
            can_open,
        }
    }
}

impl RequestView {
    /// The view at a time.
    pub fn at(
        now: Timestamp,
        request: Stored<Request>,
        group: GroupName,
        attachment: AttachmentView,
        matching: MatchingView,
        actions: Vec<ActionView>,
    ) -> Self {
        let facts = RequestFacts::at(now, request.clone());
        let Request { subject, requesters, more_requesters, policy_id, policy_name, unknown_policy, .. } =
            request.value;
        Self {
            facts,
            group,
            requesters: requesters.into_iter().map(Into::into).collect(),
            more_requesters,
            subject: subject.into(),
            policy: policy_id.map(|id| PolicyName { id, name: policy_name }),
            unknown_policy,
            attachment,
            decision: request.value.decision.map(Into::into),
            renews: None,
            matching,
            actions,
        }
    }

    /// The same view, with the approval that the request asks to prolong.
    pub fn renewing(self, renews: Option<RenewedView>) -> Self {
        Self { renews, ..self }
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
        Self { action, scope, allowed: answer.allowed, obstacle: None, missing }
    }

    /// The same answer, unless something stands in the way.
    pub fn unless(self, obstacle: Option<TransitionError>) -> Self {
        let allowed = self.allowed && obstacle.is_none();
        Self { allowed, obstacle: obstacle.map(|why| why.to_string()), ..self }
    }
}

impl From<Requirement> for MissingView {
    fn from(requirement: Requirement) -> Self {
        Self { permission: requirement.permission, organization_id: requirement.organization_id }
    }
}
