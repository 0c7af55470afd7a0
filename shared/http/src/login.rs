//! What the login settings ask of an administrator: read at sign-in, kept in the session, looked at again every minute.
use countersign_model::ids::OrganizationId;
use countersign_model::{LoginPolicy, LoginSettings, Organization};
use countersign_store::{Credential, Session, Store, StoreError, login_settings_id};
use jiff::{SignedDuration, Timestamp};

use crate::caller::Caller;
use crate::problem::Problem;

/// For how long a session goes by what it has read of the login settings: a change of them is in force after this.
pub const POLICY_HOLDS: SignedDuration = SignedDuration::from_mins(1);

/// What is asked of the administrators of an organization, by itself and by those above it. One round.
///
/// # Errors
/// When the store fails.
pub async fn login_policy(store: &Store, organization: &Organization) -> Result<LoginPolicy, StoreError> {
    let all = organization.ancestors.iter().chain([&organization.id]);
    let ids: Vec<String> = all.map(login_settings_id).collect();
    let keys: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut settings = Vec::with_capacity(ids.len());
    for (id, stored) in ids.iter().zip(store.load_many::<LoginSettings>(&keys).await?) {
        // Every organization begins with settings: a lost record must not ask for less than it did.
        settings.push(stored.ok_or_else(|| StoreError::Corrupt { key: id.clone() })?.value);
    }
    Ok(LoginPolicy::of(&settings))
}

/// The session with a policy that is present enough; written back, so that this is rarely work.
pub(crate) async fn with_present_policy(
    store: &Store,
    organization: &OrganizationId,
    digest: &str,
    session: Session,
    now: Timestamp,
) -> Result<Session, StoreError> {
    if now.duration_since(session.policy_read_at) < POLICY_HOLDS {
        return Ok(session);
    }
    let home = store.load::<Organization>(organization.as_str()).await?.ok_or(StoreError::NotFound)?;
    let policy = login_policy(store, &home.value).await?;
    let renewed = Session { policy, policy_read_at: now, ..session.clone() };
    store.renew_session(digest, &session, &renewed).await?;
    Ok(renewed)
}

/// Refuses whoever calls from where the login settings do not allow it.
///
/// # Errors
/// 403 `address-not-allowed`.
pub fn require_allowed_address(policy: &LoginPolicy, caller: &Caller) -> Result<(), Problem> {
    if policy.allows(caller.address) {
        return Ok(());
    }
    Err(Problem::forbidden(
        "address-not-allowed",
        "the login settings of your organization do not allow this address; use a network that they name",
    ))
}

/// Refuses whoever must use one-time codes and has not.
///
/// # Errors
/// 403 `totp-required`.
pub fn require_second_factor(session: &Session) -> Result<(), Problem> {
    if session.second_factor || !session.policy.require_totp {
        return Ok(());
    }
    Err(Problem::forbidden(
        "totp-required",
        "the login settings of your organization ask for one-time codes; set them up (`POST /v1/totp`), or sign in again with one",
    ))
}

/// Whether a session or API token is within its time.
pub(crate) fn is_in_time(session: &Session, now: Timestamp) -> bool {
    let limit = match session.credential {
        Credential::Session { .. } => session.policy.session_ends(session.created_at),
        Credential::ApiToken { .. } => Timestamp::MAX,
    };
    now < session.expires_at.min(limit)
}
