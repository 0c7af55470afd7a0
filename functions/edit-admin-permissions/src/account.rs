//! The account itself: editing its details, disabling it, resetting its password, deleting it.
use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_http::{DryRun, IfMatch, InputError, JsonBody, Problem, QueryOf, require_at_most};
use countersign_journal::Change;
use countersign_model::act::{
    AdministratorDeleted, AdministratorDisabled, AdministratorEdited, AdministratorEnabled,
    PasswordResetRequested,
};
use countersign_model::{
    Action, Actor, Administrator, AdministratorError, AdministratorState, Channel, Denial, FaultKind, NewAct,
    Permit, may_change,
};
use http::StatusCode;

use crate::error::EditError;
use crate::last::warnings_without;
use crate::preview;
use crate::save::{once_more, save, save_in_order};
use crate::target::{About, Target};
use crate::wire::{AdministratorView, Disable, Edit, EditedOrPreview, Effects, name};

/// Changes an administrator's details, but not their permissions or their email address.
#[utoipa::path(patch, path = "/v1/administrators/{administrator_id}", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(countersign_model::AdministratorId), Path), IfMatch),
    request_body = Edit, responses((status = 200, body = AdministratorView)))]
pub async fn edit_administrator(about: About, body: JsonBody<Edit>) -> Result<Response, Problem> {
    let edit = body.value.checked()?;
    once_more(&about.if_match, || async {
        let action = Action::AdministratorsEdit;
        let target = Target::load_at(&about, action).await?;
        let permit = target.manage(action)?;
        let (old, next) = (target.administrator(), edit.apply(target.administrator())?);
        let act = AdministratorEdited::of(old, &next);
        let change = Change::new(&permit, &about.caller.origin(), act);
        let saved = save(&about.services, &target, &next, change).await?;
        Ok(target.answer(saved, StatusCode::OK))
    })
    .await
}

impl Edit {
    fn checked(self) -> Result<Self, Problem> {
        let name = self.name.as_deref().map(name).transpose()?;
        require_at_most("/channels", self.channels.as_deref().unwrap_or_default(), Channel::ALL.len())?;
        let not_for_people = self.channels.iter().flatten().find_map(|channel| channel.not_for_people());
        if let Some(why) = not_for_people {
            return Err(Problem::invalid_field("/channels", why));
        }
        if self.channels.as_ref().is_some_and(Vec::is_empty) {
            let fault = FaultKind::Empty.saying("must name at least one channel");
            return Err(Problem::invalid_field("/channels", fault));
        }
        Ok(Self { name, ..self })
    }

    fn apply(&self, old: &Administrator) -> Result<Administrator, InputError> {
        let mut next = old.clone();
        if let Some(name) = &self.name {
            next.name.clone_from(name);
        }
        if let Some(phone) = &self.phone {
            next.phone.clone_from(phone);
        }
        if let Some(notify) = self.notify_on_request {
            next.notify_on_request = notify;
        }
        if let Some(notify) = self.notify_on_handled {
            next.notify_on_handled = notify;
        }
        if let Some(channels) = &self.channels {
            next.channels = channels.iter().fold(Vec::new(), |mut each, channel| {
                if !each.contains(channel) {
                    each.push(*channel);
                }
                each
            });
        }
        if let Some(language) = self.language {
            next.reading.language = language;
        }
        if let Some(time_zone) = &self.time_zone {
            next.reading.time_zone.clone_from(time_zone);
        }
        let is_mute = next.channels.contains(&Channel::Sms) && next.phone.is_none();
        if is_mute && (self.channels.is_some() || self.phone.is_some()) {
            let field = if self.channels.is_some() { "/channels" } else { "/phone" };
            let message = "text messages need a phone number; set `phone`, or remove `sms` from `channels`";
            return Err(InputError::new(field, message));
        }
        Ok(next)
    }
}

/// Disables an account or enables it again.
///
/// A disabled account cannot sign in, and its sessions end; it keeps its permissions and roles.
///
/// Enabling gives all of these back, so only an administrator who could give them may do it. Disabling the last
/// active administrator of an organization is allowed, with a warning.
#[utoipa::path(post, path = "/v1/administrators/{administrator_id}/disabled", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(countersign_model::AdministratorId), Path), DryRun, IfMatch),
    request_body = Disable,
    responses((status = 200, body = inline(EditedOrPreview), description = "The account is disabled or enabled; with `dry_run`, nothing is changed, and the answer is an `AdministratorEffects`: what the administrator would gain and lose, and where."), (status = 409, description = "The administrator has not accepted the invitation yet, or no active Super Admin of the root organization would remain.")))]
