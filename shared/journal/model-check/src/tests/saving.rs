//! Saving.

use super::{ANSWERS, RULES, holds, violates};
use crate::mutation::Mutation;
use crate::rules::Rules;
use crate::saving::writer::Kind::{self, Create, Rewrite, Update};
use crate::saving::{KNOWN_GAP, Saving};

const LOST: &str = "an_acknowledged_change_is_never_lost";
const TWICE: &str = "nothing_counts_twice";
const INEXACT: &str = "an_event_counts_exactly_if_its_change_took_effect";
const NO: &str = "nothing_comes_of_what_was_told_no";

/// So many numbers for each writer, and so many processors; nothing fails.
fn saving(writers: &[Kind], numbers: u8, processors: usize, rules: Rules) -> Saving {
    Saving {
        writers: writers.to_vec(),
        numbers,
        processors,
        remembers: 1,
        failures: 0,
        shows_gap: false,
        rules,
    }
}

impl Saving {
    fn failing(self) -> Self {
        Self { failures: 1, ..self }
    }

    fn remembering_two(self) -> Self {
        Self { remembers: 2, ..self }
    }
}

#[test]
fn three_writers_may_change_one_record() {
    holds(saving(&[Update, Update, Update], 1, 1, RULES.single().coarse()));
}

#[test]
fn two_writers_and_two_processors_may_meet_between_any_two_operations() {
    holds(saving(&[Update, Update], 1, 2, RULES.single()));
}

#[test]
fn a_record_may_remember_more_than_one_write() {
    holds(saving(&[Update, Update], 1, 1, RULES).remembering_two());
}

#[test]
fn a_writer_may_try_again_under_another_number() {
    holds(saving(&[Update, Update], 2, 1, RULES.single().coarse()));
}

#[test]
fn three_kinds_of_writers_may_share_a_journal_that_two_processors_settle() {
    holds(saving(&[Update, Create, Rewrite], 1, 2, RULES.single().coarse()));
}

#[test]
fn an_operation_of_a_writer_may_fail_and_take_effect_before_later_or_never() {
    for answer in ANSWERS {
        holds(saving(&[Update, Update], 1, 1, RULES.single().answered(answer)).failing());
        holds(saving(&[Update, Rewrite], 2, 1, RULES.single().answered(answer)).failing());
        holds(saving(&[Create, Create], 1, 2, RULES.answered(answer)).failing());
        holds(saving(&[Create], 2, 2, RULES.answered(answer)).failing());
    }
}

#[test]
fn a_created_event_may_be_written_again_under_another_number() {
    holds(saving(&[Create, Create], 2, 1, RULES));
    holds(saving(&[Create, Create, Create], 1, 1, RULES));
}

#[test]
fn a_batch_that_arrives_too_late_leaves_a_record_without_its_event_unless_holes_are_watched() {
    let showing = |writers: &[Kind], numbers, processors, watches_holes| {
        let rules = Rules { watches_holes, ..RULES };
        Saving { shows_gap: true, ..saving(writers, numbers, processors, rules) }
    };
    violates(KNOWN_GAP, showing(&[Create], 1, 1, false));
    holds(showing(&[Create], 2, 2, true).failing());
    holds(showing(&[Create, Create], 1, 2, true).failing());
    holds(showing(&[Create, Create], 2, 1, true));
}

#[test]
fn whoever_replaces_a_write_must_confirm_its_event() {
    let rules = RULES.single().without(Mutation::SkipReceipt);
    violates(LOST, saving(&[Update, Update], 2, 1, rules));
    violates(NO, saving(&[Update, Update], 2, 1, rules));
}

#[test]
fn the_record_must_be_touched_before_an_event_is_dropped() {
    let rules = RULES.single().without(Mutation::SkipTouch);
    violates(LOST, saving(&[Update], 1, 1, rules));
}

#[test]
fn a_swap_must_not_be_believed() {
    let [failure, success] = ANSWERS;
    let rules = RULES.single().without(Mutation::BelieveSwap);
    violates(TWICE, saving(&[Update], 2, 1, rules.answered(failure)));
    violates(NO, saving(&[Update], 1, 1, rules.answered(failure)));
    violates(LOST, saving(&[Update, Update], 1, 1, rules.answered(success)));
}

#[test]
fn a_writer_must_look_for_a_mark_after_its_batch() {
    violates(LOST, saving(&[Update], 1, 1, RULES.single().without(Mutation::SkipMarkCheck)));
    violates(LOST, saving(&[Create], 1, 1, RULES.without(Mutation::SkipMarkCheck)));
}

#[test]
fn a_number_must_be_passed_in_the_projection_before_it_is_marked() {
    violates(TWICE, saving(&[Create], 2, 2, RULES.without(Mutation::MarkBeforePassed)));
}

#[test]
fn whoever_has_marked_a_number_without_an_entry_must_look_for_the_entry_again() {
    violates(LOST, saving(&[Create], 1, 1, RULES.without(Mutation::SkipSecondLook)));
}

#[test]
fn an_event_found_late_must_be_remembered() {
    violates(TWICE, saving(&[Create], 2, 2, RULES.without(Mutation::ForgetLate)));
}

#[test]
fn the_receipt_must_be_looked_for_after_the_target() {
    let rules = RULES.single().without(Mutation::ReceiptBeforeTarget);
    violates(LOST, saving(&[Update, Update], 1, 1, rules));
}

#[test]
fn a_writer_whose_write_is_forgotten_must_look_for_its_event_in_the_record() {
    let rules = RULES.single().without(Mutation::OverlookOwnEvent);
    violates(TWICE, saving(&[Update, Rewrite], 2, 1, rules));
    violates(NO, saving(&[Update, Rewrite], 1, 1, rules));
}

#[test]
fn a_number_must_not_be_given_up_while_its_swap_may_take_effect() {
    let rules = RULES.single().without(Mutation::GiveUpAfterSwap);
    violates(INEXACT, saving(&[Update], 1, 1, rules).failing());
}

#[test]
fn a_created_event_must_not_be_given_up_while_its_batch_may_take_effect() {
    let rules = RULES.without(Mutation::GiveUpAfterBatch);
    violates(INEXACT, saving(&[Create], 1, 1, rules).failing());
}

#[test]
fn whoever_runs_out_of_numbers_for_a_created_event_must_not_say_no() {
    violates(NO, saving(&[Create], 1, 1, RULES.without(Mutation::SayNoAfterBatch)));
}

#[test]
#[ignore = "explores 40 million states, for some minutes"]
fn saving_at_length() {
    let rules = RULES.single().coarse();
    holds(saving(&[Create, Create], 2, 2, RULES));
    holds(saving(&[Update, Update], 2, 1, rules).failing());
    holds(saving(&[Update, Update, Create], 1, 2, rules));
    holds(saving(&[Update, Update, Update], 1, 2, rules));
}
