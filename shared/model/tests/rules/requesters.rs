//! The users who ask for one request, each for themselves.

use countersign_model::request::PENDING_LASTS;
use countersign_model::request::requesters::{PENDING_MAX, REQUESTERS_MAX};
use countersign_model::{
    AskedAs, Decision, EndChange, FirstUse, NewRequester, NotWithdrawn, Outcome, Renews, Request,
    RequestStatus, Requester, Revocation, TransitionError, text,
};
use jiff::{SignedDuration, Timestamp};

use crate::lives::{CANCEL, decision, in_group, request, revocation};
use crate::subjects::WIDE;
use crate::tree::at;

/// The largest record of the store.
pub const MAX_RECORD: usize = 62 * 1024;

fn user(name: &str) -> NewRequester {
    NewRequester { username: name.to_owned(), email: None, reason: None }
}

fn with_email(name: &str, email: &str) -> NewRequester {
    NewRequester { email: Some(email.parse().unwrap()), ..user(name) }
}

fn because(name: &str, reason: &str) -> NewRequester {
    NewRequester { reason: Some(reason.to_owned()), ..user(name) }
}

/// Everybody asks, one second after the other, beginning with second 1.
fn asked_by(users: impl IntoIterator<Item = NewRequester>) -> Request {
    users
        .into_iter()
        .zip(1..)
        .fold(request(), |request, (user, second)| request.ask_again(user, at(second)).unwrap().request)
}

fn names<'a>(requesters: impl IntoIterator<Item = &'a Requester>) -> Vec<&'a str> {
    requesters.into_iter().map(|requester| requester.username.as_str()).collect()
}

pub fn size(request: &Request) -> usize {
    serde_json::to_vec(request).unwrap().len()
}

#[test]
fn another_user_of_the_computer_joins_with_an_own_reason_and_address() {
    let ann = NewRequester { reason: Some("for the audit".to_owned()), ..with_email("ann", "ann@b.example") };
    let asked = request().ask_again(ann, at(5)).unwrap();
    assert_eq!(asked.by, AskedAs::Joining);
    assert_eq!(names(&asked.request.requesters), ["kim", "ann"], "the first who asked comes first");
    assert_eq!((asked.request.count, asked.request.last_asked_at), (2, at(5)));
    let ann = asked.request.requester("ann").unwrap();
    assert_eq!((ann.reason.as_deref(), ann.asked_at, ann.count), (Some("for the audit"), at(5), 1));
    assert_eq!(ann.email.as_ref().unwrap().as_str(), "ann@b.example");
    let kim = asked.request.requester("kim").unwrap();
    assert_eq!((&kim.reason, &kim.email, kim.count), (&None, &None, 1), "nobody else's becomes theirs");
}

#[test]
fn a_user_who_asks_again_is_the_same_requester_in_upper_and_lower_case() {
    let again = asked_by([user("COMPANY\\Jörg"), user("company\\JÖRG"), user("KIM")]);
    assert_eq!(names(&again.requesters), ["kim", "COMPANY\\Jörg"]);
    assert_eq!(again.requesters[1].count, 2);
    assert_eq!((again.requesters[1].asked_at, again.requesters[1].last_asked_at), (at(1), at(2)));
    let others = asked_by([user("jorg"), user("jörg"), user("jo\u{308}rg"), user("ss"), user("ß")]);
    assert_eq!(others.requesters.len(), 6, "names that Windows distinguishes are different users");
}

#[test]
fn what_a_user_adds_later_counts_and_what_they_leave_out_stays() {
    let mut request = request();
    let cases = [
        (with_email("kim", "kim@b.example"), AskedAs::Amending, None, "an address given later"),
        (because("kim", "x"), AskedAs::Amending, Some("x"), "a reason given later"),
        (because("kim", "for the audit"), AskedAs::Amending, Some("for the audit"), "a better reason"),
        (user("kim"), AskedAs::Repeating, Some("for the audit"), "nothing new"),
        (because("kim", "for the audit"), AskedAs::Repeating, Some("for the audit"), "the same again"),
    ];
    for (user, by, reason, why) in cases {
        let asked = request.ask_again(user, at(5)).unwrap();
        assert_eq!(asked.by, by, "{why}");
        request = asked.request;
        let kim = request.requester("kim").unwrap();
        assert_eq!(kim.reason.as_deref(), reason, "{why}");
        assert_eq!(kim.email.as_ref().unwrap().as_str(), "kim@b.example", "{why}");
    }
    let moved = request.ask_again(with_email("kim", "new@b.example"), at(6)).unwrap().request;
    assert_eq!(moved.requesters[0].email.as_ref().unwrap().as_str(), "new@b.example");
    assert_eq!((moved.count, moved.requesters[0].count), (7, 7));
}

