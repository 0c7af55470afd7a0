//! How many messages go one by one, and what becomes of the others.

use countersign_model::pace::{DigestClosed, Limit, PERIOD, most_in_a_period};
use countersign_model::{
    Channel, Digest, NoticeName, NotificationId, OrganizationId, Pace, PaceId, RequestId,
};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

const LIMIT: Limit = Limit { most: 3, until: None };

fn message(number: u64) -> NotificationId {
    NotificationId::from_ulid(Ulid::from_parts(1, number.into()))
}

fn digest(number: u64) -> NotificationId {
    message(1_000 + number)
}

fn request(number: u64) -> RequestId {
    RequestId::from_ulid(Ulid::from_parts(1, number.into()))
}

fn none() -> Pace {
    let organization_id = OrganizationId::from_ulid(Ulid::nil());
    Pace::none(PaceId { organization_id, recipient: "a".to_owned() })
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_315_200 + seconds).unwrap()
}

/// With messages of these numbers; a fresh digest has the number of the first.
fn with(pace: &Pace, numbers: std::ops::Range<u64>, now: Timestamp) -> Pace {
    within(LIMIT, pace, numbers, now)
}

fn within(limit: Limit, pace: &Pace, numbers: std::ops::Range<u64>, now: Timestamp) -> Pace {
    let ids: Vec<_> = numbers.clone().map(|number| (message(number), number)).collect();
    pace.with(ids.iter().map(|(id, number)| (id, *number)), limit, &digest(numbers.start), None, now)
}

#[test]
fn what_is_above_the_limit_gathers_in_one_digest_until_the_period_is_over() {
    let pace = with(&none(), 0..5, at(0));
    let alone =
        |pace: &Pace| (0..20).filter(|number| pace.is_by_itself(&message(*number))).collect::<Vec<_>>();
    assert_eq!(alone(&pace), [0, 1, 2]);
    let gathering = pace.digest().unwrap();
    assert_eq!((&gathering.id, gathering.number, gathering.due_at), (&digest(0), 3, at(0) + PERIOD));

    let later = with(&pace, 5..7, at(599));
    assert_eq!((alone(&later), later.digest()), (vec![0, 1, 2], pace.digest()), "also those that come later");
    let next = with(&later, 7..12, at(600));
    assert_eq!(alone(&next), [0, 1, 2, 7, 8, 9], "the next period");
    assert_eq!(next.digest().unwrap().id, digest(7));
}

#[test]
fn the_limit_holds_in_every_period_not_only_in_one_that_begins_with_a_message() {
    let mut pace = with(&none(), 0..1, at(0));
    pace = with(&pace, 1..3, at(590));
    pace = with(&pace, 3..5, at(605));
    assert!(pace.is_by_itself(&message(3)), "the first one counts no more");
    assert!(!pace.is_by_itself(&message(4)), "those of a moment ago do");
}

#[test]
fn the_same_messages_again_change_nothing() {
    let pace = with(&none(), 0..5, at(0));
    assert_eq!(with(&pace, 0..5, at(1)), pace, "a planner that died is followed by one that plans the same");
}

#[test]
fn a_clock_that_is_set_back_keeps_nothing_back() {
    let pace = with(&none(), 0..5, at(7200));
    let back = with(&pace, 5..6, at(0));
    assert!(back.is_by_itself(&message(5)) && back.digest().is_none());
}

#[test]
fn what_comes_when_the_digest_is_composed_goes_into_the_next_one() {
    let pace = with(&none(), 0..4, at(0));
    let closed = pace.digest().unwrap().id.clone();
    let fourth = message(3);
    let next = pace.with([(&fourth, 3)], LIMIT, &digest(9), Some(&closed), at(1));
    assert_eq!(next.digest().unwrap().id, digest(9));
}

#[test]
fn for_somebody_who_wants_none_now_all_gather_until_they_do() {
    let quiet = |hours: i64| Limit { until: Some(at(hours * 3600)), ..LIMIT };
    let flood = with(&none(), 0..5, at(0));
    let night = within(quiet(9), &flood, 5..7, at(60));
    assert!(!night.is_by_itself(&message(5)));
    let gathering = night.digest().unwrap();
    assert_eq!(
        (&gathering.id, gathering.due_at),
        (&digest(5), at(9 * 3600)),
        "not in the one that is due before"
    );
    assert_eq!(within(quiet(9), &night, 5..9, at(7 * 3600)).digest(), night.digest(), "the same all night");
    let longer = within(quiet(10), &night, 9..10, at(8 * 3600));
    assert_eq!(longer.digest().unwrap().due_at, at(10 * 3600), "the settings were changed");
    let awake = with(&night, 10..11, at(8 * 3600));
    assert!(awake.is_by_itself(&message(10)), "there are no quiet hours any more");
    let day = with(&night, 11..12, at(9 * 3600));
    assert!(day.is_by_itself(&message(11)) && day.digest().is_none(), "they are over");
}

#[test]
fn programs_are_told_of_each_request_and_phones_of_fewer_than_mailboxes() {
    assert_eq!(most_in_a_period(Channel::Webhook), None);
    assert!(most_in_a_period(Channel::Sms) < most_in_a_period(Channel::Email));
    assert!(PERIOD <= SignedDuration::from_mins(15), "nobody waits for longer than that");
}

#[test]
fn a_digest_lists_each_request_once_and_counts_what_it_does_not_list() {
    let submitted = NoticeName::RequestSubmitted;
    let ids: Vec<_> = (1..=1_200).map(|number| (request(number), number)).collect();
    let all = || ids.iter().map(|(id, number)| (submitted, id, *number));
    let first = Digest::none(digest(0)).with(all().take(1_100)).unwrap();
    assert_eq!((first.requests(submitted).len(), first.more()), (1_000, 100));
    assert_eq!(first.with(all().take(1_100)), Ok(first.clone()), "not twice");
    let whole = first.with(all()).unwrap();
    assert_eq!((whole.requests(submitted).len(), whole.more()), (1_000, 200));
    assert!(whole.reaches(1_200) && !whole.reaches(1_201));
    assert!(serde_json::to_vec(&whole).unwrap().len() < 40_000, "it fits into a record");
}

#[test]
fn nothing_is_added_to_a_digest_that_was_composed() {
    let (submitted, one, two) = (NoticeName::RequestSubmitted, request(1), request(2));
    let digest = Digest::none(digest(0)).with([(submitted, &one, 1)]).unwrap().closed();
    assert_eq!(digest.with([(submitted, &one, 1)]), Ok(digest.clone()), "it has this");
    assert_eq!(digest.with([(submitted, &two, 2)]), Err(DigestClosed));
    assert_eq!(
        digest.with([(NoticeName::RequestJoined, &one, 2)]),
        Err(DigestClosed),
        "it says something else"
    );
}
