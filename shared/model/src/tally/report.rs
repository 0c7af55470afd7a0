//! What happened to the requests of an organization and of those below it, by day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Day, Tallied, Tally};
use crate::decision::Outcome;

/// How many days are kept: a year and a month. In an organization with very many requests they may be fewer, see
/// [`ReportDays::forget_oldest`].
pub const REPORTED_DAYS: usize = 396;

/// How long requests waited that people decided, in seconds: up to each of these, and longer.
pub const WAITED_UP_TO: [u64; 14] =
    [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800, 345_600, 604_800];

/// How many numbers stand before the distribution.
const NUMBERS: usize = 9;
/// How many numbers stand after it.
const LATER: usize = 3;
/// How many numbers there are.
const ALL: usize = NUMBERS + WAITED_UP_TO.len() + 1 + LATER;

/// What happened on a day, or on several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<u64>", into = "Vec<u64>")]
pub struct DayCounts {
    /// Requests that were made.
    pub made: u64,
    /// Requests that were approved.
    pub approved: u64,
    /// Requests that were denied.
    pub denied: u64,
    /// Requests that were ignored.
    pub ignored: u64,
    /// Requests that nobody decided in time.
    pub expired: u64,
    /// Requests that were withdrawn, or ended with their computer, before they were decided.
    pub cancelled: u64,
    /// Approvals that were revoked.
    pub revoked: u64,
    /// Requests that people decided.
    pub by_people: u64,
    /// Requests that rules decided.
    pub by_rule: u64,
    /// How many of those that people decided had waited up to each of [`WAITED_UP_TO`], and longer than all.
    pub waited: [u64; WAITED_UP_TO.len() + 1],
    /// Requests that rules approved. Those that were counted before rules were told apart by outcome are missing.
    pub approved_by_rule: u64,
    /// Requests that rules denied. Those that were counted before rules were told apart by outcome are missing.
    pub denied_by_rule: u64,
    /// How long all of those waited together that people decided, in seconds. What was counted before this was is missing.
    pub waited_seconds: u64,
}

impl DayCounts {
    /// Counts an event.
    pub fn take(&mut self, event: &Tallied) {
        match &event.what {
            Tally::Made { .. } => self.made += 1,
            Tally::Expired => self.expired += 1,
            Tally::Cancelled => self.cancelled += 1,
            Tally::Revoked => self.revoked += 1,
            Tally::Decided { outcome, first, by } => {
                match outcome {
                    Outcome::Approved => self.approved += 1,
                    Outcome::Denied => self.denied += 1,
                    Outcome::Ignored => self.ignored += 1,
                }
                match by {
                    Some(_) => self.by_people += 1,
                    None => self.by_rule += 1,
                }
                match (by, outcome) {
                    (None, Outcome::Approved) => self.approved_by_rule += 1,
                    (None, Outcome::Denied) => self.denied_by_rule += 1,
                    // No rule ignores.
                    (None, Outcome::Ignored) | (Some(_), _) => {}
                }
                if *first && by.is_some() {
                    let waited = event.waited();
                    let place = WAITED_UP_TO.iter().position(|most| waited <= *most);
                    if let Some(count) = self.waited.get_mut(place.unwrap_or(WAITED_UP_TO.len())) {
                        *count += 1;
                    }
                    self.waited_seconds = self.waited_seconds.saturating_add(waited);
                }
            }
        }
    }

    /// Adds what happened on another day.
    pub fn add(&mut self, other: &Self) {
        let sums: Vec<u64> =
            self.numbers().iter().zip(other.numbers()).map(|(a, b)| a.saturating_add(b)).collect();
        *self = sums.into();
    }

    /// The time within which this share of the requests that people decided were decided, in seconds; `None` if there were none.
    /// Within a step of the distribution it is interpolated; beyond the last step it is that step.
    #[must_use]
    pub fn waited_at(&self, share: f64) -> Option<u64> {
        let all: u64 = self.waited.iter().sum();
        if all == 0 {
            return None;
        }
        let wanted = share * all as f64;
        let (mut below, mut from) = (0_u64, 0_u64);
        for (count, up_to) in self.waited.iter().zip(WAITED_UP_TO) {
            let above = below.saturating_add(*count);
            if *count > 0 && above as f64 >= wanted {
                let part = (wanted - below as f64) / *count as f64;
                return Some(from + (part * (up_to - from) as f64).round() as u64);
            }
            (below, from) = (above, up_to);
        }
        Some(from)
    }

    fn numbers(&self) -> [u64; ALL] {
        let counts = [
            self.made,
            self.approved,
            self.denied,
            self.ignored,
            self.expired,
            self.cancelled,
            self.revoked,
            self.by_people,
            self.by_rule,
        ];
        let later = [self.approved_by_rule, self.denied_by_rule, self.waited_seconds];
        let mut all = [0; ALL];
        for (place, number) in all.iter_mut().zip(counts.into_iter().chain(self.waited).chain(later)) {
            *place = number;
        }
        all
    }
}

impl From<DayCounts> for Vec<u64> {
    /// Without the zeros at the end: there are hundreds of days in a record.
    fn from(counts: DayCounts) -> Self {
        let mut numbers = counts.numbers().to_vec();
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        numbers
    }
}

impl From<Vec<u64>> for DayCounts {
    fn from(numbers: Vec<u64>) -> Self {
        let mut numbers = numbers.into_iter();
        let mut next = || numbers.next().unwrap_or_default();
        Self {
            made: next(),
            approved: next(),
            denied: next(),
            ignored: next(),
            expired: next(),
            cancelled: next(),
            revoked: next(),
            by_people: next(),
            by_rule: next(),
            waited: std::array::from_fn(|_| next()),
            approved_by_rule: next(),
            denied_by_rule: next(),
            waited_seconds: next(),
        }
    }
}

/// The counts of an organization's days. Days on which nothing happened are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportDays(BTreeMap<Day, DayCounts>);

impl ReportDays {
    /// Counts an event. Returns the counts that no kept day has any more: those of the oldest day, if a new one takes its place, or
    /// the event's own, if it happened before the days that are kept.
    pub fn take(&mut self, event: &Tallied) -> DayCounts {
        let day = event.day();
        let is_old = self.0.len() >= REPORTED_DAYS && self.0.keys().next().is_some_and(|first| day < *first);
        let mut forgotten = DayCounts::default();
        if is_old {
            forgotten.take(event);
        } else {
            self.0.entry(day).or_default().take(event);
        }
        while self.0.len() > REPORTED_DAYS {
            forgotten.add(&self.forget_oldest().unwrap_or_default());
        }
        forgotten
    }

    /// Forgets the oldest day, so that the others have room in their record, and returns its counts.
    pub fn forget_oldest(&mut self) -> Option<DayCounts> {
        self.0.pop_first().map(|(_, counts)| counts)
    }

    /// The days from one to another, both included.
    pub fn between(&self, from: Day, to: Day) -> impl Iterator<Item = (Day, &DayCounts)> {
        self.0.iter().filter(move |(day, _)| **day >= from && **day <= to).map(|(day, counts)| (*day, counts))
    }

    /// The sum of all days.
    #[must_use]
    pub fn whole(&self) -> DayCounts {
        self.sum(Day::MIN, Day::MAX)
    }

    /// The sum of the days from one to another, both included.
    #[must_use]
    pub fn sum(&self, from: Day, to: Day) -> DayCounts {
        let mut sum = DayCounts::default();
        self.between(from, to).for_each(|(_, counts)| sum.add(counts));
        sum
    }
}
