//! Throttles: how often something may be tried in a period, counted so that racing callers cannot exceed the limit.

use countersign_kv::decode_counter;
use countersign_kv::under_way::try_all;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Expiring, Store, StoreError, keys};

/// A limit on attempts per period. Periods are fixed, so up to twice as many fit around the end of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// What is limited, such as `sign-in/address`.
    pub name: &'static str,
    /// The most attempts of one subject in a period, or the most of what they weigh together.
    pub most: u64,
    /// The length of a period in whole seconds.
    pub period: SignedDuration,
}

/// A counted attempt. Give it back if it should not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    key: String,
    weight: u64,
    /// How many attempts there were in its period, including this one; or what they weigh together.
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
        self.count_tries(throttle, subject, 1).await
    }

    /// Counts an attempt that weighs more than one, such as an upload with its bytes. Writes as often as
    /// [`Store::count_try`].
    pub async fn count_tries(
        &self,
        throttle: &Throttle,
        subject: &[&str],
        weight: u64,
    ) -> Result<Try, StoreError> {
        let (key_now, until) = self.throttle_now(throttle, subject);
        let added = signed(weight);
        let count = self.kv.increment(&key_now, added).await?;
        let most = signed(throttle.most);
        if count == added {
            self.expire_after(until, &Expiring::Key { key: key_now.clone() }).await?;
        }
        let (allowed, first_refused) = (count <= most, count > most && count.saturating_sub(added) <= most);
        Ok(Try {
            key: key_now,
            weight,
            count: u64::try_from(count).unwrap_or(0),
            allowed,
            first_refused,
            until,
        })
    }

    /// How many attempts of a subject were counted in the present period, or what they weigh together. One read.
    pub async fn tries(&self, throttle: &Throttle, subject: &[&str]) -> Result<u64, StoreError> {
        Ok(self.tries_now(throttle, subject).await?.0)
    }

    /// How many, and when the period ends.
    async fn tries_now(&self, throttle: &Throttle, subject: &[&str]) -> Result<(u64, Timestamp), StoreError> {
        let (key, until) = self.throttle_now(throttle, subject);
        let bytes = self.kv.get(&key).await?;
        Ok((bytes.and_then(|bytes| decode_counter(&bytes)).map_or(0, |(count, _)| count), until))
    }

    /// Counts an attempt of a weight for each of these throttles and subjects. If one of them has no room, nothing stays counted, and `Err` is
    /// when all have room again: found by one round of reads and without a write, unless it was filled in this very moment.
    pub async fn count_all(
        &self,
        limits: &[(Throttle, &[&str])],
        weight: u64,
    ) -> Result<Result<Vec<Try>, Timestamp>, StoreError> {
        let reads = limits.iter().map(|(throttle, subject)| self.full_until(throttle, subject, weight));
        if let Some(until) = try_all(reads).await?.into_iter().flatten().max() {
            return Ok(Err(until));
        }
        let counts = limits.iter().map(|(throttle, subject)| self.count_tries(throttle, subject, weight));
        let counted = try_all(counts).await?;
        let Some(until) = counted.iter().filter(|each| !each.allowed).map(|each| each.until).max() else {
            return Ok(Ok(counted));
        };
        try_all(counted.iter().map(|each| self.give_back(each))).await?;
        Ok(Err(until))
    }

    /// When there is room again, if `weight` more of a subject would be over the limit now. One read. A caller that asks this first
    /// refuses without a write, so that a flood of refused attempts does not keep the store's writer busy. Counting decides races.
    pub async fn full_until(
        &self,
        throttle: &Throttle,
        subject: &[&str],
        weight: u64,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (count, until) = self.tries_now(throttle, subject).await?;
        Ok((count.saturating_add(weight) > throttle.most).then_some(until))
    }

    /// The key of the counter in the present period, and when the period ends.
    fn throttle_now(&self, throttle: &Throttle, subject: &[&str]) -> (String, Timestamp) {
        let seconds = throttle.period.as_secs().max(1);
        let period = self.clock.now().as_second().div_euclid(seconds);
        let parts: Vec<&str> = [throttle.name].into_iter().chain(subject.iter().copied()).collect();
        let until = Timestamp::from_second((period + 1).saturating_mul(seconds)).unwrap_or(Timestamp::MAX);
        (keys::throttle(&keys::digest(&parts), period), until)
    }

    /// Takes back a counted attempt, because successful attempts do not count.
    pub async fn give_back(&self, counted: &Try) -> Result<(), StoreError> {
        self.kv.increment(&counted.key, -signed(counted.weight)).await?;
        Ok(())
    }

    /// Corrects the weight of a counted attempt that was only known afterwards. Writes nothing if it was right, or if its
    /// period is over: the sweep may have removed the counter.
    pub async fn settle_weight(&self, counted: &Try, weight: u64) -> Result<(), StoreError> {
        let difference = signed(weight) - signed(counted.weight);
        if difference != 0 && self.clock.now() < counted.until {
            self.kv.increment(&counted.key, difference).await?;
        }
        Ok(())
    }
}

/// A counter's number for a weight.
fn signed(weight: u64) -> i64 {
    i64::try_from(weight).unwrap_or(i64::MAX)
}
