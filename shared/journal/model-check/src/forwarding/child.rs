//! A processor of the child between two key-value operations, limited to forwarding.

use crate::forwarding::State;
use crate::journal::Mark;
use crate::mutation::Mutation;
use crate::numbers::{Number, Numbers};
use crate::outcome::Way;
use crate::rules::{Rules, SwapAnswer};

/// Numbers taken above for events of this journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Transfer {
    /// The number above of the first; the others follow.
    pub first: Number,
    /// Their numbers here.
    pub numbers: Numbers,
}

impl Transfer {
    /// The numbers here with their numbers above.
    pub fn places(self) -> impl Iterator<Item = (Number, Number)> {
        self.numbers.iter().zip((self.first.0..).map(Number))
    }
}

/// The child's projection, limited to forwarding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChildProjection {
    /// Counts its writes.
    pub revision: u8,
    /// Every number up to here is counted.
    pub processed_up_to: Number,
    /// The transfer that is under way.
    pub forwarding: Option<Transfer>,
}

impl ChildProjection {
    /// Replaces the projection if it is still at the revision that was read. Returns whether it did.
    pub fn swap(&mut self, read: u8, next: Self) -> bool {
        let newest = self.revision == read;
        if newest {
            *self = Self { revision: read + 1, ..next };
        }
        newest
    }
}

/// A processor of the child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Child {
    step: Step,
    /// The projection that was read.
    read: ChildProjection,
    /// Its next state.
    next: ChildProjection,
    /// Numbers here whose numbers above are still to be checked.
    left: Numbers,
    /// Numbers here that have no entry above yet.
    missing: Numbers,
    /// Numbers here that need a new number above.
    onward: Numbers,
    /// The transfer that this processor has completed.
    done: Option<Transfer>,
}

/// Its next operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Step {
    /// There is no such processor.
    Absent,
    /// Reads the projection, if there is something to do.
    #[default]
    Idle,
    /// Reads the counter.
    Counter,
    /// Checks which entries above an earlier turn has written.
    Look,
    /// Writes the missing entries above.
    Write(After),
    /// Reads how far the journal above is processed.
    Horizon(After),
    /// Checks which of the numbers above were abandoned.
    Marks(After),
    /// Takes numbers above.
    Reserve,
    /// Swaps the projection and reads it back.
    Commit,
    /// Marks the numbers taken above, because the turn did not commit.
    GiveUp,
}

/// Whether a transfer is completed before the turn's own swap (one that an earlier turn began) or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum After {
    /// Before.
    EarlierTurn,
    /// After.
    OwnCommit,
}

impl Child {
    /// No processor.
    pub fn absent() -> Self {
        Self { step: Step::Absent, ..Self::default() }
    }

    /// Whether it can continue.
    pub fn is_due(&self, state: &State) -> bool {
        match self.step {
            Step::Absent => false,
            Step::Idle => {
                state.projection.processed_up_to < state.last || state.projection.forwarding.is_some()
            }
            Step::Counter
            | Step::Look
            | Step::Write(_)
            | Step::Horizon(_)
            | Step::Marks(_)
            | Step::Reserve
            | Step::Commit
            | Step::GiveUp => true,
        }
    }

    /// Whether its death makes a difference.
    pub fn can_die(&self) -> bool {
        self.step != Step::Absent && *self != Self::default()
    }

