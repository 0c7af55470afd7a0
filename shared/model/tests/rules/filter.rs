//! Which requests of a list are wanted.

use countersign_model::{
    AdministratorId, AssignedTo, Assignee, ComputerId, GroupId, NewRequester, OrganizationId, Request,
    RequestFilter, RequestKind, RequestStatus, SoughtText, Statuses, Subject,
};
use jiff::SignedDuration;
use ulid::Ulid;

use crate::lives::{file, request, request_of};
use crate::tree::Place::{Own, Sibling};
use crate::tree::at;

fn statuses(text: &str) -> Option<Statuses> {
    text.parse().ok()
}

#[test]
fn several_statuses_and_groups_of_them_can_be_named() {
    use RequestStatus::{Approved, Cancelled, Denied, Expired, Ignored, Pending, Revoked};
    let cases = [
        ("pending", &[Pending][..]),
        ("approved,denied", &[Approved, Denied]),
        ("decided", &[Approved, Denied, Ignored, Revoked]),
        ("ended", &[Expired, Cancelled]),
        ("decided,pending,denied", &[Pending, Approved, Denied, Ignored, Revoked]),
    ];
    for (text, expected) in cases {
        let read = statuses(text).unwrap();
        for status in RequestStatus::ALL {
            assert_eq!(read.contains(*status), expected.contains(status), "{text} {status}");
        }
        assert_eq!(statuses(&read.to_string()).as_ref(), Some(&read), "{text}");
        assert_eq!(read.is_only_pending(), text == "pending");
    }
    for text in ["", "open", "pending,", "Pending"] {
        assert_eq!(statuses(text), None, "{text}");
    }
}

#[test]
fn each_part_of_a_filter_narrows() {
    let asked = request();
    let all = RequestFilter::default();
    assert!(!all.looks_closer() && all.wants(&asked, false, at(1)));
    let pending = RequestFilter { statuses: statuses("pending"), ..all.clone() };
    assert!(!pending.looks_closer(), "the list of pending requests has just these");
    let other = |number: u128| Ulid::from(number);
    let somebody = |number| AssignedTo::Administrator(AdministratorId::from_ulid(other(number)));
    let narrowed = [
        (RequestFilter { statuses: statuses("decided"), ..all.clone() }, false),
        (RequestFilter { statuses: statuses("decided,pending"), ..all.clone() }, true),
        (RequestFilter { kind: Some(RequestKind::Application), ..all.clone() }, true),
        (RequestFilter { kind: Some(RequestKind::Storage), ..all.clone() }, false),
        (RequestFilter { only: Some(Own.id()), ..all.clone() }, true),
        (RequestFilter { only: Some(Sibling.id()), ..all.clone() }, false),
        (RequestFilter { group: Some(asked.group_id.clone()), ..all.clone() }, true),
        (RequestFilter { group: Some(GroupId::from_ulid(other(9))), ..all.clone() }, false),
        (RequestFilter { computer: Some(asked.computer_id.clone()), ..all.clone() }, true),
        (RequestFilter { computer: Some(ComputerId::from_ulid(other(9))), ..all.clone() }, false),
        (RequestFilter { assignee: Some(AssignedTo::Nobody), ..all.clone() }, true),
        (RequestFilter { assignee: Some(somebody(1)), ..all.clone() }, false),
        (RequestFilter { before: Some(at(1)), ..all.clone() }, true),
        (RequestFilter { before: Some(at(0)), ..all.clone() }, false),
        (RequestFilter { after: Some(at(0)), ..all.clone() }, true),
        (RequestFilter { after: Some(at(1)), ..all.clone() }, false),
    ];
    for (filter, wanted) in narrowed {
        assert!(filter.looks_closer(), "{filter:?}");
        assert_eq!(filter.wants(&asked, true, at(1)), wanted, "{filter:?}");
    }
    let _: OrganizationId = Own.id();
    let assignee = Assignee {
        administrator_id: AdministratorId::from_ulid(other(1)),
        administrator_name: "Kim".to_owned(),
        since: at(1),
    };
    let taken = Request { assignee: Some(assignee), ..asked };
    for (whose, wanted) in [(somebody(1), true), (somebody(2), false), (AssignedTo::Nobody, false)] {
        let filter = RequestFilter { assignee: Some(whose), ..all.clone() };
        assert_eq!(filter.wants(&taken, false, at(1)), wanted, "{filter:?}");
    }
}

#[test]
fn the_status_is_the_one_of_now() {
    let asked = request();
    let expired = RequestFilter { statuses: statuses("ended"), ..RequestFilter::default() };
    assert!(!expired.wants(&asked, true, asked.created_at));
    assert!(expired.wants(&asked, true, asked.expires_at), "although nobody has recorded it yet");
}

#[test]
fn a_text_is_sought_only_in_what_its_reader_may_see() {
    let subject = Subject::Application(file('a'));
    let new = NewRequester {
        username: "Ann".to_owned(),
        email: None,
        reason: Some("For the Quarterly report".to_owned()),
    };
    let first = request_of(1, 1, Own, subject);
    let asked = first.ask_again(new, at(1)).unwrap().request;
    let asked =
        Request { hostname: "PC-7".to_owned(), computer_name: Some("Front desk".to_owned()), ..asked };
    let hash = "a".repeat(64);
    let cases = [
        ("SETUP", true, true, "the name of the file"),
        ("kim", true, true, "the first user"),
        ("pc-7", true, true, "the host name"),
        ("FRONT", true, true, "the name of the computer"),
        ("c:\\", false, true, "the rest of the path"),
        ("ann", false, true, "further users"),
        ("quarterly", false, true, "a reason"),
        ("aaaa", false, true, "the beginning of the SHA-256"),
        (&hash, false, true, "all of it"),
        ("aaab", false, false, "another one"),
        ("nothing", false, false, "what is nowhere"),
    ];
    for (text, listed, opened, why) in cases {
        let sought = SoughtText::new(text).unwrap();
        assert_eq!(
            (sought.is_in(&asked, false), sought.is_in(&asked, true)),
            (listed, opened),
            "{text}: {why}"
        );
    }
    assert_eq!(SoughtText::new("  "), None, "a blank text is everywhere");
}

#[test]
fn an_age_is_a_range_of_ids() {
    let day = SignedDuration::from_hours(24);
    let filter = RequestFilter { before: Some(at(100)), after: Some(at(50)), ..RequestFilter::default() };
    let (from, below) = filter.ids(SignedDuration::ZERO);
    let id = |second: i64, random: u128| {
        let millisecond = u64::try_from(at(second).as_millisecond()).unwrap();
        countersign_model::RequestId::from_ulid(Ulid::from_parts(millisecond, random))
    };
    let (from, below) = (from.unwrap(), below.unwrap());
    assert!(id(49, u128::MAX) < from && from <= id(50, 0));
    assert!(id(99, u128::MAX) < below && below < id(101, 0));
    let (early, late) = filter.ids(day);
    assert!(early.unwrap() < from && late.unwrap() > below, "with slack it is wider");
    assert_eq!(RequestFilter::default().ids(day), (None, None));
}
