//! Messages that failed because of an account or a setting. They are sent once more when the channel works again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::administrator::PASSWORD_RESET_LASTS;
use crate::delivery::{Channel, Delivery, DeliveryState};
use crate::ids::{NotificationId, OrganizationId};
use crate::notice::Notice;
use crate::pace::{PERIOD, most_in_a_period};

/// How long a message is remembered: what is older is news to nobody.
pub const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a message is left alone that was sent once more and failed again.
pub const REPAIRED_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// How many messages are remembered, the newest ones. The log has all of them, and anybody who may can send them again.
const REMEMBERED: usize = 500;

/// Which way messages failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnsentId {
    /// The organization that they were sent for.
    pub organization_id: OrganizationId,
    /// The channel.
    pub channel: Channel,
    /// Of integrations, a digest of the address: each has an account of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
}

/// The messages that failed in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// In which.
    pub id: UnsentId,
    /// When each failed.
    // INVARIANT: at most REMEMBERED.
    deliveries: BTreeMap<NotificationId, Timestamp>,
    /// Whether the organization is listed among those where messages failed by an account of the deployment's.
    // INVARIANT: set if any are remembered of such a channel. The list has the organization then, or its outbox has the entry that sends them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listed: bool,
}

impl Unsent {
    /// None.
    #[must_use]
    pub const fn none(id: UnsentId) -> Self {
        Self { id, deliveries: BTreeMap::new(), listed: false }
    }

    /// With messages that have failed. The oldest give way to them.
    #[must_use]
    pub fn with<'a>(&self, failed: impl IntoIterator<Item = &'a NotificationId>, now: Timestamp) -> Self {
        let mut new = self.clone();
        new.deliveries.retain(|_, at| now.duration_since(*at) <= REMEMBERED_FOR);
        for id in failed {
            new.deliveries.entry(id.clone()).or_insert(now);
        }
        // Ids of later messages sort later.
        while new.deliveries.len() > REMEMBERED {
            new.deliveries.pop_first();
        }
        new
    }

    /// Without these.
    #[must_use]
    pub fn without(&self, ids: &[&str]) -> Self {
        let mut new = self.clone();
        new.deliveries.retain(|id, _| !ids.contains(&id.as_str()));
        new
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty()
    }

    /// Those that failed, oldest first, with the time of that.
    pub fn deliveries(&self) -> impl Iterator<Item = (&NotificationId, Timestamp)> {
        self.deliveries.iter().map(|(id, at)| (id, *at))
    }
}

/// When each of these is sent once more, now that their channel works: at most as many at once to one recipient as it gets one
/// by one, and as many in each further period.
pub fn spread(all: &[Delivery], now: Timestamp) -> impl Iterator<Item = (&Delivery, Timestamp)> {
    let mut to: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().map(move |delivery| {
        let before = to.entry(&delivery.address).or_default();
        let periods = most_in_a_period(delivery.channel).map_or(0, |most| *before / most.max(1));
        *before = before.saturating_add(1);
        let pause = PERIOD.saturating_mul(i32::try_from(periods).unwrap_or(i32::MAX));
        (delivery, now.saturating_add(pause).unwrap_or(now))
    })
}

impl Delivery {
    /// Whether it failed because of the account or a setting, and is to be sent once more when the channel works; a password reset has
    /// lost its use when its link would have.
    #[must_use]
    pub fn is_unsent(&self, now: Timestamp) -> bool {
        let is_fresh = if matches!(self.notice, Notice::PasswordReset { .. }) {
            now.duration_since(self.created_at) < PASSWORD_RESET_LASTS
        } else {
            // One that fails again and again has its end, too.
            let since = if self.repaired { self.created_at } else { self.updated_at };
            now.duration_since(since) <= REMEMBERED_FOR
        };
        self.state == DeliveryState::Failed && self.refused_account && is_fresh
    }

    /// Whether it is sent once more as soon as the channel works. One that was and failed again is left alone for a while, so that it is
    /// not sent again and again.
    #[must_use]
    pub fn waits_for_repair(&self, now: Timestamp) -> bool {
        let is_left_alone = self.repaired && now.duration_since(self.updated_at) < REPAIRED_AGAIN_AFTER;
        self.is_unsent(now) && !is_left_alone
    }

    /// The channel works again: due at this time, with a full set of attempts.
    #[must_use]
    pub fn sent_after_repair(&self, now: Timestamp, at: Timestamp) -> Self {
        Self { repaired: true, ..self.resent(now).due_from(at) }
    }
}
