//! A decision on a request: what was decided, its scope, by whom, and whether it was revoked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::ids::{AdministratorId, DecisionId, FlagId, GrantId, GroupId, RequestId};
use crate::kinds::DecisionScope;
use crate::named::named;
use crate::rule::RuleName;

named! {
    /// What was decided.
    pub enum Outcome("outcome") {
        Approved = "approved",
        Denied = "denied",
        /// Ignored: the requester is not notified.
        Ignored = "ignored",
    }
}

/// The revocation of an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The administrator who revoked it.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// When it was revoked.
    pub at: Timestamp,
    /// Shown to the requester.
    pub message: Option<String>,
}

/// A decision on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its id, by which its writer recognizes that it took effect.
    pub id: DecisionId,
    /// What was decided.
    pub outcome: Outcome,
    /// Its scope.
    pub scope: DecisionScope,
    /// The administrator who decided.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// When it was decided.
    pub at: Timestamp,
    /// Shown to the requester.
    pub message: Option<String>,
    /// Shown only to administrators.
    pub note: Option<String>,
    /// When the approval expires.
    pub expires_at: Option<Timestamp>,
    /// The group that the computer was in when it was decided: a group's approval is for this one. Earlier versions did
    /// not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The grant of the approval.
    // INVARIANT: set exactly if the outcome is approved.
    pub grant: Option<GrantId>,
    /// Set when the approval was revoked.
    pub revoked: Option<Revocation>,
    /// The request that was decided, if this one was settled along with it.
    pub settled_by: Option<RequestId>,
    /// Whether the denial also settles the pending matching requests; see [`Decision::including_matching`].
    #[serde(default)]
    pub include_matching: bool,
    /// The rule that decided; the administrator is then who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleName>,
    /// The flag of its file that denied the request, or for which the approval was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<FlagId>,
}

/// A decision before it is checked.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The id the decision will have.
    pub id: DecisionId,
    /// What is decided.
    pub outcome: Outcome,
    /// Its scope.
    pub scope: DecisionScope,
    /// The administrator who decides.
    pub administrator_id: AdministratorId,
    /// Their name.
    pub administrator_name: String,
    /// Shown to the requester.
    pub message: Option<String>,
    /// Shown only to administrators.
    pub note: Option<String>,
    /// When the approval expires.
    pub expires_at: Option<Timestamp>,
    /// The id of the grant; used only if the outcome is approved.
    pub grant: GrantId,
}

/// Why a verdict is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDecision {
    /// Only an approval can expire.
    #[error("only an approval can have `expires_at`")]
    ExpiryWithoutApproval,
    /// It would already have expired.
    #[error("`expires_at` must be in the future")]
    ExpiryInThePast,
}

impl Decision {
    /// The decision that a verdict makes at a time.
    ///
    /// # Errors
    /// The verdict contradicts itself.
    pub fn new(verdict: Verdict, now: Timestamp) -> Result<Self, InvalidDecision> {
        let approved = verdict.outcome == Outcome::Approved;
        match verdict.expires_at {
            Some(_) if !approved => return Err(InvalidDecision::ExpiryWithoutApproval),
            Some(at) if at <= now => return Err(InvalidDecision::ExpiryInThePast),
            _ => {}
        }
        Ok(Self {
            id: verdict.id,
            outcome: verdict.outcome,
            scope: verdict.scope,
            administrator_id: verdict.administrator_id,
            administrator_name: verdict.administrator_name,
            at: now,
            message: verdict.message,
            note: verdict.note,
            expires_at: verdict.expires_at,
            group_id: None,
            grant: approved.then_some(verdict.grant),
            revoked: None,
            settled_by: None,
            include_matching: false,
            rule: None,
            flag: None,
        })
    }

    /// The same denial, which also settles the pending matching requests. Other decisions stay as they are: an approval
    /// settles them by its scope, and ignoring concerns one request.
    #[must_use]
    pub fn including_matching(&self) -> Self {
        Self { include_matching: self.outcome == Outcome::Denied, ..self.clone() }
    }

    /// The same decision under ids of its own, for another request.
    #[must_use]
    pub fn again(&self, id: Ulid, grant: Ulid) -> Self {
        let grant = self.grant.as_ref().map(|_| GrantId::from_ulid(grant));
        Self { id: DecisionId::from_ulid(id), grant, ..self.clone() }
    }

    /// The same decision, made by a rule.
    #[must_use]
    pub fn by_rule(&self, rule: RuleName) -> Self {
        Self { rule: Some(rule), ..self.clone() }
    }

    /// Up to which scope it also settles the pending matching requests; `None` if it settles none.
    #[must_use]
    pub fn settles_within(&self) -> Option<DecisionScope> {
        match (self.outcome, self.scope) {
            // A request that was settled along with another one settles no further ones.
            _ if self.settled_by.is_some() => None,
            (Outcome::Approved, DecisionScope::Computer) | (Outcome::Ignored, _) => None,
            (Outcome::Approved, scope) => Some(scope),
            (Outcome::Denied, _) if !self.include_matching => None,
            (Outcome::Denied, DecisionScope::Group) => Some(DecisionScope::Group),
            // An administrator who may deny one of them may deny each of them.
            (Outcome::Denied, _) => Some(DecisionScope::Organization),
        }
    }

    /// The same decision for a request that is settled along with `decided`, under an id of its own. It rests on the
    /// same grant.
    #[must_use]
    pub fn settling(&self, id: DecisionId, decided: &RequestId) -> Self {
        Self { id, settled_by: Some(decided.clone()), ..self.clone() }
    }

    /// Whether it is an approval that still counts at a time.
    #[must_use]
    pub fn in_force_at(&self, now: Timestamp) -> bool {
        self.outcome == Outcome::Approved
            && self.revoked.is_none()
            && self.expires_at.is_none_or(|end| now < end)
    }
}
