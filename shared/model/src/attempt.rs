//! The result of an attempt to send a message, and the pause before the next one.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The longest an attempt may take, from its claim to the provider's answer: 30 seconds.
pub const SEND_TIMEOUT: SignedDuration = SignedDuration::from_secs(30);
/// The pause after the first failed attempt; it doubles with each further one.
pub const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause that doubling leads to.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 60 * 60);
/// The longest pause a provider can ask for.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// How many attempts are made before giving up; they take about three days, so that a message outlives a weekend without its provider.
pub const ATTEMPTS_MAX: u32 = 24;

/// The result of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The provider accepted the message.
    Accepted {
        /// Its answer.
        answer: String,
    },
    /// The provider refused it for good (4xx other than 429), or no provider is configured.
    Refused {
        /// Its answer.
        answer: String,
        /// Whether that is about the account or a setting, so that it is tried once more when the channel works.
        account: bool,
    },
    /// It may work later: 429, 5xx, a time-out, no connection.
    Later {
        /// Its answer.
        answer: String,
        /// How long the provider asked to wait.
        retry_after: Option<Duration>,
    },
    /// No provider was called, because those there are fail, or because more messages a second would be too many for it. It does not count
    /// as an attempt.
    NotMade {
        /// Why.
        answer: String,
        /// When to try again.
        until: Timestamp,
    },
}

/// When to try again after `attempts` failed ones: after the doubled pause plus or minus a quarter, but not earlier
/// than the provider asked. `jitter` is any random number.
#[must_use]
pub fn next_attempt_at(
    attempts: u32,
    retry_after: Option<Duration>,
    now: Timestamp,
    jitter: u64,
) -> Timestamp {
    let doublings = attempts.saturating_sub(1).min(16);
    let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let permille = 750 + u32::try_from(jitter % 501).unwrap_or_default();
    let pause = pause.saturating_mul(permille) / 1000;
    let pause = pause.max(retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER));
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::ZERO);
    now.saturating_add(pause).unwrap_or(now)
}
