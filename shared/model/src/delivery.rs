//! Deliveries: one message to one address. It is tried until it is accepted or given up, and always visible.

mod arrival;
mod in_place_of;
mod sending;
mod told_as;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use arrival::{Arrival, ArrivalReport, InvalidMessageKey, MessageKey};
pub use in_place_of::InPlaceOf;
pub use sending::Sending;
pub use told_as::ToldAs;

use crate::attempt::{ATTEMPTS_MAX, Attempt, next_attempt_at};
use crate::clock::ALLOWED_SKEW;
use crate::ids::{AdministratorId, AttemptId, EventId, NotificationId, OrganizationId, RequestId};
use crate::language::Reading;
use crate::named::named;
use crate::notice::Notice;

/// How the answer of a delivery begins that is not sent because of its recipient. The rest says something of them.
pub const NOT_TOLD: &str = "not told: ";

named! {
    /// The channel of a message.
    pub enum Channel("channel") {
        Email = "email",
        Sms = "sms",
        Chat = "chat",
        Push = "push",
        /// A program of the organization's, or one that it uses.
        Webhook = "webhook",
    }
}

impl Channel {
    /// Why an administrator cannot be told by this channel, if they cannot: chats and webhooks have no person behind them.
    #[must_use]
    pub const fn not_for_people(self) -> Option<&'static str> {
        match self {
            Self::Email | Self::Sms | Self::Push => None,
            Self::Chat | Self::Webhook => Some("administrators are told by `email`, `sms` and `push` alone"),
        }
    }
}

named! {
    /// The state of a delivery.
    pub enum DeliveryState("state of a delivery") {
        /// To be sent at `next_attempt_at`.
        Pending = "pending",
        /// The provider accepted it.
        Sent = "sent",
        /// Refused for good, or given up.
        Failed = "failed",
        /// Another message to the same address says the same.
        Collapsed = "collapsed",
        /// Not sent on purpose: it is no longer true, no longer permitted, or over a limit.
        Skipped = "skipped",
        /// A digest to the same address says it, because there were too many messages.
        Digested = "digested",
    }
}

/// The administrator to whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredTo {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub name: String,
}

/// One message to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id, derived from the event and the address, so that expanding a notice twice makes one delivery.
    pub id: NotificationId,
    /// The organization of the event that it reports.
    pub organization_id: OrganizationId,
    /// The event.
    pub event_id: EventId,
    /// The request that it is about.
    pub request_id: Option<RequestId>,
    /// The request whose message to the same address says the same; set only while collapsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collapsed_into: Option<RequestId>,
    /// The channel.
    pub channel: Channel,
    /// An email address, a phone number, or the address of an integration.
    pub address: String,
    /// The organization of the administrator whose address it is; `None` for other addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_organization_id: Option<OrganizationId>,
    /// The administrator whose address it is. Unknown of deliveries of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<DeliveredTo>,
    /// How its recipient reads messages, if that is known.
    #[serde(default, skip_serializing_if = "Reading::is_unset")]
    pub reading: Reading,
    /// In whose place its recipient is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_place_of: Option<InPlaceOf>,
    /// Whether it is a digest for somebody who asked. Of other messages to them, the notice says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_requester: bool,
    /// What it reports.
    pub notice: Notice,
    /// Its state.
    pub state: DeliveryState,
    /// How many attempts were made.
    pub attempts: u32,
    /// How often it was asked to send it again. A provider that is told the same message only once is told this, too.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub resends: u32,
    /// When the next attempt is due; set only while pending.
    pub next_attempt_at: Option<Timestamp>,
    /// The attempt under way; set only while pending.
    // INVARIANT: a message is sent, and the outcome of an attempt is written, only while the record names this attempt.
    // This keeps two senders from sending the same message, however far their clocks differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending: Option<Sending>,
    /// The provider's last answer, or why it was not sent.
    pub last_answer: Option<String>,
    /// The provider that was handed the message last. Unknown of deliveries of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// When the message was delivered, as the provider reported it. `None` where a provider reports nothing, and after a bounce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When its recipient read the message, as the provider reported it. `None` where a provider does not know, and after a bounce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// When the message bounced, as the provider reported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounced_at: Option<Timestamp>,
    /// The digest that says it; set only while digested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_id: Option<NotificationId>,
    /// Whether it failed because of the account or a setting.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused_account: bool,
    /// Whether it was sent once more because the channel works again, and nobody asked to send it since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repaired: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Why no attempt is due now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDue {
    /// It is settled.
    #[error("the delivery is {0}")]
    Settled(DeliveryState),
    /// It is to be tried, or checked because another sender is at work, at a later time.
    #[error("the delivery is due at {0}")]
    Before(Timestamp),
}

