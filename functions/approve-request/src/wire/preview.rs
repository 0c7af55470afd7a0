//! What a decision would do.

use countersign_http::CountView;
use countersign_model::{Decision, DecisionScope, Outcome, RequestId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// What a decision would do, if it were made now.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionPreview {
    /// The request that would be decided.
    request_id: RequestId,
    /// What would be decided.
    #[schema(example = "approved")]
    outcome: Outcome,
    /// The scope that the decision would have.
    #[schema(example = "computer")]
    scope: DecisionScope,
    /// When the approval would expire; null if it never would, and for other decisions.
    expires_at: Option<Timestamp>,
    /// How far a decision about this request reaches by scope, the narrowest first.
    #[schema(max_items = 3)]
    scopes: Vec<ScopePreview>,
    /// The pending requests of other computers that it would also settle: those for the same subject, whatever the condition.
    settles: SettledPreview,
    /// The pending requests that would stay pending although what they ask for would be allowed: those for other files of the
    /// publisher. Absent unless the condition is `publisher`, and for one of several decisions.
    #[serde(skip_serializing_if = "Option::is_none")]
    covers: Option<CoversPreview>,
    /// The users who would be told of it.
    told: ToldPreview,
}

/// What an approval of a publisher covers beside the file that was asked for. At most 200 pending requests are examined, the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoversPreview {
    /// The pending requests for other files of the publisher, of computers in the scope. Their computers may run these files at
    /// once, and each request is still to be decided.
    pub waiting: CountView,
    /// The different files among them.
    pub files: CountView,
}

/// How far a scope reaches.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScopePreview {
    /// The scope.
    #[schema(example = "group")]
    pub scope: DecisionScope,
    /// The computers in it that an approval reaches. Of more than a thousand, those of several organizations or groups taken
    /// together where one call previews several decisions, the unconfirmed ones are counted, too. Of a group, at most 10,000 are counted.
    pub computers: CountView,
    /// The pending requests of other computers in it for the same subject.
    pub waiting: CountView,
}

/// The pending requests that a decision would also settle.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SettledPreview {
    /// How many were found.
    pub count: usize,
    /// Whether all requests for the subject were examined; if not, there may be more.
    pub complete: bool,
    /// The ids of the requests, the oldest first.
    #[schema(max_items = 200)]
    pub request_ids: Vec<RequestId>,
}

/// The users who would be told of a decision.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ToldPreview {
    /// How many messages would be sent: one to each address of a request.
    pub count: usize,
    /// The names of the users, if there are at most ten; empty otherwise.
    #[schema(max_items = 10)]
    pub names: Vec<String>,
}

/// What the decisions of one call would do together, if they were made now.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsPreview {
    /// How many requests would be decided: those whose decision would not be refused.
    pub decided: usize,
    /// The computers that the approvals among them would reach together, each counted once, as for each scope.
    pub computers: CountView,
    /// The pending requests of other computers that would also be settled, each counted once, without those that would be decided.
    pub settles: CountView,
    /// The users who would be told, each address counted once.
    pub told: RecipientsPreview,
}

/// The users who would be told of several decisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecipientsPreview {
    /// How many addresses would get a message. One that several requests have gets one of each.
    pub count: usize,
    /// The names of the users, one for each address, if there are at most ten; empty otherwise.
    #[schema(max_items = 10)]
    pub names: Vec<String>,
}

impl DecisionPreview {
    /// The preview of a decision.
    pub fn new(
        request_id: RequestId,
        decision: &Decision,
        scopes: Vec<ScopePreview>,
        settles: SettledPreview,
        told: ToldPreview,
    ) -> Self {
        let Decision { outcome, scope, expires_at, .. } = decision.clone();
        Self { request_id, outcome, scope, expires_at, scopes, settles, covers: None, told }
    }

    /// The same, with what else an approval of a publisher covers.
    pub fn covering(self, covers: Option<CoversPreview>) -> Self {
        Self { covers, ..self }
    }
}
