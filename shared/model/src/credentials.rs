//! An administrator's credentials beyond the password: one-time codes, sessions, API tokens.

pub mod push;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use self::push::PushSubscription;
use crate::administrator::Administrator;
use crate::ids::{AdministratorId, ApiTokenId, SessionId};
use crate::permission::Permission;

/// How long a begun set-up of one-time codes can be confirmed.
pub const TOTP_SET_UP_LASTS: SignedDuration = SignedDuration::from_mins(30);

/// The credentials of one administrator, except the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// One-time codes, once they are set up.
    pub totp: Option<Totp>,
    /// One-time codes that are being set up.
    pub new_totp: Option<NewTotp>,
    /// Open sessions, oldest first; ended ones may still be listed.
    // INVARIANT: at most SESSIONS_MAX.
    pub sessions: Vec<OpenSession>,
    /// When they signed in last; see [`Credentials::last_sign_in`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_at: Option<Timestamp>,
    /// API tokens, oldest first; expired ones may still be listed.
    // INVARIANT: at most API_TOKENS_MAX.
    pub api_tokens: Vec<ApiToken>,
    /// Digests of the addresses from which they recently signed in, oldest first.
    // INVARIANT: at most PLACES_MAX, each once.
    pub places: Vec<String>,
    /// Browsers in which they want push messages, oldest first.
    // INVARIANT: at most PushSubscription::MAX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub push: Vec<PushSubscription>,
}

/// One-time codes (RFC 6238: SHA-1, six digits, 30 seconds).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totp {
    /// The seed, encrypted under `secret_key` for its administrator.
    pub sealed_seed: String,
    /// The step of the last code accepted. A code works once.
    pub last_step: u64,
    /// The digests of the unused recovery codes.
    pub recovery: Vec<String>,
    /// Since when they are set up.
    pub since: Timestamp,
}

/// One-time codes that are not confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTotp {
    /// The seed, encrypted under `secret_key` for its administrator.
    pub sealed_seed: String,
    /// Until when it can be confirmed.
    pub expires_at: Timestamp,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Its id.
    pub id: SessionId,
    /// The digest under which its token is stored.
    pub digest: String,
    /// The administrator's `session_epoch` when it began; see [`Administrator::has_session`].
    pub epoch: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The client's address when it began.
    pub address: Option<String>,
    /// The program in which it began, as it calls itself.
    pub user_agent: Option<String>,
}

/// A token with which a program acts for an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// The digest under which it is stored.
    pub digest: String,
    /// The administrator's `session_epoch` when it was created; see [`Administrator::has_api_token`].
    pub epoch: u64,
    /// The permissions that it may use, of those its maker holds, each once.
    pub permissions: Vec<Permission>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Why credentials cannot be changed in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// One-time codes are already set up.
    #[error("one-time codes are already set up; remove them first")]
    TotpExists,
    /// No set-up was begun, or it was begun too long ago.
    #[error("no set-up of one-time codes has been started, or it has expired; start again")]
    NothingToConfirm,
    /// There are no one-time codes.
    #[error("no one-time codes are set up")]
    NoTotp,
    /// The code was used before.
    #[error("this code was used before; wait for the next one")]
    UsedCode,
    /// There is no such session.
    #[error("there is no such session")]
    NoSession,
    /// There is no such token.
    #[error("there is no such API token")]
    NoApiToken,
    /// There are too many tokens.
    #[error("an administrator can have at most {} API tokens", Credentials::API_TOKENS_MAX)]
    TooManyApiTokens,
}

impl Credentials {
    /// The most open sessions; another one ends the oldest.
    pub const SESSIONS_MAX: usize = 20;
    /// The most API tokens.
    pub const API_TOKENS_MAX: usize = 20;
    /// How many addresses are remembered.
    pub const PLACES_MAX: usize = 20;

    /// The credentials of a new administrator: none.
    #[must_use]
    pub fn none(administrator_id: AdministratorId) -> Self {
        Self {
            administrator_id,
            totp: None,
            new_totp: None,
            sessions: Vec::new(),
            signed_in_at: None,
            api_tokens: Vec::new(),
            places: Vec::new(),
            push: Vec::new(),
        }
    }

    /// With a session of their owner that begins, and the address it begins at. Ended sessions are dropped. The second value is the
    /// session that has to end because there would be too many.
    #[must_use]
    pub fn with_session(
        &self,
        owner: &Administrator,
        session: OpenSession,
        place: Option<&str>,
        now: Timestamp,
    ) -> (Self, Option<OpenSession>) {
        let mut next = self.clone();
        next.sessions.retain(|each| each.is_open(owner, now));
        next.api_tokens.retain(|each| each.is_open(owner, now));
        let surplus = next.sessions.len() >= Self::SESSIONS_MAX;
        let ended = surplus.then(|| next.sessions.remove(0));
        next.signed_in_at = Some(session.created_at);
        next.sessions.push(session);
        if let Some(place) = place {
            next.places.retain(|each| each != place);
            next.places.push(place.to_owned());
            let surplus = next.places.len().saturating_sub(Self::PLACES_MAX);
            next.places.drain(..surplus);
        }
        (next, ended)
    }

    /// When they signed in last, as far as it is known: before this was kept, from the sessions that are open.
    #[must_use]
    pub fn last_sign_in(&self) -> Option<Timestamp> {
        self.signed_in_at.or_else(|| self.sessions.last().map(|session| session.created_at))
    }

