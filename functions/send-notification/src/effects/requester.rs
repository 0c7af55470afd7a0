//! A limit on the mail that the requests of one computer may cause, because anybody at a computer can name any address.

use countersign_model::{ComputerId, NotificationId};
use countersign_store::Entity;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Messages to requesters that the requests of one computer may cause in 24 hours.
pub const DAILY: usize = 10;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The computer has caused enough messages for today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over;

/// The messages to requesters that a computer's requests caused in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequesterMail {
    computer_id: ComputerId,
    sent: Vec<(NotificationId, Timestamp)>,
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
    pub fn with(&self, delivery: &NotificationId, now: Timestamp) -> Result<Self, Over> {
        let mut mail = self.clone();
        mail.sent.retain(|(id, at)| now.duration_since(*at) < DAY || id == delivery);
        if mail.sent.iter().any(|(id, _)| id == delivery) {
            return Ok(mail);
        }
        if mail.sent.len() >= DAILY {
            return Err(Over);
        }
        mail.sent.push((delivery.clone(), now));
        Ok(mail)
    }
}
