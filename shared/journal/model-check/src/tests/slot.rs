//! Elections.

use super::{ANSWERS, RULES, holds, violates};
use crate::mutation::Mutation;
use crate::rules::Rules;
use crate::slot::Electing;

const LOST: &str = "an_acknowledged_change_is_never_lost";
const TWICE: &str = "nothing_counts_twice";
const HOLDERS: &str = "one_holder_at_a_time";
const INEXACT: &str = "an_event_counts_exactly_if_its_change_took_effect";
const NO: &str = "nothing_comes_of_what_was_told_no";

/// Two candidates with a number each, one processor; one holder may die, nothing fails.
fn electing(rules: Rules) -> Electing {
    Electing {
        candidates: 2,
        numbers: 1,
        rounds: 2,
        processors: 1,
        deaths: 1,
        failures: 0,
        rules: rules.single(),
    }
}

#[test]
fn two_candidates_and_a_processor_may_meet_between_any_two_operations() {
    holds(electing(RULES));
}

#[test]
fn two_processors_may_settle_the_numbers_of_candidates() {
    holds(Electing { processors: 2, ..electing(RULES.coarse()) });
}

#[test]
fn three_candidates_may_race() {
    holds(Electing { candidates: 3, deaths: 0, ..electing(RULES.coarse()) });
    holds(Electing { candidates: 3, deaths: 2, processors: 0, ..electing(RULES) });
}

#[test]
fn an_operation_of_a_candidate_may_fail_and_take_effect_before_later_or_never() {
    for answer in ANSWERS {
        holds(Electing { failures: 1, ..electing(RULES.coarse().answered(answer)) });
    }
}

#[test]
fn whoever_replaces_a_holder_must_confirm_its_event() {
    violates(LOST, electing(RULES.without(Mutation::SkipReceipt)));
}

#[test]
fn whoever_touches_a_slot_must_confirm_the_event_of_its_holder() {
    violates(LOST, electing(RULES.without(Mutation::TouchWithoutReceipt)));
}

#[test]
fn the_slot_must_be_touched_before_an_event_is_dropped() {
    violates(LOST, electing(RULES.without(Mutation::SkipTouch)));
}

#[test]
fn a_swap_must_not_be_believed() {
    let [failure, success] = ANSWERS;
    let rules = RULES.without(Mutation::BelieveSwap);
    violates(NO, electing(rules.answered(failure)));
    violates(LOST, electing(rules.answered(success)));
    violates(HOLDERS, electing(rules.answered(success)));
}

#[test]
fn a_candidate_must_look_for_a_mark_before_it_swaps() {
    violates(LOST, electing(RULES.without(Mutation::SkipMarkCheck)));
}

#[test]
fn the_receipt_must_be_looked_for_after_the_slot() {
    violates(INEXACT, electing(RULES.without(Mutation::ReceiptBeforeTarget)));
}

#[test]
fn a_number_must_not_be_given_up_while_its_swap_may_take_effect() {
    violates(INEXACT, Electing { failures: 1, ..electing(RULES.without(Mutation::GiveUpAfterSwap)) });
}

#[test]
fn who_was_elected_and_replaced_must_find_out_before_it_goes_on() {
    let rules = RULES.coarse().without(Mutation::OverlookOwnElection);
    // It runs out of rounds and is told that it was not elected.
    violates(NO, electing(rules));
    // Its number is marked, so it stands again under another one and is elected twice.
    violates(TWICE, Electing { numbers: 2, ..electing(rules) });
    // It swaps its old number in again; so the stalled swap of another, whose event was dropped, takes effect.
    violates(LOST, electing(rules));
}

#[test]
#[ignore = "explores 10 million states, for some minutes"]
fn electing_at_length() {
    holds(Electing { numbers: 2, ..electing(RULES.coarse()) });
    holds(Electing { candidates: 3, rounds: 1, ..electing(RULES.coarse()) });
    holds(Electing { processors: 2, deaths: 0, ..electing(RULES) });
}