#[test]
fn each_withdraws_for_themselves_and_the_last_one_cancels() {
    let asked = asked_by([user("ann"), user("bob")]);
    let first = asked.withdraw(Some("Kim"), at(10)).unwrap();
    assert_eq!((first.request.status, first.username.as_str()), (RequestStatus::Pending, "kim"));
    assert_eq!(names(first.request.waiting()), ["ann", "bob"]);
    assert_eq!(first.request.requesters[0].withdrawn_at, Some(at(10)), "on record");
    assert_eq!(first.request.withdraw(Some("kim"), at(11)), Err(NotWithdrawn::Already));
    let second = first.request.withdraw(Some("bob"), at(12)).unwrap().request;
    assert_eq!(second.status, RequestStatus::Pending);
    let last = second.withdraw(Some("ann"), at(13)).unwrap();
    assert_eq!((last.request.status, last.username.as_str()), (RequestStatus::Cancelled, "ann"));
    let over = TransitionError::NotPending { status: RequestStatus::Cancelled };
    assert_eq!(last.request.withdraw(Some("ann"), at(14)), Err(NotWithdrawn::Over(over.clone())));
    assert_eq!(last.request.ask_again(user("ann"), at(14)), Err(over), "asking again is a new request");
}

#[test]
fn only_the_single_one_who_ever_asked_need_not_be_named() {
    let two = asked_by([user("ann")]);
    assert_eq!(two.withdraw(None, at(5)), Err(NotWithdrawn::Unnamed));
    assert_eq!(two.withdraw(Some("bob"), at(5)), Err(NotWithdrawn::Unknown));
    assert_eq!(request().withdraw(Some("bob"), at(5)), Err(NotWithdrawn::Unknown));
    let one_left = two.withdraw(Some("ann"), at(5)).unwrap().request;
    assert_eq!(
        one_left.withdraw(None, at(6)),
        Err(NotWithdrawn::Unnamed),
        "a repeated call of the other one's agent must not end it"
    );
    assert_eq!(CANCEL(&request(), at(5)).unwrap().status, RequestStatus::Cancelled);
}

#[test]
fn a_user_who_withdrew_and_asks_again_is_a_requester_again() {
    let left = asked_by([with_email("ann", "ann@b.example")]).withdraw(Some("ann"), at(5)).unwrap().request;
    let back = left.ask_again(user("ANN"), at(6)).unwrap();
    assert_eq!(back.by, AskedAs::Joining);
    assert_eq!(names(back.request.waiting()), ["kim", "ann"]);
    let ann = back.request.requester("ann").unwrap();
    assert_eq!((ann.count, ann.withdrawn_at, ann.email.is_some()), (2, None, true));
}

#[test]
fn who_is_over_cannot_be_joined_or_left() {
    let decided = request().decide(decision(Outcome::Approved, at(10)), &in_group(1)).unwrap();
    let end = at(0) + PENDING_LASTS;
    for (over, now) in [(decided, at(11)), (CANCEL(&request(), at(5)).unwrap(), at(11)), (request(), end)] {
        assert!(over.ask_again(user("ann"), now).is_err());
        assert!(matches!(over.withdraw(Some("kim"), now), Err(NotWithdrawn::Over(_))));
    }
}

#[test]
fn beyond_the_most_requesters_others_are_counted_and_nobody_loses_anything() {
    let full = asked_by((1..REQUESTERS_MAX).map(|number| user(&format!("user {number}"))));
    assert_eq!((full.requesters.len(), full.more_requesters), (REQUESTERS_MAX, 0));
    let one_more = full.ask_again(user("late"), at(100)).unwrap();
    assert_eq!(one_more.by, AskedAs::OneOfMore);
    let one_more = one_more.request;
    assert_eq!((one_more.requesters.clone(), one_more.more_requesters), (full.requesters.clone(), 1));
    assert_eq!(one_more.count, full.count + 1);
    let known = one_more.ask_again(with_email("user 7", "seven@b.example"), at(101)).unwrap();
    assert_eq!(known.by, AskedAs::Amending, "who is known can still add something");
    assert_eq!(one_more.withdraw(Some("late"), at(101)), Err(NotWithdrawn::Already), "it may be one of them");
    let left = full.requesters.iter().fold(one_more, |request, requester| {
        request.withdraw(Some(&requester.username), at(102)).unwrap().request
    });
    assert_eq!(left.status, RequestStatus::Pending, "others may still wait");
    let taken = left.ask_again(user("late"), at(103)).unwrap();
    assert_eq!(taken.by, AskedAs::Joining, "who has withdrawn makes room");
    assert_eq!(names(taken.request.waiting()), ["late"]);
    assert_eq!(taken.request.requesters[0].username, "kim", "the first who asked stays on record");
}

