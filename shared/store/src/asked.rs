//! The newest requests of a computer: what its limits are judged by. The value is written in the batch that creates a
//! request, so noting it costs no write of its own. Of racing submissions one may overwrite the note of another, so
//! a limit that must hold under a race needs a [`Throttle`](crate::throttle::Throttle) as well.

use countersign_model::ids::{ComputerId, RequestId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::record::{decode, encode};
use crate::{Store, StoreError, keys};

/// The ids of a computer's newest requests, oldest first. An id carries the time of its request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedRequests {
    requests: Vec<RequestId>,
}

impl AskedRequests {
    /// How many of these requests were made within a time before `now`.
    pub fn within(&self, time: SignedDuration, now: Timestamp) -> usize {
        let after = now.saturating_sub(time).unwrap_or(Timestamp::MIN).as_millisecond();
        let is_new = |id: &&RequestId| i64::try_from(id.ulid().timestamp_ms()).is_ok_and(|at| at > after);
        self.requests.iter().filter(is_new).count()
    }

    /// The ids, oldest first.
    pub fn ids(&self) -> &[RequestId] {
        &self.requests
    }

    /// The newest of these requests, and those among the others that are kept for another reason.
    #[must_use]
    pub fn trimmed(&self, newest: usize, keeps: impl Fn(&RequestId) -> bool) -> Self {
        let older = self.requests.len().saturating_sub(newest);
        let kept = self.requests.iter().enumerate().filter(|(place, id)| *place >= older || keeps(id));
        Self { requests: kept.map(|(_, id)| id.clone()).collect() }
    }

    /// The entry that notes one more request: add it to the change that creates the request, with `Change::raw`.
    ///
    /// # Errors
    /// There are more requests than a value can hold.
    pub fn entry_with(
        &self,
        computer: &ComputerId,
        request: &RequestId,
    ) -> Result<(String, Vec<u8>), StoreError> {
        let mut with = self.clone();
        with.requests.push(request.clone());
        let key = keys::asked(computer);
        let value = encode(&key, &with)?;
        Ok((key, value))
    }
}

impl Store {
    /// The newest requests of a computer. An unreadable note counts as empty: it only bounds the computer.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn asked_requests(&self, computer: &ComputerId) -> Result<AskedRequests, StoreError> {
        let key = keys::asked(computer);
        Ok(self.kv.get(&key).await?.and_then(|bytes| decode(&key, &bytes).ok()).unwrap_or_default())
    }
}