pub async fn disable_administrator(
    about: About,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    body: JsonBody<Disable>,
) -> Result<Response, Problem> {
    let disabled = body.value.disabled;
    once_more(&about.if_match, || async {
        let action = Action::AdministratorsDisable;
        let (edit, target) = Target::load_in_order(&about, action).await?;
        let mut permit = target.manage(action)?;
        let old = target.administrator();
        let wanted = if disabled { AdministratorState::Disabled } else { AdministratorState::Active };
        if old.state == wanted && dry_run {
            return preview::of_change(&about.services, &edit, &target, old).await;
        }
        if old.state == wanted {
            return Ok(target.answer(target.stored.clone(), StatusCode::OK));
        }
        let next = if disabled { old.disable() } else { old.enable() }.map_err(EditError::State)?;
        let act: NewAct = if disabled {
            AdministratorDisabled::of(old, &next).into()
        } else {
            permit = may_restore(&target, action, &next)?;
            AdministratorEnabled::of(old, &next).into()
        };
        if dry_run {
            return preview::of_state(&about.services, &edit, &target, &next, &permit).await;
        }
        let change = Change::new(&permit, &about.caller.origin(), act);
        let saved = save_in_order(&about.services, edit, &target, &next, change).await?;
        let warnings = match disabled {
            true => warnings_without(&about.services.journal, &permit, old).await,
            false => Vec::new(),
        };
        Ok(target.view(saved).with_warnings(warnings).answer(StatusCode::OK))
    })
    .await
}

/// Enabling an account gives everything that it held: only an administrator who could give all of it may do so.
pub fn may_restore(target: &Target, action: Action, next: &Administrator) -> Result<Permit, Denial> {
    let nothing = Actor::new(next.id.clone(), next.organization_id.clone(), Vec::new());
    let everything = target.standing.once_active(next);
    let places = target.standing.places();
    may_change(target.actor(), action, &target.at(), &nothing, &everything, &places)
}

/// Sends an administrator a link for setting a new password, valid for an hour.
#[utoipa::path(post, path = "/v1/administrators/{administrator_id}/password-reset", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(countersign_model::AdministratorId), Path), IfMatch),
    responses((status = 202, description = "The link will be sent."), (status = 409, description = "The account is not active.")))]
pub async fn reset_password(about: About) -> Result<StatusCode, Problem> {
    once_more(&about.if_match, || async {
        let action = Action::AdministratorsResetPassword;
        let target = Target::load_at(&about, action).await?;
        let permit = target.manage(action)?;
        let active = target.administrator();
        if !active.is_active() {
            return Err(EditError::State(AdministratorError::State(active.state)));
        }
        let change = Change::new(&permit, &about.caller.origin(), PasswordResetRequested::of(active));
        save(&about.services, &target, active, change).await?;
        Ok(StatusCode::ACCEPTED)
    })
    .await
}

/// Deletes an administrator.
///
/// Sessions and links end, and all permissions and roles are lost. The email address becomes free again. Deleting the
/// last active administrator of an organization is allowed, with a warning.
#[utoipa::path(delete, path = "/v1/administrators/{administrator_id}", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(countersign_model::AdministratorId), Path), DryRun, IfMatch),
    responses((status = 204, description = "The administrator is deleted."),
        (status = 200, body = Effects, description = "The administrator is deleted, with warnings; with `dry_run`, nothing is deleted, and the answer shows the warnings and what would be lost."),
        (status = 409, description = "No active Super Admin of the root organization would remain.")))]
pub async fn delete_administrator(
    about: About,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
) -> Result<Response, Problem> {
    once_more(&about.if_match, || async {
        let action = Action::AdministratorsDelete;
        let (edit, target) = Target::load_in_order(&about, action).await?;
        let permit = target.manage(action)?;
        let old = target.administrator();
        let next = old.delete().map_err(EditError::State)?;
        if dry_run {
            return preview::of_state(&about.services, &edit, &target, &next, &permit).await;
        }
        let change = Change::new(&permit, &about.caller.origin(), AdministratorDeleted::of(old));
        save_in_order(&about.services, edit, &target, &next, change).await?;
        // Read after the deletion, so that if two administrators delete each other at once, the second is warned.
        let warnings = warnings_without(&about.services.journal, &permit, old).await;
        if warnings.is_empty() {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        Ok(Json(Effects { warnings, impact: None }).into_response())
    })
    .await
}
