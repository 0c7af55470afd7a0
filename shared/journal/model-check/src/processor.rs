//! A processor: it settles the numbers of a journal and shows what it made of them with one swap of the projection.

mod settle;

use crate::journal::{Events, Journal, Projection};
use crate::numbers::{Number, Numbers, Renumbering};
use crate::rules::{Grain, Rules, Turns};

/// What events other than created ones are committed to: a record, or a slot.
pub trait Target {
    /// What is kept of reading it, to swap it later.
    type Seen: Copy;
    /// Whether something must be written before it is touched.
    const PREPARES: bool;

    /// Whether the event under a number shows at it.
    fn shows(&self, number: Number) -> bool;
    /// Reads it.
    fn look(&self) -> Self::Seen;
    /// Writes what must stand in the store before it is touched.
    fn prepare_touch(&self, seen: Self::Seen, journal: &mut Journal, rules: Rules);
    /// Changes it without changing what it says, if it is still as it was seen; so a swap already under way fails.
    fn touch(&mut self, seen: Self::Seen);
}

/// A journal, its projection, and what its events are committed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Site<T> {
    /// The journal.
    pub journal: Journal,
    /// What was made of it.
    pub projection: Projection,
    /// What its events are committed to.
    pub target: T,
}

/// What is left to chance in a step of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// It goes on, and waits longer for what is not there yet.
    Waits,
    /// It goes on, and has waited long enough.
    IsImpatient,
    /// It begins a turn with one number.
    Takes(Number),
    /// It dies. Another takes its place.
    Dies,
}

/// A processor between two key-value operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Processor<S> {
    step: Step<S>,
    /// The revision of the projection that was read.
    read: u8,
    /// What the projection shall be.
    next: Projection,
    /// The numbers that are still to be settled in this turn; the lowest is being settled.
    left: Numbers,
    /// Those among them that were passed in the projection that was read.
    passed: Numbers,
}

/// What a processor does next: one key-value operation each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Step<S> {
    /// There is no such processor.
    Absent,
    /// Reads the projection, when there is something to do.
    #[default]
    Idle,
    /// Reads the counter.
    Counter,
    /// Looks for the entry.
    Entry,
    /// Looks whether the target shows the event.
    Target,
    /// Looks whether the event was confirmed.
    Receipt,
    /// Looks for a mark, and decides what becomes of the number. Whether there is an entry.
    Mark(bool),
    /// Marks a number without an entry that the projection says is passed.
    Pass,
    /// Looks for the entry once more.
    EntryAgain,
    /// Marks a number whose event does not count.
    Drop,
    /// Reads the target.
    TouchLook,
    /// Writes what must stand before the target is touched.
    TouchPrepare(S),
    /// Touches the target.
    Touch(S),
    /// Looks whether the target shows the event after all.
    TargetAgain,
    /// Looks whether the event was confirmed after all.
    ReceiptAgain,
    /// Finds an entry under a number that was a hole: looks whether its writer has written the event again.
    Watched,
    /// Swaps the projection. Reading back is no step of its own: nothing follows from it here.
    Commit,
}

impl<S: Copy + Default + Ord> Processor<S> {
    /// None at all.
    pub fn absent() -> Self {
        Self { step: Step::Absent, ..Self::default() }
    }

    /// What may happen in its next step.
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

    /// Makes the next key-value operation and decides what follows from it.
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

    /// Once all numbers are settled: commits, unless nothing is new.
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

    /// Whether it may still look at a number.
    pub fn looks_at(&self, number: Number) -> bool {
        self.left.contains(number) || self.step == Step::Counter
    }

    /// Forgets what no longer makes a difference, so that states that behave alike are one state: of a revision only
    /// whether it is still the newest, and of a turn whose swap must fail everything but what it still does to others.
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
    /// The numbers with which a processor has something to do: neither counted nor a hole, or a hole that is watched and has
    /// an entry now.
    pub fn unsettled(&self) -> Numbers {
        let late = self.projection.watched.shared_with(self.journal.entries);
        self.projection.unsettled(self.journal.last).with(late)
    }

    /// In which roles numbers are, with two more that a model has of its own; see [`Numbers::roles`].
    pub fn roles(&self, numbers: Numbers, more: [Numbers; 2]) -> u64 {
        let [a, b, c, d, e] = self.journal.sets();
        let [f, g, h, i, j] = self.projection.sets();
        let [k, l] = more;
        numbers.roles(&[a, b, c, d, e, f, g, h, i, j, k, l])
    }

    /// Whether there are none.
    pub fn is_settled(&self) -> bool {
        self.unsettled().is_empty()
    }
}

/// How many steps a processor is given to settle everything by itself: more than the highest number of them can need.
const ENOUGH: usize = 400;

impl<T: Target + Copy> Site<T>
where
    T::Seen: Copy + Default + Ord,
{
    /// What is left when everybody dies now, and another processor comes whose patience is over each time.
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
