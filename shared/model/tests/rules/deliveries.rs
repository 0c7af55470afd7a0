//! Deliveries: tried with growing pauses, given up, sent again; and the audits of acts.

use std::time::Duration;

use countersign_model::attempt::{ATTEMPTS_MAX, LONGEST_PAUSE, SEND_TIMEOUT, next_attempt_at};
use countersign_model::clock::ALLOWED_SKEW;
use countersign_model::{
    Attempt, AttemptId, Channel, Delivery, DeliveryState, EventId, NewDelivery, NotDue, Notice,
    NotificationId, RequestId,
};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use crate::tree::Place::Own;
use crate::tree::at;

/// A random number that makes the pause neither longer nor shorter.
const EVEN: u64 = 250;

fn delivery() -> Delivery {
    let new = NewDelivery {
        id: NotificationId::from_ulid(Ulid::nil()),
        organization_id: Own.id(),
        event_id: EventId::from_ulid(Ulid::nil()),
        channel: Channel::Email,
        address: "a@b.example".to_owned(),
        recipient_organization_id: None,
        recipient: None,
        notice: Notice::RequestSubmitted { request_id: RequestId::from_ulid(Ulid::nil()) },
    };
    Delivery::new(new, at(0))
}

fn attempt(number: u64) -> AttemptId {
    AttemptId::from_ulid(Ulid::from_parts(number, 0))
}

/// Claims it, once it is due, and tries.
fn tried(delivery: &Delivery, outcome: Attempt, now: Timestamp) -> Delivery {
    let due = delivery.due_at().unwrap().max(now);
    delivery.claim(attempt(1), due).unwrap().after_attempt(&attempt(1), outcome, now, EVEN)
}

fn is_due(delivery: &Delivery, now: Timestamp) -> bool {
    delivery.claim(attempt(1), now).is_ok()
}

fn later(retry_after: Option<Duration>) -> Attempt {
    Attempt::Later { answer: "503 busy".to_owned(), retry_after }
}

#[test]
fn what_an_attempt_makes_of_a_delivery() {
    use DeliveryState::{Failed, Pending, Sent};
    let answer = || "their words".to_owned();
    let cases = [
        (Attempt::Accepted { answer: answer() }, Sent, 1),
        (Attempt::Refused { answer: answer(), account: false }, Failed, 1),
        (Attempt::Later { answer: answer(), retry_after: None }, Pending, 1),
        (Attempt::NotMade { answer: answer(), until: at(30) }, Pending, 0),
    ];
    for (attempt, expected, attempts) in cases {
        let after = tried(&delivery(), attempt.clone(), at(1));
        assert_eq!((after.state, after.attempts), (expected, attempts), "{attempt:?}");
        assert_eq!(after.last_answer.as_deref(), Some("their words"));
        assert_eq!(after.next_attempt_at.is_some(), expected == Pending, "{attempt:?}");
    }
    let waits = tried(&delivery(), Attempt::NotMade { answer: answer(), until: at(30) }, at(1));
    assert_eq!(waits.next_attempt_at, Some(at(30)), "when the provider is called again");
}

#[test]
fn pauses_double_up_to_six_hours_and_take_three_days_together() {
    let seconds = |attempts| next_attempt_at(attempts, None, at(0), EVEN).as_second() - at(0).as_second();
    let pauses: Vec<i64> = (1..=15).map(seconds).collect();
    let expected = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 20480, 21600, 21600];
    assert_eq!(pauses, expected);
    assert_eq!(LONGEST_PAUSE, Duration::from_hours(6));
    let hours = (1..ATTEMPTS_MAX).map(seconds).sum::<i64>() / 3600;
    assert!((70..=74).contains(&hours), "{hours}");
    assert_eq!(u64::try_from(seconds(u32::MAX)).unwrap(), LONGEST_PAUSE.as_secs());
}

#[test]
fn jitter_moves_a_pause_by_a_quarter_at_most() {
    for jitter in [0, 1, 499, 500, 501, u64::MAX] {
        let next = next_attempt_at(4, None, at(0), jitter);
        assert!((at(30)..=at(50)).contains(&next), "{next}");
    }
}

#[test]
fn a_provider_that_asks_to_wait_is_obeyed_within_a_day() {
    let wait = |seconds| {
        let attempt = later(Some(Duration::from_secs(seconds)));
        tried(&delivery(), attempt, at(0)).next_attempt_at.unwrap()
    };
    assert_eq!(wait(120), at(120));
    assert_eq!(wait(1), at(5), "never sooner than the pause");
    assert_eq!(wait(u64::MAX), at(24 * 60 * 60));
}

