//! A writer between two key-value operations.

use crate::journal::{Journal, Mark};
use crate::mutation::Mutation;
use crate::numbers::{HIGHEST, Number, Numbers, Renumbering};
use crate::outcome::{Told, Way};
use crate::processor::Site;
use crate::rules::{Rules, SwapAnswer};
use crate::saving::record::{Record, Seen};

/// What a writer saves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A change of the record, with its event.
    #[default]
    Update,
    /// Something new, with its event: the batch is the commit.
    Create,
    /// A change of the record without an event. At most one writer is of this kind: its one write has a fixed name.
    Rewrite,
}

/// A writer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Writer {
    /// What it saves.
    pub kind: Kind,
    /// Its next operation.
    pub step: Step,
    /// The numbers it took. They all carry its one event. A rewrite has no event, but its write has a name of that kind.
    pub numbers: Numbers,
    /// How many more it may take.
    pub left: u8,
    /// The number it is about to commit.
    at: Number,
    /// The number of its previous attempt, to be abandoned with the next batch.
    before: Option<Number>,
    /// The record as it was read.
    pub seen: Seen,
}

/// A writer's next operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Reads the record.
    #[default]
    Read,
    /// Takes a number.
    Reserve,
    /// Writes the event, the receipt for the previous event, and the mark of its own previous attempt.
    Batch,
    /// Checks for a mark on its number.
    MarkCheck,
    /// Swaps the record.
    Swap,
    /// Reads the record back.
    ReadBack,
    /// Its write does not show: checks whether a later writer wrote a receipt for its event.
    Receipt,
    /// Marks its numbers and answers.
    Mark(Mark, Told),
    /// It has answered.
    Done(Told),
}

/// A write that is under way although its writer no longer waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnderWay {
    /// A batch: kind and number, receipt, abandoned number.
    Batch(Kind, Number, Option<Number>, Option<Number>),
    /// A swap of the record as it was read: the write, and whether it has an event.
    Swap(Seen, Number, bool),
}

impl UnderWay {
    /// It takes effect; a swap only if the record is still as it was read.
    pub fn arrive(self, site: &mut Site<Record>) {
        match self {
            Self::Batch(kind, number, receipt, before) => {
                let journal = &mut site.journal;
                journal.entries.insert(number);
                if kind == Kind::Create {
                    journal.created.insert(number);
                }
                receipt.into_iter().for_each(|number| journal.receipts.insert(number));
                before.into_iter().for_each(|number| journal.set_mark(number, Mark::GivenUp));
            }
            Self::Swap(seen, write, event) => site.target.swap(seen, write, event),
        }
    }

    /// Forgets it once it can no longer take effect.
    pub fn forget(self, record: &Record) -> Option<Self> {
        match self {
            Self::Swap(seen, ..) if !seen.is_newest(record) => None,
            Self::Swap(mut seen, write, event) => {
                seen.forget(record, false);
                Some(Self::Swap(seen, write, event))
            }
            Self::Batch(..) => Some(self),
        }
    }

    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        match self {
            Self::Batch(_, number, receipt, before) => {
                new.number(number);
                receipt.iter_mut().chain(before).for_each(|number| new.number(number));
            }
            Self::Swap(seen, write, _) => {
                new.number(write);
                seen.event.iter_mut().for_each(|number| new.number(number));
            }
        }
    }
}

impl Writer {
    /// A writer that may take this many numbers.
    pub fn new(kind: Kind, left: u8) -> Self {
        let step = if kind == Kind::Create { Step::Reserve } else { Step::Read };
        let mut writer = Self { kind, step, left, ..Self::default() };
        if kind == Kind::Rewrite {
            writer.at = Number(HIGHEST);
            writer.numbers.insert(writer.at);
        }
        writer
    }

    /// No writer.
    pub fn absent() -> Self {
        Self { step: Step::Done(Told::Unknown), ..Self::default() }
    }

    /// Whether there is no such writer.
    pub fn is_absent(&self) -> bool {
        *self == Self::absent()
    }

    /// Its answer to its caller.
    pub fn told(&self) -> Option<Told> {
        if let Step::Done(told) = self.step { Some(told) } else { None }
    }

