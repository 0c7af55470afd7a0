//! An attempt under way.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::attempt::SEND_TIMEOUT;
use crate::clock::ALLOWED_SKEW;
use crate::ids::AttemptId;

/// An attempt to send a delivery. Its sender has claimed the delivery, and other senders leave it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The id of the attempt.
    pub id: AttemptId,
    /// When it began, by the clock of its sender.
    pub since: Timestamp,
}

impl Sending {
    /// When its sender must have died, by any clock of the deployment. From then on, another sender may take over.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        let over = self.since.saturating_add(SEND_TIMEOUT.saturating_add(ALLOWED_SKEW));
        over.unwrap_or(Timestamp::MAX)
    }

    /// Whether there is still enough time, by its sender's clock, for something that takes this long. After that clock
    /// was set back, it is unknown how much time has passed, so there is none.
    #[must_use]
    pub fn has_time_for(&self, takes: SignedDuration, now: Timestamp) -> bool {
        let passed = now.duration_since(self.since);
        !passed.is_negative() && passed.saturating_add(takes) <= SEND_TIMEOUT
    }

    /// Whether it began later than any clock of the deployment can show now: its sender's clock was set back since.
    pub(super) fn is_ahead_of(&self, now: Timestamp) -> bool {
        self.since.duration_since(now) > ALLOWED_SKEW
    }
}
