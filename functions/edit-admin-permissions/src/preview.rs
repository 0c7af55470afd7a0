//! The effects of a change of an administrator, judged like the change itself and not made.
use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_http::{Affected, Impact, PeopleReader, Services};
use countersign_journal::PermissionEdit;
use countersign_model::{Actor, Administrator, Permit};

use crate::error::EditError;
use crate::last::warnings_without;
use crate::save::super_admins_after;
use crate::target::Target;
use crate::wire::{Effects, Warning};

/// What the administrator would gain and lose by a change to `next`, which was permitted. The last thing that could still
/// refuse it is that a Super Admin of the root must remain.
pub async fn of_change(
    services: &Services,
    edit: &PermissionEdit,
    target: &Target,
    next: &Administrator,
) -> Result<Response, EditError> {
    super_admins_after(services, edit, target, next).await?;
    of_permitted(services, target, target.administrator(), next).await
}

/// What the administrator would gain and lose by a change from `old` to `next` that nothing refuses.
pub async fn of_permitted(
    services: &Services,
    target: &Target,
    old: &Administrator,
    next: &Administrator,
) -> Result<Response, EditError> {
    answer(services, target, Affected::changed(&target.standing, old, next), Vec::new()).await
}

/// The same for an account that is disabled, enabled or deleted: what it holds stops or begins to count.
pub async fn of_state(
    services: &Services,
    edit: &PermissionEdit,
    target: &Target,
    next: &Administrator,
    permit: &Permit,
) -> Result<Response, EditError> {
    super_admins_after(services, edit, target, next).await?;
    let old = target.administrator();
    let warnings = warnings_without(&services.journal, permit, old).await;
    let changed = Affected::changed(&target.standing, old, next);
    let nothing = || Actor::new(old.id.clone(), old.organization_id.clone(), Vec::new());
    let counts = |whom: &Administrator, holds: Actor| if whom.is_active() { holds } else { nothing() };
    let (before, after) = (counts(old, changed.before), counts(next, changed.after));
    answer(services, target, Affected { before, after, ..changed }, warnings).await
}

async fn answer(
    services: &Services,
    target: &Target,
    affected: Affected<'_>,
    warnings: Vec<Warning>,
) -> Result<Response, EditError> {
    let reader = PeopleReader { actor: target.actor(), standing: &target.standing };
    let impact = Impact::of(&services.journal, reader, [affected]).await?;
    Ok(Json(Effects { warnings, impact: Some(impact) }).into_response())
}
