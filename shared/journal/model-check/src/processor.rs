//! A processor: it settles the numbers of a journal and makes the result visible with one swap of the projection.

mod settle;

use crate::journal::{Events, Journal, Projection};
use crate::numbers::{Number, Numbers, Renumbering};
use crate::rules::{Grain, Rules, Turns};

/// The target of events other than created ones: a record, or a slot.
pub trait Target {
    /// What is remembered from reading it, for a later swap.
    type Seen: Copy;
    /// Whether something must be written before it is touched.
    const PREPARES: bool;

    /// Whether it shows the event under a number.
    fn shows(&self, number: Number) -> bool;
    /// Reads it.
    fn look(&self) -> Self::Seen;
    /// Writes what must be in the store before it is touched.
    fn prepare_touch(&self, seen: Self::Seen, journal: &mut Journal, rules: Rules);
    /// Changes it without changing its meaning, if it is still as it was read, so that a swap already under way fails.
    fn touch(&mut self, seen: Self::Seen);
}

/// A journal, its projection, and the target of its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Site<T> {
    /// The journal.
    pub journal: Journal,
    /// What was derived from it.
    pub projection: Projection,
    /// The target of its events.
    pub target: T,
}

/// The choices in a step of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// It continues, and keeps waiting for what is not there yet.
    Waits,
    /// It continues, and has waited long enough.
    IsImpatient,
    /// It begins a turn with one number.
    Takes(Number),
    /// It dies. Another one replaces it.
    Dies,
}

/// A processor between two key-value operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Processor<S> {
    step: Step<S>,
    /// The revision of the projection that was read.
    read: u8,
    /// The next state of the projection.
    next: Projection,
    /// The numbers still to be settled in this turn; the lowest is being settled.
    left: Numbers,
    /// Those of them that were passed (skipped) in the projection that was read.
    passed: Numbers,
}

/// A processor's next operation: one key-value operation each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Step<S> {
    /// There is no such processor.
    Absent,
    /// Reads the projection, if there is something to do.
    #[default]
    Idle,
    /// Reads the counter.
    Counter,
    /// Looks for the entry.
    Entry,
    /// Checks whether the target shows the event.
    Target,
    /// Checks whether the event has a receipt.
    Receipt,
    /// Checks for a mark, and decides the outcome of the number. The value: whether there is an entry.
    Mark(bool),
    /// Marks a number without an entry that the projection says is passed.
    Pass,
    /// Looks for the entry again.
    EntryAgain,
    /// Marks a number whose event does not count.
    Drop,
    /// Reads the target.
    TouchLook,
    /// Writes what must be in the store before the target is touched.
    TouchPrepare(S),
    /// Touches the target.
    Touch(S),
    /// Checks whether the target shows the event after all.
    TargetAgain,
    /// Checks whether the event has a receipt after all.
    ReceiptAgain,
    /// Finds an entry under a number that was a hole: checks whether its writer has written the event again.
    Watched,
    /// Swaps the projection. Reading back is not a separate step, because nothing follows from it here.
    Commit,
}

impl<S: Copy + Default + Ord> Processor<S> {
    /// No processor.
    pub fn absent() -> Self {
        Self { step: Step::Absent, ..Self::default() }
    }

    /// The choices in its next step.
    pub fn choices<T>(&self, site: &Site<T>, rules: Rules) -> Vec<Choice> {
        match (self.step, rules.turns) {
            (Step::Absent, _) => Vec::new(),
            (Step::Idle, Turns::Whole) if site.is_settled() => Vec::new(),
            (Step::Idle, Turns::Whole) => vec![Choice::Waits],
            (Step::Idle, Turns::Single) => site.unsettled().iter().map(Choice::Takes).collect(),
            (Step::Mark(_), _) => vec![Choice::Waits, Choice::IsImpatient, Choice::Dies],
            (Step::Entry, _) if rules.grain == Grain::Coarse => {
                vec![Choice::Waits, Choice::IsImpatient, Choice::Dies]
            }
            _ => vec![Choice::Waits, Choice::Dies],
        }
    }

