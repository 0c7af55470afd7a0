//! What a call costs in key-value operations.

use std::fmt;
use std::future::Future;

use countersign_http::testing::World;

/// As a limit: however many there are.
pub const ANY: usize = usize::MAX;

/// The key-value operations of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Gets.
    pub reads: usize,
    /// Write transactions: batches, deletions, increments, swaps.
    pub writes: usize,
    /// The swaps among them.
    pub swaps: usize,
    /// Operations that do not wait for each other are in the same round.
    pub rounds: usize,
}

impl Cost {
    /// Does what a future does and counts it.
    pub fn of<T>(world: &World, future: impl Future<Output = T>) -> (T, Self) {
        world.memory.reset_counts();
        let (done, rounds) = world.memory.rounds(future);
        let counts = world.counts();
        (done, Self { reads: counts.reads, writes: counts.writes, swaps: counts.swaps, rounds })
    }

    /// One after the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.zip(other, usize::saturating_add)
    }

    /// The most of each number.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        self.zip(other, usize::max)
    }

    /// The least of each number.
    #[must_use]
    pub fn or_better(self, other: Self) -> Self {
        self.zip(other, usize::min)
    }

    /// Whether no number is greater than another cost's.
    pub fn is_within(self, limit: Self) -> bool {
        self.or_worse(limit) == limit
    }

    /// Shared by so many, rounded up.
    #[must_use]
    pub fn each_of(self, many: usize) -> Self {
        self.zip(Self { reads: many, writes: many, swaps: many, rounds: many }, usize::div_ceil)
    }

    /// By how much each number is greater than another cost's.
    #[must_use]
    pub fn beyond(self, other: Self) -> Self {
        self.zip(other, usize::saturating_sub)
    }

    fn zip(self, other: Self, both: impl Fn(usize, usize) -> usize) -> Self {
        Self {
            reads: both(self.reads, other.reads),
            writes: both(self.writes, other.writes),
            swaps: both(self.swaps, other.swaps),
            rounds: both(self.rounds, other.rounds),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reads, writes, swaps, rounds } = *self;
        let number = |number: usize| if number == ANY { "any".to_owned() } else { number.to_string() };
        let [reads, writes, rounds, swaps] = [reads, writes, rounds, swaps].map(number);
        f.pad(&format!("{reads:>3} {writes:>3} {rounds:>3} {swaps:>3}"))
    }
}
