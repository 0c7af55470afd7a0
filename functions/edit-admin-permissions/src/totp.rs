//! Removing the one-time codes of an administrator who lost their authenticator and their recovery codes.
use countersign_http::{Code, Problem};
use countersign_journal::Change;
use countersign_model::act::TotpRemoved;
use countersign_model::{Action, Credentials, CredentialsError};
use http::StatusCode;

use crate::target::{About, Target};

/// Removes another administrator's one-time codes.
///
/// A password reset never does this. Until the administrator sets up new ones, they sign in with their password alone.
/// You must have the right to reset passwords at every organization where the administrator has rights. To remove your
/// own codes, use `POST /v1/totp/removal`.
#[utoipa::path(delete, path = "/v1/administrators/{administrator_id}/totp", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(countersign_model::AdministratorId), Path)),
    responses((status = 204, description = "The one-time codes are removed."), (status = 409, description = "No one-time codes are set up for the administrator.")))]
pub async fn remove_administrator_totp(about: About) -> Result<StatusCode, Problem> {
    let target = Target::load_at(&about, Action::AdministratorsResetPassword).await?;
    let permit = target.manage(Action::AdministratorsResetPassword)?;
    if about.administrator.value.id == about.id {
        return Err(RemovalError::ForOneself.into());
    }
    let origin = about.caller.origin();
    let remove = |old: &Credentials| {
        let next = old.without_totp().map_err(RemovalError::NotSetUp)?;
        Ok::<_, RemovalError>((next, Change::new(&permit, &origin, TotpRemoved::of(&about.id))))
    };
    about.services.journal.save_update(&about.id, None, remove).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why one-time codes are not removed.
enum RemovalError {
    /// They are the caller's own.
    ForOneself,
    /// There are none.
    NotSetUp(CredentialsError),
}

impl From<RemovalError> for Problem {
    fn from(error: RemovalError) -> Self {
        match error {
            RemovalError::ForOneself => Self::new(
                Code::NotForOneself,
                "these are your own one-time codes; remove them with `POST /v1/totp/removal`",
            ),
            RemovalError::NotSetUp(none) => Self::new(Code::TotpNotSetUp, none.to_string()),
        }
    }
}