    /// The possible ends of its next operation. Only a swap without a clear answer differs from a death.
    pub fn ways(&self, may_fail: bool) -> &'static [Way] {
        if may_fail && self.step == Step::Commit { Way::OF_A_WRITE } else { &[Way::Well] }
    }

    /// Makes the next key-value operation and decides what follows. Returns a swap that stays under way.
    pub fn advance(&mut self, state: &mut State, way: Way, rules: Rules) -> Option<(u8, ChildProjection)> {
        match self.step {
            Step::Absent => {}
            Step::Idle => {
                self.read = state.projection;
                self.step = Step::Counter;
            }
            Step::Counter => self.count(state.last, rules),
            Step::Look => self.look(state),
            Step::Write(after) => self.write(state, after),
            Step::Horizon(after) => self.horizon(state, after, rules),
            Step::Marks(after) => self.marks(state, after),
            Step::Reserve => self.reserve(state, rules),
            Step::Commit => return self.commit(state, way, rules),
            Step::GiveUp => {
                for (_, there) in self.next.forwarding.into_iter().flat_map(Transfer::places) {
                    state.above.journal.set_mark(there, Mark::GivenUp);
                }
                *self = Self { done: self.done, ..Self::default() };
            }
        }
        None
    }

    fn count(&mut self, last: Number, rules: Rules) {
        self.next.processed_up_to = last;
        self.onward = self.read.processed_up_to.until(last).collect();
        match self.read.forwarding {
            Some(forwarding) if self.done != Some(forwarding) && !rules.lacks(Mutation::SkipFinish) => {
                self.left = forwarding.numbers;
                self.step = Step::Look;
            }
            _ => self.prepare(),
        }
    }

    /// An entry that an earlier attempt wrote stays as it is.
    fn look(&mut self, state: &State) {
        let Some((here, there)) = self.place(self.read.forwarding) else { return };
        if !state.above.journal.entries.contains(there) {
            self.missing.insert(here);
        }
        self.left.remove(here);
        if self.left.is_empty() {
            self.step = match self.missing.is_empty() {
                true => Step::Horizon(After::EarlierTurn),
                false => Step::Write(After::EarlierTurn),
            };
        }
    }

    fn write(&mut self, state: &mut State, after: After) {
        for (here, there) in self.forwarding(after).into_iter().flat_map(Transfer::places) {
            if self.missing.contains(here) {
                state.above.journal.entries.insert(there);
                state.above.journal.created.insert(there);
                if let Some(copies) = state.copies.0.get_mut(usize::from(here.0)) {
                    copies.insert(there);
                }
            }
        }
        self.missing = Numbers::default();
        self.step = Step::Horizon(after);
    }

    /// Beyond the horizon nothing is abandoned: the entry is there before a processor arrives.
    fn horizon(&mut self, state: &State, after: After, rules: Rules) {
        let horizon = state.above.projection.horizon();
        let places = self.forwarding(after).into_iter().flat_map(Transfer::places);
        self.left = places.filter(|(_, there)| *there <= horizon).map(|(here, _)| here).collect();
        self.step = Step::Marks(after);
        if self.left.is_empty() || rules.lacks(Mutation::SkipMarkCheck) {
            self.passed_on(after);
        }
    }

    fn marks(&mut self, state: &State, after: After) {
        let Some((here, there)) = self.place(self.forwarding(after)) else { return };
        if state.above.journal.mark(there).is_some() {
            self.onward.insert(here);
        }
        self.left.remove(here);
        if self.left.is_empty() {
            self.passed_on(after);
        }
    }

    /// Everything is written above, and it is known which events need a new number.
    fn passed_on(&mut self, after: After) {
        self.left = Numbers::default();
        match after {
            After::EarlierTurn => self.prepare(),
            After::OwnCommit => {
                let done = self.next.forwarding.filter(|_| self.onward.is_empty());
                *self = Self { done, ..Self::default() };
            }
        }
    }

    fn prepare(&mut self) {
        self.next.forwarding = None;
        self.step = if self.onward.is_empty() { Step::Commit } else { Step::Reserve };
    }

    fn reserve(&mut self, state: &mut State, rules: Rules) {
        let journal = &mut state.above.journal;
        let first = journal.last.next();
        self.onward.iter().for_each(|_| journal.last = journal.last.next());
        self.next.forwarding = Some(Transfer { first, numbers: self.onward });
        self.missing = self.onward;
        self.onward = Numbers::default();
        self.step = Step::Commit;
        if rules.lacks(Mutation::ForwardBeforeCommit) {
            let missing = self.missing;
            self.write(state, After::OwnCommit);
            self.missing = missing;
            self.step = Step::Commit;
        }
    }

    /// The swap, and reading back whether it was made.
    fn commit(&mut self, state: &mut State, way: Way, rules: Rules) -> Option<(u8, ChildProjection)> {
        let made = way.takes_effect() && state.projection.swap(self.read.revision, self.next);
        let believed = match rules.answer {
            _ if !rules.lacks(Mutation::BelieveSwap) => made,
            SwapAnswer::Success => true,
            SwapAnswer::Failure => false,
        };
        let clear = way == Way::Well;
        let under_way = (self.read.revision, self.next);
        self.step = match (clear, believed) {
            _ if self.next.forwarding.is_none() => Step::Idle,
            (true, true) => Step::Write(After::OwnCommit),
            (true, false) => Step::GiveUp,
            // It is unknown whether the turn was committed. If it was, the numbers above are needed.
            (false, _) if rules.lacks(Mutation::GiveUpAfterSwap) => Step::GiveUp,
            (false, _) => Step::Idle,
        };
        if self.step == Step::Idle {
            *self = Self { done: self.done, ..Self::default() };
        }
        (way == Way::FailsBeforeEffect).then_some(under_way)
    }

    fn forwarding(&self, after: After) -> Option<Transfer> {
        match after {
            After::EarlierTurn => self.read.forwarding,
            After::OwnCommit => self.next.forwarding,
        }
    }

    /// The next number to check, and its number above.
    fn place(&self, forwarding: Option<Transfer>) -> Option<(Number, Number)> {
        forwarding?.places().find(|(here, _)| self.left.contains(*here))
    }

    /// Forgets what no longer matters, so that states with the same behaviour are one state.
    pub fn forget(&mut self, projection: &ChildProjection) {
        self.done = self.done.filter(|done| Some(*done) == projection.forwarding);
        let after_commit = matches!(
            self.step,
            Step::Write(After::OwnCommit)
                | Step::Horizon(After::OwnCommit)
                | Step::Marks(After::OwnCommit)
                | Step::GiveUp
        );
        let newest = self.read.revision == projection.revision && self.step != Step::Idle && !after_commit;
        let looks_back = matches!(
            self.step,
            Step::Counter
                | Step::Look
                | Step::Write(After::EarlierTurn)
                | Step::Horizon(After::EarlierTurn)
                | Step::Marks(After::EarlierTurn)
        );
        if !looks_back {
            self.read = ChildProjection::default();
        }
        self.read.revision = u8::from(newest);
    }
}
