//! Rate limits: when a provider or an integration may be called. A turn is the right to call it once.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::ALLOWED_SKEW;

/// A turn that comes so soon is worth waiting for. A message whose turn comes later waits in the outbox.
pub const SOON: SignedDuration = SignedDuration::from_secs(1);
/// The longest that somebody is told to stay away before they ask again.
const LONGEST: SignedDuration = SignedDuration::from_mins(2);

/// How often something may be called: after a pause so many times at once, and then evenly, so many times in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    // INVARIANT: 1 to MOST.
    most: u32,
    // INVARIANT: 1 to LONGEST_PERIOD.
    seconds: u32,
}

/// A text that is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a rate such as `30/60`, which is 30 messages in 60 seconds, or `off`")]
pub struct NotARate;

impl Rate {
    /// The highest number of calls.
    const MOST: u32 = 100_000;
    /// The longest time, in seconds.
    const LONGEST_PERIOD: u32 = 3600;

    /// So many calls in so many seconds, each at least one.
    #[must_use]
    pub const fn new(most: u32, seconds: u32) -> Self {
        Self { most: if most == 0 { 1 } else { most }, seconds: if seconds == 0 { 1 } else { seconds } }
    }

    fn period(self) -> SignedDuration {
        SignedDuration::from_secs(self.seconds.into())
    }

    /// The time from one call to the next, when there is no pause.
    fn interval(self) -> SignedDuration {
        self.period() / i32::try_from(self.most).unwrap_or(i32::MAX)
    }
}

/// `30/60`: 30 calls in 60 seconds.
impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (most, seconds) = text.split_once('/').ok_or(NotARate)?;
        let number = |text: &str, largest: u32| {
            let number = text.trim().parse::<u32>().map_err(|_| NotARate)?;
            if (1..=largest).contains(&number) { Ok(number) } else { Err(NotARate) }
        };
        Ok(Self { most: number(most, Self::MOST)?, seconds: number(seconds, Self::LONGEST_PERIOD)? })
    }
}

/// The turns that were given out at one provider or integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turns {
    /// Whose turns they are.
    pub name: String,
    /// When the next turn is free.
    free_from: Timestamp,
    /// When those who wait are to ask again: they are told one time after the other, so that they do not all come at once. These
    /// times are not reserved: whoever asks when a turn is free gets it.
    ask_from: Timestamp,
}

impl Turns {
    /// No turn was given out.
    #[must_use]
    pub const fn none(name: String) -> Self {
        Self { name, free_from: Timestamp::UNIX_EPOCH, ask_from: Timestamp::UNIX_EPOCH }
    }

    /// Gives out turns to so many who ask. Each gets a time: up to [`SOON`] from now, it is their turn; later, it is when they are to ask
    /// again.
    #[must_use]
    pub fn give(&self, rate: Rate, to: usize, now: Timestamp) -> (Self, Vec<Timestamp>) {
        let interval = rate.interval();
        let plus = |at: Timestamp, by: SignedDuration| at.saturating_add(by).unwrap_or(at);
        let saved_up = plus(now, interval - rate.period());
        let latest = plus(now, rate.period() + SOON + ALLOWED_SKEW);
        // A later time is that of a clock that was set back since.
        let mut free = if self.free_from > latest { now } else { self.free_from.max(saved_up) };
        let (soon, far) = (plus(now, SOON), plus(now, LONGEST));
        let mut ask = self.ask_from;
        let mut times = Vec::with_capacity(to);
        for _ in 0..to {
            if free <= soon {
                times.push(free.max(now));
                free = plus(free, interval);
                continue;
            }
            // Further ones come between the earlier ones.
            if ask < free || ask > far {
                ask = free;
            }
            times.push(ask);
            ask = plus(ask, interval);
        }
        (Self { name: self.name.clone(), free_from: free, ask_from: ask }, times)
    }
}
