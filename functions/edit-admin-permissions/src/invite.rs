//! Inviting an administrator, sending the link again, withdrawing the invitation.
use axum::extract::State;
use axum::response::Response;
use countersign_authority::Standing;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, IdempotencyKey, IfMatch, JsonBody, Problem, Services, require_at_most,
};
use countersign_journal::{Change, Elected, Journal};
use countersign_model::act::{AdministratorInvited, InvitationWithdrawn};
use countersign_model::{
    Action, Administrator, AdministratorId, AdministratorState, EmailAddress, NewAdministrator,
    OrganizationId, Permission, decide, may_give,
};
use countersign_store::{Claim, Slot, StoreError, Stored};
use http::StatusCode;

use crate::account::may_restore;
use crate::error::EditError;
use crate::save::{once_more, save};
use crate::target::{About, Target};
use crate::wire::{AdministratorView, Invite, name};

/// Invites an administrator by email, with a link that is valid for 7 days.
///
/// If the organization has already invited this address, the same invited administrator, unchanged, is sent a new
/// link. The answer does not show whether the email address is known in other organizations.
#[utoipa::path(post, path = "/v1/administrators", tag = "administrators",
    security(("administrator" = [])), params(IdempotencyKey), request_body = Invite,
    responses((status = 200, description = "The organization had invited this address before; a new link will be sent.", body = AdministratorView),
        (status = 201, description = "The administrator is invited, and a link will be sent.", body = AdministratorView),
        (status = 409, description = "An administrator of the organization has this email address.")))]
pub async fn invite_administrator(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    key: IdempotencyKey,
    body: JsonBody<Invite>,
) -> Result<Response, Problem> {
    let idempotency = caller.idempotency(&key, body.bytes());
    let input = body.value;
    let name = name(&input.name)?;
    require_at_most("/permissions", &input.permissions, Permission::ALL.len())?;
    let journal = &services.journal;
    let rights = rights_at(journal, &administrator, &input.organization_id).await?;
    let at = rights.resource();
    let mut permit = decide(&rights.actor, Action::AdministratorsInvite, &at)?;
    if !input.permissions.is_empty() {
        let permissions = input.permissions.iter().collect();
        let changing = Action::AdministratorsChangePermissions;
        permit = may_give(&rights.actor, changing, &at, permissions, std::slice::from_ref(&at))?;
    }
    if has_it_here(journal, &administrator.value.id, &input.organization_id, &input.email).await?
        && !journal.is_repeated(idempotency.as_ref()).await?
    {
        return Err(EditError::EmailTaken.into());
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
    let withdrawn = |claim: Claim| async move { is_withdrawn(journal, &claim).await };
    let stored = match journal.save_elected::<Administrator, _, _>(&slot(&invited), change, withdrawn).await?
    {
        Elected::Won(stored) => stored,
        Elected::Held(claim) => {
            let id = claim.holder.parse().map_err(|_| Problem::not_found())?;
            let services = services.clone();
            return invite_again(About { services, caller, administrator, id, if_match: IfMatch(None) })
                .await;
        }
    };
    let standing = Standing::load(journal, &stored.value, [], []).await?;
    Ok(AdministratorView::new(stored, None, &standing, &rights.actor).answer(StatusCode::CREATED))
}

/// The name that holds an organization's invitation to an address: of several calls that invite it at once, one creates
/// the administrator. It says nothing about other organizations, and reserves nothing there.
fn slot(invited: &Administrator) -> Slot {
    Slot::invitation(&invited.organization_id, &invited.email)
}

/// Whether somebody of the organization signs in with this address, who may not have been invited: the first administrator was
/// not. As much is read if nobody does, so that the time taken reveals nothing about other organizations.
async fn has_it_here(
    journal: &Journal,
    asking: &AdministratorId,
    organization: &OrganizationId,
    email: &EmailAddress,
) -> Result<bool, StoreError> {
    let claim = journal.holder(&Slot::email(email)).await?;
    let id = claim.map_or_else(|| asking.to_string(), |claim| claim.holder);
    let holder = journal.load_by_record_id::<Administrator>(&id).await?;
    Ok(holder.is_some_and(|Stored { value, .. }| {
        value.state != AdministratorState::Deleted
            && value.organization_id == *organization
            && value.email.key() == email.key()
    }))
}

/// Whether the administrator who was invited is deleted. A deleted administrator never comes back.
async fn is_withdrawn(journal: &Journal, claim: &Claim) -> Result<bool, StoreError> {
    let holder = journal.load_by_record_id::<Administrator>(&claim.holder).await?;
    Ok(holder.is_none_or(|holder| holder.value.state == AdministratorState::Deleted))
}

/// The address was invited before: the same administrator gets a new link, under the same conditions as when the
/// invitation is sent again by its id.
async fn invite_again(about: About) -> Result<Response, Problem> {
    once_more(&about.if_match, || async {
        let again = send_again(&about).await;
        if matches!(again, Err(EditError::NotInvited)) {
            return Err(EditError::EmailTaken);
        }
        // Withdrawn since the election.
        if matches!(again, Err(EditError::Unknown)) {
            return Err(EditError::Busy);
        }
        let (target, stored) = again?;
        Ok(target.answer(stored, StatusCode::OK))
    })
    .await
}

/// Sends the invitation again, with a new link.
///
/// Links sent before work until one of them is used, or until they expire. Because an expired invitation becomes usable again, only an administrator who
/// could give everything it promises may send it.
#[utoipa::path(post, path = "/v1/administrators/{administrator_id}/invitation", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(AdministratorId), Path), IfMatch),
    responses((status = 202, description = "The invitation will be sent again."), (status = 409, description = "The invitation was already accepted.")))]
pub async fn resend_invitation(about: About) -> Result<StatusCode, Problem> {
    once_more(&about.if_match, || async {
        send_again(&about).await?;
        Ok(StatusCode::ACCEPTED)
    })
    .await
}

async fn send_again(about: &About) -> Result<(Target, Stored<Administrator>), EditError> {
    let action = Action::AdministratorsInvite;
    let target = Target::load_at(about, action).await?;
    let invited = require_invited(target.administrator())?;
    let permit = may_restore(&target, action, invited)?;
    let change = Change::new(&permit, &about.caller.origin(), AdministratorInvited::again(invited));
    let stored = save(&about.services, &target, invited, change).await?;
    Ok((target, stored))
}

/// Withdraws an invitation.
///
/// Its links stop working and the administrator is deleted.
#[utoipa::path(delete, path = "/v1/administrators/{administrator_id}/invitation", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(AdministratorId), Path), IfMatch),
    responses((status = 204, description = "The invitation is withdrawn, and the administrator deleted."), (status = 409, description = "The invitation was already accepted.")))]
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
