//! Signing in with a device code (RFC 8628), the program's side: it asks for a code, shows it, and asks for its session until an
//! administrator has decided.
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use countersign_authority::login_policy;
use countersign_authority::rights::organization;
use countersign_http::{Anonymous, Code, JsonBody, Problem, Services, require_allowed_address};
use countersign_model::{
    Administrator, DeviceApproval, DeviceLogin, DeviceLoginError, DeviceLoginState, UserCode,
};
use countersign_store::throttle::Throttle;
use countersign_store::tokens::{self, Kind, Token};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::attempts::Strangers;
use crate::begin::{Begun, Program};
use crate::proof::Proof;
use crate::wire::{BeginDeviceSession, NewDeviceLogin, SignedIn, StartedDeviceLogin};

/// How many seconds a program waits between two attempts.
const INTERVAL: u32 = 5;
/// The page of the console.
const PAGE: &str = "device";
/// How many user codes are tried, in case one is taken. With a thousand that wait, one in 25 million is.
const CODES_TRIED: usize = 3;

const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);

/// Logins that are begun. Each is a record, which is kept for a day.
pub const STRANGERS: Strangers = Strangers {
    client: Throttle { name: "device-login/address", most: 20, period: TEN_MINUTES },
    block: Throttle { name: "device-login/block", most: 20, period: TEN_MINUTES },
    all: Throttle { name: "device-login/all", most: 1000, period: TEN_MINUTES },
};
/// Attempts of one program to begin its session. At the interval that it is told there are twelve.
pub const PACE: Throttle =
    Throttle { name: "device-login/pace", most: 15, period: SignedDuration::from_mins(1) };

/// Begins to sign in a program that has no password: it gets a code, which an administrator approves in the console.
///
/// The program shows `user_code` with `verification_url`, and calls `POST /v1/device-logins/session` every `interval_seconds` until
/// the administrator has decided.
#[utoipa::path(post, path = "/v1/device-logins", tag = "sign-in", request_body = NewDeviceLogin, responses(
    (status = 201, description = "The program waits to be approved.", body = StartedDeviceLogin),
    (status = 429, description = "Too many programs asked from this client address, or from all; `Retry-After` says when to try again.")))]
pub async fn start_device_login(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    body: JsonBody<NewDeviceLogin>,
) -> Result<(StatusCode, Json<StartedDeviceLogin>), Problem> {
    let description = DeviceLogin::description(&body.value.description)
        .map_err(|error| Problem::invalid_field("/description", error))?;
    let detail = "too many device codes were asked for; try again later, or sign in with a password";
    STRANGERS.count(&services, &caller, detail).await?;
    let (journal, now) = (&services.journal, caller.now);
    for _ in 0..CODES_TRIED {
        let user_code = UserCode::of(journal.random().u64());
        let (device_code, token) = tokens::mint(Kind::DeviceCode, user_code.ulid(), journal.random());
        let login = DeviceLogin {
            user_code,
            digest: token.digest,
            description: description.clone(),
            address: caller.address.map(|address| address.to_string()),
            started_at: now,
            expires_at: now.saturating_add(DeviceLogin::LASTS).unwrap_or(now),
            state: DeviceLoginState::Pending,
        };
        if journal.begin_device_login(&login).await? {
            let page = services.settings.get("public_url").await?;
            let page = format!("{}/{PAGE}", page.trim().trim_end_matches('/'));
            let started = StartedDeviceLogin {
                device_code,
                user_code: user_code.to_string(),
                verification_url_complete: format!("{page}#{user_code}"),
                verification_url: page,
                expires_at: login.expires_at,
                interval_seconds: INTERVAL,
            };
            return Ok((StatusCode::CREATED, Json(started)));
        }
    }
    Err(Problem::unavailable(Code::Busy, "no code is free at this moment; try again", 1))
}

