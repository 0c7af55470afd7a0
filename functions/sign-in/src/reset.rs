//! Completing a password reset: the one-time token from the message sets a new password and ends every session.
use axum::extract::State;
use countersign_authority::login_policy;
use countersign_authority::rights::organization;
use countersign_http::{Anonymous, Code, JsonBody, Problem, Services, require_allowed_address};
use countersign_journal::Change;
use countersign_model::act::PasswordResetCompleted;
use countersign_model::{Administrator, AdministratorId, Permit, Who};
use countersign_store::tokens::{self, Kind, Token};
use http::StatusCode;
use jiff::Timestamp;

use crate::capacity::Pools;
use crate::wire::NewPassword;

/// Sets a new password.
///
/// All sessions and API tokens of the administrator end.
#[utoipa::path(post, path = "/v1/password-resets/complete", tag = "sign-in", request_body = NewPassword, responses(
    (status = 204, description = "The new password counts, and every session has ended."),
    (status = 401, description = "The link is used up, expired or unknown."),
    (status = 403, description = "The organization does not allow signing in from this address.")))]
pub async fn complete_password_reset(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    body: JsonBody<NewPassword>,
) -> Result<StatusCode, Problem> {
    let NewPassword { token, password } = body.value;
    let token = tokens::parse(&token).filter(|token| token.kind == Kind::PasswordReset).ok_or(NotValid)?;
    let journal = &services.journal;
    let id = AdministratorId::from_ulid(token.owner);
    let known = journal.load::<Administrator>(&id).await?.ok_or(NotValid)?.value;
    require_asked(&known, &token, caller.now)?;
    let home = organization(journal, &known.organization_id).await?.value;
    require_allowed_address(&login_policy(journal, &home).await?, &caller)?;
    password.accept(&known.email).map_err(|weak| Problem::invalid_field("/password", weak))?;
    Pools::HELD.take(&services, 1).await?;
    let hash = password.hash(journal.random()).ok_or_else(Problem::internal)?;
    let who = Who::Administrator { id: id.clone(), name: known.name.clone(), via: None };
    let (origin, permit) = (caller.known_as(who).origin(), Permit::oneself(&known));
    journal
        .save_update(&id, None, |old: &Administrator| {
            require_asked(old, &token, caller.now)?;
            let reset = old.complete_password_reset(hash.clone(), caller.now).map_err(|_| NotValid)?;
            let change = Change::new(&permit, &origin, PasswordResetCompleted::of(&old.id));
            Ok::<_, NotValid>((reset, change))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The link cannot be used, for whatever reason.
struct NotValid;

impl From<NotValid> for Problem {
    fn from(NotValid: NotValid) -> Self {
        Self::new(Code::PasswordResetNotValid, "this link has been used, or has expired; ask for a new one")
    }
}

fn require_asked(administrator: &Administrator, token: &Token, now: Timestamp) -> Result<(), NotValid> {
    let is_its = |hash: &str| tokens::matches(hash, &token.digest);
    if administrator.is_reset_by(is_its, now) { Ok(()) } else { Err(NotValid) }
}
