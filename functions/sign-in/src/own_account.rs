//! One's own account, which everybody looks after without any permission: the name and the password.
use axum::Json;
use axum::extract::State;
use countersign_authority::rights::organization;
use countersign_http::{AsPerson, Code, JsonBody, Problem, Services, require_second_factor};
use countersign_journal::Change;
use countersign_model::act::{AdministratorEdited, PasswordChanged};
use countersign_model::{Administrator, Permit, text};
use http::StatusCode;

use crate::capacity::Pools;
use crate::step_up::require_password;
use crate::wire::{ChangeName, ChangePassword, Person};

/// Changes your name.
///
/// No permission is needed. What was recorded before keeps the name that you had then.
#[utoipa::path(put, path = "/v1/session/name", tag = "sign-in", security(("person" = [])), request_body = ChangeName,
    responses((status = 200, body = Person), (status = 403, description = "The caller is an API token, which has no account.")))]
pub async fn change_own_name(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<ChangeName>,
) -> Result<Json<Person>, Problem> {
    require_second_factor(&person.session)?;
    let AsPerson { caller, administrator, .. } = &person;
    let name = text::name(&body.value.name).map_err(|error| Problem::invalid_field("/name", error))?;
    let (permit, origin) = (Permit::oneself(administrator), caller.origin());
    let rename = |old: &Administrator| {
        let next = Administrator { name: name.clone(), ..old.clone() };
        let change = Change::new(&permit, &origin, AdministratorEdited::of(old, &next));
        Ok::<_, Problem>((next, change))
    };
    let renamed = services.journal.save_update(&administrator.id, None, rename).await?.value;
    let home = organization(&services.journal, &renamed.organization_id).await?.value;
    Ok(Json(Person::new(&renamed, &home)))
}

/// Changes your password.
///
/// No permission is needed, but the present password. All of your other sessions end, and links for a new password that were sent
/// before stop working; API tokens stay valid. You are told of it by email.
#[utoipa::path(put, path = "/v1/session/password", tag = "sign-in", security(("person" = [])), request_body = ChangePassword,
    responses((status = 204, description = "The new password counts, and every other session has ended."),
    (status = 403, description = "The present password is wrong.")))]
pub async fn change_own_password(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<ChangePassword>,
) -> Result<StatusCode, Problem> {
    require_second_factor(&person.session)?;
    let ChangePassword { password, new_password } = body.value;
    let AsPerson { caller, administrator, session_id, .. } = &person;
    let accepted = new_password.accept(&administrator.email);
    accepted.map_err(|weak| Problem::invalid_field("/new_password", weak))?;
    require_password(&services, &person, &password).await?;
    Pools::HELD.take(&services, 1).await?;
    let hash = new_password.hash(services.journal.random()).ok_or_else(Problem::internal)?;
    let (permit, origin) = (Permit::oneself(administrator), caller.origin());
    let change = |old: &Administrator| {
        // The one that was compared.
        if old.password_hash != administrator.password_hash {
            return Err(Problem::new(Code::WrongPassword, "the password was changed meanwhile"));
        }
        let next = old.with_own_password(hash.clone(), session_id).map_err(|_| Problem::not_identified())?;
        let act = PasswordChanged { administrator_id: old.id.clone(), session: session_id.clone() };
        Ok((next, Change::new(&permit, &origin, act)))
    };
    services.journal.save_update(&administrator.id, None, change).await?;
    Ok(StatusCode::NO_CONTENT)
}
