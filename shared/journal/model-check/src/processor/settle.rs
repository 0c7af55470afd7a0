//! Settling one number.

use crate::journal::{Events, Journal, Mark};
use crate::mutation::Mutation;
use crate::numbers::Number;
use crate::processor::{Choice, Processor, Site, Step, Target};
use crate::rules::{Grain, Rules};

impl<S: Copy + Default + Ord> Processor<S> {
    /// One step of settling the lowest number left; with a coarse grain, all its reads and the touch that follows a read.
    pub(super) fn settle<T: Target<Seen = S>>(
        &mut self,
        site: &mut Site<T>,
        events: &Events,
        choice: Choice,
        rules: Rules,
    ) {
        let Some(number) = self.left.first() else { return };
        let before = self.step;
        self.operate(number, site, events, choice, rules);
        // An entry stays. Finding it now is as good as having found it at any time before, so it is no step of its own.
        let found = before == Step::Entry && matches!(self.step, Step::Target | Step::Receipt);
        let reads_on = matches!(
            self.step,
            Step::Target
                | Step::Receipt
                | Step::Mark(_)
                | Step::TouchPrepare(_)
                | Step::Touch(_)
                | Step::ReceiptAgain
        );
        let goes_on = found || reads_on && rules.grain == Grain::Coarse;
        if goes_on && self.left.contains(number) {
            self.settle(site, events, choice, rules);
        }
    }

    /// Makes the next key-value operation about the number and decides what follows from it.
    fn operate<T: Target<Seen = S>>(
        &mut self,
        number: Number,
        site: &mut Site<T>,
        events: &Events,
        choice: Choice,
        rules: Rules,
    ) {
        let Site { journal, target, .. } = site;
        // A writer that changes the target has written the receipt before. So the receipt is checked after the target.
        let receipt_first = rules.lacks(Mutation::ReceiptBeforeTarget);
        match self.step {
            Step::Absent | Step::Idle | Step::Counter | Step::Commit => {}
            Step::Entry => self.look(number, journal, events, rules),
            Step::Target if target.shows(number) => self.count(number, events, rules),
            Step::Target => self.step = if receipt_first { Step::Mark(true) } else { Step::Receipt },
            Step::Receipt if journal.receipts.contains(number) => self.count(number, events, rules),
            Step::Receipt => self.step = if receipt_first { Step::Target } else { Step::Mark(true) },
            Step::Watched => self.leave_hole(number, journal, events, rules),
            Step::Mark(entry) => self.judge(number, entry, journal.mark(number), choice, rules),
            Step::Pass => self.pass(number, journal, rules),
            Step::EntryAgain => self.look_again(number, journal, rules),
            Step::Drop => self.drop_event(number, journal, events, rules),
            Step::TouchLook if T::PREPARES => self.step = Step::TouchPrepare(target.look()),
            Step::TouchLook => self.step = Step::Touch(target.look()),
            Step::TouchPrepare(seen) => {
                target.prepare_touch(seen, journal, rules);
                self.step = Step::Touch(seen);
            }
            Step::Touch(seen) => {
                target.touch(seen);
                self.step = Self::after_touch(rules);
            }
            Step::TargetAgain if target.shows(number) => self.count(number, events, rules),
            Step::TargetAgain if receipt_first => self.hole(number),
            Step::TargetAgain => self.step = Step::ReceiptAgain,
            Step::ReceiptAgain if journal.receipts.contains(number) => self.count(number, events, rules),
            Step::ReceiptAgain if receipt_first => self.step = Step::TargetAgain,
            Step::ReceiptAgain => self.hole(number),
        }
    }

    /// Looks whether there is an event.
    fn look(&mut self, number: Number, journal: &Journal, events: &Events, rules: Rules) {
        let entry = journal.entries.contains(number);
        let watched = self.next.watched.contains(number);
        match (entry, watched) {
            (false, true) => self.done_with(number),
            (true, true) => self.step = Step::Watched,
            (false, false) => self.step = Step::Mark(false),
            (true, false) if journal.created.contains(number) => self.count(number, events, rules),
            (true, false) if rules.lacks(Mutation::ReceiptBeforeTarget) => self.step = Step::Receipt,
            (true, false) => self.step = Step::Target,
        }
    }

