//! A limit on the mail that the requests of one computer may cause, because anybody at a computer can name any address.

use countersign_model::{ComputerId, Delivery, NotificationId, text};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Entity, keys};

/// Messages to one address that the requests of one computer may cause in 24 hours.
const DAILY: usize = 10;
/// Messages to all requesters together that the requests of one computer may cause in 24 hours: a computer may have many
/// users.
const DAILY_IN_ALL: usize = 200;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The computer has caused enough messages for today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailLimitReached;

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
    /// The beginning of a hash of the address.
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
    pub fn with(&self, delivery: &Delivery, now: Timestamp) -> Result<Self, MailLimitReached> {
        let mut mail = self.clone();
        mail.sent.retain(|sent| now.duration_since(sent.at) < DAY || sent.id == delivery.id);
        if mail.sent.iter().any(|sent| sent.id == delivery.id) {
            return Ok(mail);
        }
        let to: String = keys::digest(&[&text::address_key(&delivery.address)]).chars().take(16).collect();
        let to_the_same = mail.sent.iter().filter(|sent| sent.to == to).count();
        if to_the_same >= DAILY || mail.sent.len() >= DAILY_IN_ALL {
            return Err(MailLimitReached);
        }
        mail.sent.push(Counted { id: delivery.id.clone(), at: now, to });
        Ok(mail)
    }
}
