//! Counting requests.

use countersign_model::act::{
    RequestDecided, RequestExpired, RequestRevoked, RequestSettled, RequestSubmitted,
};
use countersign_model::tally::{
    DayCounts, PendingCounts, REPORTED_DAYS, ReportDays, Tallied, Tally, Tops, date_of, day_of, month_of,
};
use countersign_model::{
    Act, AdministratorId, File, OrganizationId, Outcome, Request, RequestId, RequestKind, Signer, Subject,
    Who,
};
use jiff::Timestamp;
use ulid::Ulid;

use crate::lives::{decision, file, in_group, request_of, revocation};
use crate::tree::Place::Own;
use crate::tree::{at, who};

/// A request that was made at second 0, with an id that says so.
fn asked() -> Request {
    let millisecond = u64::try_from(at(0).as_millisecond()).unwrap();
    let request = request_of(1, 1, Own, Subject::Application(file('a')));
    Request { id: RequestId::from_ulid(Ulid::from_parts(millisecond, 1)), ..request }
}

fn ada() -> Who {
    Who::Administrator { id: who(1), name: "Ada".to_owned(), via: None }
}

fn tallied(act: impl Into<Act>, who: &Who, second: i64) -> Option<Tallied> {
    Tallied::of(&act.into(), who, at(second))
}

fn decided(outcome: Outcome, who: &Who, second: i64) -> Tallied {
    let old = asked();
    let decision = decision(outcome, at(second));
    let new = old.decide(decision.clone(), &in_group(1)).unwrap();
    tallied(RequestDecided::of(&old, &new, &decision), who, second).unwrap()
}

#[test]
fn the_publisher_is_whoever_signed_the_file_however_the_agent_reports_it() {
    let file = File::new("a".repeat(64).parse().unwrap());
    let signer = Signer { subject: Some("CN=Tools".into()), ..Signer::default() };
    for file in [
        File { certificate: Some("CN=Tools".into()), ..file.clone() },
        File { signers: vec![Signer::default(), signer], ..file },
    ] {
        let request = Request { subject: Subject::Application(file), ..asked() };
        let made = tallied(RequestSubmitted::of(&request), &Who::System, 0).unwrap();
        let Tally::Made { publisher, .. } = made.what else { panic!("{made:?}") };
        assert_eq!(publisher.as_deref(), Some("CN=Tools"));
    }
}

#[test]
fn each_act_about_a_request_adds_what_it_says() {
    let old = asked();
    let made = tallied(RequestSubmitted::of(&old), &Who::System, 0).unwrap();
    let hash = "a".repeat(64);
    assert_eq!(made.what, Tally::Made { file: Some(hash), name: "setup.exe".to_owned(), publisher: None });
    assert_eq!((made.kind, made.change_of_pending()), (RequestKind::Application, 1));

    let decision = decision(Outcome::Approved, at(10));
    let new = old.decide(decision.clone(), &in_group(1)).unwrap();
    let by_ada = decided(Outcome::Approved, &ada(), 10);
    assert_eq!((by_ada.change_of_pending(), by_ada.waited()), (-1, 10));
    let settled = tallied(RequestSettled::of(&new, &decision, &old.id), &ada(), 12).unwrap();
    assert_eq!((settled.what.clone(), settled.kind), (by_ada.what.clone(), RequestKind::Application));

    let revoked = new.revoke(revocation(at(20))).unwrap();
    let revoked = tallied(RequestRevoked::of(&new, &revoked), &ada(), 20).unwrap();
    assert_eq!((revoked.what.clone(), revoked.change_of_pending()), (Tally::Revoked, 0));
    let expired = tallied(RequestExpired::of(&old), &Who::System, 30).unwrap();
    assert_eq!(expired.change_of_pending(), -1);
    assert_eq!(tallied(RequestExpired::of(&new), &Who::System, 30), None, "it was not pending any more");

    for event in [made, by_ada, settled, revoked, expired, decided(Outcome::Ignored, &Who::System, 5)] {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Tallied>(&text).unwrap(), event, "{text}");
    }
}

#[test]
fn days_are_those_of_utc() {
    let cases = [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01"),
        ("1969-12-31T23:59:59Z", -1, "1969-12-31"),
        ("2026-02-28T23:59:59.999Z", 20_512, "2026-02-28"),
        ("2026-03-01T00:00:00+01:00", 20_512, "2026-02-28"),
    ];
    for (moment, day, date) in cases {
        let moment: Timestamp = moment.parse().unwrap();
        assert_eq!((day_of(moment), date_of(day).to_string().as_str()), (day, date));
    }
    assert_eq!(month_of(20_512), "2026-02");
}

