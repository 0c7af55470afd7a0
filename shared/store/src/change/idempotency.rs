//! What a retry under the same `Idempotency-Key` finds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::change::{Change, Draft};
use crate::event::EventPlace;
use crate::keys;
use crate::record::{decode, encode};
use crate::{Store, StoreError};

/// How many attempts under one key are remembered.
const ATTEMPTS_REMEMBERED: usize = 16;

/// A caller's idempotency key and the body it came with, as digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    pub(crate) key: String,
    pub(crate) body: String,
}

impl Idempotency {
    /// The key is the caller's own: the same text from another caller is another key.
    pub fn new(caller: &str, key: &str, body: &[u8]) -> Self {
        Self { key: keys::digest(&[caller, key]), body: keys::sha256(body) }
    }

    /// The digest of caller and key: what a record keeps to tell which attempt made it.
    pub fn digest(&self) -> &str {
        &self.key
    }
}

/// What is kept under a key: the attempts made, of which at most one came to count.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Attempts {
    body: String,
    attempts: Vec<Attempt>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Attempt {
    event: EventPlace,
    id: String,
    at: Timestamp,
}

impl Store {
    /// The attempts made under a key, refused when they came with another body.
    pub(crate) async fn attempts(&self, idempotency: Option<&Idempotency>) -> Result<Attempts, StoreError> {
        let Some(idempotency) = idempotency else { return Ok(Attempts::default()) };
        let key = keys::idempotency(&idempotency.key);
        let Some(bytes) = self.kv.get(&key).await? else { return Ok(Attempts::default()) };
        let attempts: Attempts = decode(&key, &bytes)?;
        if attempts.body != idempotency.body {
            return Err(StoreError::KeyReused);
        }
        Ok(attempts)
    }

    /// The id of the record that an earlier attempt wrote, when that attempt counts.
    pub(crate) async fn answered(&self, attempts: &Attempts) -> Result<Option<String>, StoreError> {
        for attempt in attempts.attempts.iter().rev() {
            let place = &attempt.event;
            let Some(event) = self.event(&place.organization_id, place.number).await? else { continue };
            if self.committed(place, &event.commit).await? {
                return Ok(Some(attempt.id.clone()));
            }
        }
        Ok(None)
    }

    /// The entry that lets a retry find this attempt, beside the earlier ones.
    pub(crate) fn remember(
        &self,
        attempts: &Attempts,
        idempotency: Option<&Idempotency>,
        draft: &Draft,
        id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        let now = Attempt { event: draft.place.clone(), id: id.to_owned(), at: self.clock.now() };
        let surplus = (attempts.attempts.len() + 1).saturating_sub(ATTEMPTS_REMEMBERED);
        let all = attempts.attempts.iter().skip(surplus).cloned().chain([now]).collect();
        let key = keys::idempotency(&idempotency.key);
        let value = encode(&key, &Attempts { body: idempotency.body.clone(), attempts: all })?;
        Ok(Some((key, value)))
    }
}

impl Change {
    /// What the change is idempotent under.
    pub(crate) fn idempotency(&self) -> Option<&Idempotency> {
        self.idempotency.as_ref()
    }
}