/// Begins the session of a program once an administrator has approved its code.
///
/// The session is that of the administrator who approved it, and begins once. Until somebody decides, the answer is 409
/// `device-login-pending`: ask again after `Retry-After`.
#[utoipa::path(post, path = "/v1/device-logins/session", tag = "sign-in", request_body = BeginDeviceSession, responses(
    (status = 201, description = "The session has begun.", body = SignedIn),
    (status = 401, description = "The device code is unknown, or was used before."),
    (status = 403, description = "An administrator denied the code, or their organization does not allow signing in from this address."),
    (status = 409, description = "Nobody has decided yet.", headers(("Retry-After" = u32, description = "How many seconds to wait."))),
    (status = 410, description = "The code has expired."),
    (status = 429, description = "The program asks too often; `Retry-After` says when to ask again.")))]
pub async fn begin_device_session(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    body: JsonBody<BeginDeviceSession>,
) -> Result<Response, Problem> {
    let (journal, now) = (&services.journal, caller.now);
    let (user_code, login) = waiting(&services, &body.value.device_code, now).await?;
    let approval = login.approval(now).map_err(NotYet)?;
    let administrator = approver(&services, approval).await?;
    let organization = organization(journal, &administrator.organization_id).await?.value;
    let policy = login_policy(journal, &organization).await?;
    require_allowed_address(&policy, &caller)?;
    let proof = Proof::DeviceCode { second_factor: approval.second_factor };
    // Used up before the session begins: of two attempts at the same moment, one begins it. If this process dies in between, none does.
    journal.update(&user_code, |old: &DeviceLogin| old.used(now).map_err(NotYet)).await?;
    let program = Program::called(login.description);
    let begun = Begun::new(journal, &administrator, &caller, program, policy, &proof);
    begun.save(journal, &caller, &administrator, &proof).await?;
    Ok(begun.answer(&administrator, &organization))
}

/// The login of a device code, within the pace that it is told.
async fn waiting(
    services: &Services,
    device_code: &str,
    now: Timestamp,
) -> Result<(UserCode, DeviceLogin), Problem> {
    let token =
        tokens::parse(device_code).filter(|token| token.kind == Kind::DeviceCode).ok_or_else(not_valid)?;
    let user_code = UserCode::from_ulid(token.owner).ok_or_else(not_valid)?;
    let login = services.journal.load::<DeviceLogin>(&user_code).await?.map(|stored| stored.value);
    let login = login.filter(|login| tokens::matches(&login.digest, &token.digest)).ok_or_else(not_valid)?;
    // Not while its time is over, so that its counter goes with it.
    if !login.has_expired(now) {
        require_pace(services, &token, now).await?;
    }
    Ok((user_code, login))
}

async fn require_pace(services: &Services, token: &Token, now: Timestamp) -> Result<(), Problem> {
    let detail = "this program asks too often; wait as long as it was told between two attempts";
    let refused = |until| Problem::over_limit(Code::TooManyRequests, detail, until, now);
    services.journal.count_all(&[(PACE, &[&token.digest])], 1).await?.map(drop).map_err(refused)
}

/// Who approved a login, unless their sessions have ended since or they may no longer sign in.
async fn approver(services: &Services, approval: &DeviceApproval) -> Result<Administrator, Problem> {
    let found = services.journal.load::<Administrator>(&approval.administrator_id).await?;
    let found =
        found.map(|stored| stored.value).filter(|one| one.is_active() && one.session_epoch == approval.epoch);
    found.ok_or_else(not_valid)
}

/// Why a program gets no session.
struct NotYet(DeviceLoginError);

impl From<NotYet> for Problem {
    fn from(NotYet(error): NotYet) -> Self {
        let code = match error {
            DeviceLoginError::Pending => Code::DeviceLoginPending,
            DeviceLoginError::Denied => Code::DeviceLoginDenied,
            DeviceLoginError::Expired => Code::DeviceLoginExpired,
            DeviceLoginError::Approved | DeviceLoginError::Used => return not_valid(),
        };
        let problem = Self::new(code, error.to_string());
        if error == DeviceLoginError::Pending { problem.with_retry_after(INTERVAL) } else { problem }
    }
}

fn not_valid() -> Problem {
    Problem::new(Code::DeviceCodeNotValid, "this device code is unknown or was used before; start again")
}
