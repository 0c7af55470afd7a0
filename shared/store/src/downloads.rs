//! Which downloads were recorded lately: one that comes in several ranges is recorded once.

use countersign_model::ids::{AdministratorId, RequestId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::record::{decode, encode};
use crate::{Expiring, Idempotency, Store, StoreError, keys};

/// How long the ranges that one administrator downloads of one file from one address count as one download.
pub const ONE_DOWNLOAD: SignedDuration = SignedDuration::from_hours(1);

/// Who downloads what, and from where.
#[derive(Debug, Clone)]
pub struct Download<'a> {
    /// The administrator; an API token acts for its maker.
    pub administrator: &'a AdministratorId,
    /// The client's address; a download from another one is another download.
    pub address: Option<String>,
    /// The request whose file it is.
    pub request: &'a RequestId,
}

#[derive(Serialize, Deserialize)]
struct Recorded {
    at: Timestamp,
}

impl Download<'_> {
    fn key(&self) -> String {
        let address = self.address.as_deref().unwrap_or_default();
        keys::download(&keys::digest(&[self.administrator.as_str(), address, self.request.as_str()]))
    }

    /// Makes the ranges that are asked for at the same time one attempt: whichever is recorded first stands for all of them.
    #[must_use]
    pub fn attempt(&self, now: Timestamp) -> Idempotency {
        let hour = now.as_second().div_euclid(ONE_DOWNLOAD.as_secs());
        Idempotency::new("download", &format!("{} {hour}", self.key()), b"")
    }
}

impl Store {
    /// Whether this download was recorded within [`ONE_DOWNLOAD`].
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn was_recorded(&self, download: &Download<'_>) -> Result<bool, StoreError> {
        let key = download.key();
        let Some(bytes) = self.kv.get(&key).await? else { return Ok(false) };
        // What cannot be read is recorded once more.
        let recorded = decode::<Recorded>(&key, &bytes).ok();
        let age = recorded.map(|recorded| self.clock.now().duration_since(recorded.at).abs());
        Ok(age.is_some_and(|age| age < ONE_DOWNLOAD))
    }

    /// Notes that a download has just been recorded. If its caller dies before, it is recorded again.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn note_recorded(&self, download: &Download<'_>) -> Result<(), StoreError> {
        let (key, now) = (download.key(), self.clock.now());
        let at = now.saturating_add(ONE_DOWNLOAD).unwrap_or(now);
        self.expire_after(at, &Expiring::Key { key: key.clone() }).await?;
        let value = encode(&key, &Recorded { at: now })?;
        self.write(vec![(key, value)]).await
    }
}