    /// The possible ends of its next operation.
    pub fn ways(&self, may_fail: bool) -> &'static [Way] {
        let retries = !self.numbers.is_empty() && self.kind != Kind::Create;
        match (self.step, may_fail) {
            (Step::Done(_), _) => &[],
            (Step::Reserve, _) if retries => &[Way::Well, Way::Refused],
            (Step::Batch | Step::Swap, true) => Way::OF_A_WRITE,
            (Step::MarkCheck | Step::ReadBack | Step::Receipt, true) => Way::OF_A_READ,
            _ => &[Way::Well],
        }
    }

    /// Makes the next key-value operation and decides what follows. Returns the write that stays under way.
    pub fn advance(&mut self, site: &mut Site<Record>, way: Way, rules: Rules) -> Option<UnderWay> {
        match self.step {
            Step::Batch | Step::Swap => return self.write(site, way, rules),
            _ if way == Way::Fails => self.failed(rules),
            Step::Reserve if way == Way::Refused => self.step = Step::Mark(Mark::GivenUp, Told::No),
            Step::Read => {
                self.seen = site.target.look();
                self.step = if self.kind == Kind::Rewrite { Step::Swap } else { Step::Reserve };
            }
            Step::Reserve => {
                self.at = site.journal.reserve();
                self.numbers.insert(self.at);
                self.left -= 1;
                self.step = Step::Batch;
            }
            Step::MarkCheck => self.check(&site.journal, rules),
            Step::ReadBack => self.read_back(&site.target, rules),
            Step::Receipt if site.journal.receipts.contains(self.at) => self.step = Step::Done(Told::Saved),
            Step::Receipt => self.lost(),
            Step::Mark(mark, told) => {
                site.journal.set_mark(self.at, mark);
                self.before.iter().for_each(|number| site.journal.set_mark(*number, Mark::GivenUp));
                self.step = Step::Done(told);
            }
            Step::Done(_) => {}
        }
        None
    }

    /// A batch or a swap.
    fn write(&mut self, site: &mut Site<Record>, way: Way, rules: Rules) -> Option<UnderWay> {
        let swaps = self.step == Step::Swap;
        let receipt = self.seen.event.filter(|_| !rules.lacks(Mutation::SkipReceipt));
        let write = match swaps {
            true => UnderWay::Swap(self.seen, self.at, self.kind == Kind::Update),
            false => UnderWay::Batch(self.kind, self.at, receipt, self.before),
        };
        if way.takes_effect() {
            write.arrive(site);
        }
        if way.is_failure() {
            self.failed(rules);
            return (way == Way::FailsBeforeEffect).then_some(write);
        }
        if !swaps {
            self.before = None;
            self.step = Step::MarkCheck;
            return None;
        }
        self.step = match rules.answer {
            _ if !rules.lacks(Mutation::BelieveSwap) => Step::ReadBack,
            SwapAnswer::Success => Step::Done(Told::Saved),
            SwapAnswer::Failure => {
                self.seen = site.target.look();
                self.lost();
                return None;
            }
        };
        None
    }

    /// After the batch: a processor that drops the event marks it first, then touches the record.
    fn check(&mut self, journal: &Journal, rules: Rules) {
        let marked = journal.mark(self.at).is_some() && !rules.lacks(Mutation::SkipMarkCheck);
        self.step = match (marked, self.kind) {
            (false, Kind::Create) => Step::Done(Told::Saved),
            (false, _) => Step::Swap,
            (true, _) if self.left > 0 => {
                if rules.watches_holes {
                    self.before = Some(self.at);
                }
                Step::Reserve
            }
            // The event may still be found under any of its numbers.
            (true, Kind::Create) if !rules.lacks(Mutation::SayNoAfterBatch) => Step::Done(Told::Unknown),
            (true, _) => Step::Done(Told::No),
        };
    }

    fn read_back(&mut self, record: &Record, rules: Rules) {
        let now = record.look();
        let shows = if self.kind == Kind::Update && !rules.lacks(Mutation::OverlookOwnEvent) {
            record.shows_write(self.at)
        } else {
            record.carries(self.at)
        };
        if shows {
            self.step = Step::Done(Told::Saved);
        } else if self.kind == Kind::Update {
            self.seen = now;
            self.step = Step::Receipt;
        } else if self.seen.is_forgotten(record) {
            self.step = Step::Done(Told::Unknown);
        } else {
            self.seen = now;
            self.lost();
        }
    }

    /// The swap was not made and never will be: try again, or answer no.
    fn lost(&mut self) {
        self.step = match self.kind {
            Kind::Rewrite => Step::Done(Told::No),
            Kind::Update | Kind::Create if self.left > 0 => {
                self.before = Some(self.at);
                Step::Reserve
            }
            Kind::Update | Kind::Create => Step::Mark(Mark::GivenUp, Told::No),
        };
    }

    /// An operation got no clear answer. What is marked in the journal depends on what may still take effect.
    fn failed(&mut self, rules: Rules) {
        let sent = matches!(self.step, Step::Swap | Step::ReadBack | Step::Receipt);
        self.step = match self.kind {
            Kind::Rewrite => Step::Done(Told::Unknown),
            Kind::Create if !rules.lacks(Mutation::GiveUpAfterBatch) => Step::Done(Told::Unknown),
            Kind::Update if sent && !rules.lacks(Mutation::GiveUpAfterSwap) => {
                Step::Mark(Mark::Dropped, Told::Unknown)
            }
            Kind::Update | Kind::Create => Step::Mark(Mark::GivenUp, Told::Unknown),
        };
    }

    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        new.numbers(&mut self.numbers);
        new.number(&mut self.at);
        self.before.iter_mut().chain(&mut self.seen.event).for_each(|number| new.number(number));
    }

    /// The writer without its numbers, for comparison.
    pub fn without_numbers(mut self) -> Self {
        self.numbers = Numbers::default();
        self.at = Number(0);
        self.before = self.before.map(|_| Number(0));
        self.seen.event = self.seen.event.map(|_| Number(0));
        self
    }

    /// Whether it may still look for the receipt of a number.
    pub fn confirms(&self, number: Number) -> bool {
        self.at == number && self.told().is_none()
    }

    /// Whether it may still check the mark of a number. The mark of a created event also says why it came to nothing.
    pub fn checks(&self, number: Number) -> bool {
        let looks = self.at == number && matches!(self.step, Step::Batch | Step::MarkCheck);
        looks || self.kind == Kind::Create && self.numbers.contains(number)
    }

    /// Forgets what no longer matters, so that states with the same behaviour are one state.
    pub fn forget(&mut self, record: &Record) {
        if let Step::Done(_) = self.step {
            let Self { kind, step, numbers, .. } = *self;
            *self = Self { kind, step, numbers, ..Self::default() };
        }
        let needed = match self.step {
            Step::Reserve | Step::Batch | Step::MarkCheck | Step::Swap | Step::Receipt => true,
            Step::ReadBack => self.kind == Kind::Rewrite,
            Step::Read | Step::Mark(..) | Step::Done(_) => false,
        };
        if !needed {
            self.seen = Seen::default();
        }
        if self.step == Step::Swap {
            self.seen.event = None;
        }
        self.seen.forget(record, self.kind == Kind::Rewrite);
    }
}
