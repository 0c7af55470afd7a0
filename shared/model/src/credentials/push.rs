//! Subscriptions to push messages: browsers in which an administrator wants them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credentials::Credentials;
use crate::ids::{AdministratorId, PushSubscriptionId};

/// A browser in which an administrator wants push messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    /// Its id.
    pub id: PushSubscriptionId,
    /// What its owner calls it.
    pub name: String,
    /// The host of the browser's push service.
    pub host: String,
    /// Where messages go and the browser's keys, encrypted.
    pub sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Why subscriptions cannot be changed in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// There are too many.
    #[error("an administrator can have at most {} push subscriptions", PushSubscription::MAX)]
    TooMany,
    /// There is no such subscription.
    #[error("there is no such push subscription")]
    None,
}

impl PushSubscription {
    /// The most subscriptions of an administrator.
    pub const MAX: usize = 10;
    /// The longest name, in characters.
    pub const NAME_MAX: usize = 64;
    /// What the address of a delivery to an administrator's browsers begins with.
    const PREFIX: &str = "push:";

    /// The address of deliveries to an administrator's browsers.
    #[must_use]
    pub fn address(owner: &AdministratorId) -> String {
        format!("{}{owner}", Self::PREFIX)
    }

    /// Whose browsers an address means.
    #[must_use]
    pub fn owner(address: &str) -> Option<AdministratorId> {
        address.strip_prefix(Self::PREFIX)?.parse().ok()
    }
}

impl Credentials {
    /// With one more subscription to push messages.
    ///
    /// # Errors
    /// There are too many.
    pub fn with_push(&self, new: PushSubscription) -> Result<Self, PushError> {
        let mut next = self.clone();
        if next.push.len() >= PushSubscription::MAX {
            return Err(PushError::TooMany);
        }
        next.push.push(new);
        Ok(next)
    }

    /// Without a subscription, and that one.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn without_push(&self, id: &PushSubscriptionId) -> Result<(Self, PushSubscription), PushError> {
        let mut next = self.clone();
        let place = next.push.iter().position(|each| each.id == *id).ok_or(PushError::None)?;
        let removed = next.push.remove(place);
        Ok((next, removed))
    }
}
