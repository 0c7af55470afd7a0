//! Signing in with a device code (RFC 8628), the administrator's side: they look at the program that shows a code, and approve or deny it.
use axum::Json;
use axum::extract::State;
use countersign_http::{AsPerson, Code, JsonBody, PathId, Problem, Services, require_second_factor};
use countersign_journal::Change;
use countersign_model::act::DeviceLoginDecided;
use countersign_model::{DeviceApproval, DeviceLogin, DeviceLoginError, DeviceLoginState, Permit, UserCode};
use countersign_store::throttle::Throttle;
use http::StatusCode;
use jiff::SignedDuration;

use crate::wire::{DecideDeviceLogin, DeviceLoginOutcome, DeviceLoginView};

/// User codes under which nothing waits, entered in one session.
pub const GUESSES: Throttle =
    Throttle { name: "device-login/guesses", most: 10, period: SignedDuration::from_hours(1) };

/// Returns the program that shows a user code, so that you can compare it before you decide.
#[utoipa::path(get, path = "/v1/device-logins/{user_code}", tag = "sign-in", security(("person" = [])),
    params(("user_code" = inline(UserCode), Path)),
    responses((status = 200, body = DeviceLoginView),
    (status = 403, description = "The session began with a device code itself."),
    (status = 404, description = "No program waits with this code: it is wrong, or has expired."),
    (status = 409, description = "The code was approved or denied before."),
    (status = 429, description = "Too many wrong codes were entered in this session; `Retry-After` says when to try again.")))]
pub async fn show_device_login(
    State(services): State<Services>,
    person: AsPerson,
    PathId(code): PathId<UserCode>,
) -> Result<Json<DeviceLoginView>, Problem> {
    let login = pending(&services, &person, code).await?;
    let address = person.caller.address.map(|address| address.to_string());
    Ok(Json(DeviceLoginView::new(login, address)))
}

/// Approves or denies the program that shows a user code.
///
/// An approved program is signed in as you, with everything that you may do. Approve only a code that you see on your own screen, in
/// a program that you have just started. The first decision counts.
#[utoipa::path(post, path = "/v1/device-logins/{user_code}/decision", tag = "sign-in", security(("person" = [])),
    params(("user_code" = inline(UserCode), Path)), request_body = DecideDeviceLogin,
    responses((status = 204, description = "It is decided."),
    (status = 403, description = "The session began with a device code itself."),
    (status = 404, description = "No program waits with this code: it is wrong, or has expired."),
    (status = 409, description = "The code was approved or denied before."),
    (status = 429, description = "Too many wrong codes were entered in this session; `Retry-After` says when to try again.")))]
pub async fn decide_device_login(
    State(services): State<Services>,
    person: AsPerson,
    PathId(code): PathId<UserCode>,
    body: JsonBody<DecideDeviceLogin>,
) -> Result<StatusCode, Problem> {
    pending(&services, &person, code).await?;
    let AsPerson { caller, administrator, session, session_id, .. } = &person;
    let (permit, origin, outcome) = (Permit::oneself(administrator), caller.origin(), body.value.outcome);
    let decide = |old: &DeviceLogin| {
        let new = match outcome {
            DeviceLoginOutcome::Approved => {
                let approval = DeviceApproval {
                    administrator_id: administrator.id.clone(),
                    epoch: administrator.session_epoch,
                    second_factor: session.second_factor,
                };
                old.approved(approval, caller.now)
            }
            DeviceLoginOutcome::Denied => old.denied(caller.now),
        };
        let act = DeviceLoginDecided {
            administrator_id: administrator.id.clone(),
            session: session_id.clone(),
            description: old.description.clone(),
            address: old.address.clone(),
            approved: outcome == DeviceLoginOutcome::Approved,
        };
        Ok::<_, NotDecided>((new.map_err(NotDecided)?, Change::new(&permit, &origin, act)))
    };
    services.journal.save_update(&code, None, decide).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The undecided login of a user code, for somebody who may decide it. A code under which nothing waits is counted before it is
/// looked for, so that racing guesses cannot exceed the limit.
async fn pending(services: &Services, person: &AsPerson, code: UserCode) -> Result<DeviceLogin, Problem> {
    require_second_factor(&person.session)?;
    if person.session.by_device_code {
        return Err(Problem::new(
            Code::SessionRequired,
            "this session began with a device code; sign in to the console with your password to approve others",
        ));
    }
    let (journal, now) = (&services.journal, person.caller.now);
    let guess = journal.count_try(&GUESSES, &[person.session_id.as_str()]).await?;
    if !guess.allowed {
        let detail = "too many wrong codes were entered; try again later";
        return Err(Problem::over_limit(Code::TooManyRequests, detail, guess.until, now));
    }
    let login = journal.load::<DeviceLogin>(&code).await?.map(|stored| stored.value);
    let login = login.filter(|login| !login.has_expired(now)).ok_or_else(Problem::not_found)?;
    journal.give_back(&guess).await?;
    match login.state {
        DeviceLoginState::Pending => Ok(login),
        DeviceLoginState::Denied => Err(NotDecided(DeviceLoginError::Denied).into()),
        DeviceLoginState::Approved(_) | DeviceLoginState::Used => {
            Err(NotDecided(DeviceLoginError::Approved).into())
        }
    }
}

/// Why a login was not decided.
struct NotDecided(DeviceLoginError);

impl From<NotDecided> for Problem {
    fn from(NotDecided(error): NotDecided) -> Self {
        let detail = match error {
            DeviceLoginError::Expired => return Self::not_found(),
            DeviceLoginError::Denied => "this code was denied before",
            DeviceLoginError::Pending | DeviceLoginError::Approved | DeviceLoginError::Used => {
                "this code was approved before"
            }
        };
        Self::new(Code::DeviceLoginDecided, detail)
    }
}
