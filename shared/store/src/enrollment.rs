//! How often enrollment keys were used, counted so that racing enrolments cannot exceed a limit.

use countersign_kv::decode_counter;
use countersign_model::ids::EnrollmentKeyId;

use crate::{Store, StoreError, keys};

impl Store {
    /// How many computers a key has enrolled.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn enrollment_key_uses(&self, key: &EnrollmentKeyId) -> Result<u64, StoreError> {
        let read = self.kv.get(&keys::enrollment_key_uses(key)).await?;
        Ok(read.and_then(|bytes| decode_counter(&bytes)).map_or(0, |(uses, _)| uses))
    }

    /// Counts one more use of a key; `false`, and nothing is counted, if it has been used `max` times. The use stays
    /// counted if its enrolment fails in a way that may have taken effect all the same.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn use_enrollment_key(
        &self,
        key: &EnrollmentKeyId,
        max: Option<u32>,
    ) -> Result<bool, StoreError> {
        let uses = self.kv.increment(&keys::enrollment_key_uses(key), 1).await?;
        if max.is_some_and(|max| uses > i64::from(max)) {
            self.give_back_enrollment_key(key).await?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Takes back a use that enrolled no computer.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn give_back_enrollment_key(&self, key: &EnrollmentKeyId) -> Result<(), StoreError> {
        self.kv.increment(&keys::enrollment_key_uses(key), -1).await?;
        Ok(())
    }
}
