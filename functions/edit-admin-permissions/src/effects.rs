//! The joint effects of planned roles and individual permissions of an administrator.
use axum::response::Response;
use countersign_http::{JsonBody, Problem, require_at_most};
use countersign_model::{Action, Permission};

use crate::permissions;
use crate::preview::of_permitted;
use crate::roles::{self, require_room};
use crate::save::{once_more, super_admins_after};
use crate::target::{About, Target};
use crate::wire::{Effects, Planned};

/// Previews what planned roles and individual permissions of an administrator would give and take together.
///
/// Nothing is changed. The plan is judged, and refused, as if the roles were set first and then the permissions.
#[utoipa::path(post, path = "/v1/administrators/{administrator_id}/effects", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(countersign_model::AdministratorId), Path), countersign_http::IfMatch),
    request_body = Planned,
    responses((status = 200, body = Effects, description = "What the administrator would gain and lose, and where."), (status = 409, description = "No active Super Admin of the root organization would remain, or a role has too many holders already.")))]
pub async fn preview_administrator_effects(
    about: About,
    body: JsonBody<Planned>,
) -> Result<Response, Problem> {
    let Planned { assignments, permissions } = body.value;
    require_at_most("/permissions", permissions.as_deref().unwrap_or_default(), Permission::ALL.len())?;
    let action = match (&assignments, &permissions) {
        (Some(_), _) => Action::AdministratorsAssignRoles,
        (None, Some(_)) => Action::AdministratorsChangePermissions,
        (None, None) => Action::AdministratorsView,
    };
    once_more(&about.if_match, || async {
        let services = &about.services;
        let (mut edit, mut target) = Target::load_in_order(&about, action).await?;
        let old = target.administrator().clone();
        if let Some(wanted) = &assignments {
            let (next, _) = roles::judged(&services.journal, &mut target, wanted).await?;
            require_room(&services.journal, &old, &next, about.caller.now).await?;
            edit = super_admins_after(services, &edit, &target, &next).await?.unwrap_or(edit);
            target = target.after(next);
        }
        if let Some(permissions) = &permissions {
            let (next, _) = permissions::judged(&target, permissions)?;
            super_admins_after(services, &edit, &target, &next).await?;
            target = target.after(next);
        }
        of_permitted(services, &target, &old, target.administrator()).await
    })
    .await
}
