//! How often and after which pauses a call is repeated, and the key that makes repeating safe.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use crate::CallError;

type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Bounded retries with growing, jittered pauses. The server's `Retry-After` takes precedence, up to the longest pause,
/// so that a server cannot make a program sleep for a day.
#[derive(Clone)]
pub struct Retry {
    attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
    sleep: Sleep,
}

impl Default for Retry {
    /// Eight attempts within about a minute: enough for a restart of the server, and short enough for a user who waits.
    fn default() -> Self {
        Self {
            attempts: 8,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(60),
            sleep: Arc::new(|pause| Box::pin(tokio::time::sleep(pause))),
        }
    }
}

impl Retry {
    /// At most `attempts` attempts (at least one).
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The pause after the first failure; each further failure doubles it.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Replaces how the program sleeps; tests pass a function that only records the pause.
    #[must_use]
    pub fn sleeping_with(
        mut self,
        sleep: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }

    /// Whether another attempt is left after `made` attempts.
    #[must_use]
    pub fn may_follow(&self, made: u32) -> bool {
        made < self.attempts
    }

    /// Pauses after the `made`-th failed attempt.
    pub async fn pause(&self, made: u32, retry_after: Option<Duration>) {
        let pause = match retry_after {
            Some(asked) => asked.min(self.longest_pause),
            None => jittered(self.growing(made)),
        };
        self.sleep(pause).await;
    }

    /// Pauses as long as this, and at most as long as the longest pause.
    pub async fn sleep(&self, pause: Duration) {
        (self.sleep)(pause.min(self.longest_pause)).await;
    }

    fn growing(&self, made: u32) -> Duration {
        let doublings = made.saturating_sub(1).min(16);
        self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause)
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Retry")
            .field("attempts", &self.attempts)
            .field("first_pause", &self.first_pause)
            .field("longest_pause", &self.longest_pause)
            .finish_non_exhaustive()
    }
}

/// Between half and all of `pause`, so that a thousand agents do not return at the same instant.
fn jittered(pause: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or(u32::MAX);
    pause.div_f64(2.0) + pause.mul_f64(f64::from(random) / f64::from(u32::MAX) / 2.0)
}

/// Identifies one act, so that the server performs it once however often it is sent. Keep it for all attempts of that
/// act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn fresh() -> Result<Self, CallError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|cause| CallError::Random(cause.to_string()))?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The key of an earlier attempt.
    #[must_use]
    pub fn known(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// Its text, as sent in the `Idempotency-Key` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retry = Retry::default();
        assert_eq!(retry.growing(1), Duration::from_millis(500));
        assert_eq!(retry.growing(3), Duration::from_secs(2));
        assert_eq!(retry.growing(40), Duration::from_secs(60));
    }

    #[test]
    fn jitter_stays_between_half_and_whole() {
        for _ in 0..200 {
            let pause = jittered(Duration::from_secs(8));
            assert!((Duration::from_secs(4)..=Duration::from_secs(8)).contains(&pause), "{pause:?}");
        }
    }

    #[test]
    fn fresh_keys_differ() {
        assert_ne!(IdempotencyKey::fresh().unwrap(), IdempotencyKey::fresh().unwrap());
    }
}
