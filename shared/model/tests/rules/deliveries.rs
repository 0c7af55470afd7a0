//! Deliveries: tried with growing pauses, given up, sent again; and where acts go on record.

use std::time::Duration;

use countersign_model::attempt::{ATTEMPTS_MAX, LONGEST_PAUSE, next_attempt_at};
use countersign_model::{
    Attempt, Channel, Delivery, DeliveryState, EventId, NewDelivery, Notice, NotificationId, RequestId,
};
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
        notice: Notice::RequestSubmitted { request_id: RequestId::from_ulid(Ulid::nil()) },
    };
    Delivery::new(new, at(0))
}

fn later(retry_after: Option<Duration>) -> Attempt {
    Attempt::Later { answer: "503 busy".to_owned(), retry_after }
}

#[test]
fn what_an_answer_of_the_provider_means() {
    use DeliveryState::{Failed, Pending, Sent};
    let cases = [
        (200, Sent, "taken"),
        (202, Sent, "taken"),
        (400, Failed, "the message is wrong and stays so"),
        (401, Failed, "the key is wrong"),
        (404, Failed, "no such thing"),
        (422, Failed, "the address is refused"),
        (301, Failed, "a provider's API does not move"),
        (408, Pending, "too slow this time"),
        (429, Pending, "too many just now"),
        (500, Pending, "the provider is in trouble"),
        (503, Pending, "the provider is in trouble"),
    ];
    for (status, expected, why) in cases {
        let after = delivery().after_attempt(Attempt::of_status(status, why.to_owned(), None), at(1), EVEN);
        assert_eq!(after.state, expected, "{status}: {why}");
        assert_eq!((after.attempts, after.last_answer.as_deref()), (1, Some(why)));
        assert_eq!(after.next_attempt_at.is_some(), expected == Pending, "{status}");
    }
}

#[test]
fn pauses_double_up_to_an_hour() {
    let seconds = |attempts| next_attempt_at(attempts, None, at(0), EVEN).as_second() - at(0).as_second();
    let pauses: Vec<i64> = (1..=12).map(seconds).collect();
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
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
        delivery().after_attempt(attempt, at(0), EVEN).next_attempt_at.unwrap()
    };
    assert_eq!(wait(120), at(120));
    assert_eq!(wait(1), at(5), "never sooner than the pause");
    assert_eq!(wait(u64::MAX), at(24 * 60 * 60));
}

#[test]
fn after_the_last_attempt_it_is_given_up_and_can_be_sent_again() {
    let mut tried = delivery();
    for _ in 0..ATTEMPTS_MAX {
        assert_eq!(tried.state, DeliveryState::Pending);
        tried = tried.after_attempt(later(None), at(0), EVEN);
    }
    assert_eq!((tried.state, tried.attempts), (DeliveryState::Failed, ATTEMPTS_MAX));
    assert_eq!(tried.after_attempt(later(None), at(0), EVEN), tried, "nothing is tried any more");
    let again = tried.resent(at(9));
    assert_eq!((again.state, again.attempts), (DeliveryState::Pending, 0));
    assert!(again.is_due(at(9)) && !again.is_due(at(8)));
}

#[test]
fn what_is_not_sent_says_why_and_is_never_due() {
    for unsent in [delivery().collapsed("told already", at(1)), delivery().skipped("decided before", at(1))] {
        assert!(unsent.last_answer.is_some() && !unsent.is_due(at(99)));
    }
    let long = delivery().skipped(&"é".repeat(9999), at(1));
    assert_eq!(long.last_answer.unwrap().chars().count(), Delivery::ANSWER_MAX);
}
