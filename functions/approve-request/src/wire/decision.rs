//! Request and response types of decisions.

use countersign_http::{AdministratorName, Moment, Problem, ProblemDetails, PublisherBody, field};
use countersign_model::{
    Condition, Decision, DecisionId, DecisionScope, FirstUse, GrantId, Outcome, Publisher, RequestId,
    Revocation, RuleName, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DecisionPreview, TotalsPreview};
use crate::open::Opened;

/// The most decisions in one call.
pub const BULK_MAX: usize = 50;

/// A decision to make.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// `approved`, `denied` or `ignored`.
    #[schema(example = "approved")]
    pub outcome: Outcome,
    /// The scope: `computer`, `group` or `organization`; default, for an approval: the organization's default, narrowed to what
    /// you may approve for; otherwise `computer`.
    #[schema(example = "computer")]
    pub scope: Option<DecisionScope>,
    /// What an approval covers: `file`, or `publisher` for every file that the same publisher signed; default: `file`. A
    /// publisher needs a signer that the agent verified, and an organization that allows it. Pending requests for other files of the
    /// publisher stay pending; their computers may run these files.
    #[serde(default)]
    #[schema(example = "file")]
    pub condition: Condition,
    /// A message that is shown to the requester, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Message>)]
    pub message: Option<String>,
    /// A note that is shown only to administrators, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Note>)]
    pub note: Option<String>,
    /// When the approval expires, or null for never; default: after the time that the organization has set, or never. The last
    /// moment is 9999-12-30T22:00:00Z, and later ones count as that one.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(value_type = Option<Moment>)]
    pub expires_at: Option<Option<Moment>>,
    /// Lets the time of the approval begin with its first use, separately for each computer; default: it begins now. It takes
    /// the place of `expires_at`.
    pub first_use: Option<NewFirstUse>,
    /// Whether a denial also applies to the pending requests of other computers for the same subject; default: false.
    #[serde(default)]
    pub include_matching: bool,
    /// The `seen_revision` of the opened request: the decision is made only if nothing that matters has changed since; default:
    /// whatever has changed.
    #[schema(max_length = 64)]
    pub seen_revision: Option<String>,
    /// The id of the denial, or of the decision to ignore, that this decision replaces; default: none, and only a pending request
    /// is decided.
    pub replaces: Option<DecisionId>,
}

/// When the time of an approval begins with its first use.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFirstUse {
    /// How long a computer may use it, in seconds from its first use: 60 to 31536000, which is 365 days.
    #[schema(minimum = 60, maximum = 31_536_000, example = 28_800)]
    pub lasts_seconds: u32,
    /// Until when it must be used for the first time.
    pub use_by: Moment,
}

/// Several decisions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDecisions {
    /// The decisions: 1 to 50 of them, each made or refused on its own.
    #[schema(min_items = 1, max_items = 50)]
    pub decisions: Vec<BulkDecision>,
}

/// One of several decisions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDecision {
    /// The request to decide.
    #[schema(value_type = countersign_model::RequestId)]
    pub request_id: String,
    /// `approved`, `denied` or `ignored`.
    #[schema(example = "approved")]
    outcome: Outcome,
    /// The scope: `computer`, `group` or `organization`; default, for an approval: the organization's default, narrowed to what
    /// you may approve for; otherwise `computer`.
    #[schema(example = "computer")]
    scope: Option<DecisionScope>,
    /// What an approval covers: `file`, or `publisher` for every file that the same publisher signed; default: `file`. A
    /// publisher needs a signer that the agent verified, and an organization that allows it. Pending requests for other files of the
    /// publisher stay pending; their computers may run these files.
    #[serde(default)]
    #[schema(example = "file")]
    condition: Condition,
    /// A message that is shown to the requester, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Message>)]
    message: Option<String>,
    /// A note that is shown only to administrators, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Note>)]
    note: Option<String>,
    /// When the approval expires, or null for never; default: after the time that the organization has set, or never. The last
    /// moment is 9999-12-30T22:00:00Z, and later ones count as that one.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(value_type = Option<Moment>)]
    expires_at: Option<Option<Moment>>,
    /// Lets the time of the approval begin with its first use, separately for each computer; default: it begins now. It takes
    /// the place of `expires_at`.
    first_use: Option<NewFirstUse>,
    /// Whether a denial also applies to the pending requests of other computers for the same subject; default: false.
    #[serde(default)]
    include_matching: bool,
    /// The `seen_revision` of the opened request: the decision is made only if nothing that matters has changed since; default:
    /// whatever has changed.
    #[schema(max_length = 64)]
    seen_revision: Option<String>,
    /// The id of the denial, or of the decision to ignore, that this decision replaces; default: none, and only a pending request
    /// is decided.
    replaces: Option<DecisionId>,
}

/// The results of several decisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResults {
    /// The results, in the order of the decisions.
    pub results: Vec<BulkResult>,
    /// What the decisions would do together; absent unless this is a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<TotalsPreview>,
}

/// What came of one of several decisions that was not refused.
pub enum Done {
    /// It was made.
    Decided(Box<Opened>),
    /// This is a dry run: what it would do.
    Rehearsed(DecisionPreview),
}

