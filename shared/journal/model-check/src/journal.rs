//! What the key-value store holds of one journal, and the projection of what was made of it.

use crate::numbers::{Number, Numbers, Renumbering};

/// Why a number can no longer be committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// Its only writer says so, and has nothing under way that could still take effect.
    GivenUp,
    /// It was waited for in vain, or its writer does not know whether its swap took effect. Who finds this mark touches
    /// the target before judging.
    Dropped,
}

/// The keys of one journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Journal {
    /// The counter: the last number given out.
    pub last: Number,
    /// Numbers with an entry.
    pub entries: Numbers,
    /// Those among them whose event counts by being there.
    pub created: Numbers,
    /// Numbers whose event a later writer has confirmed.
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

    /// Writes a mark; it replaces another.
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

    /// All it says of numbers.
    pub fn sets(&self) -> [Numbers; 5] {
        [self.entries, self.created, self.receipts, self.given_up, self.dropped]
    }

    /// Forgets what is known of a number that nobody looks at any more.
    pub fn forget(&mut self, number: Number) {
        self.entries.remove(number);
        self.receipts.remove(number);
    }

    /// Forgets the mark of a number that nobody looks at any more.
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

/// The record that says how far a journal is processed: changed by compare-and-swap only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Projection {
    /// Counts its writes.
    pub revision: u8,
    /// Numbers that a whole turn has seen and that are waited for.
    pub open: Numbers,
    /// Those among them without an entry that are waited for no longer: the next pass marks them.
    pub passed: Numbers,
    /// Numbers whose event counts. This stands for everything that is derived from an event.
    pub counted: Numbers,
    /// Numbers that came to nothing.
    pub holes: Numbers,
    /// Those counted whose entry was found after the number had been passed: the writer may have written the event again.
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

    /// All it says of numbers, but for `open`, which follows from the others.
    pub fn sets(&self) -> [Numbers; 5] {
        [self.passed, self.counted, self.holes, self.late, self.watched]
    }

    /// Up to where it has seen the numbers. All are seen in order.
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
