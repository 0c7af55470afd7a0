//! A candidate for a slot between two key-value operations.

use crate::journal::Mark;
use crate::mutation::Mutation;
use crate::numbers::{Number, Numbers, Renumbering};
use crate::outcome::{Told, Way};
use crate::processor::Site;
use crate::rules::{Grain, Rules, SwapAnswer};
use crate::slot::place::{Held, Place, Seen};

/// A candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Candidate {
    /// Its next operation.
    pub step: Step,
    /// The numbers it took. They all carry its one event and name its one record.
    pub numbers: Numbers,
    /// How many more it may take.
    pub left: u8,
    /// How often it may still swap for the current number.
    rounds: u8,
    /// Whether it has swapped for it.
    swapped: bool,
    /// The number that is a candidate.
    at: Number,
    /// The slot as it was read.
    pub seen: Seen,
    /// The holder for whose event its batch has a receipt.
    confirmed: Option<Number>,
    /// Whether its record no longer counts as a holder, for example a decided request. Once dead, always dead.
    pub dead: bool,
}

/// A candidate's next operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Reads the slot and the claim under its number.
    #[default]
    Look,
    /// Checks whether the holder is dead, before anything is written.
    Judge,
    /// Takes a number.
    Reserve,
    /// Writes the event, the record, the claim, and the receipt for the event of the holder found.
    Batch,
    /// Creates the slot.
    Create,
    /// Checks whether the holder is dead, during the election.
    JudgeAgain,
    /// Writes a receipt for the event of a dead holder, if its batch has none.
    Confirm,
    /// Checks for a mark on its number.
    MarkCheck,
    /// Swaps the slot.
    Swap,
    /// Reads the slot back.
    LookAgain,
    /// It has swapped and does not hold the slot: checks whether it was elected and replaced.
    Receipt,
    /// Marks its number and answers.
    Mark(Mark, Told),
    /// It has answered.
    Done(Told),
}

/// A write that is under way although its candidate no longer waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnderWay {
    /// The batch under a number, with a receipt.
    Batch(Number, Option<Number>),
    /// The swap of the slot to a number.
    Swap(Seen, Number),
}

impl UnderWay {
    /// It takes effect.
    pub fn arrive(self, site: &mut Site<Place>) {
        match self {
            Self::Batch(number, receipt) => {
                site.journal.entries.insert(number);
                receipt.iter().for_each(|number| site.journal.receipts.insert(*number));
            }
            Self::Swap(seen, number) => site.target.swap(seen, number),
        }
    }

    /// Forgets it once it can no longer take effect.
    pub fn forget(self, place: &Place) -> Option<Self> {
        match self {
            Self::Swap(mut seen, number) => {
                seen.forget(place);
                seen.is_possible().then_some(Self::Swap(seen, number))
            }
            Self::Batch(..) => Some(self),
        }
    }

    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        match self {
            Self::Batch(number, receipt) => {
                new.number(number);
                receipt.iter_mut().for_each(|number| new.number(number));
            }
            Self::Swap(seen, number) => {
                seen.renumber(new);
                new.number(number);
            }
        }
    }
}

/// Another holds the slot, or it ran out of rounds.
const LOST: Step = Step::Mark(Mark::GivenUp, Told::No);

/// The numbers that belong to dead holders.
pub type Dead = Numbers;

impl Candidate {
    /// A candidate that may take this many numbers.
    pub fn new(left: u8) -> Self {
        Self { left, ..Self::default() }
    }

    /// No candidate.
    pub fn absent() -> Self {
        Self { step: Step::Done(Told::Unknown), ..Self::default() }
    }

    /// Its answer to its caller.
    pub fn told(&self) -> Option<Told> {
        if let Step::Done(told) = self.step { Some(told) } else { None }
    }