/// The result of one of several decisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// The request, as it was named in the decision.
    request_id: String,
    /// The HTTP status that the decision would have had on its own.
    #[schema(example = 200)]
    status: u16,
    /// The decision that was made; absent if it was refused, and in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionView>,
    /// What the decision would do; absent unless this is a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<DecisionPreview>,
    /// Why the decision was refused; absent if it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemDetails>,
}

/// The revocation of an approval.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRevocation {
    /// A message that is shown to the requester, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Message>)]
    message: Option<String>,
}

/// A decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    #[serde(flatten)]
    summary: DecisionSummary,
    /// The message that is shown to the requester; null if there is none.
    message: Option<String>,
    /// The note that is shown only to administrators; null if there is none.
    note: Option<String>,
    /// What the approval covers: `file` or `publisher`.
    #[schema(example = "file")]
    condition: Condition,
    /// The publisher that the approval covers; absent unless the condition is `publisher`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    publisher: Option<PublisherBody>,
    /// When the approval expires; null if it never does.
    expires_at: Option<Timestamp>,
    /// When its time begins with its first use; null if it began with the decision.
    first_use: Option<FirstUse>,
    /// The grant that the approval gives; null if the decision is not an approval.
    grant_id: Option<GrantId>,
    /// The revocation of the approval; null if it was not revoked.
    revoked: Option<RevocationView>,
    /// The request that was decided, if this one was settled along with it; null if this one was decided.
    settled_by: Option<RequestId>,
    /// Whether the denial also applies to the pending requests of other computers for the same subject.
    include_matching: bool,
    /// The rule that decided, which the administrator made; null if a person decided.
    rule: Option<RuleName>,
}

/// Who decided what, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionSummary {
    /// The id of the decision, by which a later one can replace it.
    id: DecisionId,
    /// What was decided.
    #[schema(example = "approved")]
    outcome: Outcome,
    /// For whom the decision counts.
    #[schema(example = "computer")]
    scope: DecisionScope,
    /// The administrator who decided, with the name they had at the time.
    administrator: AdministratorName,
    /// When it was decided.
    at: Timestamp,
}

/// The revocation of an approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevocationView {
    /// The administrator who revoked it, with the name they had at the time.
    administrator: AdministratorName,
    /// When it was revoked.
    at: Timestamp,
    /// The message that is shown to the requester; null if there is none.
    message: Option<String>,
}

impl BulkDecision {
    /// The decision itself.
    pub fn decision(&self) -> NewDecision {
        NewDecision {
            outcome: self.outcome,
            scope: self.scope,
            condition: self.condition,
            message: self.message.clone(),
            note: self.note.clone(),
            expires_at: self.expires_at,
            first_use: self.first_use,
            include_matching: self.include_matching,
            seen_revision: self.seen_revision.clone(),
            replaces: self.replaces.clone(),
        }
    }
}

impl BulkResult {
    /// The result for this request.
    pub fn of(request_id: &str, done: Result<Done, Problem>) -> Self {
        let request_id = request_id.to_owned();
        let none = Self { request_id, status: 200, decision: None, preview: None, problem: None };
        match done {
            Ok(Done::Decided(opened)) => {
                let request = opened.request.value;
                let publisher = request.subject.coverable_publisher().ok();
                let decision = request.decision.map(|made| DecisionView::of(made, publisher.as_ref()));
                Self { decision, ..none }
            }
            Ok(Done::Rehearsed(preview)) => Self { preview: Some(preview), ..none },
            Err(problem) => {
                let status = problem.status().as_u16();
                Self { status, problem: Some(problem.details().clone()), ..none }
            }
        }
    }
}

impl NewRevocation {
    /// The validated message.
    pub fn checked(&self) -> Result<Option<String>, Problem> {
        checked("/message", self.message.as_deref(), text::message)
    }
}

pub(super) fn checked(
    pointer: &str,
    value: Option<&str>,
    check: impl Fn(&str) -> Result<Option<String>, text::TextError>,
) -> Result<Option<String>, Problem> {
    Ok(field(pointer, value.map(check).transpose())?.flatten())
}

impl DecisionView {
    /// The view of a decision on a request whose file has this verified publisher.
    pub fn of(decision: Decision, publisher: Option<&Publisher>) -> Self {
        let is_by_publisher = decision.condition == Condition::Publisher;
        Self {
            summary: DecisionSummary::from(&decision),
            message: decision.message,
            note: decision.note,
            condition: decision.condition,
            publisher: publisher.filter(|_| is_by_publisher).cloned().map(Into::into),
            expires_at: decision.expires_at,
            first_use: decision.first_use,
            grant_id: decision.grant,
            revoked: decision.revoked.map(Into::into),
            settled_by: decision.settled_by,
            include_matching: decision.include_matching,
            rule: decision.rule,
        }
    }
}

impl From<&Decision> for DecisionSummary {
    fn from(decision: &Decision) -> Self {
        Self {
            id: decision.id.clone(),
            outcome: decision.outcome,
            scope: decision.scope,
            administrator: AdministratorName {
                id: decision.administrator_id.clone(),
                name: decision.administrator_name.clone(),
            },
            at: decision.at,
        }
    }
}

impl From<Revocation> for RevocationView {
    fn from(revocation: Revocation) -> Self {
        Self {
            administrator: AdministratorName {
                id: revocation.administrator_id,
                name: revocation.administrator_name,
            },
            at: revocation.at,
            message: revocation.message,
        }
    }
}
