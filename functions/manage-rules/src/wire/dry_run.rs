//! Types of a dry run.

use countersign_http::{Cursor, OrganizationName};
use countersign_model::{OrganizationId, Outcome, Request, RequestId, RequestKind, RequestStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RuleBody;

/// A rule to try on the requests of the past 30 days.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleDryRun)]
pub struct DryRunBody {
    /// The organization whose requests it would decide.
    pub organization_id: OrganizationId,
    /// The rule.
    pub rule: RuleBody,
    /// The `next_cursor` of the previous answer, to go on with older requests; default: the newest ones.
    pub cursor: Option<Cursor>,
}

/// What a rule would have decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleDryRunResult)]
pub struct DryRunView {
    /// How many requests were looked at, of the past 30 days and of those that you may open.
    pub looked_at: usize,
    /// How many of them the rule would have decided.
    pub would_decide: usize,
    /// How many of these were decided in the same way.
    pub agrees: usize,
    /// How many of these were decided in another way.
    pub differs: usize,
    /// The requests that it would have decided, the newest first.
    pub items: Vec<WouldDecideView>,
    /// The cursor for older requests; null if all of the past 30 days were looked at.
    pub next_cursor: Option<Cursor>,
}

/// A request that a rule would have decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WouldDecide)]
pub struct WouldDecideView {
    /// The id of the request.
    id: RequestId,
    /// The organization of the computer.
    organization: OrganizationName,
    /// What kind of thing was requested.
    #[schema(example = "application")]
    kind: RequestKind,
    /// The name of the file or device.
    name: String,
    /// The computer's host name at the time.
    hostname: String,
    /// The name that administrators had given the computer then; null if it had none.
    computer_name: Option<String>,
    /// Whether another computer had that host name, and no administrator had confirmed this one. A rule never approves for such a
    /// computer.
    unconfirmed: bool,
    /// The user who asked first; null if nobody is known.
    username: Option<String>,
    /// When it was first asked.
    created_at: Timestamp,
    /// Its status now.
    #[schema(example = "approved")]
    status: RequestStatus,
    /// What was decided; null if nobody decided.
    outcome: Option<Outcome>,
}

impl WouldDecideView {
    pub fn at(now: Timestamp, request: &Request) -> Self {
        Self {
            id: request.id.clone(),
            organization: OrganizationName {
                id: request.organization_id.clone(),
                name: request.organization_name.clone(),
            },
            kind: request.kind(),
            name: request.subject.name(),
            hostname: request.hostname.clone(),
            computer_name: request.computer_name.clone(),
            unconfirmed: request.unconfirmed,
            username: request.requesters.first().map(|first| first.username.clone()),
            created_at: request.created_at,
            status: request.status_at(now),
            outcome: request.decision.as_ref().map(|decision| decision.outcome),
        }
    }
}
