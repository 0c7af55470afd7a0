//! Request and response types: a request in the list, and opened.

mod decision;
pub mod defaults;
mod draft;
mod matching;
mod obstacle;
mod preview;
mod renewed;
mod requester;
mod subject;

pub use decision::{
    BULK_MAX, BulkDecision, BulkDecisions, BulkResult, BulkResults, DecisionView, Done, NewDecision,
    NewRevocation,
};
pub use draft::Draft;
pub use obstacle::Obstacle;
pub use renewed::RenewedView;

pub use matching::{
    MatchingDecision, MatchingFilter, MatchingQuery, MatchingResults, SkippedRequest, WhySkipped,
};
pub use preview::{
    CoversPreview, DecisionPreview, RecipientsPreview, ScopePreview, SettledPreview, ToldPreview,
    TotalsPreview,
};

use countersign_http::RequestFacts;
use countersign_model::{
    Answer, Attachment, DecisionScope, GroupId, NotReached, OrganizationId, Permission, PolicyId, Reported,
    Request, Requirement,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use self::defaults::DefaultsView;
use self::obstacle::ObstacleCode;
use self::requester::RequesterView;
use self::subject::SubjectView;

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
    /// Whether the approval in force reaches the computer that asked, as it is now; null while there is none.
    reach: Option<ReachView>,
    /// Whether the computer that asked was told of the decision; null while nobody has decided, and of a decision of an earlier
    /// version, which did not note it.
    heard: Option<HeardView>,
    /// What was decided before, the newest first; empty unless a denied or ignored request was decided anew.
    #[schema(max_items = 8)]
    earlier_decisions: Vec<DecisionView>,
    /// The approval that it asks to prolong; null if it is no renewal.
    renews: Option<RenewedView>,
    /// Other computers of the organization with a pending request for the same subject.
    matching: MatchingView,
    /// What you saw of it: name it with a decision, and the decision is made only if nothing that matters has changed since.
    /// The text is opaque.
    #[schema(example = "0c2f6f0d9b1a-5f3d8f1c2b4e-91ab22c0de77-b326b5062b2f")]
    seen_revision: String,
    /// What a decision is if it does not say; null while the request cannot be decided.
    defaults: Option<DefaultsView>,
    /// What can be done with it in its current status, and whether you may.
    actions: Vec<ActionView>,
}

/// Whether an approval in force reaches the computer that asked, as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReachView {
    /// Whether it does. If not, check-in has taken the grant away.
    pub reaches: bool,
    /// Why it does not; null if it does.
    pub because: Option<NotReached>,
    /// The computer group that the computer is in now; null if the computer was removed.
    pub group: Option<GroupName>,
}

/// Whether the computer that asked was told of the decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeardView {
    /// When it was first told of the decision as it stands, in an answer to its agent: of an approval, a denial, or a revocation. A
    /// newer decision or a revocation counts anew. Null while it has not asked since.
    pub at: Option<Timestamp>,
}

/// What the caller may do with an opened request, and how.
pub struct Doing {
    pub seen_revision: String,
    pub defaults: Option<DefaultsView>,
    pub actions: Vec<ActionView>,
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
    obstacle: Option<String>,
    /// What kind of obstacle that is: stable, for programs; absent if nothing stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ObstacleCode, required = false)]
    obstacle_code: Option<ObstacleCode>,
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

impl RequestView {
    /// The view at a time.
    pub fn at(
        now: Timestamp,
        request: Stored<Request>,
        group: GroupName,
        attachment: AttachmentView,
        matching: MatchingView,
        doing: Doing,
    ) -> Self {
        let facts = RequestFacts::at(now, &request);
        let Request { subject, requesters, more_requesters, policy_id, policy_name, unknown_policy, .. } =
            request.value;
        let publisher = subject.coverable_publisher().ok();
        let decided = |decision| DecisionView::of(decision, publisher.as_ref());
        let Doing { seen_revision, defaults, actions } = doing;
        Self {
            facts,
            group,
            requesters: requesters.into_iter().map(Into::into).collect(),
            more_requesters,
            subject: subject.into(),
            policy: policy_id.map(|id| PolicyName { id, name: policy_name }),
            unknown_policy,
            attachment,
            decision: request.value.decision.map(decided),
            earlier_decisions: request.value.earlier_decisions.into_iter().map(decided).collect(),
            reach: None,
            heard: None,
            renews: None,
            matching,
            seen_revision,
            defaults,
            actions,
        }
    }

    /// The same view, with the approval that the request asks to prolong.
    pub fn renewing(self, renews: Option<RenewedView>) -> Self {
        Self { renews, ..self }
    }

    /// The same view, with whether the approval in force reaches the computer.
    pub fn reaching(self, reach: Option<ReachView>) -> Self {
        Self { reach, ..self }
    }

    /// The same view, with whether the computer was told of the decision.
    pub fn heard(self, heard: Option<HeardView>) -> Self {
        Self { heard, ..self }
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
        Self { action, scope, allowed: answer.allowed, obstacle: None, obstacle_code: None, missing }
    }

    /// The same answer, unless something stands in the way.
    pub fn unless(self, obstacle: Option<Obstacle>) -> Self {
        let allowed = self.allowed && obstacle.is_none();
        let obstacle_code = obstacle.as_ref().map(|obstacle| obstacle.code);
        Self { allowed, obstacle: obstacle.map(|obstacle| obstacle.said), obstacle_code, ..self }
    }
}

impl From<Requirement> for MissingView {
    fn from(requirement: Requirement) -> Self {
        Self { permission: requirement.permission, organization_id: requirement.organization_id }
    }
}
