//! Acts about rules: created, edited, deleted.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::RuleId;
use crate::kinds::{DecisionScope, RequestKind};
use crate::list::{List, ListEntry};
use crate::permit::Basis;
use crate::rule::{Rule, RuleEffect};

/// The audit's details of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleDetail {
    /// The name of the rule.
    pub name: String,
    /// What it does.
    pub effect: RuleEffect,
    /// The kinds of requests that it decides.
    pub kinds: Vec<RequestKind>,
    /// The scope of its decisions.
    pub scope: DecisionScope,
    /// The other criteria, its end and its limits, as JSON.
    pub rest: String,
}

impl From<&Rule> for RuleDetail {
    fn from(rule: &Rule) -> Self {
        // Not a type of its own: every payload makes every component larger, and an audit only shows it.
        let rest = serde_json::json!({
            "below": rule.below,
            "criteria": rule.criteria,
            "lasts_seconds": rule.lasts_seconds,
            "message": rule.message,
            "ends_at": rule.ends_at,
            "max_uses": rule.max_uses,
        });
        Self {
            name: rule.name.clone(),
            effect: rule.effect,
            kinds: rule.criteria.kinds.clone(),
            scope: rule.scope,
            rest: rest.to_string(),
        }
    }
}

/// A rule was created, edited or deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleChanged {
    /// The rule that it is about.
    pub rule_id: RuleId,
    /// The state before; null if it was created.
    pub before: Option<RuleDetail>,
    /// The state after; null if it was deleted.
    pub after: Option<RuleDetail>,
}

impl RuleChanged {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: Option<&Rule>, new: &Rule) -> Self {
        let after = (!new.deleted).then(|| new.into());
        Self { rule_id: new.id.clone(), before: old.map(Into::into), after }
    }
}

impl Happening for RuleChanged {
    fn footprint(&self) -> Footprint {
        let is_listed_anew = self.before.is_none() || self.after.is_none();
        let entry = is_listed_anew.then(|| ListEntry::new(List::Rules, &self.rule_id));
        Footprint {
            name: ActName::RuleChanged,
            audit: AuditKind::System,
            concerns: vec![self.rule_id.to_string()],
            lists: entry.into_iter().collect(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        let may = |rule: &RuleDetail| {
            rule.kinds.first().is_some_and(|kind| match rule.effect {
                RuleEffect::Approve => basis.is_right_up_to(Action::approve(*kind), *kind, rule.scope),
                RuleEffect::Deny => basis.is_right_for(Action::RequestsDeny, *kind),
            })
        };
        self.after.as_ref().or(self.before.as_ref()).is_some_and(may)
    }
}
