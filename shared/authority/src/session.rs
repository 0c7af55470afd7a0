//! Sessions and API tokens as they are stored: under the digest of a token that only its bearer has.

use countersign_model::{Administrator, AdministratorId, ApiTokenId, LoginPolicy, Permission, SessionId};
use countersign_store::record::decode;
use countersign_store::{Expiring, Store, StoreError, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How often a session is read, written and read again before the attempt is given up.
const PROOFS: usize = 4;

/// What an administrator's token stands for, stored under the token's digest: a session, or an API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The kind of credential.
    pub credential: Credential,
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Whether a one-time code was used for it, or for the session that created it.
    pub second_factor: bool,
    /// Whether it began with a device code, which was approved in another session: then no device code is approved in it, so that
    /// nobody prolongs a session beyond its end by ever new ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_device_code: bool,
    /// The administrator's `session_epoch` when it began; see [`Session::stands`].
    pub epoch: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The requirements of the login settings when they were last read.
    pub policy: LoginPolicy,
    /// When they were last read.
    pub policy_read_at: Timestamp,
}

/// A kind of credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// A person who signed in.
    Session {
        /// The session's id.
        id: SessionId,
    },
    /// A program.
    ApiToken {
        /// The token's id.
        id: ApiTokenId,
        /// The permissions that it may use, of those its maker holds.
        permissions: Vec<Permission>,
    },
}

impl Session {
    /// The session or API token of a token's digest. The caller compares epoch and expiry.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn load(store: &Store, digest: &str) -> Result<Option<Self>, StoreError> {
        let key = keys::token(digest);
        store.kv().get(&key).await?.map(|bytes| decode(&key, &bytes)).transpose()
    }

    /// Whether nothing that its administrator did since has ended it.
    #[must_use]
    pub fn stands(&self, administrator: &Administrator) -> bool {
        match &self.credential {
            Credential::Session { id } => administrator.has_session(id, self.epoch),
            Credential::ApiToken { .. } => administrator.has_api_token(self.epoch),
        }
    }

    /// When it was used last, within a minute; `None` if it never was. Using it renews what it knows of the login settings.
    #[must_use]
    pub fn used_at(&self) -> Option<Timestamp> {
        Some(self.policy_read_at).filter(|at| *at > self.created_at)
    }

    /// The entry to write when a session begins: add it to a change with `Change::raw`.
    #[must_use]
    pub fn entry(&self, digest: &str) -> (String, Vec<u8>) {
        (keys::token(digest), serde_json::to_vec(self).unwrap_or_default())
    }

    /// Notes that the stored session expires when it has ended. Call this before it is written.
    ///
    /// # Errors
    /// If the store fails; then the session must not be written either.
    pub async fn goes_when_it_ends(&self, store: &Store, digest: &str) -> Result<(), StoreError> {
        store.expire_after(self.expires_at, &Expiring::Key { key: keys::token(digest) }).await
    }

    /// Replaces this with `new`, unless the session was changed or ended meanwhile.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn renew(&self, store: &Store, digest: &str, new: &Self) -> Result<(), StoreError> {
        let (key, expected) = self.entry(digest);
        let (_, value) = new.entry(digest);
        store.kv().swap(&key, &expected, value).await?;
        Ok(())
    }

    /// Records in a session that a one-time code was used in it. False if it has ended, or if others kept changing it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn prove(store: &Store, digest: &str) -> Result<bool, StoreError> {
        for _ in 0..PROOFS {
            let Some(session) = Self::load(store, digest).await? else { return Ok(false) };
            if session.second_factor || session.expires_at <= store.clock().now() {
                return Ok(session.second_factor);
            }
            let proved = Self { second_factor: true, ..session.clone() };
            session.renew(store, digest, &proved).await?;
        }
        Ok(false)
    }

    /// Deletes a session that has ended.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end(store: &Store, digest: &str) -> Result<(), StoreError> {
        Ok(store.kv().delete(&keys::token(digest)).await?)
    }
}
