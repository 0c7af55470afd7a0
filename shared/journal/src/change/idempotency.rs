//! How a retry under the same `Idempotency-Key` is answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::change::{Change, Reservation};
use countersign_store::EventRef;
use countersign_store::StoreError;
use countersign_store::record::{decode, encode};
use countersign_store::{Idempotency, keys};

/// How many attempts under one key are remembered.
const ATTEMPTS_REMEMBERED: usize = 16;

/// What is stored under a key: the attempts made, of which at most one counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Attempts {
    body: String,
    attempts: Vec<KeyedAttempt>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeyedAttempt {
    event: EventRef,
    id: String,
    at: Timestamp,
}

impl Journal {
    /// The attempts made under a key. Refused if they came with another body.
    pub(crate) async fn attempts(&self, idempotency: Option<&Idempotency>) -> Result<Attempts, StoreError> {
        let Some(idempotency) = idempotency else { return Ok(Attempts::default()) };
        let key = keys::idempotency(&idempotency.key);
        let Some(bytes) = self.kv().get(&key).await? else { return Ok(Attempts::default()) };
        let attempts: Attempts = decode(&key, &bytes)?;
        if attempts.body != idempotency.body {
            return Err(StoreError::KeyReused);
        }
        Ok(attempts)
    }

    /// The id of the record that an earlier attempt wrote, if that attempt counts.
    pub(crate) async fn answered(&self, attempts: &Attempts) -> Result<Option<String>, StoreError> {
        for attempt in attempts.attempts.iter().rev() {
            let place = &attempt.event;
            let Some(event) = self.stored_event(&place.organization_id, place.number).await? else {
                continue;
            };
            if self.committed(place, &event.commit).await? {
                return Ok(Some(attempt.id.clone()));
            }
        }
        Ok(None)
    }

    /// Whether an earlier attempt under the key counts, so that saving under it changes nothing.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] if it came with another body, and when the backend fails.
    pub async fn is_repeated(&self, idempotency: Option<&Idempotency>) -> Result<bool, StoreError> {
        let attempts = self.attempts(idempotency).await?;
        Ok(self.answered(&attempts).await?.is_some())
    }

    /// The entry that lets a retry find this attempt and the earlier ones.
    pub(crate) fn remember(
        &self,
        attempts: &Attempts,
        idempotency: Option<&Idempotency>,
        reservation: &Reservation,
        id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        let now =
            KeyedAttempt { event: reservation.place.clone(), id: id.to_owned(), at: self.clock().now() };
        let surplus = (attempts.attempts.len() + 1).saturating_sub(ATTEMPTS_REMEMBERED);
        let all = attempts.attempts.iter().skip(surplus).cloned().chain([now]).collect();
        let key = keys::idempotency(&idempotency.key);
        let value = encode(&key, &Attempts { body: idempotency.body.clone(), attempts: all })?;
        Ok(Some((key, value)))
    }
}

impl Change {
    /// The change's idempotency key.
    pub(crate) fn idempotency(&self) -> Option<&Idempotency> {
        self.idempotency.as_ref()
    }
}