    /// Makes the next key-value operation and decides what follows.
    pub fn advance<T: Target<Seen = S>>(
        &mut self,
        site: &mut Site<T>,
        events: &Events,
        choice: Choice,
        rules: Rules,
    ) {
        match self.step {
            _ if choice == Choice::Dies => *self = Self::default(),
            Step::Absent => {}
            Step::Idle => self.begin(&site.projection, choice),
            Step::Counter => {
                self.left = self.next.unsettled(site.journal.last).with(self.next.watched);
                self.next.open = self.next.unsettled(site.journal.last);
                self.step = Step::Entry;
            }
            Step::Commit => {
                if site.projection.revision == self.read {
                    self.next.revision += 1;
                    site.projection = self.next;
                }
                *self = Self::default();
            }
            Step::Entry
            | Step::Target
            | Step::Receipt
            | Step::Mark(_)
            | Step::Pass
            | Step::EntryAgain
            | Step::Drop
            | Step::TouchLook
            | Step::TouchPrepare(_)
            | Step::Touch(_)
            | Step::TargetAgain
            | Step::ReceiptAgain
            | Step::Watched => self.settle(site, events, choice, rules),
        }
        self.end_turn(&site.projection);
    }

    /// Reads the projection.
    fn begin(&mut self, projection: &Projection, choice: Choice) {
        self.next = *projection;
        self.read = projection.revision;
        self.passed = projection.passed;
        self.step = Step::Counter;
        if let Choice::Takes(number) = choice {
            self.left.insert(number);
            self.passed = self.passed.shared_with(self.left);
            self.step = Step::Entry;
        }
    }

    /// When all numbers are settled: commits, unless nothing has changed.
    fn end_turn(&mut self, projection: &Projection) {
        if self.step != Step::Entry || !self.left.is_empty() {
            return;
        }
        self.step = Step::Commit;
        if self.read == projection.revision && self.next == *projection {
            *self = Self::default();
        }
    }

    /// The target as it was read to be touched.
    pub fn seen_mut(&mut self) -> Option<&mut S> {
        let (Step::TouchPrepare(seen) | Step::Touch(seen)) = &mut self.step else { return None };
        Some(seen)
    }

    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        self.next.renumber(new);
        new.numbers(&mut self.left);
        new.numbers(&mut self.passed);
    }

    /// Whether it may still examine a number.
    pub fn looks_at(&self, number: Number) -> bool {
        self.left.contains(number) || self.step == Step::Counter
    }

    /// Forgets what no longer matters, so that states with the same behaviour are one state: of a revision, everything
    /// but whether it is still the newest; of a turn whose swap must fail, everything but its effects on others.
    pub fn forget(&mut self, projection: &Projection) {
        let newest = self.read == projection.revision && self.step != Step::Idle;
        self.read = u8::from(newest);
        if newest {
            self.next.revision = 1;
        } else if self.step == Step::Counter {
            self.next.revision = 0;
        } else {
            self.next = Projection::default();
        }
    }
}

impl<T> Site<T> {
    /// The numbers that a processor has to deal with: neither counted nor a hole, or a watched hole that has an entry
    /// now.
    /// an entry now.
    pub fn unsettled(&self) -> Numbers {
        let late = self.projection.watched.shared_with(self.journal.entries);
        self.projection.unsettled(self.journal.last).with(late)
    }

    /// The sets that contain numbers, with two more from the calling model; see [`Numbers::roles`].
    pub fn roles(&self, numbers: Numbers, more: [Numbers; 2]) -> u64 {
        let [a, b, c, d, e] = self.journal.sets();
        let [f, g, h, i, j] = self.projection.sets();
        let [k, l] = more;
        numbers.roles(&[a, b, c, d, e, f, g, h, i, j, k, l])
    }

    /// Whether there are no such numbers.
    pub fn is_settled(&self) -> bool {
        self.unsettled().is_empty()
    }
}

/// How many steps a processor gets to settle everything alone. That is more than the highest number of them can need.
const ENOUGH: usize = 400;

impl<T: Target + Copy> Site<T>
where
    T::Seen: Copy + Default + Ord,
{
    /// The state after everybody dies now, and a new processor runs that never waits.
    #[must_use]
    pub fn after_all_died(mut self, events: &Events, rules: Rules) -> Self {
        let mut processor = Processor::default();
        for _ in 0..ENOUGH {
            if processor.step == Step::Idle && self.is_settled() {
                break;
            }
            processor.advance(&mut self, events, Choice::IsImpatient, rules);
        }
        self
    }
}