    /// A hole that is watched has an entry: it counts, unless its writer has written the event again.
    fn leave_hole(&mut self, number: Number, journal: &Journal, events: &Events, rules: Rules) {
        self.next.watched.remove(number);
        if journal.mark(number) == Some(Mark::GivenUp) {
            self.done_with(number);
        } else {
            self.next.holes.remove(number);
            self.passed.insert(number);
            self.count(number, events, rules);
        }
    }

    /// Decides the outcome of a number whose event does not count, or that has no entry.
    fn judge(&mut self, number: Number, entry: bool, mark: Option<Mark>, choice: Choice, rules: Rules) {
        let impatient = choice == Choice::IsImpatient;
        match (mark, entry) {
            (Some(Mark::GivenUp), _) => self.hole(number),
            (Some(Mark::Dropped), true) => self.step = Step::Drop,
            (None, true) if impatient => self.step = Step::Drop,
            (None, true) => self.done_with(number),
            (_, false) if self.passed.contains(number) => self.step = Step::Pass,
            // The projection says that a number is passed (skipped) before anybody marks it. So it is recorded that the
            // writer may write the event again, and a processor that counts one copy remembers it.
            (_, false) if impatient && rules.lacks(Mutation::MarkBeforePassed) => self.step = Step::Pass,
            (_, false) => {
                if impatient {
                    self.next.passed.insert(number);
                }
                self.done_with(number);
            }
        }
    }

    /// Ends waiting for a number without an entry. Who writes the entry after the mark sees the mark; what was written
    /// before is found by looking once more.
    fn pass(&mut self, number: Number, journal: &mut Journal, rules: Rules) {
        journal.set_mark(number, Mark::Dropped);
        self.step = Step::EntryAgain;
        if rules.lacks(Mutation::SkipSecondLook) {
            self.hole(number);
        }
    }

    fn look_again(&mut self, number: Number, journal: &Journal, rules: Rules) {
        if journal.entries.contains(number) {
            self.step = Step::Drop;
            return;
        }
        if rules.watches_holes {
            self.next.watched.insert(number);
        }
        self.hole(number);
    }

    /// Drops an event that was waited for in vain, unless it turns out to count after all. The mark comes first: no writer
    /// begins another swap after it. Then the target is touched, so that a swap already begun fails. What shows then is final.
    fn drop_event(&mut self, number: Number, journal: &mut Journal, events: &Events, rules: Rules) {
        journal.set_mark(number, Mark::Dropped);
        self.step = match journal.created.contains(number) {
            true => return self.count(number, events, rules),
            false if rules.lacks(Mutation::SkipTouch) => Self::after_touch(rules),
            false => Step::TouchLook,
        };
    }

    /// Once the target is touched, or need not be: looks whether the event counts after all.
    fn after_touch(rules: Rules) -> Step<S> {
        if rules.lacks(Mutation::ReceiptBeforeTarget) { Step::ReceiptAgain } else { Step::TargetAgain }
    }

    fn hole(&mut self, number: Number) {
        self.next.holes.insert(number);
        self.over(number);
    }

    fn count(&mut self, number: Number, events: &Events, rules: Rules) {
        // The writer of an event found late may have written it again: only one of the two counts.
        if !self.next.late.shared_with(events.copies_of(number)).is_empty() {
            return self.hole(number);
        }
        if self.passed.contains(number) && !rules.lacks(Mutation::ForgetLate) {
            self.next.late.insert(number);
        }
        self.next.counted.insert(number);
        self.over(number);
    }

    fn over(&mut self, number: Number) {
        self.next.open.remove(number);
        self.next.passed.remove(number);
        self.done_with(number);
    }

    fn done_with(&mut self, number: Number) {
        self.left.remove(number);
        self.passed.remove(number);
        self.step = Step::Entry;
    }
}