#[test]
fn a_day_says_how_long_requests_waited_that_people_decided() {
    let mut day = DayCounts::default();
    assert_eq!(day.waited_at(0.5), None);
    for second in [30, 40, 90, 400, 500, 3_000, 100_000, 900_000, 30, 30] {
        day.take(&Tallied { at: at(second), ..decided(Outcome::Approved, &ada(), 1) });
    }
    for second in [1, 1, 1] {
        day.take(&decided(Outcome::Denied, &Who::System, second));
    }
    day.take(&decided(Outcome::Approved, &Who::System, 1));
    assert_eq!((day.approved, day.denied, day.by_people, day.by_rule), (11, 3, 10, 4));
    assert_eq!((day.approved_by_rule, day.denied_by_rule), (1, 3));
    assert_eq!(day.waited[0], 4, "those of rules do not count");
    assert_eq!(day.waited_at(0.4), Some(60));
    assert_eq!(day.waited_at(0.5), Some(120));
    assert_eq!(day.waited_at(0.9), Some(172_800));
    assert_eq!(day.waited_at(1.0), Some(604_800), "or longer");
    let text = serde_json::to_string(&day).unwrap();
    assert_eq!(serde_json::from_str::<DayCounts>(&text).unwrap(), day);
    assert_eq!(serde_json::to_string(&DayCounts { made: 3, ..DayCounts::default() }).unwrap(), "[3]");
    let mut sum = day.clone();
    sum.add(&day);
    assert_eq!((sum.approved, sum.waited[0], sum.denied_by_rule), (22, 8, 6));
    let earlier: DayCounts = serde_json::from_str("[5,1,3,0,0,0,0,0,4]").unwrap();
    assert_eq!(
        (earlier.by_rule, earlier.approved_by_rule, earlier.denied_by_rule),
        (4, 0, 0),
        "not known then"
    );
}

#[test]
fn a_year_and_a_month_are_kept_and_what_is_older_is_not_counted() {
    let mut days = ReportDays::default();
    let on = |day: i64| Tallied { at: at(day * 86_400), ..decided(Outcome::Approved, &ada(), 1) };
    for day in 0..=i64::try_from(REPORTED_DAYS).unwrap() {
        days.take(&on(day));
    }
    let (first, last) = (day_of(at(0)), day_of(at(0)) + i32::try_from(REPORTED_DAYS).unwrap());
    assert_eq!(days.between(first, last).count(), REPORTED_DAYS);
    days.take(&on(0));
    assert_eq!(days.sum(first, first).approved, 0, "the oldest day is forgotten");
    assert_eq!(days.sum(first, last).approved, u64::try_from(REPORTED_DAYS).unwrap());
}

#[test]
fn pending_counts_are_bounded_and_what_has_no_room_is_counted_together() {
    let mut counts = PendingCounts::default();
    let organization = |number: u128| OrganizationId::from_ulid(Ulid::from_parts(1, number));
    let made = |number: u128| Tallied {
        via: Some(organization(number)),
        ..tallied(RequestSubmitted::of(&asked()), &Who::System, 0).unwrap()
    };
    let gone = |number: u128| Tallied { what: Tally::Cancelled, ..made(number) };
    for number in 0..1_002 {
        counts.take(&made(number), false);
    }
    let kind = RequestKind::Application;
    assert_eq!((counts.below().count(), counts.others(kind)), (1_000, 2));
    assert!(serde_json::to_vec(&counts).unwrap().len() < 48 * 1024);
    counts.take(&gone(1_001), false);
    assert_eq!(counts.others(kind), 1, "what began among the others ends there");
    counts.take(&gone(7), false);
    assert_eq!((counts.at(&organization(7), kind), counts.below().count()), (0, 999));
    counts.take(&made(5), true);
    assert_eq!((counts.own(kind), counts.own(RequestKind::Storage)), (1, 0));
}

#[test]
fn what_there_was_most_of_is_found_in_bounded_room() {
    let mut tops = Tops::default();
    let made = |name: &str| Tallied {
        what: Tally::Made {
            file: Some(name.to_owned()),
            name: name.to_owned(),
            publisher: Some("P".repeat(96)),
        },
        ..tallied(RequestSubmitted::of(&asked()), &Who::System, 0).unwrap()
    };
    for number in 0..2_000 {
        tops.take(&made(&format!("rare-{number:0>59}")));
        tops.take(&made(if number % 3 == 0 { "often" } else { "most" }));
    }
    let first = tops.files.first(2);
    assert_eq!([first[0].key.as_str(), first[1].key.as_str()], ["most", "often"]);
    for (entry, true_count) in first.iter().zip([1_333, 667]) {
        assert!(entry.count >= true_count && entry.count - entry.excess <= true_count, "{entry:?}");
    }
    assert_eq!(tops.publishers.first(20).len(), 1);
    let text = serde_json::to_vec(&tops).unwrap();
    assert!(text.len() < 16 * 1024, "{}", text.len());
    let mut both = tops.clone();
    both.add(tops);
    assert_eq!(both.publishers.first(1)[0].count, 8_000);
    let id: AdministratorId = who(1);
    both.take(&decided(Outcome::Denied, &ada(), 3));
    assert_eq!(both.deciders.first(1)[0].key, id.to_string());
}
