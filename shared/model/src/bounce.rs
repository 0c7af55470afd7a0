//! Bounces: a provider reported that messages to an address do not arrive.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::delivery::Channel;
use crate::text::address_key;

/// What a provider reported about an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BounceReport {
    /// The channel.
    pub channel: Channel,
    /// The address, as the provider has it.
    pub address: String,
    /// Why messages do not arrive, in the provider's words.
    pub reason: String,
    /// When it happened.
    pub at: Timestamp,
}

/// An address of the deployment to which messages do not arrive. Nothing is sent there until it is put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// The channel.
    pub channel: Channel,
    /// The address by which it is compared.
    pub address: String,
    /// Why messages do not arrive, in the provider's words.
    pub reason: String,
    /// When it last happened.
    pub at: Timestamp,
    /// When an administrator put it right. What happened before no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_at: Option<Timestamp>,
}

/// There is nothing to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unchanged;

impl Bounce {
    /// The most characters of a reason that are kept.
    pub const REASON_MAX: usize = 300;

    /// The first report about an address.
    #[must_use]
    pub fn of(report: &BounceReport) -> Self {
        let reason: String = report.reason.chars().filter(|c| !c.is_control()).collect();
        Self {
            channel: report.channel,
            address: address_key(&report.address),
            reason: reason.trim().chars().take(Self::REASON_MAX).collect(),
            at: report.at,
            cleared_at: None,
        }
    }

    /// After another report.
    ///
    /// # Errors
    /// It is about an earlier time: a report that is repeated does not undo that the address was put right.
    pub fn again(&self, report: &BounceReport) -> Result<Self, Unchanged> {
        if report.at <= self.at || self.cleared_at.is_some_and(|cleared| report.at <= cleared) {
            return Err(Unchanged);
        }
        Ok(Self { cleared_at: self.cleared_at, ..Self::of(report) })
    }

    /// Whether nothing is sent to the address.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.cleared_at.is_none_or(|cleared| self.at > cleared)
    }

    /// After an administrator put the address right.
    ///
    /// # Errors
    /// It is already.
    pub fn cleared(&self, now: Timestamp) -> Result<Self, Unchanged> {
        if !self.is_in_force() {
            return Err(Unchanged);
        }
        // A provider's clock may be ahead.
        Ok(Self { cleared_at: Some(now.max(self.at)), ..self.clone() })
    }
}
