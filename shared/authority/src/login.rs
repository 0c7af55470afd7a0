//! What the login settings ask of an administrator: read at sign-in, kept in the session, looked at again every minute.
use countersign_model::ids::OrganizationId;
use countersign_model::{LoginPolicy, LoginSettings, Organization};
use countersign_store::record::key_of;
use countersign_store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};

use crate::session::{Credential, Session};

/// For how long a session goes by what it has read of the login settings: a change of them is in force after this.
pub const POLICY_HOLDS: SignedDuration = SignedDuration::from_mins(1);

/// What is asked of the administrators of an organization, by itself and by those above it. One round.
///
/// # Errors
/// When the store fails.
pub async fn login_policy(store: &Store, organization: &Organization) -> Result<LoginPolicy, StoreError> {
    let all = organization.ancestors.iter().chain([&organization.id]);
    let ids: Vec<&OrganizationId> = all.collect();
    let mut settings = Vec::with_capacity(ids.len());
    for (id, stored) in ids.iter().zip(store.load_many::<LoginSettings>(ids.iter().copied()).await?) {
        // Every organization begins with settings: a lost record must not ask for less than it did.
        settings.push(stored.ok_or_else(|| StoreError::corrupt(&key_of::<LoginSettings>(id)))?.value);
    }
    Ok(LoginPolicy::of(&settings))
}

/// The session with a policy that is present enough; written back, so that this is rarely work.
pub async fn with_present_policy(
    store: &Store,
    organization: &OrganizationId,
    digest: &str,
    session: Session,
    now: Timestamp,
) -> Result<Session, StoreError> {
    if now.duration_since(session.policy_read_at) < POLICY_HOLDS {
        return Ok(session);
    }
    let home = store.load::<Organization>(organization).await?.ok_or(StoreError::NotFound)?;
    let policy = login_policy(store, &home.value).await?;
    let renewed = Session { policy, policy_read_at: now, ..session.clone() };
    session.renew(store, digest, &renewed).await?;
    Ok(renewed)
}

/// Whether a session or API token is within its time.
pub fn is_in_time(session: &Session, now: Timestamp) -> bool {
    let limit = match session.credential {
        Credential::Session { .. } => session.policy.session_ends(session.created_at),
        Credential::ApiToken { .. } => Timestamp::MAX,
    };
    now < session.expires_at.min(limit)
}
