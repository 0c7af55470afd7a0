//! Grants: what an approval allows, for which computers, and until when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::computer::Computer;
use crate::condition::Covered;
use crate::decision::{Decision, FirstUse, Outcome};
use crate::ids::{ComputerId, DecisionId, GrantId, GroupId, OrganizationId, RequestId};
use crate::kinds::DecisionScope;
use crate::request::Request;
use crate::subject::Subject;

/// The computers that a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantScope {
    /// One computer.
    Computer(ComputerId),
    /// Every computer that is in the group at check-in.
    Group(GroupId),
    /// Every computer of the organization, but not of those below it.
    Organization,
}

/// The grant of an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// The organization whose computers it can be for.
    pub organization_id: OrganizationId,
    /// The computers that it is for.
    pub scope: GrantScope,
    /// What was asked for.
    pub subject: Subject,
    /// What is allowed: that, or everything of its publisher.
    pub covered: Covered,
    /// The request that was approved.
    pub request_id: RequestId,
    /// The decision that approved it.
    pub decision_id: DecisionId,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it ends by itself; if its time begins with its first use, at the latest.
    pub expires_at: Option<Timestamp>,
    /// Set when its time begins with its first use.
    pub first_use: Option<FirstUse>,
    /// When it was revoked, or ended with what it was for.
    pub revoked_at: Option<Timestamp>,
}

impl Grant {
    /// The grant that this decision on this request gives; `None` unless it approves.
    #[must_use]
    pub fn of(request: &Request, decision: &Decision) -> Option<Self> {
        let id = decision.grant.clone().filter(|_| decision.outcome == Outcome::Approved)?;
        let scope = match decision.scope {
            DecisionScope::Computer => GrantScope::Computer(request.computer_id.clone()),
            DecisionScope::Group => {
                GrantScope::Group(decision.group_id.as_ref().unwrap_or(&request.group_id).clone())
            }
            DecisionScope::Organization => GrantScope::Organization,
        };
        let ended = request.ended.as_ref().map(|ended| ended.at);
        Some(Self {
            id,
            organization_id: request.organization_id.clone(),
            scope,
            subject: request.subject.clone(),
            covered: request.subject.covered(decision.condition),
            request_id: request.id.clone(),
            decision_id: decision.id.clone(),
            created_at: decision.at,
            expires_at: decision.expires_at,
            first_use: decision.first_use,
            revoked_at: decision.revoked.as_ref().map(|revoked| revoked.at).or(ended),
        })
    }

    /// The same grant, revoked. Revoking it again changes nothing.
    #[must_use]
    pub fn revoked(&self, now: Timestamp) -> Self {
        Self { revoked_at: self.revoked_at.or(Some(now)), ..self.clone() }
    }

    /// Whether it is for this computer in its current group. An unconfirmed computer has only what is for itself.
    #[must_use]
    pub fn is_for(&self, computer: &Computer) -> bool {
        computer.organization_id == self.organization_id
            && match &self.scope {
                GrantScope::Computer(id) => *id == computer.id,
                GrantScope::Group(id) => *id == computer.group_id && !computer.unconfirmed,
                GrantScope::Organization => !computer.unconfirmed,
            }
    }

    /// Whether it counts at a time.
    #[must_use]
    pub fn in_force_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}
