//! A decision on a request: what was decided, its scope, by whom, and whether it was revoked.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::fault::{Fault, FaultKind};
use crate::ids::{AdministratorId, DecisionId, FlagId, GrantId, GroupId, RequestId, RuleId};
use crate::kinds::DecisionScope;
use crate::named::named;

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

/// When the time of an approval begins with its first use.
///
/// Each computer has `lasts_seconds` from the moment at which it first used the grant. A grant that was not used by `use_by`
/// cannot be used any more.
// INVARIANT: the decision expires at `use_by` plus `lasts_seconds`: then it has ended everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstUse {
    /// How long a computer may use it, in seconds from its first use: 60 to 31536000, which is 365 days.
    #[cfg_attr(feature = "openapi", schema(minimum = 60, maximum = 31_536_000, example = 28_800))]
    pub lasts_seconds: u32,
    /// Until when it must be used for the first time.
    pub use_by: Timestamp,
}

impl FirstUse {
    /// The shortest and the longest time that can be set, in seconds.
    pub const SECONDS: std::ops::RangeInclusive<u32> = 60..=365 * 24 * 60 * 60;

    /// When it has ended everywhere.
    ///
    /// # Errors
    /// The duration is out of bounds, or it could not be used any more.
    pub fn ends_at(&self, now: Timestamp) -> Result<Timestamp, InvalidDecision> {
        if !Self::SECONDS.contains(&self.lasts_seconds) {
            return Err(InvalidDecision::Duration);
        }
        if self.use_by <= now {
            return Err(InvalidDecision::UseByInThePast);
        }
        Ok(self.use_by.saturating_add(self.lasts()).unwrap_or(self.use_by))
    }

    /// When it ends for a computer that first used it at a time.
    #[must_use]
    pub fn ends_after(&self, first_used: Timestamp) -> Timestamp {
        first_used.saturating_add(self.lasts()).unwrap_or(first_used)
    }

    const fn lasts(&self) -> SignedDuration {
        SignedDuration::from_secs(self.lasts_seconds as i64)
    }
}

/// Who last changed when an approval ends, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndChange {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// When it was changed.
    pub at: Timestamp,
}

/// A rule as a decision names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleName {
    /// The id of the rule.
    pub id: RuleId,
    /// Its name at the time.
    pub name: String,
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
    /// What the approval covers.
    #[serde(default, skip_serializing_if = "Condition::is_file")]
    pub condition: Condition,
    /// When the approval expires.
    pub expires_at: Option<Timestamp>,
    /// Set when the time of the approval begins with its first use.
    // INVARIANT: set only if the outcome is approved, and see there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_use: Option<FirstUse>,
    /// The group that the computer was in when it was decided: a group's approval is for this one. Earlier versions did
    /// not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The grant of the approval.
    // INVARIANT: set exactly if the outcome is approved.
    pub grant: Option<GrantId>,
    /// Set when the end of the approval was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<EndChange>,
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
    /// Whether it is noted when the computer that asked is told of it. Earlier versions did not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hearing_noted: bool,
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
    /// Only an approval covers something.
    #[error("only an approval can have another condition than `file`")]
    ConditionWithoutApproval,
    /// Only an approval can be used, and its end follows from its first use.
    #[error("only an approval without `expires_at` can start at its first use")]
    FirstUseWithEnd,
    /// The time after the first use is out of bounds.
    #[error("must be 60 to 31536000")]
    Duration,
    /// It could never be used.
    #[error("must be in the future")]
    UseByInThePast,
}

impl From<InvalidDecision> for Fault {
    fn from(error: InvalidDecision) -> Self {
        let kind = match error {
            InvalidDecision::ExpiryWithoutApproval
            | InvalidDecision::ConditionWithoutApproval
            | InvalidDecision::FirstUseWithEnd => FaultKind::NotUsable.into(),
            InvalidDecision::ExpiryInThePast | InvalidDecision::UseByInThePast => {
                FaultKind::NotInFuture.into()
            }
            InvalidDecision::Duration => FaultKind::OutOfRange.outside(60_u8, 31_536_000_u32),
        };
        kind.saying(error.to_string())
    }
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
            condition: Condition::File,
            expires_at: verdict.expires_at,
            first_use: None,
            group_id: None,
            grant: approved.then_some(verdict.grant),
            changed: None,
            revoked: None,
            settled_by: None,
            include_matching: false,
            rule: None,
            flag: None,
            hearing_noted: true,
        })
    }

    /// The same decision with this condition.
    ///
    /// # Errors
    /// It is no approval, and the condition is another than the file.
    pub fn covering(self, condition: Condition) -> Result<Self, InvalidDecision> {
        if self.outcome != Outcome::Approved && !condition.is_file() {
            return Err(InvalidDecision::ConditionWithoutApproval);
        }
        Ok(Self { condition, ..self })
    }

    /// The same approval, whose time begins with its first use.
    ///
    /// # Errors
    /// It is no approval, or has an end already; or the times are out of bounds.
    pub fn starting_at_first_use(self, first_use: FirstUse) -> Result<Self, InvalidDecision> {
        if self.outcome != Outcome::Approved || self.expires_at.is_some() {
            return Err(InvalidDecision::FirstUseWithEnd);
        }
        let expires_at = Some(first_use.ends_at(self.at)?);
        Ok(Self { expires_at, first_use: Some(first_use), ..self })
    }

    /// The same denial, which also settles the pending matching requests. Other decisions stay as they are: an approval
    /// settles them by its scope, and ignoring concerns one request.
    #[must_use]
    pub fn including_matching(&self) -> Self {
        Self { include_matching: self.outcome == Outcome::Denied, ..self.clone() }
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