    /// The possible ends of its next operation.
    pub fn ways(&self, may_fail: bool) -> &'static [Way] {
        match self.step {
            Step::Done(_) => &[],
            _ if !may_fail => &[Way::Well],
            Step::Batch | Step::Swap => Way::OF_A_WRITE,
            Step::MarkCheck | Step::LookAgain | Step::JudgeAgain | Step::Receipt => Way::OF_A_READ,
            Step::Look | Step::Judge | Step::Reserve | Step::Create | Step::Confirm | Step::Mark(..) => {
                &[Way::Well]
            }
        }
    }

    /// Makes the next step. Returns the write that stays under way.
    pub fn advance(
        &mut self,
        site: &mut Site<Place>,
        dead: Dead,
        rounds: u8,
        way: Way,
        rules: Rules,
    ) -> Option<UnderWay> {
        let before = self.step;
        let stays = self.operate(site, dead, rounds, way, rules);
        let reads_on =
            matches!(self.step, Step::Judge | Step::Receipt | Step::JudgeAgain) || before == Step::Create;
        if rules.grain == Grain::Coarse && reads_on && self.step != before {
            return self.advance(site, dead, rounds, way, rules);
        }
        stays
    }

    /// Makes the next key-value operation and decides what follows. Returns the write that stays under way.
    fn operate(
        &mut self,
        site: &mut Site<Place>,
        dead: Dead,
        rounds: u8,
        way: Way,
        rules: Rules,
    ) -> Option<UnderWay> {
        if way == Way::Fails && !matches!(self.step, Step::Batch | Step::Swap) {
            self.failed(rules);
            return None;
        }
        match self.step {
            Step::Batch | Step::Swap => return self.write(site, way, rules),
            Step::Look => {
                self.seen = site.target.look();
                self.step = if self.seen.held.claim().is_some() { Step::Judge } else { Step::Reserve };
            }
            Step::Judge => {
                let vacant = self.seen.held.claim().is_none_or(|holder| dead.contains(holder));
                self.step = if vacant { Step::Reserve } else { Step::Done(Told::No) };
            }
            Step::Reserve => {
                self.at = site.journal.reserve();
                self.numbers.insert(self.at);
                self.left -= 1;
                self.rounds = rounds;
                self.swapped = false;
                self.confirmed = self.seen.held.claim();
                self.step = Step::Batch;
            }
            Step::Create => {
                site.target.create();
                self.step = Step::LookAgain;
            }
            Step::JudgeAgain => self.judge_again(dead, rules),
            Step::Confirm => {
                self.seen.held.claim().iter().for_each(|holder| site.journal.receipts.insert(*holder));
                self.step = Step::MarkCheck;
            }
            Step::MarkCheck => {
                let marked = site.journal.mark(self.at).is_some() && !rules.lacks(Mutation::SkipMarkCheck);
                self.step = match marked {
                    false => Step::Swap,
                    true if self.left > 0 => Step::Look,
                    true => Step::Done(Told::No),
                };
            }
            Step::LookAgain => {
                self.seen = site.target.look();
                self.step = if self.seen.held == Held::Claim(self.at) {
                    Step::Done(Told::Saved)
                } else if self.swapped && !rules.lacks(Mutation::OverlookOwnElection) {
                    Step::Receipt
                } else {
                    self.stand()
                };
            }
            Step::Receipt if site.journal.receipts.contains(self.at) => self.step = Step::Done(Told::Saved),
            Step::Receipt if rules.lacks(Mutation::OverlookOwnElection) => self.step = LOST,
            Step::Receipt => self.step = self.stand(),
            Step::Mark(mark, told) => {
                site.journal.set_mark(self.at, mark);
                self.step = Step::Done(told);
            }
            Step::Done(_) => {}
        }
        None
    }

    /// A batch or a swap.
    fn write(&mut self, site: &mut Site<Place>, way: Way, rules: Rules) -> Option<UnderWay> {
        let swaps = self.step == Step::Swap;
        let receipt = self.confirmed.filter(|_| !rules.lacks(Mutation::SkipReceipt));
        let write = match swaps {
            true => UnderWay::Swap(self.seen, self.at),
            false => UnderWay::Batch(self.at, receipt),
        };
        if way.takes_effect() {
            write.arrive(site);
        }
        if way.is_failure() {
            self.failed(rules);
            return (way == Way::FailsBeforeEffect).then_some(write);
        }
        if !swaps {
            self.step = self.stand();
            return None;
        }
        self.rounds -= 1;
        self.swapped = true;
        self.step = match rules.answer {
            _ if !rules.lacks(Mutation::BelieveSwap) => Step::LookAgain,
            SwapAnswer::Success => Step::Done(Told::Saved),
            SwapAnswer::Failure => Step::Mark(Mark::GivenUp, Told::No),
        };
        None
    }

    /// What follows from the contents of the slot, once it is known that the current number was never elected. If it
    /// were swapped in a second time, a swap that another candidate began while it was there the first time would take
    /// effect after all.
    fn stand(&self) -> Step {
        match self.seen.held {
            _ if self.rounds == 0 => LOST,
            Held::Absent => Step::Create,
            Held::Free | Held::Vacant => Step::MarkCheck,
            Held::Claim(_) | Held::Copy(_) => Step::JudgeAgain,
        }
    }

    fn judge_again(&mut self, dead: Dead, rules: Rules) {
        self.step = match self.seen.held.claim() {
            Some(holder) if !dead.contains(holder) => {
                if rules.lacks(Mutation::OverlookOwnElection) {
                    Step::Receipt
                } else {
                    LOST
                }
            }
            holder if holder == self.confirmed || rules.lacks(Mutation::SkipReceipt) => Step::MarkCheck,
            _ => Step::Confirm,
        };
    }

    /// An operation got no clear answer. What is marked in the journal depends on what may still take effect.
    fn failed(&mut self, rules: Rules) {
        let sent = self.step == Step::Swap || self.swapped;
        let mark =
            if sent && !rules.lacks(Mutation::GiveUpAfterSwap) { Mark::Dropped } else { Mark::GivenUp };
        self.step = Step::Mark(mark, Told::Unknown);
    }

    /// Renumbers everything.
    pub fn renumber(&mut self, new: &Renumbering) {
        new.numbers(&mut self.numbers);
        new.number(&mut self.at);
        self.seen.renumber(new);
        self.confirmed.iter_mut().for_each(|number| new.number(number));
    }

    /// The candidate without its numbers, for comparison.
    pub fn without_numbers(mut self) -> Self {
        self.numbers = Numbers::default();
        self.at = Number(0);
        self.seen.held = self.seen.held.without_number();
        self.confirmed = self.confirmed.map(|_| Number(0));
        self
    }

    /// Whether it may still check the receipt or the mark of a number.
    pub fn looks_at(&self, number: Number) -> bool {
        self.at == number && self.told().is_none()
    }

    /// Forgets what no longer matters, so that states with the same behaviour are one state.
    pub fn forget(&mut self, place: &Place) {
        match self.step {
            Step::Done(_) => {
                let Self { step, numbers, dead, .. } = *self;
                *self = Self { step, numbers, dead, ..Self::default() };
            }
            Step::Look | Step::Judge | Step::Reserve => {
                let Self { step, numbers, left, seen, dead, .. } = *self;
                *self = Self { step, numbers, left, seen, dead, ..Self::default() };
            }
            Step::Mark(..) => {
                let Self { step, numbers, at, dead, .. } = *self;
                *self = Self { step, numbers, at, dead, ..Self::default() };
            }
            Step::LookAgain | Step::Create => self.seen = Seen::default(),
            Step::Batch | Step::JudgeAgain | Step::Confirm | Step::MarkCheck | Step::Swap | Step::Receipt => {
                // All of it still makes a difference.
            }
        }
        self.seen.forget(place);
    }
}
