//! The wall clock that components see: the real one, moved by an offset that tests can set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use wasmtime_wasi::HostWallClock;

/// A wall clock that can be moved. Clones are the same clock.
#[derive(Debug, Clone, Default)]
pub struct HostClock {
    offset_milliseconds: Arc<AtomicI64>,
}

impl HostClock {
    /// The time that components see now.
    pub fn now(&self) -> Timestamp {
        let real = real_now();
        real.checked_add(self.offset()).unwrap_or(real)
    }

    /// How far it has been moved.
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.offset_milliseconds.load(Ordering::Relaxed))
    }

    /// Moves the clock forward, or back by a negative span. Monotonic clocks and pauses are not affected.
    pub fn advance(&self, by: SignedDuration) {
        let milliseconds = i64::try_from(by.as_millis()).unwrap_or(0);
        self.offset_milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Sets the time, from which the clock then continues.
    pub fn set(&self, time: Timestamp) {
        let offset = time.as_millisecond() - real_now().as_millisecond();
        self.offset_milliseconds.store(offset, Ordering::Relaxed);
    }
}

impl HostWallClock for HostClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        let time = HostClock::now(self).as_duration();
        Duration::try_from(time).unwrap_or_default()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one adapter to the real clock")]
fn real_now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_goes_on_from_there() {
        let clock = HostClock::default();
        let before = clock.now();
        clock.advance(SignedDuration::from_hours(25));
        assert!(clock.clone().now() >= before + SignedDuration::from_hours(25));
        clock.set("2020-01-01T00:00:00Z".parse().unwrap());
        let away = clock.now().duration_since("2020-01-01T00:00:00Z".parse().unwrap());
        assert!(away.abs() < SignedDuration::from_secs(5), "{away:?}");
    }
}
