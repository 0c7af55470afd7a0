//! Signing in, asking who one is, signing out.
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_http::rights::{organization, rights_at};
use countersign_http::{Anonymous, AsAdministrator, Caller, JsonBody, Problem, Services, log};
use countersign_model::{Act, Administrator, EmailAddress, OrganizationId, Permit};
use countersign_store::{Change, Session, Stored, Who, tokens};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde_json::json;

use crate::begin::{Begun, cookie};
use crate::email;
use crate::setup;
use crate::wire::{Held, Person, SignIn, SignedIn, WhoAmI};

/// Begins a session. Whatever is wrong, and whether or not the address is known, the refusal is the same.
#[utoipa::path(post, path = "/v1/session", tag = "sign-in", request_body = SignIn, responses(
    (status = 201, description = "signed in", body = SignedIn),
    (status = 401, description = "wrong email address or password")))]
pub async fn sign_in(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    body: JsonBody<SignIn>,
) -> Result<Response, Problem> {
    let SignIn { email, password, cookie, .. } = body.value;
    let email = email.parse::<EmailAddress>().ok();
    let known = match &email {
        Some(email) => email::owner(&services.store, email).await?,
        None => None,
    };
    let active = known.as_ref().map(|known| &known.value).filter(|known| known.is_active());
    let kept = active.and_then(|active| active.password_hash.as_deref());
    // Compared in any case: the time it takes must not say whether the address is known.
    let is_right = password.is_behind(kept);
    let Some(administrator) = active.filter(|_| is_right) else {
        refuse(&services, &caller, email.as_ref(), known.as_ref()).await?;
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong-credentials",
            "the email address or the password is wrong",
        ));
    };
    let begun = Begun::new(&services.store, administrator, caller.now);
    let organization = organization(&services.store, &administrator.organization_id).await?.value;
    save(&services, &caller, administrator, &begun).await?;
    services.wake(&organization.id);
    if cookie {
        return begun.answer_with_cookie(&services, administrator, &organization).await;
    }
    Ok(begun.answer(administrator, &organization))
}

/// Who am I, until when, and what may I do.
#[utoipa::path(get, path = "/v1/session", tag = "sign-in", security(("session" = []), ("session_cookie" = [])),
    responses((status = 200, body = WhoAmI)))]
pub async fn who_am_i(
    State(services): State<Services>,
    AsAdministrator { administrator, session, .. }: AsAdministrator,
) -> Result<Json<WhoAmI>, Problem> {
    let home = &administrator.value.organization_id;
    let rights = rights_at(&services.store, &administrator, home).await?;
    Ok(Json(WhoAmI {
        administrator: Person::new(&administrator.value, &rights.organization.value),
        expires_at: session.expires_at,
        permissions: rights.actor.holdings().iter().map(Held::from).collect(),
    }))
}

/// Ends the session.
#[utoipa::path(delete, path = "/v1/session", tag = "sign-in", security(("session" = []), ("session_cookie" = [])),
    responses((status = 204, description = "the token no longer works")))]
pub async fn sign_out(
    State(services): State<Services>,
    identified: AsAdministrator,
) -> Result<Response, Problem> {
    let digest = identified.session_digest();
    let AsAdministrator { caller, administrator, session, .. } = &identified;
    let administrator = &administrator.value;
    // Ended in the batch that says so; deleting it after that only tidies up.
    let ended = Session { expires_at: caller.now, ..session.clone() };
    let (key, value) = tokens::session_entry(digest, &ended);
    let permit = Permit::oneself(administrator.id.clone());
    let change = Change::new(&permit, &caller.origin(), &administrator.organization_id, Act::SessionEnded)
        .about(administrator.id.as_str())
        .raw(key, value);
    services.store.save(change).await?;
    if let Err(error) = services.store.end_session(digest).await {
        log::line("an ended session was not deleted", &[("error", &error)]);
    }
    services.wake(&administrator.organization_id);
    let forgotten = cookie(&services, "", 0).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, forgotten)]).into_response())
}

/// Saves a session that has just begun.
pub async fn save(
    services: &Services,
    caller: &Caller,
    administrator: &Administrator,
    begun: &Begun,
) -> Result<(), Problem> {
    let who = Who::Administrator { id: administrator.id.clone(), name: administrator.name.clone() };
    let origin = caller.known_as(who).origin();
    let permit = Permit::oneself(administrator.id.clone());
    let (key, value) = begun.entry();
    let change = Change::new(&permit, &origin, &administrator.organization_id, Act::SessionStarted)
        .about(administrator.id.as_str())
        .raw(key, value);
    services.store.save(change).await?;
    Ok(())
}

/// A refused sign-in goes on record where the administrator belongs, or at the root when nobody has the address.
async fn refuse(
    services: &Services,
    caller: &Caller,
    email: Option<&EmailAddress>,
    known: Option<&Stored<Administrator>>,
) -> Result<(), Problem> {
    let organization: Option<OrganizationId> = match known {
        Some(known) => Some(known.value.organization_id.clone()),
        None => setup::root(&services.store).await?,
    };
    // Before the set-up there is nowhere to write, and nobody who could sign in.
    let Some(organization) = organization else { return Ok(()) };
    let mut change = Change::new(&Permit::refusal(), &caller.origin(), &organization, Act::SessionRefused)
        .detail(json!({ "email": email }));
    if let Some(known) = known {
        change = change.about(known.value.id.as_str());
    }
    services.store.save(change).await?;
    services.wake(&organization);
    Ok(())
}
