//! The store's keys for one journal, and the projection derived from it.

use crate::numbers::{Number, Numbers, Renumbering};

/// Why a number can no longer be committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// Its only writer has marked it, and has nothing under way that could still take effect.
    GivenUp,
    /// It was waited for in vain, or its writer does not know whether its swap took effect. A processor that finds this
    /// mark touches the target before judging.
    Dropped,
}

/// The keys of one journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Journal {
    /// The counter: the last number taken.
    pub last: Number,
    /// Numbers with an entry.
    pub entries: Numbers,
    /// The entries whose event counts because it is there.
    pub created: Numbers,
    /// Numbers with a receipt.
    pub receipts: Numbers,
    given_up: Numbers,
    dropped: Numbers,
}

impl Journal {
    /// Takes the next number.
    pub fn reserve(&mut self) -> Number {
        self.last = self.last.next();
        self.last
    }

    /// Writes a mark, replacing an earlier one.
    pub fn set_mark(&mut self, number: Number, mark: Mark) {
        self.given_up.remove(number);
        self.dropped.remove(number);
        match mark {
            Mark::GivenUp => self.given_up.insert(number),
            Mark::Dropped => self.dropped.insert(number),
        }
    }

    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        let Self { last: _, entries, created, receipts, given_up, dropped } = self;
        [entries, created, receipts, given_up, dropped].into_iter().for_each(|set| new.numbers(set));
    }

    /// Everything that it says about numbers.
    pub fn sets(&self) -> [Numbers; 5] {
        [self.entries, self.created, self.receipts, self.given_up, self.dropped]
    }

    /// Forgets what is known of a number that no actor examines any more.
    pub fn forget(&mut self, number: Number) {
        self.entries.remove(number);
        self.receipts.remove(number);
    }

    /// Forgets the mark of a number that no actor examines any more.
    pub fn forget_mark(&mut self, number: Number) {
        self.given_up.remove(number);
        self.dropped.remove(number);
    }

    /// Reads a mark.
    pub fn mark(&self, number: Number) -> Option<Mark> {
        if self.given_up.contains(number) {
            Some(Mark::GivenUp)
        } else {
            self.dropped.contains(number).then_some(Mark::Dropped)
        }
    }
}

/// The record of how far a journal is processed. It changes only by compare-and-swap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Projection {
    /// Counts its writes.
    pub revision: u8,
    /// Gaps: numbers that a whole turn has seen and that are waited for.
    pub open: Numbers,
    /// Gaps without an entry that are no longer waited for (skipped): the next turn marks them.
    pub passed: Numbers,
    /// Numbers whose event counts. This stands for everything that is derived from events.
    pub counted: Numbers,
    /// Numbers that came to nothing.
    pub holes: Numbers,
    /// Counted numbers whose entry was found after the number had been skipped: the writer may have written the event
    /// again.
    pub late: Numbers,
    /// Holes without an entry whose batch may still arrive; see [`Rules::watches_holes`](crate::rules::Rules).
    pub watched: Numbers,
}

impl Projection {
    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        let Self { revision: _, open, passed, counted, holes, late, watched } = self;
        [open, passed, counted, holes, late, watched].into_iter().for_each(|set| new.numbers(set));
    }

    /// Everything that it says about numbers, except `open`, which follows from the rest.
    pub fn sets(&self) -> [Numbers; 5] {
        [self.passed, self.counted, self.holes, self.late, self.watched]
    }

    /// The number up to which it has seen all numbers. They are seen in order.
    pub fn horizon(&self) -> Number {
        self.open.with(self.counted).with(self.holes).last().unwrap_or_default()
    }

    /// The numbers up to `last` that are neither counted nor holes.
    pub fn unsettled(&self, last: Number) -> Numbers {
        Number(0).until(last).collect::<Numbers>().without(self.counted.with(self.holes))
    }
}

/// Which numbers carry which event: a writer that writes its event again keeps the event's id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Events(pub [Numbers; 4]);

impl Events {
    /// All numbers that carry the event of this number.
    pub fn copies_of(&self, number: Number) -> Numbers {
        self.0.iter().copied().find(|numbers| numbers.contains(number)).unwrap_or_default()
    }
}
