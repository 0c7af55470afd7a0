//! Integrations: named targets of an organization in chats and other programs, to which notifications can go.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::breaker;
use crate::delivery::Channel;
use crate::ids::{IntegrationId, OrganizationId};
use crate::named::named;
use crate::text::{self, TextError};
use crate::unicode;

named! {
    /// What an integration sends to, which is also what its address begins with.
    pub enum IntegrationKind("kind of integration") {
        Slack = "slack",
        Teams = "teams",
        Webhook = "webhook",
        PagerDuty = "pagerduty",
    }
}

impl IntegrationKind {
    /// The channel of messages to it.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::Slack | Self::Teams => Channel::Chat,
            Self::Webhook | Self::PagerDuty => Channel::Webhook,
        }
    }

    /// Kind and name of an address such as `slack:Security desk`; `None` for an address of another form.
    #[must_use]
    pub fn of_address(address: &str) -> Option<(Self, &str)> {
        let (kind, name) = address.split_once(':')?;
        Some((kind.parse().ok()?, name.trim()))
    }

    /// An address that begins like one of an integration, as it is kept; `None` for an address of another form.
    pub(crate) fn checked_address(address: &str) -> Option<Result<String, TextError>> {
        let (kind, name) = Self::of_address(address)?;
        let name = text::line(name, Integration::NAME_MAX);
        Some(name.map(|name| format!("{kind}:{}", unicode::single_spaced(&name))))
    }
}

/// A named target of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// Its id.
    pub id: IntegrationId,
    /// The organization whose messages go there.
    pub organization_id: OrganizationId,
    /// Its name, unique in its organization by [`text::name_key`]. It never changes: addresses contain it.
    pub name: String,
    /// What it sends to.
    pub kind: IntegrationKind,
    /// Where it sends to and its key, encrypted.
    pub sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// About when it last accepted a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<Timestamp>,
    /// When it last did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure_at: Option<Timestamp>,
    /// What it answered then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
    /// How often in a row it failed, as something does that is down.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// Until when it is not called because of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_until: Option<Timestamp>,
    /// Whether it was deleted.
    #[serde(default)]
    pub deleted: bool,
}

impl Integration {
    /// The longest name, in characters.
    pub const NAME_MAX: usize = 64;
    /// The most integrations of an organization.
    pub const MAX: usize = 50;

    /// A name as it is kept.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn checked_name(name: &str) -> Result<String, TextError> {
        text::name(name).and_then(|name| text::line(&name, Self::NAME_MAX))
    }

    /// The address by which messages go there.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}:{}", self.kind, self.name)
    }

    /// Until when it is not called because it fails; `None` if it may be called now.
    #[must_use]
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        breaker::open_at(now, self.open_until)
    }

    /// After a message that it accepted. `None` if the record says so already.
    #[must_use]
    pub fn succeeded(&self, now: Timestamp) -> Option<Self> {
        let known = !self.failed_last() && is_recent(self.last_success_at, now) && self.failures == 0;
        let healthy = || Self { last_success_at: Some(now), failures: 0, open_until: None, ..self.clone() };
        (!known).then(healthy)
    }

    /// After a message that it did not accept, with what it answered. `down`: it fails itself, as opposed to refusing what it was sent.
    /// `None` if the record says so already. Failures of calls that were under way when the breaker opened change nothing.
    #[must_use]
    pub fn failed(&self, answer: &str, down: bool, now: Timestamp) -> Option<Self> {
        let known = self.failed_last()
            && is_recent(self.last_failure_at, now)
            && self.last_failure.as_deref() == Some(answer);
        let mut new = self.clone();
        if !known {
            (new.last_failure_at, new.last_failure) = (Some(now), Some(answer.to_owned()));
        }
        if down && self.open_until(now).is_none() {
            new.failures = self.failures.saturating_add(1);
            new.open_until = breaker::opened_by(new.failures, now);
        }
        (new != *self).then_some(new)
    }

    fn failed_last(&self) -> bool {
        self.last_failure_at > self.last_success_at
    }
}

/// A result like the last one is written down again after this time.
const NOTED: SignedDuration = SignedDuration::from_mins(10);

fn is_recent(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| now.duration_since(at).abs() < NOTED)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
