//! Response types: earlier requests that have something in common with one.

use countersign_http::AdministratorName;
use countersign_model::{
    Decision, DecisionScope, Likeness, Outcome, Request, RequestId, RequestKind, RequestStatus,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Earlier requests that have something in common with a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EarlierRequests)]
pub struct EarlierRequestsView {
    /// The requests, newest first.
    #[schema(max_items = 100)]
    pub items: Vec<EarlierView>,
}

/// An earlier request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EarlierRequest)]
pub struct EarlierView {
    /// The id of the request.
    id: RequestId,
    /// What it has in common with the one that you asked about: `file` (or the device), `publisher`, `user`, `computer`.
    #[schema(max_items = 4)]
    same: Vec<Likeness>,
    /// The kind of the request.
    kind: RequestKind,
    /// The status of the request now.
    status: RequestStatus,
    /// The name of the file without its folder, or that of the device.
    name: String,
    /// The host name of the computer when it asked.
    hostname: String,
    /// Whether another computer has that host name, and no administrator had confirmed this one when the request was decided or
    /// ended; of a pending request: has confirmed it.
    unconfirmed: bool,
    /// The user who asked first.
    username: String,
    /// When it was first asked.
    created_at: Timestamp,
    /// How it was decided; null if nobody decided.
    decision: Option<EarlierDecisionView>,
}

/// How an earlier request was decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EarlierRequestDecision)]
pub struct EarlierDecisionView {
    /// What was decided.
    outcome: Outcome,
    /// The scope of the decision.
    scope: DecisionScope,
    /// When it was decided.
    at: Timestamp,
    /// Who decided, or who made the rule that did; null if they belong to an organization that you may not see.
    administrator: Option<AdministratorName>,
    /// Whether who decided belongs to an organization that you may not see.
    managing_organization: bool,
    /// Whether a rule decided.
    by_rule: bool,
    /// The message to the requester; null if there is none.
    message: Option<String>,
    /// When the approval was revoked; null if it was not.
    revoked_at: Option<Timestamp>,
}

impl EarlierView {
    /// The view for somebody who may know who decided, or not.
    pub fn new(same: Vec<Likeness>, request: Request, is_decider_shown: bool, now: Timestamp) -> Self {
        Self {
            same,
            kind: request.kind(),
            status: request.status_at(now),
            name: request.subject.name(),
            hostname: request.hostname,
            unconfirmed: request.unconfirmed,
            username: request.requesters.into_iter().next().map(|user| user.username).unwrap_or_default(),
            created_at: request.created_at,
            decision: request.decision.map(|decision| EarlierDecisionView::new(decision, is_decider_shown)),
            id: request.id,
        }
    }
}

impl EarlierDecisionView {
    fn new(decision: Decision, is_shown: bool) -> Self {
        let name = AdministratorName { id: decision.administrator_id, name: decision.administrator_name };
        Self {
            outcome: decision.outcome,
            scope: decision.scope,
            at: decision.at,
            administrator: is_shown.then_some(name),
            managing_organization: !is_shown,
            by_rule: decision.rule.is_some(),
            message: decision.message,
            revoked_at: decision.revoked.map(|revoked| revoked.at),
        }
    }
}
