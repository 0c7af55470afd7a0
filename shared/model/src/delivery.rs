//! Deliveries: one message to one address, tried until it is taken or given up, and always visible.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::attempt::{ATTEMPTS_MAX, Attempt, SEND_TIMEOUT, next_attempt_at};
use crate::clock::ALLOWED_SKEW;
use crate::ids::{AttemptId, EventId, NotificationId, OrganizationId, RequestId};
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
    /// The attempt under way; only while pending.
    // INVARIANT: a message is sent, and the outcome of an attempt is written, only while the record names this very attempt. That
    // is what keeps two senders from sending the same message, whatever their clocks say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending: Option<Sending>,
    /// What the provider answered last, or why it was not sent.
    pub last_answer: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// An attempt to send a delivery: its sender has claimed the delivery, and others leave it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The attempt.
    pub id: AttemptId,
    /// When it began, by the clock of its sender.
    pub since: Timestamp,
}

impl Sending {
    /// When its sender must be dead, by any clock of the deployment: the attempt may be made by another then.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        let over = self.since.saturating_add(SEND_TIMEOUT.saturating_add(ALLOWED_SKEW));
        over.unwrap_or(Timestamp::MAX)
    }

    /// Whether there is still time, by the clock of its sender, for something that takes so long. With a clock that was set back
    /// nobody can tell how much time has passed, so there is none.
    #[must_use]
    pub fn has_time_for(&self, takes: SignedDuration, now: Timestamp) -> bool {
        let passed = now.duration_since(self.since);
        !passed.is_negative() && passed.saturating_add(takes) <= SEND_TIMEOUT
    }

    /// Whether it began later than any clock of the deployment can show now: the clock of its sender was set back since.
    fn is_ahead_of(&self, now: Timestamp) -> bool {
        self.since.duration_since(now) > ALLOWED_SKEW
    }
}

/// Why no attempt is to be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDue {
    /// It is settled.
    #[error("the delivery is {0}")]
    Settled(DeliveryState),
    /// It is to be tried later, or to be looked at then, because somebody is trying.
    #[error("the delivery is due at {0}")]
    Before(Timestamp),
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
            sending: None,
            last_answer: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Claims it for an attempt. Only a sender whose claim stands in the record afterwards ([`Delivery::is_sent_by`]) may send.
    ///
    /// A claim is over [`SEND_TIMEOUT`] and [`ALLOWED_SKEW`] after it was made. One that seems to lie in the future comes from a clock that
    /// was set back since; its sender may be sending at this moment, so it is not taken over but dated anew: it stands, and is over as
    /// long after this moment.
    ///
    /// # Errors
    /// It is not due, or somebody else is trying.
    pub fn claim(&self, attempt: AttemptId, now: Timestamp) -> Result<Self, NotDue> {
        if self.state != DeliveryState::Pending {
            return Err(NotDue::Settled(self.state));
        }
        // Set by a clock that was set back since, the moment says nothing about how long to wait.
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

    /// Whether this attempt is the one that may send it and say what became of it.
    #[must_use]
    pub fn is_sent_by(&self, attempt: &AttemptId) -> bool {
        self.state == DeliveryState::Pending
            && self.sending.as_ref().is_some_and(|sending| sending.id == *attempt)
    }

    /// When it is to be looked at next; `None` once it is settled.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let pending = self.state == DeliveryState::Pending;
        let claimed = self.sending.as_ref().map(Sending::over_at);
        pending.then(|| claimed.or(self.next_attempt_at).unwrap_or(self.updated_at))
    }

    /// What an attempt makes of it. `jitter` is any random number. Nothing changes unless its claim stands.
    #[must_use]
    pub fn after_attempt(&self, id: &AttemptId, attempt: Attempt, now: Timestamp, jitter: u64) -> Self {
        if !self.is_sent_by(id) {
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

    /// It is not sent, on purpose. Nothing changes unless the claim of the attempt stands.
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

    /// Somebody asked for it to be sent again: due at once, with all attempts ahead. An attempt under way loses its claim, so that
    /// what becomes of it does not settle what was asked for.
    #[must_use]
    pub fn resent(&self, now: Timestamp) -> Self {
        Self {
            state: DeliveryState::Pending,
            attempts: 0,
            next_attempt_at: Some(now),
            sending: None,
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
            next_attempt_at,
            sending: None,
            last_answer: Some(answer),
            updated_at: now,
            ..self.clone()
        }
    }
}
