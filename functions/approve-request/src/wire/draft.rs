//! A decision on its way: validated, while the organization's settings still say the rest.

use countersign_http::{Caller, Problem, field};
use countersign_kv::Random;
use countersign_model::{
    Administrator, ApprovalSettings, Condition, Decision, DecisionId, DecisionScope, FaultKind, FirstUse,
    GrantId, InvalidDecision, Outcome, Verdict, text,
};
use jiff::Timestamp;

use super::decision::{NewDecision, NewFirstUse, checked};
use crate::seen::Seen;

impl NewDecision {
    /// The draft of the decision, made now by this administrator.
    pub fn checked(
        &self,
        random: &dyn Random,
        caller: &Caller,
        administrator: &Administrator,
    ) -> Result<Draft, Problem> {
        if self.include_matching && self.outcome != Outcome::Denied {
            let message = "only a denial takes it; an approval settles matching requests by its scope";
            return Err(Problem::invalid_field("/include_matching", FaultKind::NotUsable.saying(message)));
        }
        let first_use = self.first_use.map(NewFirstUse::into);
        let verdict = Verdict {
            id: DecisionId::from_ulid(random.ulid(caller.now)),
            outcome: self.outcome,
            scope: self.scope.unwrap_or(DecisionScope::Computer),
            administrator_id: administrator.id.clone(),
            administrator_name: administrator.name.clone(),
            message: checked("/message", self.message.as_deref(), text::message)?,
            note: checked("/note", self.note.as_deref(), text::note)?,
            expires_at: self.expires_at.flatten().map(Into::into),
            grant: GrantId::from_ulid(random.ulid(caller.now)),
        };
        let seen = self.seen_revision.as_deref().map(Seen::read).transpose()?;
        let draft = Draft {
            verdict,
            names_scope: self.scope.is_some(),
            names_end: self.expires_at.is_some() || first_use.is_some(),
            condition: self.condition,
            first_use,
            include_matching: self.include_matching,
            seen,
            replaces: self.replaces.clone(),
            now: caller.now,
        };
        draft.decision(&ApprovalSettings::default(), None)?;
        Ok(draft)
    }
}

/// A validated decision, of which the organization's settings say the rest.
#[derive(Debug, Clone)]
pub struct Draft {
    verdict: Verdict,
    names_scope: bool,
    names_end: bool,
    pub condition: Condition,
    first_use: Option<FirstUse>,
    include_matching: bool,
    /// What the administrator saw of the request.
    pub seen: Option<Seen>,
    /// The decision that this one replaces.
    pub replaces: Option<DecisionId>,
    now: Timestamp,
}

impl Draft {
    /// What is decided.
    pub const fn outcome(&self) -> Outcome {
        self.verdict.outcome
    }

    /// Whether the settings say its scope.
    pub fn wants_scope(&self) -> bool {
        !self.names_scope && self.verdict.outcome == Outcome::Approved
    }

    /// The decision at an organization with these settings, with this scope if it names none.
    pub fn decision(
        &self,
        settings: &ApprovalSettings,
        scope: Option<DecisionScope>,
    ) -> Result<Decision, Problem> {
        let mut verdict = self.verdict.clone();
        if let Some(scope) = scope.filter(|_| self.wants_scope()) {
            verdict.scope = scope;
        }
        if verdict.outcome == Outcome::Approved && !self.names_end {
            verdict.expires_at = settings.default_end(self.now);
        }
        let decision = field("/expires_at", Decision::new(verdict, self.now))?;
        let decision = field("/condition", decision.covering(self.condition))?;
        let decision = match self.first_use {
            Some(first_use) => decision.starting_at_first_use(first_use).map_err(invalid_first_use)?,
            None => decision,
        };
        Ok(if self.include_matching { decision.including_matching() } else { decision })
    }
}

fn invalid_first_use(why: InvalidDecision) -> Problem {
    let at = match why {
        InvalidDecision::Duration => "/first_use/lasts_seconds",
        InvalidDecision::UseByInThePast => "/first_use/use_by",
        InvalidDecision::FirstUseWithEnd
        | InvalidDecision::ExpiryWithoutApproval
        | InvalidDecision::ExpiryInThePast
        | InvalidDecision::ConditionWithoutApproval => "/first_use",
    };
    Problem::invalid_field(at, why)
}

impl From<NewFirstUse> for FirstUse {
    fn from(new: NewFirstUse) -> Self {
        Self { lasts_seconds: new.lasts_seconds, use_by: new.use_by.into() }
    }
}
