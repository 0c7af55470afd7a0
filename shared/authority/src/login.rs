//! The requirements that login settings place on an administrator: read at sign-in, kept in the session, refreshed
//! every minute.
use countersign_model::ids::OrganizationId;
use countersign_model::{LoginPolicy, LoginSettings, Organization};
use countersign_store::record::key_of;
use countersign_store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};

use crate::session::{Credential, Session};

/// How long a session uses its copy of the login settings. A change takes effect after this time.
pub const POLICY_HOLDS: SignedDuration = SignedDuration::from_mins(1);

/// The requirements for the administrators of an organization, from its own settings and from those above it. One
/// round.
///
/// # Errors
/// If the store fails.
pub async fn login_policy(store: &Store, organization: &Organization) -> Result<LoginPolicy, StoreError> {
    let all = organization.ancestors.iter().chain([&organization.id]);
    let ids: Vec<&OrganizationId> = all.collect();
    let mut settings = Vec::with_capacity(ids.len());
    for (id, stored) in ids.iter().zip(store.load_many::<LoginSettings>(ids.iter().copied()).await?) {
        // Every organization is created with settings, so a lost record must not weaken the requirements.
        settings.push(stored.ok_or_else(|| StoreError::corrupt(&key_of::<LoginSettings>(id)))?.value);
    }
    Ok(LoginPolicy::of(&settings))
}

/// The session with a sufficiently fresh policy. A refreshed policy is written back, so that this is rarely needed.
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

/// Whether a session or API token has not expired.
pub fn is_in_time(session: &Session, now: Timestamp) -> bool {
    let limit = match session.credential {
        Credential::Session { .. } => session.policy.session_ends(session.created_at),
        Credential::ApiToken { .. } => Timestamp::MAX,
    };
    now < session.expires_at.min(limit)
}