#[test]
fn after_the_last_attempt_it_is_given_up_and_can_be_sent_again() {
    let mut delivery = delivery();
    for _ in 0..ATTEMPTS_MAX {
        assert_eq!(delivery.state, DeliveryState::Pending);
        delivery = tried(&delivery, later(None), at(0));
    }
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Failed, ATTEMPTS_MAX));
    let after = delivery.after_attempt(&attempt(1), later(None), at(0), EVEN);
    assert_eq!(after, delivery, "nothing is tried any more");
    let again = delivery.resent(at(9));
    assert_eq!((again.state, again.attempts), (DeliveryState::Pending, 0));
    assert!(is_due(&again, at(9)) && !is_due(&again, at(8)));
}

#[test]
fn what_is_not_sent_says_why_and_is_never_due() {
    let claimed = delivery().claim(attempt(1), at(0)).unwrap();
    let skipped = |why: &str| claimed.skipped(&attempt(1), why, at(1));
    let other = RequestId::from_ulid(Ulid::from_parts(7, 0));
    let collapsed = delivery().collapsed(&other, at(1));
    assert_eq!((&collapsed.collapsed_into, collapsed.resent(at(2)).collapsed_into), (&Some(other), None));
    for unsent in [collapsed, skipped("decided before")] {
        assert!(unsent.last_answer.is_some() && !is_due(&unsent, at(99)));
        assert_eq!(unsent.due_at(), None);
    }
    let long = skipped(&"é".repeat(9999));
    assert_eq!(long.last_answer.unwrap().chars().count(), Delivery::ANSWER_MAX);
}

#[test]
fn a_claim_keeps_others_away_until_its_sender_must_be_dead_by_any_clock() {
    let claimed = delivery().claim(attempt(1), at(0)).unwrap();
    assert!(claimed.is_sent_by(&attempt(1)) && !claimed.is_sent_by(&attempt(2)));
    let over = at(0) + SEND_TIMEOUT + ALLOWED_SKEW;
    assert_eq!(claimed.due_at(), Some(over));
    let cases = [
        (at(0), "at the same moment"),
        (at(45), "by a clock 45 s ahead"),
        (at(0) + ALLOWED_SKEW, "by a clock as far ahead as allowed"),
        (over - SignedDuration::from_millis(1), "while the sender may live"),
    ];
    for (now, why) in cases {
        assert_eq!(claimed.claim(attempt(2), now), Err(NotDue::Before(over)), "{why}");
    }
    assert!(claimed.claim(attempt(2), over).unwrap().is_sent_by(&attempt(2)), "taken over");
}

#[test]
fn a_claim_from_a_clock_that_was_set_back_is_dated_anew_and_still_its_own_sender_s() {
    let claimed = delivery().resent(at(-9_000)).claim(attempt(1), at(3_600)).unwrap();
    for now in [at(3_600), at(3_600) - ALLOWED_SKEW] {
        assert!(claimed.claim(attempt(2), now).is_err(), "within what clocks may differ");
    }
    let dated = claimed.claim(attempt(2), at(0)).unwrap();
    assert!(dated.is_sent_by(&attempt(1)), "its sender may be sending at this moment");
    let over = at(0) + SEND_TIMEOUT + ALLOWED_SKEW;
    assert_eq!(dated.due_at(), Some(over));
    assert!(dated.claim(attempt(2), over).unwrap().is_sent_by(&attempt(2)));
}

#[test]
fn what_became_of_an_attempt_counts_only_while_its_claim_stands() {
    let taken_over = |claimed: &Delivery| claimed.claim(attempt(2), claimed.due_at().unwrap()).unwrap();
    let claimed = delivery().claim(attempt(1), at(0)).unwrap();
    let sent = Attempt::Accepted { answer: "200".to_owned() };
    for other in [taken_over(&claimed), claimed.resent(at(3)), delivery()] {
        assert_eq!(other.after_attempt(&attempt(1), sent.clone(), at(9), EVEN), other);
        assert_eq!(other.skipped(&attempt(1), "decided", at(9)), other);
        assert_eq!(other.released(&attempt(1), at(9)), other);
    }
    let after = claimed.after_attempt(&attempt(1), sent, at(9), EVEN);
    assert_eq!((after.state, after.sending), (DeliveryState::Sent, None));
    let released = claimed.released(&attempt(1), at(9));
    assert_eq!((released.sending.as_ref(), released.due_at()), (None, Some(at(9))));
}

#[test]
fn there_is_time_to_send_only_early_in_the_attempt_and_by_a_clock_that_goes_on() {
    let sending = delivery().claim(attempt(1), at(0)).unwrap().sending.unwrap();
    let takes = SignedDuration::from_secs(10);
    for (now, expected) in [(at(0), true), (at(20), true), (at(21), false), (at(-1), false)] {
        assert_eq!(sending.has_time_for(takes, now), expected, "{now}");
    }
}

#[test]
fn a_pause_set_by_a_clock_that_was_set_back_an_hour_is_over() {
    let waiting = tried(&delivery(), later(Some(Duration::from_secs(600))), at(3_600));
    assert!(!is_due(&waiting, at(3_600)) && !is_due(&waiting, at(3_600) - ALLOWED_SKEW), "within the skew");
    assert!(is_due(&waiting, at(0)));
}
