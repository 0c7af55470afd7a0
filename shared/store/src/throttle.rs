//! Throttles: how often something may be tried in a period, counted so that racing callers cannot exceed the limit.

use jiff::{SignedDuration, Timestamp};

use crate::{Expiring, Store, StoreError, keys};

/// A limit on attempts per period. Periods are fixed, so up to twice as many fit around the end of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// What is limited, such as `sign-in/address`.
    pub name: &'static str,
    /// The most attempts of one subject in a period.
    pub most: u32,
    /// The length of a period in whole seconds.
    pub period: SignedDuration,
}

/// A counted attempt. Give it back if it should not count.
#[derive(Debug)]
pub struct Try {
    key: String,
    /// How many attempts there were in its period, including this one.
    pub count: u64,
    /// Whether it was within the limit.
    pub allowed: bool,
    /// Whether it was the first one over the limit in its period.
    pub first_refused: bool,
    /// When the period ends.
    pub until: Timestamp,
}

impl Store {
    /// Counts an attempt: one write, and two more for the first attempt of a period, which note that the counter
    /// expires after the period.
    pub async fn count_try(&self, throttle: &Throttle, subject: &[&str]) -> Result<Try, StoreError> {
        let seconds = throttle.period.as_secs().max(1);
        let period = self.clock.now().as_second().div_euclid(seconds);
        let parts: Vec<&str> = [throttle.name].into_iter().chain(subject.iter().copied()).collect();
        let key_now = keys::throttle(&keys::digest(&parts), period);
        let count = self.kv.increment(&key_now, 1).await?;
        let most = i64::from(throttle.most);
        let until = Timestamp::from_second((period + 1).saturating_mul(seconds)).unwrap_or(Timestamp::MAX);
        if count == 1 {
            self.expire_after(until, &Expiring::Key { key: key_now.clone() }).await?;
        }
        let (allowed, first_refused) = (count <= most, count == most + 1);
        Ok(Try { key: key_now, count: u64::try_from(count).unwrap_or(0), allowed, first_refused, until })
    }

    /// Takes back a counted attempt, because successful attempts do not count.
    pub async fn give_back(&self, counted: &Try) -> Result<(), StoreError> {
        self.kv.increment(&counted.key, -1).await?;
        Ok(())
    }
}
