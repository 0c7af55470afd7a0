//! A forgotten password: whoever gives an email address has a link sent to it, if it is that of an administrator. The answer and the
//! time it takes show nothing of that: everything that depends on it comes after the answer.
use axum::extract::State;
use countersign_http::{Anonymous, Caller, JsonBody, Problem, Services};
use countersign_journal::Change;
use countersign_kv::log;
use countersign_model::act::PasswordResetRequested;
use countersign_model::{Administrator, Permit};
use countersign_store::UpdateError;
use countersign_store::throttle::Throttle;
use http::StatusCode;
use jiff::SignedDuration;

use crate::account::Account;
use crate::attempts::Strangers;
use crate::wire::ForgottenPassword;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Links that are asked for. Each costs six writes.
pub const STRANGERS: Strangers = Strangers {
    client: Throttle { name: "password-reset/client", most: 20, period: HOUR },
    block: Throttle { name: "password-reset/block", most: 20, period: HOUR },
    all: Throttle { name: "password-reset/all", most: 3000, period: HOUR },
};
/// Links asked for one email address, from anywhere: each is a message to somebody who may not have asked. Those beyond are not sent.
pub const ADDRESS: Throttle = Throttle { name: "password-reset/address", most: 3, period: HOUR };

/// Asks for a link for choosing a new password.
///
/// The answer is the same for every address. If it is that of an active administrator, they get a link that works once, for an hour;
/// three links an hour are sent to one address. One-time codes are not removed by it.
#[utoipa::path(post, path = "/v1/password-resets", tag = "sign-in", request_body = ForgottenPassword, responses(
    (status = 202, description = "If the address is that of an active administrator, a link will be sent to it."),
    (status = 429, description = "Too many links were asked for from this client address, or from all; `Retry-After` says when to try again.")))]
pub async fn ask_password_reset(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    body: JsonBody<ForgottenPassword>,
) -> Result<StatusCode, Problem> {
    STRANGERS.count(&services, &caller, "too many links were asked for; try again later").await?;
    let background = services.background.clone();
    background.spawn(Box::pin(async move {
        if let Err(problem) = send(&services, &caller, body.value.email.as_str()).await {
            log::line("a link for a new password was not sent", &[("error", &problem.code().as_str())]);
        }
    }));
    Ok(StatusCode::ACCEPTED)
}

/// Has the link sent, within the limit for the address.
async fn send(services: &Services, caller: &Caller, typed: &str) -> Result<(), Problem> {
    let account = Account::load(&services.journal, typed).await?;
    let counted = services.journal.count_all(&[(ADDRESS, &[&account.name])], 1).await?;
    let Some(known) = account.administrator().filter(|known| counted.is_ok() && known.is_active()) else {
        return Ok(());
    };
    let (permit, origin) = (Permit::oneself(known), caller.origin());
    let ask = |old: &Administrator| {
        let change = Change::new(&permit, &origin, PasswordResetRequested::of(old));
        if old.is_active() { Ok((old.clone(), change)) } else { Err(NotActive) }
    };
    match services.journal.save_update(&known.id, None, ask).await {
        Ok(_) | Err(UpdateError::Refused(NotActive)) => Ok(()),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// The account was disabled or deleted meanwhile.
struct NotActive;
