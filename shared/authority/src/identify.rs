//! From a token to the administrator who holds it.

use countersign_model::Administrator;
use countersign_model::ids::AdministratorId;
use countersign_store::tokens::Token;
use countersign_store::{Store, StoreError, Stored};
use futures::future::try_join;
use jiff::Timestamp;

use crate::login::{is_in_time, with_present_policy};
use crate::session::Session;

/// The administrator behind a session or API token, and the token's session; `None` if it has ended. The token contains
/// the administrator's id, so both records are read concurrently.
///
/// # Errors
/// If the store fails.
pub async fn identify(
    store: &Store,
    token: &Token,
    now: Timestamp,
) -> Result<Option<(Stored<Administrator>, Session)>, StoreError> {
    let id = AdministratorId::from_ulid(token.owner);
    let read = try_join(Session::load(store, &token.digest), store.load::<Administrator>(&id)).await?;
    let (Some(session), Some(administrator)) = read else { return Ok(None) };
    let is_good = session.administrator_id == id
        && session.stands(&administrator.value)
        && is_in_time(&session, now)
        && administrator.value.is_active();
    if !is_good {
        return Ok(None);
    }
    let home = &administrator.value.organization_id;
    let session = with_present_policy(store, home, &token.digest, session, now).await?;
    Ok(is_in_time(&session, now).then_some((administrator, session)))
}
