//! Deliveries: one message to one address, tried until it is taken or given up, and always visible.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::attempt::{ATTEMPTS_MAX, Attempt, next_attempt_at};
use crate::ids::{EventId, NotificationId, OrganizationId, RequestId};
use crate::named::named;
use crate::notice::Notice;

named! {
    /// How a message travels.
    pub enum Channel("channel") {
        Email = "email",
        Sms = "sms",
        Chat = "chat",
        Push = "push",
    }
}

named! {
    /// Where a delivery stands.
    pub enum DeliveryState("state of a delivery") {
        /// To be sent at `next_attempt_at`.
        Pending = "pending",
        /// The provider took it.
        Sent = "sent",
        /// Refused for good, or given up.
        Failed = "failed",
        /// Another message to the same address says it too.
        Collapsed = "collapsed",
        /// Not sent on purpose: no longer true, no longer permitted, or over a cap.
        Skipped = "skipped",
    }
}

/// One message to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id, made of the event and the address, so that expanding a notice twice makes one delivery.
    pub id: NotificationId,
    /// The organization whose event it tells of.
    pub organization_id: OrganizationId,
    /// That event.
    pub event_id: EventId,
    /// The request it is about.
    pub request_id: Option<RequestId>,
    /// How it travels.
    pub channel: Channel,
    /// Where to: an email address, a phone number, or what the channel uses.
    pub address: String,
    /// What it tells.
    pub notice: Notice,
    /// Where it stands.
    pub state: DeliveryState,
    /// How many attempts were made.
    pub attempts: u32,
    /// When the next is due; only while pending.
    pub next_attempt_at: Option<Timestamp>,
    /// What the provider answered last, or why it was not sent.
    pub last_answer: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// What a new delivery is made of.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// The id it will have.
    pub id: NotificationId,
    /// The organization whose event it tells of.
    pub organization_id: OrganizationId,
    /// That event.
    pub event_id: EventId,
    /// How it travels.
    pub channel: Channel,
    /// Where to.
    pub address: String,
    /// What it tells.
    pub notice: Notice,
}

impl Delivery {
    /// The longest answer that is kept, in characters.
    pub const ANSWER_MAX: usize = 500;

    /// A new delivery, due at once.
    #[must_use]
    pub fn new(new: NewDelivery, now: Timestamp) -> Self {
        Self {
            id: new.id,
            organization_id: new.organization_id,
            event_id: new.event_id,
            request_id: new.notice.request_id().cloned(),
            channel: new.channel,
            address: new.address,
            notice: new.notice,
            state: DeliveryState::Pending,
            attempts: 0,
            next_attempt_at: Some(now),
            last_answer: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether an attempt is due at a time.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.state == DeliveryState::Pending && self.next_attempt_at.is_none_or(|at| at <= now)
    }

    /// What an attempt makes of it. `jitter` is any random number. Nothing changes once it is no longer pending.
    #[must_use]
    pub fn after_attempt(&self, attempt: Attempt, now: Timestamp, jitter: u64) -> Self {
        if self.state != DeliveryState::Pending {
            return self.clone();
        }
        let attempts = self.attempts.saturating_add(1);
        let (state, answer, next_attempt_at) = match attempt {
            Attempt::Accepted { answer } => (DeliveryState::Sent, answer, None),
            Attempt::Refused { answer } => (DeliveryState::Failed, answer, None),
            Attempt::Later { answer, .. } if attempts >= ATTEMPTS_MAX => {
                (DeliveryState::Failed, answer, None)
            }
            Attempt::Later { answer, retry_after } => {
                let next = next_attempt_at(attempts, retry_after, now, jitter);
                (DeliveryState::Pending, answer, Some(next))
            }
        };
        Self { attempts, ..self.turned(state, answer, next_attempt_at, now) }
    }

    /// Another message to the same address says it too.
    #[must_use]
    pub fn collapsed(&self, why: &str, now: Timestamp) -> Self {
        self.turned(DeliveryState::Collapsed, why.to_owned(), None, now)
    }

    /// It is not sent, on purpose.
    #[must_use]
    pub fn skipped(&self, why: &str, now: Timestamp) -> Self {
        self.turned(DeliveryState::Skipped, why.to_owned(), None, now)
    }

    /// Somebody asked for it to be sent again: due at once, with all attempts ahead.
    #[must_use]
    pub fn resent(&self, now: Timestamp) -> Self {
        Self {
            state: DeliveryState::Pending,
            attempts: 0,
            next_attempt_at: Some(now),
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
        Self { state, next_attempt_at, last_answer: Some(answer), updated_at: now, ..self.clone() }
    }
}
