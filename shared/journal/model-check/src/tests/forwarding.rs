//! Forwarding.

use super::{ANSWERS, RULES, holds, violates};
use crate::forwarding::Forwarding;
use crate::mutation::Mutation;
use crate::rules::Rules;

const NOT_ONCE: &str = "each_counting_event_shows_once_above";

/// One event, two processors below and one above, which runs out of patience once; nobody dies, nothing fails.
fn forwarding(rules: Rules) -> Forwarding {
    Forwarding { events: 1, children: 2, parents: 1, impatience: 1, deaths: 0, failures: 0, rules }
}

#[test]
fn two_processors_may_pass_on_the_same_event() {
    for answer in ANSWERS {
        holds(forwarding(RULES.answered(answer)));
    }
}

#[test]
fn two_processors_may_settle_what_is_passed_on() {
    holds(Forwarding { children: 1, parents: 2, impatience: 2, deaths: 1, ..forwarding(RULES) });
}

#[test]
fn two_events_may_be_passed_on_by_processors_that_die() {
    holds(Forwarding { events: 2, children: 1, deaths: 1, ..forwarding(RULES) });
}

#[test]
fn the_swap_of_a_turn_may_get_no_clear_answer() {
    holds(Forwarding { impatience: 0, failures: 1, ..forwarding(RULES) });
    holds(Forwarding { children: 1, deaths: 1, failures: 1, ..forwarding(RULES) });
}

#[test]
fn a_swap_must_not_be_believed() {
    for answer in ANSWERS {
        let rules = RULES.without(Mutation::BelieveSwap).answered(answer);
        violates(NOT_ONCE, forwarding(rules));
    }
}

#[test]
fn what_an_earlier_turn_began_to_pass_on_must_be_finished() {
    violates(NOT_ONCE, forwarding(RULES.without(Mutation::SkipFinish)));
}

#[test]
fn nothing_must_be_written_above_before_the_projection_says_where() {
    violates(NOT_ONCE, forwarding(RULES.without(Mutation::ForwardBeforeCommit)));
}

#[test]
fn whoever_has_written_above_must_look_for_marks() {
    violates(NOT_ONCE, forwarding(RULES.without(Mutation::SkipMarkCheck)));
}

#[test]
fn the_parent_must_remember_what_it_found_late() {
    violates(NOT_ONCE, forwarding(RULES.without(Mutation::ForgetLate)));
}

#[test]
fn the_parent_must_not_mark_a_number_before_it_is_passed() {
    violates(NOT_ONCE, forwarding(RULES.without(Mutation::MarkBeforePassed)));
}

#[test]
fn numbers_above_must_not_be_given_up_while_the_turn_may_have_committed() {
    let rules = RULES.without(Mutation::GiveUpAfterSwap);
    violates(NOT_ONCE, Forwarding { failures: 1, ..forwarding(rules) });
}

#[test]
#[ignore = "explores 20 million states, for some minutes"]
fn forwarding_at_length() {
    holds(Forwarding { impatience: 2, ..forwarding(RULES) });
    holds(Forwarding { deaths: 1, ..forwarding(RULES) });
    holds(Forwarding { failures: 1, ..forwarding(RULES) });
    holds(Forwarding { events: 2, ..forwarding(RULES) });
}
