//! Recovering an administrator who cannot sign in any more, such as the last Super Admin: whoever has the machine can do it, and it is
//! on record.

use axum::Json;
use axum::extract::State;
use countersign_http::{Code, JsonBody, Problem, Services};
use countersign_journal::{Change, Journal};
use countersign_model::act::{AdministratorRecovered, TotpRemoved};
use countersign_model::{
    Administrator, AdministratorId, Credentials, EmailAddress, OperatorOnly, Origin, Permit, Who,
};
use countersign_store::tokens::{Kind, mint};
use countersign_store::{Slot, StoreError};

use crate::wire::{Recovered, ToRecover};

/// Removes an administrator's one-time codes, ends their sessions and API tokens, and makes a link for a new password. Nothing is
/// sent to them: whoever runs the deployment hands the link over.
pub async fn recover(
    State(services): State<Services>,
    body: JsonBody<ToRecover>,
) -> Result<Json<Recovered>, Problem> {
    let journal = services.journal.without_waking();
    let known = find(&journal, &body.value.email).await?.ok_or_else(nobody)?;
    let id = known.id.clone();
    let now = journal.clock().now();
    let origin = Origin { who: Who::Operator, address: None, at: now };
    let permit = Permit::operator(&known.organization_id, OperatorOnly);
    let totp_removed = remove_totp(&journal, &id, &permit, &origin).await?;
    let (token, minted) = mint(Kind::PasswordReset, id.ulid(), journal.random());
    let saved = journal
        .save_update(&id, None, |old: &Administrator| {
            let next = old.with_sessions_ended().with_password_reset(minted.digest.clone(), now);
            let next = next.map_err(|_| nobody())?;
            let act = AdministratorRecovered { administrator_id: id.clone(), name: old.name.clone() };
            Ok::<_, Problem>((next, Change::new(&permit, &origin, act)))
        })
        .await?;
    let expires_at = saved.value.password_reset.map(|link| link.expires_at);
    Ok(Json(Recovered { name: saved.value.name, token, expires_at, totp_removed }))
}

fn nobody() -> Problem {
    Problem::new(Code::NotFound, "no active administrator has this email address")
}

/// The active administrator with an email address.
async fn find(journal: &Journal, email: &str) -> Result<Option<Administrator>, Problem> {
    let Ok(email) = email.parse::<EmailAddress>() else { return Ok(None) };
    let Some(claim) = journal.holder(&Slot::email(&email)).await? else { return Ok(None) };
    let found = journal.load_by_record_id::<Administrator>(&claim.holder).await?;
    let its = |person: &Administrator| person.is_active() && person.email.key() == email.key();
    Ok(found.map(|stored| stored.value).filter(its))
}

/// Whether there were one-time codes.
async fn remove_totp(
    journal: &Journal,
    id: &AdministratorId,
    permit: &Permit,
    origin: &Origin,
) -> Result<bool, Problem> {
    let credentials = journal.load::<Credentials>(id).await?;
    if credentials.is_none_or(|stored| stored.value.without_totp().is_err()) {
        return Ok(false);
    }
    let remove = |old: &Credentials| {
        // Somebody has removed them meanwhile.
        let next = old.without_totp().unwrap_or_else(|_| old.clone());
        Ok::<_, StoreError>((next, Change::new(permit, origin, TotpRemoved::of(id))))
    };
    journal.save_update(id, None, remove).await?;
    Ok(true)
}
