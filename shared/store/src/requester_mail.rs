//! A limit on the mail that the requests of one computer may cause, because anybody at a computer can name any address. What is above it
//! waits. How much of it one address gets is limited when it is planned.

use countersign_model::{ComputerId, Delivery, NotificationId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Entity;

/// Messages to all requesters together that the requests of one computer may cause in 24 hours: a computer may have many
/// users.
const DAILY_IN_ALL: usize = 200;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The shortest time after which a message that waits asks again. Not all can go when there is room for one.
const ASKS_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// The computer has caused enough messages for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailLimitReached {
    /// When there may be room for another one.
    pub until: Timestamp,
}

/// The messages to requesters that a computer's requests caused in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequesterMail {
    computer_id: ComputerId,
    sent: Vec<Counted>,
}

/// A message that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    id: NotificationId,
    at: Timestamp,
    /// Earlier versions count by this, and do not read the record without it.
    #[serde(default)]
    to: String,
}

impl Entity for RequesterMail {
    type Id = ComputerId;

    fn record_id(id: &Self::Id) -> String {
        format!("requester-mail_{id}")
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.computer_id)
    }
}

impl RequesterMail {
    /// No messages yet.
    pub fn none(computer: &ComputerId) -> Self {
        Self { computer_id: computer.clone(), sent: Vec::new() }
    }

    /// With one more message. A message counts once, however many attempts it takes.
    ///
    /// # Errors
    /// There are enough.
    pub fn with(&self, delivery: &Delivery, now: Timestamp) -> Result<Self, MailLimitReached> {
        let mut mail = self.clone();
        mail.sent.retain(|sent| now.duration_since(sent.at) < DAY || sent.id == delivery.id);
        if mail.sent.iter().any(|sent| sent.id == delivery.id) {
            return Ok(mail);
        }
        if mail.sent.len() >= DAILY_IN_ALL {
            let oldest = mail.sent.iter().map(|sent| sent.at).min().unwrap_or(now);
            let room = oldest.saturating_add(DAY).unwrap_or(now);
            let soonest = now.saturating_add(ASKS_AGAIN_AFTER).unwrap_or(now);
            return Err(MailLimitReached { until: room.max(soonest) });
        }
        mail.sent.push(Counted { id: delivery.id.clone(), at: now, to: String::new() });
        Ok(mail)
    }
}
