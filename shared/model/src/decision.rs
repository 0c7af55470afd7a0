//! A decision on a request: what was decided, how far it reaches, by whom, and whether it was taken back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AdministratorId, DecisionId, GrantId, RequestId};
use crate::named::named;
use crate::rights::DecisionScope;

named! {
    /// What was decided.
    pub enum Outcome("outcome") {
        Approved = "approved",
        Denied = "denied",
        /// Set aside: the requester is not told.
        Ignored = "ignored",
    }
}

/// An approval that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Who took it back.
    pub administrator_id: AdministratorId,
    /// Their name then.
    pub administrator_name: String,
    /// When.
    pub at: Timestamp,
    /// What the requester is told.
    pub message: Option<String>,
}

/// A decision on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its id, by which its writer knows that it took effect.
    pub id: DecisionId,
    /// What was decided.
    pub outcome: Outcome,
    /// How far it reaches.
    pub scope: DecisionScope,
    /// Who decided.
    pub administrator_id: AdministratorId,
    /// Their name then.
    pub administrator_name: String,
    /// When.
    pub at: Timestamp,
    /// What the requester is told.
    pub message: Option<String>,
    /// What only administrators see.
    pub note: Option<String>,
    /// When the approval ends by itself.
    pub expires_at: Option<Timestamp>,
    /// What the approval gives.
    // INVARIANT: there is one exactly when the outcome is approved.
    pub grant: Option<GrantId>,
    /// Set when the approval was taken back.
    pub revoked: Option<Revocation>,
    /// The request that was decided, when this one was settled along with it.
    pub settled_by: Option<RequestId>,
    /// The denial was asked to settle the pending matching requests, too; see [`Decision::including_matching`].
    #[serde(default)]
    pub include_matching: bool,
}

/// What an administrator decides, before it is checked.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The id the decision will have.
    pub id: DecisionId,
    /// What is decided.
    pub outcome: Outcome,
    /// How far it reaches.
    pub scope: DecisionScope,
    /// Who decides.
    pub administrator_id: AdministratorId,
    /// Their name.
    pub administrator_name: String,
    /// What the requester is told.
    pub message: Option<String>,
    /// What only administrators see.
    pub note: Option<String>,
    /// When the approval ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The id of the grant, used only when the outcome is approved.
    pub grant: GrantId,
}

/// Why a verdict is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDecision {
    /// Only an approval ends by itself.
    #[error("only an approval can have `expires_at`")]
    ExpiryWithoutApproval,
    /// It would have ended already.
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
            grant: approved.then_some(verdict.grant),
            revoked: None,
            settled_by: None,
            include_matching: false,
        })
    }

    /// The same denial, asked to settle the pending matching requests, too. Anything but a denial is left as it is: an approval
    /// settles them by its scope, and setting aside concerns one request.
    #[must_use]
    pub fn including_matching(&self) -> Self {
        Self { include_matching: self.outcome == Outcome::Denied, ..self.clone() }
    }

    /// Up to which scope it also settles the pending matching requests; `None` when it settles none.
    #[must_use]
    pub fn settles_within(&self) -> Option<DecisionScope> {
        match (self.outcome, self.scope) {
            // What was settled along with another one settles nothing further.
            _ if self.settled_by.is_some() => None,
            (Outcome::Approved, DecisionScope::Computer) | (Outcome::Ignored, _) => None,
            (Outcome::Approved, scope) => Some(scope),
            (Outcome::Denied, _) if !self.include_matching => None,
            (Outcome::Denied, DecisionScope::Group) => Some(DecisionScope::Group),
            // Who may deny one of them may deny each of them.
            (Outcome::Denied, _) => Some(DecisionScope::Organization),
        }
    }

    /// The same decision for a request that is settled along with `decided`, under an id of its own. It rests on the same grant.
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
