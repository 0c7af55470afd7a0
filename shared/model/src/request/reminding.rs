//! When those who were told of a pending request are told that it is about to expire.

use jiff::{SignedDuration, Timestamp};

use super::Request;

/// How long before its end: 24 hours.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

impl Request {
    /// When those who were told of it hear that it is about to expire, if it is still pending: 24 hours before, or when half of
    /// its time is over if it waits for less than two days.
    #[must_use]
    pub fn reminded_at(&self) -> Timestamp {
        let lasts = self.expires_at.duration_since(self.created_at);
        let ahead = AHEAD.min(lasts / 2);
        self.expires_at.checked_sub(ahead).unwrap_or(self.expires_at)
    }
}
