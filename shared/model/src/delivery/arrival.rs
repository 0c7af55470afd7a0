//! What a provider reports of one message after it accepted it: that it was delivered, that it was read, or that it bounced.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::{Channel, Delivery};
use crate::bounce::Unchanged;
use crate::ids::NotificationId;
use crate::text::address_key;

/// Names a message to its provider: the delivery, and how often it was asked to send it again. All attempts of one sending have
/// the same key. Providers keep it with the message, as a tag, a header or the like, and their reports repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageKey {
    /// The delivery.
    pub id: NotificationId,
    /// [`Delivery::resends`] at the time.
    pub resends: u32,
}

impl MessageKey {
    /// The name under which providers keep it with the message.
    pub const NAME: &'static str = "countersign";
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.id, self.resends)
    }
}

/// A text that is not the key of a delivery's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the key of a message")]
pub struct InvalidMessageKey;

impl FromStr for MessageKey {
    type Err = InvalidMessageKey;

    fn from_str(text: &str) -> Result<Self, InvalidMessageKey> {
        let (id, resends) = text.rsplit_once('-').ok_or(InvalidMessageKey)?;
        let id = id.parse().map_err(|_| InvalidMessageKey)?;
        Ok(Self { id, resends: resends.parse().map_err(|_| InvalidMessageKey)? })
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The recipient's server or phone has it.
    Delivered,
    /// The recipient opened it. Nothing in a message is made to tell this: it is the receipt that a messaging app sends by itself.
    Read,
    /// It did not arrive, and neither would another one.
    Bounced,
}

/// A report about one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalReport {
    /// The message.
    pub message: MessageKey,
    /// The channel.
    pub channel: Channel,
    /// The address, as the provider has it.
    pub address: String,
    /// What became of it.
    pub arrival: Arrival,
    /// When.
    pub at: Timestamp,
}

impl Delivery {
    /// The key of its message.
    #[must_use]
    pub fn message_key(&self) -> MessageKey {
        MessageKey { id: self.id.clone(), resends: self.resends }
    }

    /// The delivery after a report about its message. Its state stays: that is what came of handing the message over.
    ///
    /// A bounce counts, also after the message was reported as delivered or read: a server may accept a message and return it. After a
    /// bounce, nothing else counts, because reports may come in any order. A message may be reported as read before it is reported as
    /// delivered, or without that.
    ///
    /// # Errors
    /// It is about another message, an earlier sending of this one, or nothing new.
    pub fn reported(&self, report: &ArrivalReport, now: Timestamp) -> Result<Self, Unchanged> {
        let is_of_this = report.message == self.message_key()
            && report.channel == self.channel
            && address_key(&report.address) == address_key(&self.address);
        if !is_of_this || self.bounced_at.is_some() {
            return Err(Unchanged);
        }
        let (delivered_at, read_at, bounced_at) = match report.arrival {
            Arrival::Delivered if self.delivered_at.is_some() => return Err(Unchanged),
            Arrival::Read if self.read_at.is_some() => return Err(Unchanged),
            Arrival::Delivered => (Some(report.at), self.read_at, None),
            Arrival::Read => (self.delivered_at, Some(report.at), None),
            Arrival::Bounced => (None, None, Some(report.at)),
        };
        Ok(Self { delivered_at, read_at, bounced_at, updated_at: now, ..self.clone() })
    }
}
