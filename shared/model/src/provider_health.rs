//! How a provider of messages is doing: a breaker that gives up on it for a while when it fails, and what it did last.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::breaker;
use crate::delivery::Channel;
use crate::named::named;

named! {
    /// A place for a provider: one that a deployment's variables configure a provider for, or a push service of browsers.
    pub enum ProviderPlace("place of a provider") {
        Email = "email",
        EmailFallback = "email_fallback",
        Sms = "sms",
        SmsFallback = "sms_fallback",
        PushGoogle = "push_google",
        PushMozilla = "push_mozilla",
        PushApple = "push_apple",
        PushMicrosoft = "push_microsoft",
    }
}

impl ProviderPlace {
    /// Those that variables configure a provider for. The names of the variables begin like the place.
    pub const CONFIGURED: [Self; 4] = [Self::Email, Self::EmailFallback, Self::Sms, Self::SmsFallback];

    /// The channel whose messages the provider there carries.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::Email | Self::EmailFallback => Channel::Email,
            Self::Sms | Self::SmsFallback => Channel::Sms,
            Self::PushGoogle | Self::PushMozilla | Self::PushApple | Self::PushMicrosoft => Channel::Push,
        }
    }

    /// The host of a push service, or the domain of its hosts; `None` for a place of another kind.
    #[must_use]
    pub const fn push_service(self) -> Option<&'static str> {
        match self {
            // Chrome, and Edge on phones.
            Self::PushGoogle => Some("fcm.googleapis.com"),
            // Firefox.
            Self::PushMozilla => Some("updates.push.services.mozilla.com"),
            // Safari.
            Self::PushApple => Some("push.apple.com"),
            // Edge on Windows.
            Self::PushMicrosoft => Some("notify.windows.com"),
            Self::Email | Self::EmailFallback | Self::Sms | Self::SmsFallback => None,
        }
    }

    /// Whether a failure of this host is one of the push service. Anybody can subscribe a host below its domain that does not exist, and would
    /// have the service given up for all.
    #[must_use]
    pub fn is_known_host(self, host: &str) -> bool {
        self.push_service() == Some(host) || (self == Self::PushApple && host == "web.push.apple.com")
    }

    /// The push service with this host; `None` if it is not known.
    #[must_use]
    pub fn of_push_host(host: &str) -> Option<Self> {
        let is_below = |domain| host.strip_suffix(domain).is_some_and(|own: &str| own.ends_with('.'));
        Self::ALL.iter().copied().find(|place| match (place, place.push_service()) {
            (Self::PushApple | Self::PushMicrosoft, Some(domain)) => is_below(domain),
            (_, service) => service == Some(host),
        })
    }
}

/// What an answer says about the provider itself. Of several answers at once, the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Nothing: it asks to wait, or the message or its recipient is the reason.
    Nothing,
    /// It is down.
    Fails,
    /// It refuses the deployment's account.
    RefusesAccount,
    /// It accepted a message.
    Works,
}

/// A result like the last one is written down again after this time.
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
    /// When it last failed, or refused a message because of its account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure_at: Option<Timestamp>,
    /// What it answered then, without anything about the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
}

impl ProviderHealth {
    /// A provider that nothing is known about.
    #[must_use]
    pub fn new(place: ProviderPlace, provider: &str) -> Self {
        let provider = provider.to_owned();
        Self {
            place,
            provider,
            failures: 0,
            open_until: None,
            last_success_at: None,
            last_failure_at: None,
            last_failure: None,
        }
    }

    /// Until when nothing is handed to the provider; `None` if it may be called now.
    #[must_use]
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        breaker::open_at(now, self.open_until)
    }

    /// After an answer of the provider, with its words.
    #[must_use]
    pub fn after(&self, sign: Sign, answer: &str, now: Timestamp) -> Self {
        match sign {
            Sign::Works if self.notes_success(now) => self.succeeded(now),
            Sign::Fails => self.failed(answer, now),
            Sign::RefusesAccount => self.refused(answer, now),
            Sign::Works | Sign::Nothing => self.clone(),
        }
    }

    /// After the provider failed. Failures of calls that were under way when the breaker opened change nothing.
    #[must_use]
    pub fn failed(&self, answer: &str, now: Timestamp) -> Self {
        if self.open_until(now).is_some() {
            return self.clone();
        }
        let failures = self.failures.saturating_add(1);
        let open_until = breaker::opened_by(failures, now);
        let (last_failure_at, last_failure) = (Some(now), Some(answer.to_owned()));
        Self { failures, open_until, last_failure_at, last_failure, ..self.clone() }
    }

    /// After the provider refused a message because of its account, such as a wrong key. It is up, so the breaker stays as it is.
    #[must_use]
    pub fn refused(&self, answer: &str, now: Timestamp) -> Self {
        let known = self.failed_last()
            && is_recent(self.last_failure_at, now)
            && self.last_failure.as_deref() == Some(answer);
        if known {
            return self.clone();
        }
        Self { last_failure_at: Some(now), last_failure: Some(answer.to_owned()), ..self.clone() }
    }

    /// After the provider accepted a message.
    #[must_use]
    pub fn succeeded(&self, now: Timestamp) -> Self {
        Self { failures: 0, open_until: None, last_success_at: Some(now), ..self.clone() }
    }

    /// Whether a success is worth a write: it ends failures, or the last one was long ago.
    #[must_use]
    pub fn notes_success(&self, now: Timestamp) -> bool {
        self.failures > 0
            || self.open_until.is_some()
            || self.failed_last()
            || !is_recent(self.last_success_at, now)
    }

    fn failed_last(&self) -> bool {
        self.last_failure_at > self.last_success_at
    }
}

fn is_recent(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| now.duration_since(at).abs() < NOTED)
}
