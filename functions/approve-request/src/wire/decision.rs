//! Request and response types of decisions.

use countersign_http::{AdministratorName, Caller, Moment, Problem, ProblemDetails, field};
use countersign_kv::Random;
use countersign_model::{
    Administrator, Decision, DecisionId, DecisionScope, GrantId, Outcome, RequestId, Revocation, RuleName,
    Verdict, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::DecisionPreview;
use crate::bulk::Done;

/// The most decisions in one call.
pub const BULK_MAX: usize = 50;

/// A decision to make.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// `approved`, `denied` or `ignored`.
    #[schema(example = "approved")]
    pub outcome: Outcome,
    /// The scope: `computer`, `group` or `organization`; default: `computer`.
    #[schema(example = "computer")]
    pub scope: Option<DecisionScope>,
    /// A message that is shown to the requester, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Message>)]
    pub message: Option<String>,
    /// A note that is shown only to administrators, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Note>)]
    pub note: Option<String>,
    /// When the approval expires; default: never. The last moment is 9999-12-30T22:00:00Z, and later ones count as
    /// that one.
    pub expires_at: Option<Moment>,
    /// Whether a denial also applies to the pending requests of other computers for the same subject; default: false.
    #[serde(default)]
    pub include_matching: bool,
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
    /// The scope: `computer`, `group` or `organization`; default: `computer`.
    #[schema(example = "computer")]
    scope: Option<DecisionScope>,
    /// A message that is shown to the requester, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Message>)]
    message: Option<String>,
    /// A note that is shown only to administrators, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Note>)]
    note: Option<String>,
    /// When the approval expires; default: never. The last moment is 9999-12-30T22:00:00Z, and later ones count as
    /// that one.
    expires_at: Option<Moment>,
    /// Whether a denial also applies to the pending requests of other computers for the same subject; default: false.
    #[serde(default)]
    include_matching: bool,
}

/// The results of several decisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResults {
    /// The results, in the order of the decisions.
    pub results: Vec<BulkResult>,
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
    /// When the approval expires; null if it never does.
    expires_at: Option<Timestamp>,
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

impl NewDecision {
    /// The decision in the model's form, made now by this administrator.
    pub fn checked(
        &self,
        random: &dyn Random,
        caller: &Caller,
        administrator: &Administrator,
    ) -> Result<Decision, Problem> {
        if self.include_matching && self.outcome != Outcome::Denied {
            let message = "only a denial takes it; an approval settles matching requests by its scope";
            return Err(Problem::invalid_field("/include_matching", message));
        }
        let verdict = Verdict {
            id: DecisionId::from_ulid(random.ulid(caller.now)),
            outcome: self.outcome,
            scope: self.scope.unwrap_or(DecisionScope::Computer),
            administrator_id: administrator.id.clone(),
            administrator_name: administrator.name.clone(),
            message: checked("/message", self.message.as_deref(), text::message)?,
            note: checked("/note", self.note.as_deref(), text::note)?,
            expires_at: self.expires_at.map(Into::into),
            grant: GrantId::from_ulid(random.ulid(caller.now)),
        };
        let decision = field("/expires_at", Decision::new(verdict, caller.now))?;
        Ok(if self.include_matching { decision.including_matching() } else { decision })
    }
}

impl BulkDecision {
    /// The decision itself.
    pub fn decision(&self) -> NewDecision {
        NewDecision {
            outcome: self.outcome,
            scope: self.scope,
            message: self.message.clone(),
            note: self.note.clone(),
            expires_at: self.expires_at,
            include_matching: self.include_matching,
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
                Self { decision: opened.request.value.decision.map(Into::into), ..none }
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

fn checked(
    pointer: &str,
    value: Option<&str>,
    check: impl Fn(&str) -> Result<Option<String>, text::TextError>,
) -> Result<Option<String>, Problem> {
    Ok(field(pointer, value.map(check).transpose())?.flatten())
}

impl From<Decision> for DecisionView {
    fn from(decision: Decision) -> Self {
        Self {
            summary: DecisionSummary::from(&decision),
            message: decision.message,
            note: decision.note,
            expires_at: decision.expires_at,
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
