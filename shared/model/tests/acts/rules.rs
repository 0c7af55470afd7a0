//! A rule, and what happens to it.

use countersign_model::act::RuleChanged;
use countersign_model::{Act, Criteria, DecisionScope, RequestKind, Rule, RuleEffect, RuleMaker};

use crate::samples::{HASH, administrator, company, id, now};

fn rule(effect: RuleEffect, scope: DecisionScope) -> Rule {
    Rule {
        id: id!(RuleId, 1),
        organization_id: company().id,
        name: "The compiler".to_owned(),
        below: false,
        effect,
        criteria: Criteria {
            kinds: vec![RequestKind::Storage],
            sha256: Some(HASH.parse().unwrap()),
            publisher: None,
            path: None,
            username: None,
            group_id: None,
            computer_id: None,
        },
        scope,
        lasts_seconds: None,
        message: None,
        ends_at: None,
        max_uses: None,
        uses: 0,
        recent: Vec::new(),
        edition: 1,
        maker: RuleMaker { administrator_id: administrator().id, administrator_name: "Kim".to_owned() },
        created_at: now(),
        deleted: false,
    }
}

pub fn rules() -> Vec<(&'static str, Act)> {
    let approves = rule(RuleEffect::Approve, DecisionScope::Group);
    let denies = rule(RuleEffect::Deny, DecisionScope::Group);
    let gone = Rule { deleted: true, ..denies.clone() };
    vec![
        ("rule.changed: created", RuleChanged::of(None, &approves).into()),
        ("rule.changed: edited", RuleChanged::of(Some(&approves), &denies).into()),
        ("rule.changed: deleted", RuleChanged::of(Some(&denies), &gone).into()),
    ]
}
