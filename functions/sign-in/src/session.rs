//! Signing in, reading the own session, signing out.
use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::Session;
use countersign_authority::login_policy;
use countersign_authority::rights::{organization, rights_at};
use countersign_http::{
    Anonymous, AsAdministrator, AsPerson, Caller, Code, JsonBody, Problem, Services, require_allowed_address,
};
use countersign_kv::log;
use countersign_model::{Organization, openapi};
use futures::future::try_join;
use http::StatusCode;
use http::header::SET_COOKIE;

use crate::account::{Account, Known};
use crate::attempts::Counted;
use crate::begin::{Begun, Program, cookie};
use crate::capacity::{OrCount, Pools};
use crate::proof::Proof;
use crate::refusal::OrRefuse;
use crate::sessions;
use crate::wire::{Brand, Held, Person, SignIn, SignedIn, WhoAmI};

/// Starts a session.
///
/// The refusal is the same for every error, whether or not the email address is known; only a correct password
/// reveals that a one-time code is required.
#[utoipa::path(post, path = "/v1/session", tag = "sign-in", request_body = SignIn, responses(
    (status = 201, description = "The session has begun.", body = SignedIn,
        headers(("Set-Cookie" = String, description = "The session token as a cookie; only if `cookie` was asked for."))),
    (status = 401, description = "The email address or the password is wrong, or a one-time code is missing or wrong."),
    (status = 403, description = "The organization does not allow signing in from this address."), (status = 429, description = "There were too many attempts; `Retry-After` says when to try again.")))]
pub async fn sign_in(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    program: Program,
    body: JsonBody<SignIn>,
) -> Result<Response, Problem> {
    let input = body.value;
    let account = Account::load(&services.journal, &input.email).await?;
    let pools = Pools::of_sign_in(&services, &caller, &account).await?;
    let comparisons = input.password.comparisons();
    pools.require_any(&services, comparisons).await.or_count(&services, &caller).await?;
    let counted = Counted::sign_in(&services, &caller, &account, pools).await?;
    let subject = counted.subject(&account);
    counted.require_room(caller.now).or_refuse(&services, &caller, subject).await?;
    counted.require_capacity(&services, comparisons).await.or_count(&services, &caller).await?;
    // Compared in any case, so that the time taken does not show whether the address is known.
    let known = account.with_password(&input.password);
    let quiet = counted.require_quiet(caller.now, known.is_some());
    quiet.or_refuse(&services, &caller, subject).await?;
    let known = known.ok_or_else(wrong_credentials).or_refuse(&services, &caller, subject).await?;
    let proof = prove(&services, &caller, &account, known, &input, &counted).await?;
    let administrator = &known.administrator;
    let organization = organization(&services.journal, &administrator.organization_id).await?.value;
    let policy = login_policy(&services.journal, &organization).await?;
    require_allowed_address(&policy, &caller).or_refuse(&services, &caller, subject).await?;
    let begun = Begun::new(&services.journal, administrator, &caller, program, policy, &proof);
    let saved = begun.save(&services.journal, &caller, administrator, &proof).await;
    saved.or_refuse(&services, &caller, subject).await?;
    counted.give_back(&services).await?;
    if input.cookie {
        return begun.answer_with_cookie(&services, administrator, &organization).await;
    }
    Ok(begun.answer(administrator, &organization))
}

fn wrong_credentials() -> Problem {
    Problem::new(Code::WrongCredentials, "the email address or the password is wrong")
}

/// The administrator's proof beyond the password. Codes have a counter of their own: an attempt that gets here has the
/// right password, and an attempt without a code is not a failure.
async fn prove(
    services: &Services,
    caller: &Caller,
    account: &Account,
    known: &Known,
    input: &SignIn,
    counted: &Counted,
) -> Result<Proof, Problem> {
    let keys = services.secret_keys().await?;
    let (administrator, credentials) = (&known.administrator.id, &known.credentials);
    let (code, recovery) = (input.totp.as_ref(), input.recovery_code.as_ref());
    if credentials.totp.is_none() || (code.is_none() && recovery.is_none()) {
        let proof = Proof::check(&keys, administrator, credentials, None, None, caller.now);
        if proof.is_err() {
            counted.give_back(services).await?;
        }
        return proof.map_err(Problem::from);
    }
    let codes = Counted::code(services, administrator.as_str()).await?;
    codes.require_room(caller.now).or_refuse(services, caller, Some(account)).await?;
    let proof = Proof::check(&keys, administrator, credentials, code, recovery, caller.now);
    let proof = proof.map_err(Problem::from).or_refuse(services, caller, Some(account)).await?;
    codes.give_back(services).await?;
    Ok(proof)
}

/// Returns who you are, when the session ends, and your permissions.
#[utoipa::path(get, path = "/v1/session", tag = "sign-in", security(("administrator" = [])),
    responses((status = 200, body = WhoAmI)))]
pub async fn who_am_i(
    State(services): State<Services>,
    AsAdministrator { administrator, session, .. }: AsAdministrator,
) -> Result<Json<WhoAmI>, Problem> {
    let home = &administrator.value.organization_id;
    let rights = rights_at(&services.journal, &administrator, home).await?;
    let elsewhere = rights.actor.holdings().iter().map(|held| held.scope.organization());
    let elsewhere: BTreeSet<_> = elsewhere.filter(|id| *id != home).collect();
    let branding = async { Ok::<_, Problem>(services.journal.branding(&rights.organization.value).await?) };
    let places = async { Ok(services.journal.load_many::<Organization>(elsewhere).await?) };
    let (branding, places) = try_join(branding, places).await?;
    Ok(Json(WhoAmI {
        brand: Brand::from(branding),
        administrator: Person::new(&administrator.value, &rights.organization.value),
        expires_at: session.expires_at,
        second_factor: session.second_factor,
        permissions: rights.actor.holdings().iter().map(Held::from).collect(),
        places: places
            .iter()
            .flatten()
            .filter(|one| !one.value.deleted)
            .map(|one| (&one.value).into())
            .collect(),
    }))
}

/// Sends the logo of your organization, or that of the nearest organization above that has one.
///
/// Everybody may see their own organization's logo; no permission is needed.
#[utoipa::path(get, path = "/v1/session/logo", tag = "sign-in", security(("administrator" = [])),
    responses((status = 200, description = "The bytes of the logo.", content((openapi::Bytes = "image/png"), (openapi::Bytes = "image/jpeg"))),
    (status = 404, description = "None of these organizations has a logo.")))]
pub async fn show_own_logo(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
) -> Result<Response, Problem> {
    let home = organization(&services.journal, &administrator.value.organization_id).await?;
    let branding = services.journal.branding(&home.value).await?;
    countersign_http::show_logo(&services.journal, branding).await
}

/// Ends the session.
#[utoipa::path(delete, path = "/v1/session", tag = "sign-in", security(("person" = [])),
    responses((status = 204, description = "The session has ended, and its token no longer works.",
        headers(("Set-Cookie" = String, description = "Removes the session's cookie.")))))]
pub async fn sign_out(State(services): State<Services>, person: AsPerson) -> Result<Response, Problem> {
    sessions::end_own(&services, &person).await?;
    if let Err(error) = Session::end(&services.journal, person.session_digest()).await {
        log::line("an ended session was not deleted", &[("error", &error)]);
    }
    let forgotten = cookie(&services, "", 0).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, forgotten)]).into_response())
}
