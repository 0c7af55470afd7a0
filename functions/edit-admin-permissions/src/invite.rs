//! Inviting an administrator, sending the link again, withdrawing the invitation.
use axum::extract::State;
use axum::response::Response;
use countersign_authority::Standing;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, IdempotencyKey, IfMatch, JsonBody, Problem, Services};
use countersign_journal::Change;
use countersign_model::act::{AdministratorInvited, InvitationWithdrawn};
use countersign_model::{
    Action, Administrator, AdministratorId, AdministratorState, NewAdministrator, Permission, decide,
    may_give,
};
use http::StatusCode;

use crate::account::may_restore;
use crate::error::EditError;
use crate::save::{once_more, save};
use crate::target::{About, Target};
use crate::wire::{AdministratorView, Invite, name};

/// Invites an administrator by email, with a link that is valid for 7 days.
///
/// The answer does not show whether the email address is known elsewhere.
#[utoipa::path(post, path = "/v1/administrators", tag = "administrators",
    security(("session" = []), ("session_cookie" = [])), params(IdempotencyKey), request_body = Invite,
    responses((status = 201, description = "invited", body = AdministratorView)))]
pub async fn invite_administrator(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    key: IdempotencyKey,
    body: JsonBody<Invite>,
) -> Result<Response, Problem> {
    let idempotency = caller.idempotency(&key, body.bytes());
    let input = body.value;
    let name = name(&input.name)?;
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &input.organization_id).await?;
    let at = rights.resource();
    let mut permit = decide(&rights.actor, Action::AdministratorsInvite, &at)?;
    if !input.permissions.is_empty() {
        let permissions = input.permissions.iter().collect();
        let changing = Action::AdministratorsChangePermissions;
        permit = may_give(&rights.actor, changing, &at, permissions, std::slice::from_ref(&at))?;
    }
    let new = NewAdministrator {
        id: AdministratorId::from_ulid(journal.random().ulid(caller.now)),
        organization_id: input.organization_id,
        email: input.email,
        name,
    };
    let invited = Administrator {
        phone: input.phone,
        notify_on_request: input.notify_on_request,
        ..Administrator::invited(new, caller.now).with_permissions(input.permissions)
    };
    let change = Change::new(&permit, &caller.origin(), AdministratorInvited::first(&invited))
        .create_administrator(&invited)
        .idempotent(idempotency);
    if invited.permissions.contains(&Permission::SuperAdmin) {
        journal.expect_super_admin(&invited.id).await?;
    }
    let saved = journal.save(change).await?;
    let stored =
        journal.load_by_record_id::<Administrator>(&saved.id).await?.ok_or_else(Problem::not_found)?;
    let standing = Standing::load(journal, &stored.value, [], []).await?;
    Ok(AdministratorView::new(stored, &standing, &rights.actor).answer(StatusCode::CREATED))
}

/// Sends the invitation again, with a new link. The previous link stops working. Because an expired invitation becomes
/// usable again, only an administrator who could give everything it promises may send it.
#[utoipa::path(post, path = "/v1/administrators/{administrator_id}/invitation", tag = "administrators",
    security(("session" = []), ("session_cookie" = [])), params(("administrator_id" = String, Path), IfMatch),
    responses((status = 202, description = "will be sent"), (status = 409, description = "the invitation was already accepted")))]
pub async fn resend_invitation(about: About) -> Result<StatusCode, Problem> {
    once_more(&about.if_match, || async {
        let action = Action::AdministratorsInvite;
        let target = Target::load_at(&about, action).await?;
        let invited = require_invited(target.administrator())?;
        let permit = may_restore(&target, action, invited)?;
        let change = Change::new(&permit, &about.caller.origin(), AdministratorInvited::again(invited));
        save(&about.services, &target, invited, change).await?;
        Ok(StatusCode::ACCEPTED)
    })
    .await
}

/// Withdraws an invitation. The link stops working and the administrator is deleted.
#[utoipa::path(delete, path = "/v1/administrators/{administrator_id}/invitation", tag = "administrators",
    security(("session" = []), ("session_cookie" = [])), params(("administrator_id" = String, Path), IfMatch),
    responses((status = 204, description = "withdrawn"), (status = 409, description = "the invitation was already accepted")))]
pub async fn withdraw_invitation(about: About) -> Result<StatusCode, Problem> {
    once_more(&about.if_match, || async {
        let action = Action::AdministratorsInvite;
        let target = Target::load_at(&about, action).await?;
        let permit = target.manage(action)?;
        let invited = require_invited(target.administrator())?;
        let next = invited.delete().map_err(|_| EditError::Unknown)?;
        let change = Change::new(&permit, &about.caller.origin(), InvitationWithdrawn::of(invited));
        save(&about.services, &target, &next, change).await?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

fn require_invited(administrator: &Administrator) -> Result<&Administrator, EditError> {
    if administrator.state == AdministratorState::Invited {
        return Ok(administrator);
    }
    Err(EditError::NotInvited)
}
