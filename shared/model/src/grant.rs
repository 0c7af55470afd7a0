//! Grants: what an approval allows, for which computers, and until when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::computer::Computer;
use crate::condition::Covered;
use crate::decision::{Decision, FirstUse, Outcome};
use crate::ids::{ComputerId, DecisionId, GrantId, GrantUseId, GroupId, OrganizationId, RequestId};
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

/// Leads from a grant to the request whose approval gave it, which carries everything about it. Grants of earlier versions
/// have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRef {
    /// The grant.
    pub grant_id: GrantId,
    /// The request.
    pub request_id: RequestId,
}

/// The first use of a grant by a computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantUse {
    /// Its id.
    pub id: GrantUseId,
    /// The grant.
    pub grant_id: GrantId,
    /// The computer.
    pub computer_id: ComputerId,
    /// When the computer used it first.
    pub at: Timestamp,
}

/// Why a computer cannot use a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotUsed {
    /// It is over, or not for this computer any more.
    #[error("the grant is not in force for this computer")]
    NotInForce,
    /// It had to be used before.
    #[error("the grant had to be used for the first time before that")]
    TooLate,
}

impl GrantRef {
    /// The reference of the grant that a decision on a request gives; `None` unless it approves.
    #[must_use]
    pub fn of(request: &Request, decision: &Decision) -> Option<Self> {
        let grant_id = decision.grant.clone()?;
        Some(Self { grant_id, request_id: request.id.clone() })
    }
}

impl Grant {
    /// The first use, with this id, by a computer at a time, reported now. An agent that reports later says when it was; a time that is
    /// not possible counts as now.
    ///
    /// # Errors
    /// The grant is not in force for the computer, or had to be used before.
    pub fn used_by(
        &self,
        id: GrantUseId,
        computer: &Computer,
        used_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<GrantUse, NotUsed> {
        if !self.is_for(computer) || !self.in_force_at(now) {
            return Err(NotUsed::NotInForce);
        }
        let at = used_at.filter(|at| (self.created_at..=now).contains(at)).unwrap_or(now);
        if self.first_use.is_some_and(|first_use| at > first_use.use_by) {
            return Err(NotUsed::TooLate);
        }
        Ok(GrantUse { id, grant_id: self.id.clone(), computer_id: computer.id.clone(), at })
    }

    /// When it ends for a computer that used it first at this time; `None` if it never does.
    #[must_use]
    pub fn ends_after(&self, first_used: Timestamp) -> Option<Timestamp> {
        let own = self.first_use.map(|first_use| first_use.ends_after(first_used));
        own.into_iter().chain(self.expires_at).min()
    }

    /// When it ends for a computer that used it first at this time, or, so far, not at all: then it may have to be used by a time.
    /// `None` if it never does.
    #[must_use]
    pub fn ends_for(&self, first_used: Option<Timestamp>) -> Option<Timestamp> {
        match first_used {
            Some(at) => self.ends_after(at),
            None => self.first_use.map(|first_use| first_use.use_by).into_iter().chain(self.expires_at).min(),
        }
    }

    /// Whether it counts at a time for a computer that used it first at this time, or, so far, not at all.
    #[must_use]
    pub fn in_force_for(&self, first_used: Option<Timestamp>, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.ends_for(first_used).is_none_or(|end| now < end)
    }

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

    /// Whether it allows this, wherever it counts: what was asked for, or something of the same kind that its publisher signed.
    #[must_use]
    pub fn allows(&self, subject: &Subject) -> bool {
        match &self.covered {
            Covered::Subject => self.subject.key() == subject.key(),
            Covered::Publisher(publisher) => {
                let is_by = subject.file().is_some_and(|file| file.is_by(publisher));
                self.subject.kind() == subject.kind() && is_by
            }
        }
    }

    /// Whether it counts at a time.
    #[must_use]
    pub fn in_force_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}
