//! How a provider of messages is doing: a breaker that gives up on it for a while when it fails, and what it did last.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::named::named;

named! {
    /// A place that a deployment's variables configure a provider for.
    pub enum ProviderPlace("place of a provider") {
        Email = "email",
        EmailFallback = "email_fallback",
        Sms = "sms",
        SmsFallback = "sms_fallback",
    }
}

/// So many failures in a row make the breaker open.
const FAILURES: u32 = 3;
/// How long it is open the first time; it doubles with each further failure.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The longest it is open.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// A success within this time of the last one is not written down.
const NOTED: SignedDuration = SignedDuration::from_mins(10);

/// How the provider of one place is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderHealth {
    /// The place.
    pub place: ProviderPlace,
    /// The provider's name. Another one at the same place starts over.
    pub provider: String,
    /// Failures in a row.
    pub failures: u32,
    /// Until when nothing is handed to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_until: Option<Timestamp>,
    /// About when it last accepted a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<Timestamp>,
    /// When it last failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure_at: Option<Timestamp>,
}

impl ProviderHealth {
    /// A provider that nothing is known about.
    #[must_use]
    pub fn new(place: ProviderPlace, provider: &str) -> Self {
        let provider = provider.to_owned();
        Self { place, provider, failures: 0, open_until: None, last_success_at: None, last_failure_at: None }
    }

    /// Until when nothing is handed to the provider; `None` if it may be called now. A clock that was set back does not keep
    /// the breaker open for longer than it ever is.
    #[must_use]
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.open_until.filter(|until| *until > now && until.duration_since(now) <= LONGEST_PAUSE)
    }

    /// After the provider failed. Failures of calls that were under way when the breaker opened change nothing.
    #[must_use]
    pub fn failed(&self, now: Timestamp) -> Self {
        if self.open_until(now).is_some() {
            return self.clone();
        }
        let failures = self.failures.saturating_add(1);
        let open_until = failures.checked_sub(FAILURES).and_then(|further| {
            let pause = FIRST_PAUSE.checked_mul(1 << further.min(8)).unwrap_or(LONGEST_PAUSE);
            now.checked_add(pause.min(LONGEST_PAUSE)).ok()
        });
        Self { failures, open_until, last_failure_at: Some(now), ..self.clone() }
    }

    /// After the provider accepted a message.
    #[must_use]
    pub fn succeeded(&self, now: Timestamp) -> Self {
        Self { failures: 0, open_until: None, last_success_at: Some(now), ..self.clone() }
    }

    /// Whether a success is worth a write: it ends failures, or the last one was long ago.
    #[must_use]
    pub fn notes_success(&self, now: Timestamp) -> bool {
        let recent = |at: Timestamp| now.duration_since(at).abs() < NOTED;
        self.failures > 0 || self.open_until.is_some() || !self.last_success_at.is_some_and(recent)
    }
}