    /// Whether they have signed in before, but not recently from this address.
    #[must_use]
    pub fn is_new_place(&self, place: &str) -> bool {
        !self.places.is_empty() && self.places.iter().all(|known| known != place)
    }

    /// Without this session.
    ///
    /// # Errors
    /// There is no session with this id.
    pub fn without_session(&self, id: &SessionId) -> Result<(Self, OpenSession), CredentialsError> {
        let mut next = self.clone();
        let place =
            next.sessions.iter().position(|each| each.id == *id).ok_or(CredentialsError::NoSession)?;
        let ended = next.sessions.remove(place);
        Ok((next, ended))
    }

    /// With a set-up of one-time codes begun; an earlier unconfirmed one is dropped.
    ///
    /// # Errors
    /// They are already set up.
    pub fn begin_totp(&self, sealed_seed: String, now: Timestamp) -> Result<Self, CredentialsError> {
        if self.totp.is_some() {
            return Err(CredentialsError::TotpExists);
        }
        let expires_at = now.saturating_add(TOTP_SET_UP_LASTS).unwrap_or(now);
        Ok(Self { new_totp: Some(NewTotp { sealed_seed, expires_at }), ..self.clone() })
    }

    /// The set-up that is in progress and can still be confirmed.
    ///
    /// # Errors
    /// There is none, or it was begun too long ago.
    pub fn unconfirmed(&self, now: Timestamp) -> Result<&NewTotp, CredentialsError> {
        let new = self.new_totp.as_ref().filter(|new| now < new.expires_at);
        new.ok_or(CredentialsError::NothingToConfirm)
    }

    /// With the set-up confirmed by a code of this step.
    ///
    /// # Errors
    /// No set-up is in progress.
    pub fn confirm_totp(
        &self,
        step: u64,
        recovery: Vec<String>,
        now: Timestamp,
    ) -> Result<Self, CredentialsError> {
        let sealed_seed = self.unconfirmed(now)?.sealed_seed.clone();
        let totp = Totp { sealed_seed, last_step: step, recovery, since: now };
        Ok(Self { totp: Some(totp), new_totp: None, ..self.clone() })
    }

    /// With a code of this step used up.
    ///
    /// # Errors
    /// There are no one-time codes, or a code of this step or a later one was already used.
    pub fn use_step(&self, step: u64) -> Result<Self, CredentialsError> {
        let totp = self.totp.as_ref().ok_or(CredentialsError::NoTotp)?;
        if step <= totp.last_step {
            return Err(CredentialsError::UsedCode);
        }
        Ok(Self { totp: Some(Totp { last_step: step, ..totp.clone() }), ..self.clone() })
    }

    /// With a recovery code used up.
    ///
    /// # Errors
    /// There is no unused one with this digest.
    pub fn use_recovery(&self, digest: &str) -> Result<Self, CredentialsError> {
        let totp = self.totp.as_ref().ok_or(CredentialsError::NoTotp)?;
        let mut left = totp.recovery.clone();
        let place = left.iter().position(|each| each == digest).ok_or(CredentialsError::UsedCode)?;
        left.remove(place);
        Ok(Self { totp: Some(Totp { recovery: left, ..totp.clone() }), ..self.clone() })
    }

    /// With new recovery codes instead of the previous ones.
    ///
    /// # Errors
    /// There are no one-time codes.
    pub fn with_recovery(&self, recovery: Vec<String>) -> Result<Self, CredentialsError> {
        let totp = self.totp.clone().ok_or(CredentialsError::NoTotp)?;
        Ok(Self { totp: Some(Totp { recovery, ..totp }), ..self.clone() })
    }

    /// Without one-time codes.
    ///
    /// # Errors
    /// There are none.
    pub fn without_totp(&self) -> Result<Self, CredentialsError> {
        if self.totp.is_none() && self.new_totp.is_none() {
            return Err(CredentialsError::NoTotp);
        }
        Ok(Self { totp: None, new_totp: None, ..self.clone() })
    }

    /// With another API token of their owner. Expired ones are dropped.
    ///
    /// # Errors
    /// There are too many.
    pub fn with_api_token(
        &self,
        owner: &Administrator,
        token: ApiToken,
        now: Timestamp,
    ) -> Result<Self, CredentialsError> {
        let mut next = self.clone();
        next.api_tokens.retain(|each| each.is_open(owner, now));
        if next.api_tokens.len() >= Self::API_TOKENS_MAX {
            return Err(CredentialsError::TooManyApiTokens);
        }
        next.api_tokens.push(token);
        Ok(next)
    }

    /// Without this API token.
    ///
    /// # Errors
    /// There is no token with this id.
    pub fn without_api_token(&self, id: &ApiTokenId) -> Result<(Self, ApiToken), CredentialsError> {
        let mut next = self.clone();
        let place = next.api_tokens.iter().position(|each| each.id == *id);
        let revoked = next.api_tokens.remove(place.ok_or(CredentialsError::NoApiToken)?);
        Ok((next, revoked))
    }
}

impl OpenSession {
    /// Whether it has not ended.
    #[must_use]
    pub fn is_open(&self, owner: &Administrator, now: Timestamp) -> bool {
        owner.has_session(&self.id, self.epoch) && now < self.expires_at
    }
}

impl ApiToken {
    /// Whether it still works.
    #[must_use]
    pub fn is_open(&self, owner: &Administrator, now: Timestamp) -> bool {
        owner.has_api_token(self.epoch) && now < self.expires_at
    }
}
