//! An administrator's individual permissions, as one set.
use axum::response::Response;
use countersign_http::{DryRun, IfMatch, JsonBody, Problem, QueryOf, require_at_most};
use countersign_journal::Change;
use countersign_model::act::PermissionsChanged;
use countersign_model::{Action, Administrator, Permission, Permit, may_change};
use http::StatusCode;

use crate::error::EditError;
use crate::preview;
use crate::save::{once_more, save_in_order};
use crate::target::{About, Target};
use crate::wire::{EditedOrPreview, SetPermissions};

/// Sets an administrator's individual permissions.
///
/// To add one, the caller must hold it at every organization where it will count.
#[utoipa::path(put, path = "/v1/administrators/{administrator_id}/permissions", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(countersign_model::AdministratorId), Path), DryRun, IfMatch),
    request_body = SetPermissions,
    responses((status = 200, body = inline(EditedOrPreview), description = "The permissions are set; with `dry_run`, nothing is changed, and the answer is an `AdministratorEffects`: what the administrator would gain and lose, and where."), (status = 409, description = "No active Super Admin of the root organization would remain.")))]
pub async fn set_permissions(
    about: About,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    body: JsonBody<SetPermissions>,
) -> Result<Response, Problem> {
    let permissions = body.value.permissions;
    require_at_most("/permissions", &permissions, Permission::ALL.len())?;
    once_more(&about.if_match, || async {
        let (edit, target) = Target::load_in_order(&about, Action::AdministratorsChangePermissions).await?;
        let (next, permit) = judged(&target, &permissions)?;
        if dry_run {
            return preview::of_change(&about.services, &edit, &target, &next).await;
        }
        let act = PermissionsChanged::of(target.administrator(), &next);
        let change = Change::new(&permit, &about.caller.origin(), act);
        let saved = save_in_order(&about.services, edit, &target, &next, change).await?;
        Ok(target.answer(saved, StatusCode::OK))
    })
    .await
}

/// The administrator with these individual permissions, if the caller may set them.
pub fn judged(target: &Target, permissions: &[Permission]) -> Result<(Administrator, Permit), EditError> {
    let (old, standing) = (target.administrator(), &target.standing);
    let next = old.with_permissions(permissions.iter().copied());
    let (before, after) = (standing.once_active(old), standing.once_active(&next));
    let action = Action::AdministratorsChangePermissions;
    let permit = may_change(target.actor(), action, &target.at(), &before, &after, &standing.places())?;
    Ok((next, permit))
}
