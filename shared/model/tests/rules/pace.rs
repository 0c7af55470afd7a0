//! How many messages go one by one, and what becomes of the others.

use countersign_model::pace::{DigestClosed, Limit, PERIOD, ToPace, most_in_a_period};
use countersign_model::{
    Channel, Digest, NoticeName, NotificationId, OrganizationId, Pace, PaceId, RequestId,
};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

const LIMIT: Limit = Limit::in_a_period(3);

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
    with_their_own_times(limit, pace, numbers.map(|number| (number, None)).collect(), now)
}

/// The same of messages that may go by themselves at a time of their own.
fn with_their_own_times(
    limit: Limit,
    pace: &Pace,
    all: Vec<(u64, Option<Timestamp>)>,
    now: Timestamp,
) -> Pace {
    let ids: Vec<_> = all.iter().map(|(number, at)| (message(*number), *number, *at)).collect();
    let all_of = ids.iter().map(|(id, number, at)| ToPace { id, number: *number, alone_at: *at });
    pace.with(all_of, limit, &digest(all[0].0), None, now)
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
    let fourth = ToPace { id: &fourth, number: 3, alone_at: None };
    let next = pace.with([fourth], LIMIT, &digest(9), Some(&closed), at(1));
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
fn what_has_a_time_of_its_own_goes_by_itself_in_quiet_hours_within_the_limit() {
    let (until, morning) = (at(9 * 3600), Some(at(9 * 3600)));
    let quiet = Limit { until: Some(until), ..LIMIT };
    let night = within(quiet, &none(), 0..1, at(0));
    let own = vec![(1, morning), (2, morning), (3, morning), (4, morning), (5, None)];
    let own = with_their_own_times(quiet, &night, own, at(3600));
    let alone: Vec<_> = (0..6).filter(|number| own.is_by_itself(&message(*number))).collect();
    assert_eq!(alone, [1, 2, 3], "as many as go one by one at that time");
    assert_eq!(own.digest(), night.digest(), "the digest of the night has the others");
    let flood = with(&none(), 0..5, at(0));
    let later = with_their_own_times(LIMIT, &flood, vec![(7, Some(at(1)))], at(1));
    assert!(!later.is_by_itself(&message(7)), "in a flood it is gathered, too");
}

#[test]
fn a_requester_gets_ten_messages_a_day_and_then_at_most_one_each_hour() {
    let limit = Limit::of_a_requester();
    let hours = |hours: i64| at(hours * 3600);
    let pace = within(limit, &none(), 0..12, hours(0));
    let alone = |pace: &Pace| (0..40).filter(|number| pace.is_by_itself(&message(*number))).count();
    assert_eq!((alone(&pace), pace.digest().unwrap().due_at), (10, hours(1)));
    let later = within(limit, &pace, 12..14, hours(23));
    assert_eq!((alone(&later), later.digest().unwrap().due_at), (10, hours(24)));
    let next = within(limit, &later, 14..15, hours(24));
    assert!(next.is_by_itself(&message(14)), "the next day");
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
