//! What a decision is if it does not say: by the organization's settings, narrowed to what the administrator may.

use countersign_model::{
    Action, Actor, ApprovalSettings, Condition, DecisionScope, Outcome, Request, Whereabouts, decide,
};
use jiff::Timestamp;

use crate::wire::Obstacle;
use crate::wire::defaults::{ConditionView, DefaultsView};

/// The scope of an approval that names none: the widest up to the organization's default that the actor may approve for, that
/// reaches the computer, and that may have the condition. `None` if there is none.
pub fn scope(
    actor: &Actor,
    request: &Request,
    at: &Whereabouts,
    settings: &ApprovalSettings,
    condition: Condition,
) -> Option<DecisionScope> {
    let action = Action::approve(request.kind());
    let may = |scope: DecisionScope| {
        decide(actor, action, &request.resource().scope(scope)).is_ok()
            && at.reached(Outcome::Approved, scope).is_ok()
            && settings.allows(condition, scope).is_ok()
    };
    let widest_first = DecisionScope::ALL.iter().rev().copied();
    widest_first.filter(|scope| *scope <= settings.scope()).find(|scope| may(*scope))
}

/// The defaults for somebody who has opened the request.
pub fn view(
    actor: &Actor,
    request: &Request,
    at: &Whereabouts,
    settings: ApprovalSettings,
    now: Timestamp,
) -> DefaultsView {
    let publisher = request.subject.coverable_publisher();
    let obstacle = match &publisher {
        Err(none) => Some(Obstacle::from(*none)),
        Ok(_) => settings.allows(Condition::Publisher, DecisionScope::Computer).err().map(Obstacle::from),
    };
    let by_publisher = ConditionView {
        condition: Condition::Publisher,
        up_to: settings.publisher_scope().widest().filter(|_| obstacle.is_none()),
        publisher: publisher.ok().map(Into::into),
        obstacle_code: obstacle.as_ref().map(|obstacle| obstacle.code),
        obstacle: obstacle.map(|obstacle| obstacle.said),
    };
    let up_to = Some(DecisionScope::Organization);
    let by_file = ConditionView {
        condition: Condition::File,
        up_to,
        publisher: None,
        obstacle: None,
        obstacle_code: None,
    };
    DefaultsView {
        scope: scope(actor, request, at, &settings, Condition::File),
        expires_at: settings.default_end(now),
        conditions: vec![by_file, by_publisher],
        denial_needs_message: settings.denial_needs_message == Some(true),
        templates: settings.templates.unwrap_or_default(),
    }
}
