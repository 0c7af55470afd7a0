//! One's own one-time codes: setting up, confirming, replacing, removing. A session's token is not enough: the
//! password, or a code, is required each time.
use axum::Json;
use axum::extract::State;
use countersign_authority::Session;
use countersign_authority::rights::organization;
use countersign_http::{AsPerson, Code, JsonBody, Problem, Services};
use countersign_model::act::{RecoveryCodesReplaced, TotpRemoved, TotpSetUp};
use countersign_model::{Credentials, Permit};
use http::StatusCode;

use crate::codes::{RecoveryCode, Seed, picture};
use crate::own::{self, Changed, NotChanged};
use crate::step_up::{counted, credentials, require_password, require_proof};
use crate::wire::{BeginTotp, ConfirmTotp, NewTotpView, ProveAgain, RecoveryCodes, TotpView};

/// Says whether one-time codes are set up, and how many recovery codes are left.
#[utoipa::path(get, path = "/v1/totp", tag = "sign-in", security(("person" = [])),
    responses((status = 200, body = TotpView), (status = 403, description = "The caller is an API token, which has no codes.")))]
pub async fn show_totp(
    State(services): State<Services>,
    person: AsPerson,
) -> Result<Json<TotpView>, Problem> {
    Ok(Json((&credentials(&services, &person).await?).into()))
}

/// Begins to set up one-time codes.
///
/// They take effect when you confirm them with a code, within 30 minutes.
#[utoipa::path(post, path = "/v1/totp", tag = "sign-in", security(("person" = [])),
    request_body = BeginTotp, responses((status = 200, description = "The secret for the authenticator is made, and is shown only in this answer.", body = NewTotpView),
    (status = 403, description = "The password is wrong."), (status = 409, description = "One-time codes are set up already, or the deployment has no `secret_key`.")))]
pub async fn begin_totp(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<BeginTotp>,
) -> Result<Json<NewTotpView>, Problem> {
    require_password(&services, &person, &body.value.password).await?;
    let (journal, administrator) = (&services.journal, &person.administrator);
    let keys = services.secret_keys().await?;
    let seed = Seed::new(journal.random());
    let sealed = seed.seal(&keys, &administrator.id, journal.random()).ok_or(NotChanged::NoKey)?;
    // Nothing is in force yet, so there is nothing to record in the audit.
    let begin =
        |old: &Credentials| old.begin_totp(sealed.clone(), person.caller.now).map_err(NotChanged::from);
    journal.update(&administrator.id, begin).await?;
    let issuer = organization(journal, &administrator.organization_id).await?.value.name;
    let uri = seed.uri(&issuer, administrator.email.as_str());
    let qr_svg = picture(&uri).ok_or_else(Problem::internal)?;
    Ok(Json(NewTotpView { secret: seed.text(), otpauth_uri: uri, qr_svg }))
}

/// Confirms one-time codes with one of them.
///
/// From now on every sign-in requires one.
#[utoipa::path(post, path = "/v1/totp/confirmation", tag = "sign-in", security(("person" = [])),
    request_body = ConfirmTotp, responses((status = 200, description = "The recovery codes are made, and are shown only in this answer.", body = RecoveryCodes),
    (status = 409, description = "Nobody began to set up one-time codes, or not within the last 30 minutes."), (status = 422, description = "The code is wrong.")))]
pub async fn confirm_totp(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<ConfirmTotp>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let keys = services.secret_keys().await?;
    let codes = RecoveryCode::new_set(services.journal.random());
    let (owner, now) = (&person.administrator.id, person.caller.now);
    credentials(&services, &person).await?.unconfirmed(now).map_err(NotChanged::from)?;
    let digests: Vec<String> = codes.iter().map(|code| code.digest(owner)).collect();
    let confirm = |old: &Credentials| {
        let sealed = &old.unconfirmed(now)?.sealed_seed;
        let seed = Seed::open(&keys, owner, sealed).ok_or(NotChanged::NoKey)?;
        let step = seed.step_of(&body.value.totp, now).ok_or(NotChanged::WrongCode)?;
        Ok(Changed::to(old.confirm_totp(step, digests.clone(), now)?, TotpSetUp::of(owner)))
    };
    counted(&services, &person, save(&services, &person, confirm)).await?;
    // A caller who has just given a valid code need not sign in again, if the session can still be updated.
    Session::prove(&services.journal, person.session_digest()).await?;
    Ok(Json(codes.into()))
}

/// Creates new recovery codes.
///
/// The previous ones stop working.
#[utoipa::path(post, path = "/v1/totp/recovery-codes", tag = "sign-in", security(("person" = [])),
    request_body = ConfirmTotp, responses((status = 200, description = "The recovery codes are made, and are shown only in this answer.", body = RecoveryCodes),
    (status = 409, description = "No one-time codes are set up."), (status = 401, description = "The code is wrong.")))]
pub async fn replace_recovery_codes(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<ConfirmTotp>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let proof = require_proof(&services, &person, Some(&body.value.totp), None).await?;
    let codes = RecoveryCode::new_set(services.journal.random());
    let owner = &person.administrator.id;
    let digests: Vec<String> = codes.iter().map(|code| code.digest(owner)).collect();
    let replace = |old: &Credentials| {
        let next = proof.used_up(old)?.with_recovery(digests.clone())?;
        Ok(Changed::to(next, RecoveryCodesReplaced { administrator_id: owner.clone() }))
    };
    save(&services, &person, replace).await?;
    Ok(Json(codes.into()))
}

/// Removes your one-time codes.
///
/// This is refused if the login settings require them.
#[utoipa::path(post, path = "/v1/totp/removal", tag = "sign-in", security(("person" = [])),
    request_body = ProveAgain, responses((status = 204, description = "The one-time codes are removed."),
    (status = 401, description = "The code is wrong."), (status = 403, description = "The password is wrong."),
    (status = 409, description = "The login settings require one-time codes, or none are set up.")))]
pub async fn remove_totp(
    State(services): State<Services>,
    person: AsPerson,
    body: JsonBody<ProveAgain>,
) -> Result<StatusCode, Problem> {
    let input = body.value;
    require_password(&services, &person, &input.password).await?;
    if person.session.policy.require_totp {
        return Err(Problem::new(
            Code::TotpCompulsory,
            "the login settings of your organization require one-time codes",
        ));
    }
    let proof = require_proof(&services, &person, input.totp.as_ref(), input.recovery_code.as_ref()).await?;
    let remove = |old: &Credentials| {
        let next = proof.used_up(old)?.without_totp()?;
        Ok(Changed::to(next, TotpRemoved::of(&person.administrator.id)))
    };
    save(&services, &person, remove).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn save(
    services: &Services,
    person: &AsPerson,
    change: impl Fn(&Credentials) -> Result<Changed, NotChanged> + Send + Sync,
) -> Result<(), Problem> {
    let AsPerson { caller, administrator, .. } = person;
    let permit = Permit::oneself(administrator);
    Ok(own::save(&services.journal, caller, &permit, &administrator.id, change).await?)
}
