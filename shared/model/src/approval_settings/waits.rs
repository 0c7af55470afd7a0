//! How long requests wait, and waited before that was changed: a change counts only for requests that are made later.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{ApprovalSettings, PENDING_DAYS, of_days};

/// By how much the time in a request's id may miss the change of a setting that its host had read or not: clocks differ
/// by up to five minutes.
const SLACK: SignedDuration = SignedDuration::from_mins(6);

/// How many days the requests of an organization waited until this was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerWait {
    /// What was set; `None` if it was as at the organization above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// Until when.
    pub until: Timestamp,
}

/// How many days an organization sets, and what it set before.
#[derive(Debug, Clone, Copy)]
pub struct SetWaits<'a> {
    /// What is set; `None` if it is as at the organization above.
    pub days: Option<u16>,
    /// What was set before, the oldest first.
    pub before: &'a [FormerWait],
}

/// How long the requests of an organization wait, by when they were made.
// INVARIANT: never empty, the oldest first; the last one has no end, and each begins where the one before it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits(Vec<Wait>);

/// For requests that were made until a time, and after the wait before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wait {
    days: u16,
    until: Option<Timestamp>,
}

/// Requests made at or after one time, if there is one, and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreatedBetween {
    /// The earliest time; `None` if it does not matter.
    pub from: Option<Timestamp>,
    /// The first time that no longer belongs to it.
    pub before: Timestamp,
}

impl FormerWait {
    /// The most that an organization remembers.
    const MAX: usize = 32;

    /// What an organization remembers once another one is over: those that a pending request may be of.
    #[must_use]
    pub fn noted(before: &[Self], over: Self) -> Vec<Self> {
        // Clocks differ, the oldest are first, and each has a time of its own.
        let after =
            |last: &Self| last.until.saturating_add(SignedDuration::from_millis(1)).unwrap_or(last.until);
        let until = before.last().map_or(over.until, |last| after(last).max(over.until));
        let over = Self { until, ..over };
        // What was made longer ago than a request can wait is over, whichever of them it is counted to.
        let longest = of_days(*ApprovalSettings::PENDING.end());
        let since = over.until.saturating_sub(longest + SLACK).unwrap_or(over.until);
        let mut all: Vec<Self> =
            before.iter().copied().filter(|each| each.until >= since).chain([over]).collect();
        if all.len() > Self::MAX {
            all.remove(0);
            // It now stands for the one before it as well, so it must not be longer than that.
            if let Some(oldest) = all.first_mut() {
                oldest.days = Some(*ApprovalSettings::PENDING.start());
            }
        }
        all
    }
}

impl SetWaits<'_> {
    /// What was set until a time, or is set.
    fn until(&self, until: Option<Timestamp>) -> Option<u16> {
        let former = until.and_then(|until| self.before.iter().find(|former| former.until >= until));
        former.map_or(self.days, |former| former.days)
    }
}

impl Waits {
    /// How long the requests of an organization wait that sets the first of these; those above it set the others, the nearest
    /// first.
    pub fn of<'a>(nearest_first: impl IntoIterator<Item = SetWaits<'a>>) -> Self {
        let chain: Vec<SetWaits<'_>> = nearest_first.into_iter().collect();
        let mut ends: Vec<Timestamp> =
            chain.iter().flat_map(|each| each.before).map(|former| former.until).collect();
        ends.sort_unstable();
        let mut all: Vec<Wait> = Vec::new();
        for until in ends.into_iter().map(Some).chain([None]) {
            let days = chain.iter().find_map(|each| each.until(until)).unwrap_or(PENDING_DAYS);
            match all.last_mut() {
                Some(last) if last.days == days || last.until == until => last.until = until,
                _ => all.push(Wait { days, until }),
            }
        }
        Self(all)
    }

    /// When those requests were made that may have waited for long enough by now, the oldest first. Only few of them
    /// have not: those made about when a setting was changed.
    #[must_use]
    pub fn over_by(&self, now: Timestamp) -> Vec<CreatedBetween> {
        let mut all: Vec<CreatedBetween> = Vec::new();
        let mut begins = None;
        for wait in &self.0 {
            let over = now.saturating_sub(of_days(wait.days)).unwrap_or(Timestamp::MIN);
            // A request is over at its end, not after it.
            let over = over.saturating_add(SignedDuration::from_millis(1)).unwrap_or(over);
            let ends = wait.until.map(|until| until.saturating_add(SLACK).unwrap_or(until));
            let before = ends.map_or(over, |ends| ends.min(over));
            let from = begins.map(|at: Timestamp| at.saturating_sub(SLACK).unwrap_or(at));
            begins = wait.until;
            if from.is_some_and(|from| from >= before) {
                continue;
            }
            match all.last_mut() {
                Some(last) if from.is_none_or(|from| from <= last.before) => {
                    last.before = last.before.max(before);
                }
                _ => all.push(CreatedBetween { from, before }),
            }
        }
        all
    }

    /// For how many days a request may wait that is still pending.
    #[must_use]
    pub fn longest_days(&self, now: Timestamp) -> u16 {
        let matters = |wait: &&Wait| {
            let over = wait.until.map(|until| until.saturating_add(of_days(wait.days)).unwrap_or(until));
            over.is_none_or(|over| over >= now)
        };
        self.0.iter().filter(matters).map(|wait| wait.days).max().unwrap_or(PENDING_DAYS)
    }
}
