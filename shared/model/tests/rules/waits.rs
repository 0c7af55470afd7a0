//! How long requests wait, by when they were made.

use countersign_model::{ApprovalSettings, CreatedBetween, Organization, Waits};
use jiff::Timestamp;

use crate::tree::Place::Own;
use crate::tree::at;

const DAY: i64 = 24 * 60 * 60;
const SLACK: i64 = 6 * 60;

fn days(days: Option<u16>) -> ApprovalSettings {
    ApprovalSettings { pending_days: days, ..ApprovalSettings::default() }
}

fn own() -> Organization {
    Organization::root(Own.id(), "Company".to_owned(), at(0))
}

/// The times as seconds, in pairs of begin and end.
fn over(chain: &[&Organization], now: i64) -> Vec<(Option<i64>, i64)> {
    let second = |time: Timestamp| (time.as_millisecond() - at(0).as_millisecond()).div_euclid(1000);
    let between = |each: CreatedBetween| (each.from.map(second), second(each.before));
    Waits::of(chain.iter().map(|each| each.waits())).over_by(at(now)).into_iter().map(between).collect()
}

#[test]
fn requests_are_over_by_the_wait_of_their_time() {
    let never = own();
    assert_eq!(over(&[&never], 20 * DAY), [(None, 6 * DAY)], "14 days");
    let raised = own().asking(days(Some(1)), at(-90 * DAY)).asking(days(Some(60)), at(0));
    assert_eq!(over(&[&raised], DAY / 2), [(None, -DAY / 2)]);
    assert_eq!(over(&[&raised], 2 * DAY), [(None, SLACK)], "all from before");
    assert_eq!(over(&[&raised], 61 * DAY), [(None, DAY)]);
    let lowered = own().asking(days(Some(60)), at(-90 * DAY)).asking(days(Some(1)), at(0));
    assert_eq!(over(&[&lowered], DAY / 2), [(None, -60 * DAY + DAY / 2)]);
    assert_eq!(over(&[&lowered], 2 * DAY), [(None, -58 * DAY), (Some(-SLACK), DAY)]);
    assert_eq!(over(&[&lowered], 61 * DAY), [(None, 60 * DAY)], "all from before, and what came after");
}

#[test]
fn what_is_set_above_counts_while_nothing_is_set() {
    let above = own().asking(days(Some(1)), at(-90 * DAY)).asking(days(Some(60)), at(10 * DAY));
    let inherits = own();
    assert_eq!(over(&[&inherits, &above], 12 * DAY), [(None, 10 * DAY + SLACK)]);
    let set = own().asking(days(Some(3)), at(-90 * DAY));
    assert_eq!(over(&[&set, &above], 12 * DAY), [(None, 9 * DAY)], "the change above is not seen here");
    let set_until = set.asking(days(None), at(5 * DAY));
    assert_eq!(over(&[&set_until, &above], 6 * DAY), [(None, 3 * DAY), (Some(5 * DAY - SLACK), 5 * DAY)]);
}

#[test]
fn the_longest_wait_is_that_of_a_request_that_may_be_pending() {
    let longest = |organization: &Organization, now| Waits::of([organization.waits()]).longest_days(at(now));
    let lowered = own().asking(days(Some(60)), at(-90 * DAY)).asking(days(Some(1)), at(0));
    assert_eq!(longest(&lowered, 59 * DAY), 60);
    assert_eq!(longest(&lowered, 61 * DAY), 1);
}

#[test]
fn an_organization_remembers_what_a_pending_request_may_be_of() {
    let mut often = own();
    for change in 0..100 {
        often = often.asking(days(Some(if change % 2 == 0 { 20 } else { 30 })), at(change));
    }
    assert_eq!(often.waited.len(), 32);
    let oldest_known = 100 - 32;
    let expected = [(None, oldest_known + SLACK)];
    assert_eq!(over(&[&often], 2 * DAY), expected, "what is no longer known is looked at after a day");
    let later = often.asking(days(Some(7)), at(100 * DAY));
    assert_eq!(later.waited.len(), 1, "the others are over");
    let same = later.asking(ApprovalSettings { default_days: Some(3), ..days(Some(7)) }, at(101 * DAY));
    assert_eq!(same.waited, later.waited, "the wait was not changed");
}