/// A request with the longest texts, of which its first requester has a part.
pub fn largest() -> Request {
    Request {
        subject: crate::subjects::largest_file(),
        hostname: WIDE.repeat(text::HOSTNAME_MAX),
        organization_name: WIDE.repeat(text::NAME_MAX),
        policy_name: Some(WIDE.repeat(text::NAME_MAX)),
        ancestors: vec![request().organization_id; 15],
        idempotency: Some("0".repeat(64)),
        requesters: vec![Requester {
            amended_at: Some(nanoseconds()),
            ..Requester::new(longest_user(0), nanoseconds())
        }],
        renews: Some(Renews { request_id: request().id, ends_at: nanoseconds() }),
        ..request()
    }
}

pub fn nanoseconds() -> Timestamp {
    at(1) + SignedDuration::from_nanos(123_456_789)
}

fn longest_user(number: usize) -> NewRequester {
    NewRequester {
        username: format!("{number:03}{}", WIDE.repeat(text::USERNAME_MAX - 3)),
        email: Some(format!("{}@{}.example", "a".repeat(64), "b".repeat(60)).parse().unwrap()),
        reason: Some(WIDE.repeat(text::REASON_MAX)),
    }
}

#[test]
fn a_record_with_the_longest_texts_has_room_for_what_is_still_to_come() {
    let mut request = largest();
    assert!(size(&request) <= PENDING_MAX, "the first one is always kept whole: {}", size(&request));
    let small =
        |name: &str| NewRequester { reason: Some("work".repeat(500)), ..with_email(name, "a@b.example") };
    for number in 1..100 {
        let (long, short) = (longest_user(number), small(&number.to_string()));
        request = request.ask_again(long, nanoseconds()).unwrap().request;
        request = request.ask_again(short, nanoseconds()).unwrap().request;
    }
    assert!(request.requesters.len() > 2, "there is room for some: {}", request.requesters.len());
    assert_eq!(request.requesters.len() + request.more_requesters as usize, 199, "all are counted");
    assert!(size(&request) <= PENDING_MAX, "{}", size(&request));
    let names: Vec<String> = request.requesters.iter().map(|requester| requester.username.clone()).collect();
    for name in names.iter().skip(1) {
        request = request.withdraw(Some(name), nanoseconds()).unwrap().request;
    }
    assert!(size(&request) <= PENDING_MAX, "{}", size(&request));
    let longest = Some(WIDE.repeat(text::MESSAGE_MAX));
    let decision = Decision {
        message: longest.clone(),
        note: longest.clone(),
        administrator_name: WIDE.repeat(text::NAME_MAX),
        expires_at: Some(at(1000)),
        first_use: Some(FirstUse { lasts_seconds: 31_536_000, use_by: nanoseconds() }),
        ..decision(Outcome::Approved, nanoseconds())
    };
    let decided = request.decide(decision, &in_group(1)).unwrap();
    let changed = EndChange {
        administrator_id: crate::tree::who(1),
        administrator_name: WIDE.repeat(text::NAME_MAX),
        at: nanoseconds(),
    };
    let decision = Decision { changed: Some(changed), ..decided.decision.clone().unwrap() };
    let decided = Request { decision: Some(decision), ..decided };
    let name = WIDE.repeat(text::NAME_MAX);
    let revocation = Revocation { message: longest, administrator_name: name, ..revocation(nanoseconds()) };
    let revoked = decided.revoke(revocation).unwrap();
    assert!(size(&revoked) <= MAX_RECORD, "{}", size(&revoked));
}

#[test]
fn on_an_ordinary_computer_there_is_room_for_every_reason_of_thirteen_users() {
    let reason = "I need it for the quarterly report, which is due. ".repeat(20);
    let request = asked_by((0..13).map(|number| {
        let name = format!("COMPANY\\user{number}");
        NewRequester { reason: Some(reason.clone()), ..with_email(&name, "someone@company.example") }
    }));
    let kept = request.requesters.iter().skip(1).all(|requester| requester.reason.as_ref() == Some(&reason));
    assert!(kept && request.requesters.len() == 14);
    assert_eq!(serde_json::from_slice::<Request>(&serde_json::to_vec(&request).unwrap()).unwrap(), request);
}

#[test]
fn a_reason_for_which_there_is_no_room_is_cut_and_says_so() {
    let long = "r\"".repeat(1000);
    let request = asked_by((0..30).map(|number| because(&format!("user {number}"), &long)));
    assert_eq!(request.requesters.len(), 31, "everybody is a requester");
    let last = request.requesters.last().unwrap().reason.as_deref().unwrap();
    assert!(last.starts_with("r\"r\"") && last.ends_with('…') && last.len() > 100, "{last}");
    let again = request.ask_again(because("user 0", &long), at(50)).unwrap();
    assert_eq!(again.by, AskedAs::Repeating);
    assert_eq!(again.request.requesters[1].reason, Some(long), "what was kept is not cut later");
}
