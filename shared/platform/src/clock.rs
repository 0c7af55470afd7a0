//! The host's clocks.
use std::time::Duration;

use async_trait::async_trait;
use countersign_kv::Clock;
use jiff::Timestamp;
use send_wrapper::SendWrapper;
use spin_sdk::wasip3::clocks::system_clock;

/// Wall-clock time from the host, and sleeping on its monotonic clock.
#[derive(Debug)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let instant = system_clock::now();
        // Stored times are in milliseconds; the host's may be finer.
        let milliseconds =
            instant.seconds.saturating_mul(1000).saturating_add(i64::from(instant.nanoseconds / 1_000_000));
        Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    async fn sleep(&self, duration: Duration) {
        // Not at all: the host and the instance's other requests have their turn, without a timer.
        if duration.is_zero() {
            return SendWrapper::new(spin_sdk::wit_bindgen::yield_async()).await;
        }
        SendWrapper::new(spin_sdk::time::sleep(duration)).await;
    }
}
