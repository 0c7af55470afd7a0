//! What an exported request has several of: users and decisions that were replaced.

use countersign_model::{
    AdministratorId, Condition, Decision, DecisionId, DecisionScope, EmailAddress, FlagId, Outcome,
    RequestId, Requester,
};
use jiff::Timestamp;
use serde::Serialize;

/// A user who asked.
#[derive(Debug, Serialize)]
pub struct ExportedUser {
    username: String,
    email: Option<EmailAddress>,
    reason: Option<String>,
    asked_at: Timestamp,
    count: u32,
    amended_at: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
}

/// A decision that was replaced.
#[derive(Debug, Serialize)]
pub struct ExportedDecision {
    id: DecisionId,
    outcome: Outcome,
    scope: DecisionScope,
    decided_at: Timestamp,
    decided_by_id: AdministratorId,
    decided_by: String,
    message: Option<String>,
    note: Option<String>,
    condition: Condition,
    settled_by: Option<RequestId>,
    flag_id: Option<FlagId>,
}

impl From<&Requester> for ExportedUser {
    fn from(requester: &Requester) -> Self {
        let requester = requester.clone();
        Self {
            username: requester.username,
            email: requester.email,
            reason: requester.reason,
            asked_at: requester.asked_at,
            count: requester.count,
            amended_at: requester.amended_at,
            withdrawn_at: requester.withdrawn_at,
        }
    }
}

impl From<&Decision> for ExportedDecision {
    fn from(decision: &Decision) -> Self {
        let decision = decision.clone();
        Self {
            id: decision.id,
            outcome: decision.outcome,
            scope: decision.scope,
            decided_at: decision.at,
            decided_by_id: decision.administrator_id,
            decided_by: decision.administrator_name,
            message: decision.message,
            note: decision.note,
            condition: decision.condition,
            settled_by: decision.settled_by,
            flag_id: decision.flag,
        }
    }
}
