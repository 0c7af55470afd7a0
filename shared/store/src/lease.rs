//! Leases: at most one holder at a time. They end by themselves when the holder dies.

use futures::future::try_join;
use jiff::Timestamp;

use crate::{Expiring, Store, StoreError, keys};

/// The seconds of a period. A lease lasts to the end of the period after the one it was taken in.
const PERIOD: i64 = 15;

/// The right to do something exclusively until a moment.
#[derive(Debug)]
pub struct Lease {
    key: String,
    until: Timestamp,
}

impl Lease {
    /// Whether it still holds. After this moment, somebody else may take it.
    pub fn holds(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

impl Store {
    /// Takes a lease; `None` if somebody else holds it.
    pub async fn lease(&self, name: &str) -> Result<Option<Lease>, StoreError> {
        let period = period(self.clock.now());
        let key = keys::lease(name, period);
        let (before, after) = (keys::lease(name, period - 1), keys::lease(name, period + 1));
        let (previous, present) = try_join(self.kv.get(&before), self.kv.get(&key)).await?;
        if previous.is_some() && present.is_none() {
            // The key of an earlier holder that is still at work or has died. If it died, only the sweep removes the
            // key.
            let end = period_start(period + 2);
            self.expire_after(end, &Expiring::Key { key: before }).await?;
            return Ok(None);
        }
        if previous.is_some() || present.is_some() || self.kv.increment(&key, 1).await? != 1 {
            return Ok(None);
        }
        // The key is ours, but we may have stalled since the first look. If another caller took a neighbouring period
        // meanwhile, either it sees our key or we see its key, so two callers never both continue.
        let lease = Lease { key, until: period_start(period + 2) };
        let (previous, next) = try_join(self.kv.get(&before), self.kv.get(&after)).await?;
        if previous.is_some() || next.is_some() || !lease.holds(self.clock.now()) {
            self.release(lease).await?;
            return Ok(None);
        }
        Ok(Some(lease))
    }

    /// Releases a lease. Only the lease's own key is removed, so a late release is harmless.
    pub async fn release(&self, lease: Lease) -> Result<(), StoreError> {
        Ok(self.kv.delete(&lease.key).await?)
    }
}

fn period(now: Timestamp) -> i64 {
    now.as_second().div_euclid(PERIOD)
}

fn period_start(period: i64) -> Timestamp {
    Timestamp::from_second(period.saturating_mul(PERIOD)).unwrap_or(Timestamp::MAX)
}