/// The data of a new delivery.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// The id it will have.
    pub id: NotificationId,
    /// The organization of the event that it reports.
    pub organization_id: OrganizationId,
    /// The event.
    pub event_id: EventId,
    /// The channel.
    pub channel: Channel,
    /// The address.
    pub address: String,
    /// The organization of the administrator whose address it is.
    pub recipient_organization_id: Option<OrganizationId>,
    /// That administrator.
    pub recipient: Option<DeliveredTo>,
    /// What it reports.
    pub notice: Notice,
}

impl Delivery {
    /// The most characters of an answer that are kept.
    pub const ANSWER_MAX: usize = 500;

    /// A new delivery, due at once.
    #[must_use]
    pub fn new(new: NewDelivery, now: Timestamp) -> Self {
        Self {
            id: new.id,
            organization_id: new.organization_id,
            event_id: new.event_id,
            request_id: new.notice.request_id().cloned(),
            collapsed_into: None,
            channel: new.channel,
            address: new.address,
            recipient_organization_id: new.recipient_organization_id,
            recipient: new.recipient,
            reading: Reading::default(),
            in_place_of: None,
            to_requester: false,
            notice: new.notice,
            state: DeliveryState::Pending,
            attempts: 0,
            resends: 0,
            next_attempt_at: Some(now),
            sending: None,
            last_answer: None,
            provider: None,
            delivered_at: None,
            read_at: None,
            bounced_at: None,
            digest_id: None,
            refused_account: false,
            repaired: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// The same delivery, to somebody who reads messages in this way.
    #[must_use]
    pub fn read_by(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// The same delivery, after this provider was handed the message.
    #[must_use]
    pub fn carried_by(self, provider: Option<String>) -> Self {
        Self { provider: provider.or(self.provider), ..self }
    }

    /// The same delivery, to somebody who is told in the place of another.
    #[must_use]
    pub fn in_place_of(self, whom: Option<InPlaceOf>) -> Self {
        Self { in_place_of: whom, ..self }
    }

    /// The same new delivery, due at this time.
    #[must_use]
    pub fn due_from(self, at: Timestamp) -> Self {
        Self { next_attempt_at: Some(at), ..self }
    }

    /// Claims it for an attempt. Only a sender whose claim stands in the record afterwards ([`Delivery::is_sent_by`]) may send.
    ///
    /// A claim expires [`SEND_TIMEOUT`](crate::attempt::SEND_TIMEOUT) and [`ALLOWED_SKEW`] after it was made. A claim that seems to be in the future
    /// comes from a clock that was set back since. Its sender may be sending at this moment, so the claim is not taken
    /// over but dated anew: it stands, and expires as long after this moment.
    ///
    /// # Errors
    /// It is not due, or another sender is at work.
    pub fn claim(&self, attempt: AttemptId, now: Timestamp) -> Result<Self, NotDue> {
        if self.state != DeliveryState::Pending {
            return Err(NotDue::Settled(self.state));
        }
        // A time that a clock wrote before it was set back says nothing about how long to wait.
        let set_back = self.updated_at.duration_since(now) > ALLOWED_SKEW;
        if let Some(at) = self.next_attempt_at.filter(|at| *at > now && !set_back) {
            return Err(NotDue::Before(at));
        }
        let sending = match &self.sending {
            Some(other) if other.is_ahead_of(now) => Sending { id: other.id.clone(), since: now },
            Some(other) if now < other.over_at() => return Err(NotDue::Before(other.over_at())),
            Some(_) | None => Sending { id: attempt, since: now },
        };
        let next_attempt_at = self.next_attempt_at.map(|at| at.min(now));
        Ok(Self { sending: Some(sending), next_attempt_at, updated_at: now, ..self.clone() })
    }

    /// Whether this attempt may send it and write the outcome.
    #[must_use]
    pub fn is_sent_by(&self, attempt: &AttemptId) -> bool {
        self.state == DeliveryState::Pending
            && self.sending.as_ref().is_some_and(|sending| sending.id == *attempt)
    }

    /// When it is to be examined next; `None` once it is settled.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let pending = self.state == DeliveryState::Pending;
        let claimed = self.sending.as_ref().map(Sending::over_at);
        pending.then(|| claimed.or(self.next_attempt_at).unwrap_or(self.updated_at))
    }

    /// The delivery after an attempt. `jitter` is any random number. Nothing changes unless the attempt's claim stands.
    #[must_use]
    pub fn after_attempt(&self, id: &AttemptId, attempt: Attempt, now: Timestamp, jitter: u64) -> Self {
        if !self.is_sent_by(id) {
            return self.clone();
        }
        let attempts = self.attempts.saturating_add(1);
        let refused_account = matches!(attempt, Attempt::Refused { account: true, .. });
        let (state, answer, next_attempt_at) = match attempt {
            Attempt::NotMade { answer, until } => {
                return self.turned(DeliveryState::Pending, answer, Some(until), now);
            }
            Attempt::Accepted { answer } => (DeliveryState::Sent, answer, None),
            Attempt::Refused { answer, .. } => (DeliveryState::Failed, answer, None),
            Attempt::Later { answer, .. } if attempts >= ATTEMPTS_MAX => {
                (DeliveryState::Failed, answer, None)
            }
            Attempt::Later { answer, retry_after } => {
                let next = next_attempt_at(attempts, retry_after, now, jitter);
                (DeliveryState::Pending, answer, Some(next))
            }
        };
        Self { attempts, refused_account, ..self.turned(state, answer, next_attempt_at, now) }
    }

    /// The message to the same address about another request says the same.
    #[must_use]
    pub fn collapsed(&self, other: &RequestId, now: Timestamp) -> Self {
        let why = format!("notified of the matching request {other}");
        let collapsed = self.turned(DeliveryState::Collapsed, why, None, now);
        Self { collapsed_into: Some(other.clone()), ..collapsed }
    }

    /// A digest says it, which is due at this time.
    #[must_use]
    pub fn digested(&self, digest: &NotificationId, due_at: Timestamp, now: Timestamp) -> Self {
        let why = format!("in a digest that is due at {due_at}");
        let digested = self.turned(DeliveryState::Digested, why, None, now);
        Self { digest_id: Some(digest.clone()), ..digested }
    }

    /// It is not sent, on purpose. Nothing changes unless the attempt's claim stands.
    #[must_use]
    pub fn skipped(&self, id: &AttemptId, why: &str, now: Timestamp) -> Self {
        if !self.is_sent_by(id) {
            return self.clone();
        }
        self.turned(DeliveryState::Skipped, why.to_owned(), None, now)
    }

    /// The attempt was given up before anything was sent: due at once. Nothing changes unless its claim stands.
    #[must_use]
    pub fn released(&self, id: &AttemptId, now: Timestamp) -> Self {
        if !self.is_sent_by(id) {
            return self.clone();
        }
        Self { sending: None, next_attempt_at: Some(now), updated_at: now, ..self.clone() }
    }

    /// An administrator asked to send it again: due at once, with a full set of attempts. An attempt under way loses
    /// its claim, so that its outcome does not settle the new request to send.
    #[must_use]
    pub fn resent(&self, now: Timestamp) -> Self {
        Self {
            state: DeliveryState::Pending,
            collapsed_into: None,
            attempts: 0,
            resends: self.resends.saturating_add(1),
            next_attempt_at: Some(now),
            sending: None,
            delivered_at: None,
            read_at: None,
            bounced_at: None,
            digest_id: None,
            refused_account: false,
            repaired: false,
            updated_at: now,
            ..self.clone()
        }
    }

    fn turned(
        &self,
        state: DeliveryState,
        answer: String,
        next_attempt_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let answer = answer.chars().take(Self::ANSWER_MAX).collect();
        Self {
            state,
            collapsed_into: None,
            next_attempt_at,
            sending: None,
            last_answer: Some(answer),
            digest_id: None,
            refused_account: false,
            updated_at: now,
            ..self.clone()
        }
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
