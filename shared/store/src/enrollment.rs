//! Enrollment keys: how often they were used, counted so that racing enrolments cannot exceed a limit, and how many
//! requests their computers made.

use countersign_kv::decode_counter;
use countersign_model::ids::EnrollmentKeyId;
use jiff::{SignedDuration, Timestamp};

use crate::{Expiring, Store, StoreError, keys};

/// The seconds of a week. What was asked in an earlier week does not count any more, even if it still waits.
const WEEK: i64 = SignedDuration::from_hours(7 * 24).as_secs();

/// An enrollment key and a week (UTC, from Thursday to Wednesday).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyWeek {
    key: EnrollmentKeyId,
    week: i64,
}

impl KeyWeek {
    /// The week of a moment.
    pub fn of(key: &EnrollmentKeyId, moment: Timestamp) -> Self {
        Self { key: key.clone(), week: moment.as_second().div_euclid(WEEK) }
    }

    /// When the week ends.
    pub fn until(&self) -> Timestamp {
        self.begin_of(1)
    }

    /// When a week begins that is so many weeks later.
    fn begin_of(&self, later: i64) -> Timestamp {
        Timestamp::from_second((self.week + later).saturating_mul(WEEK)).unwrap_or(Timestamp::MAX)
    }
}

/// The requests that the computers of one enrollment key made in one week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyRequests {
    /// How many were submitted.
    pub submitted: u64,
    /// How many of these no longer wait for a decision.
    pub ended: u64,
}

impl KeyRequests {
    /// One that was submitted.
    pub const SUBMITTED: Self = Self { submitted: 1, ended: 0 };
    /// One that was decided, withdrawn, or has expired.
    pub const ENDED: Self = Self { submitted: 0, ended: 1 };
    /// Both numbers are one counter, the first above the second: neither ever falls, and one read gives both.
    const SHIFT: u32 = 32;

    /// How many wait for a decision.
    pub fn open(self) -> u64 {
        self.submitted.saturating_sub(self.ended)
    }

    /// These and the others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let submitted = self.submitted.saturating_add(other.submitted);
        Self { submitted, ended: self.ended.saturating_add(other.ended) }
    }

    fn of_counter(counter: u64) -> Self {
        Self { submitted: counter >> Self::SHIFT, ended: counter & u64::from(u32::MAX) }
    }

    fn counter(self) -> i64 {
        i64::try_from((self.submitted << Self::SHIFT) + self.ended).unwrap_or(i64::MAX)
    }
}

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

    /// The requests that the computers of a key made in a week, as far as they are processed.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn key_requests(&self, of: &KeyWeek) -> Result<KeyRequests, StoreError> {
        let read = self.kv.get(&keys::key_requests(&of.key, of.week)).await?;
        let counter = read.and_then(|bytes| decode_counter(&bytes)).map_or(0, |(counter, _)| counter);
        Ok(KeyRequests::of_counter(counter))
    }

    /// Counts requests of a week that were submitted or ended: one write, and two more for the first ones, which note
    /// that the counter expires a week after its own.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn count_key_requests(&self, of: &KeyWeek, more: KeyRequests) -> Result<(), StoreError> {
        let key = keys::key_requests(&of.key, of.week);
        let added = more.counter();
        if added != 0 && self.kv.increment(&key, added).await? == added {
            let over = of.begin_of(2).max(self.clock.now());
            self.expire_after(over, &Expiring::Key { key }).await?;
        }
        Ok(())
    }
}
