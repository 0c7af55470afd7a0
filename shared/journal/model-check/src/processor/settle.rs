//! Settling one number.

use crate::journal::{Events, Mark};
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
        match self.step {
            Step::Entry | Step::Target | Step::Receipt | Step::Watched => {
                self.look(number, site, events, rules);
            }
            Step::Mark(entry) => self.judge(number, entry, site.journal.mark(number), choice, rules),
            Step::Pass | Step::EntryAgain => self.pass(number, site, rules),
            _ => self.drop_or_count(number, site, events, rules),
        }
        let goes_on = match self.step {
            // An entry stays. Finding it now is the same as having found it earlier, so it is not a separate step.
            Step::Target | Step::Receipt => before == Step::Entry || rules.grain == Grain::Coarse,
            Step::Mark(_) | Step::TouchPrepare(_) | Step::Touch(_) | Step::ReceiptAgain => {
                rules.grain == Grain::Coarse
            }
            _ => false,
        };
        if goes_on && self.left.contains(number) {
            self.settle(site, events, choice, rules);
        }
    }

    /// Checks whether there is an event and whether it counts.
    fn look<T: Target<Seen = S>>(&mut self, number: Number, site: &Site<T>, events: &Events, rules: Rules) {
        let Site { journal, target, .. } = site;
        // A writer that changes the target has written the receipt before. So the receipt is checked after the target.
        let receipt_first = rules.lacks(Mutation::ReceiptBeforeTarget);
        let entry = journal.entries.contains(number);
        let watched = self.next.watched.contains(number);
        match self.step {
            Step::Entry if watched && !entry => self.done_with(number),
            Step::Entry if watched => self.step = Step::Watched,
            Step::Entry if !entry => self.step = Step::Mark(false),
            Step::Entry if journal.created.contains(number) => self.count(number, events, rules),
            Step::Entry => self.step = if receipt_first { Step::Receipt } else { Step::Target },
            Step::Target if target.shows(number) => self.count(number, events, rules),
            Step::Target => self.step = if receipt_first { Step::Mark(true) } else { Step::Receipt },
            Step::Receipt if journal.receipts.contains(number) => self.count(number, events, rules),
            Step::Receipt => self.step = if receipt_first { Step::Target } else { Step::Mark(true) },
            _ => {
                self.next.watched.remove(number);
                if journal.mark(number) == Some(Mark::GivenUp) {
                    self.done_with(number);
                } else {
                    self.next.holes.remove(number);
                    self.passed.insert(number);
                    self.count(number, events, rules);
                }
            }
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

    /// Stops waiting for a number without an entry. A writer that writes the entry after the mark sees the mark; an
    /// entry written before is found by looking again.
    fn pass<T>(&mut self, number: Number, site: &mut Site<T>, rules: Rules) {
        let journal = &mut site.journal;
        match self.step {
            Step::Pass => {
                journal.set_mark(number, Mark::Dropped);
                self.step = Step::EntryAgain;
                if rules.lacks(Mutation::SkipSecondLook) {
                    self.hole(number);
                }
            }
            _ if journal.entries.contains(number) => self.step = Step::Drop,
            _ => {
                if rules.watches_holes {
                    self.next.watched.insert(number);
                }
                self.hole(number);
            }
        }
    }

    /// Drops an event after waiting for it in vain, unless it turns out to count after all. The mark comes first: no
    /// writer begins another swap after it. Then the target is touched, so that a swap already begun fails. What the
    /// target shows then is final.
    fn drop_or_count<T: Target<Seen = S>>(
        &mut self,
        number: Number,
        site: &mut Site<T>,
        events: &Events,
        rules: Rules,
    ) {
        let Site { journal, target, .. } = site;
        let receipt_first = rules.lacks(Mutation::ReceiptBeforeTarget);
        let again = if receipt_first { Step::ReceiptAgain } else { Step::TargetAgain };
        match self.step {
            Step::Drop => {
                journal.set_mark(number, Mark::Dropped);
                self.step = match journal.created.contains(number) {
                    true => return self.count(number, events, rules),
                    false if rules.lacks(Mutation::SkipTouch) => again,
                    false => Step::TouchLook,
                };
            }
            Step::TouchLook if T::PREPARES => self.step = Step::TouchPrepare(target.look()),
            Step::TouchLook => self.step = Step::Touch(target.look()),
            Step::TouchPrepare(seen) => {
                target.prepare_touch(seen, journal, rules);
                self.step = Step::Touch(seen);
            }
            Step::Touch(seen) => {
                target.touch(seen);
                self.step = again;
            }
            Step::TargetAgain if target.shows(number) => self.count(number, events, rules),
            Step::TargetAgain if receipt_first => self.hole(number),
            Step::TargetAgain => self.step = Step::ReceiptAgain,
            _ if journal.receipts.contains(number) => self.count(number, events, rules),
            _ if receipt_first => self.step = Step::TargetAgain,
            _ => self.hole(number),
        }
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
