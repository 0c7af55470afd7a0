//! The one record that the writers change.

use crate::journal::Journal;
use crate::numbers::{Number, Numbers, Renumbering};
use crate::processor::Target;
use crate::rules::Rules;

/// The most of its writes a record remembers here; the product remembers 32.
const MEMORY: usize = 2;

/// A record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Record {
    /// Counts its writes, including touches. It never repeats, so a swap that expects the bytes read expects this
    /// revision.
    revision: u8,
    /// How many writes it remembers.
    remembers: u8,
    /// The ids of its last writes, newest first. A write is named by the number it was made under.
    writes: [Number; MEMORY],
    /// The event of the last write that had one.
    event: Option<Number>,
    /// Its value: all changes made, because each is applied to the value that the previous one left.
    pub applied: Numbers,
}

/// What a writer remembers of a record it read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seen {
    revision: u8,
    /// The event whose receipt must be written by a writer that replaces it.
    pub event: Option<Number>,
}

impl Record {
    /// A record that remembers this many of its writes.
    pub fn new(remembers: u8) -> Self {
        Self { revision: BASE, remembers, ..Self::default() }
    }

    /// Reads it.
    pub fn look(&self) -> Seen {
        Seen { revision: self.revision, event: self.event }
    }

    /// Replaces the record if it is as it was read, adding one write.
    pub fn swap(&mut self, seen: Seen, write: Number, event: bool) {
        if seen.revision != self.revision {
            return;
        }
        let [newest, _] = self.writes;
        self.writes = if self.remembers > 1 { [write, newest] } else { [write, Number(0)] };
        if event {
            self.event = Some(write);
        }
        self.applied.insert(write);
        self.revision += 1;
    }

    /// Whether it remembers a write.
    pub fn carries(&self, write: Number) -> bool {
        self.writes.contains(&write)
    }

    /// Whether it shows a write with an event: by its id, or by its event after the id was forgotten.
    pub fn shows_write(&self, write: Number) -> bool {
        self.carries(write) || self.event == Some(write)
    }

    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        self.writes.iter_mut().chain(&mut self.event).for_each(|number| new.number(number));
        new.numbers(&mut self.applied);
    }

    /// Restarts the counting of revisions. All actors first convert theirs relative to this one.
    pub fn forget(&mut self) {
        self.revision = BASE;
    }
}

/// The base of revisions, so that a few earlier ones can be told apart.
const BASE: u8 = 8;

impl Seen {
    /// Whether there were so many writes since that an own write may have been made and forgotten.
    pub fn is_forgotten(&self, record: &Record) -> bool {
        record.revision > self.revision + record.remembers
    }

    /// Whether a swap that expects this may still take effect.
    pub fn is_newest(&self, record: &Record) -> bool {
        self.revision == record.revision
    }

    /// Keeps of the revision only how far it is behind, as far as that matters.
    pub fn forget(&mut self, record: &Record, counts: bool) {
        let farthest = if counts { record.remembers + 1 } else { 1 };
        if *self != Self::default() {
            self.revision = BASE - (record.revision - self.revision).min(farthest);
        }
    }
}

impl Target for Record {
    type Seen = Seen;

    const PREPARES: bool = false;

    fn shows(&self, number: Number) -> bool {
        self.shows_write(number)
    }

    fn look(&self) -> Seen {
        Seen { event: None, ..Record::look(self) }
    }

    fn prepare_touch(&self, _: Seen, _: &mut Journal, _: Rules) {}

    fn touch(&mut self, seen: Seen) {
        if seen.is_newest(self) {
            self.revision += 1;
        }
    }
}
