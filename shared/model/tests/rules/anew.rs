//! Decisions that replace a denial, decisions on what has changed since it was seen, and what approvals cover.

use countersign_model::request::anew::{DECIDED_MAX, EARLIER_MAX};
use countersign_model::{
    Aspect, Condition, Covered, Decision, DecisionId, DecisionScope, EndChange, File, FirstUse, Grant,
    GrantUseId, InvalidDecision, NewRequester, NoPublisher, NotProlonged, NotUsed, Outcome, Request,
    RequestStatus, Revocation, Subject, TransitionError, Whereabouts, text,
};
use jiff::Timestamp;
use ulid::Ulid;

use crate::lives::{decision, file, in_group, kim, request, request_of, revocation};
use crate::requesters::{MAX_RECORD, largest, nanoseconds, size};
use crate::subjects::{WIDE, signed, signer};
use crate::tree::Place::Own;
use crate::tree::at;

fn numbered(number: u128, outcome: Outcome, now: Timestamp) -> Decision {
    Decision { id: DecisionId::from_ulid(Ulid::from(number)), ..decision(outcome, now) }
}

fn id(number: u128) -> DecisionId {
    DecisionId::from_ulid(Ulid::from(number))
}

fn after(outcome: Outcome) -> Request {
    request().decide(numbered(7, outcome, at(10)), &in_group(1)).unwrap()
}

#[test]
fn a_denied_or_ignored_request_is_decided_anew_and_keeps_what_was_decided_before() {
    for outcome in [Outcome::Denied, Outcome::Ignored] {
        let before = after(outcome);
        let anew = numbered(8, Outcome::Approved, at(20));
        let now = before.decide_anew(anew.clone(), &id(7), &in_group(2)).unwrap();
        assert_eq!(now.status, RequestStatus::Approved);
        assert_eq!(now.earlier_decisions, [before.decision.clone().unwrap()]);
        assert_eq!(now.decision.as_ref().unwrap().id, anew.id);
        assert_eq!(now.decided_group(), in_group(2).group().unwrap(), "by the group that it is in now");
        assert!(Grant::of(&now, now.decision.as_ref().unwrap()).is_some());
    }
}

#[test]
fn only_the_decision_that_was_seen_is_replaced_and_no_approval_is() {
    let anew = numbered(9, Outcome::Approved, at(20));
    let stale = after(Outcome::Denied).decide_anew(anew.clone(), &id(6), &in_group(1)).unwrap_err();
    let TransitionError::AlreadyDecided { decision } = stale else { panic!("{stale}") };
    assert_eq!(decision.id, id(7), "and it is said which one stands");
    let approved = after(Outcome::Approved);
    let revoked = approved.revoke(revocation(at(15))).unwrap();
    for request in [approved, revoked] {
        let refused = request.decide_anew(anew.clone(), &id(7), &in_group(1));
        assert!(matches!(refused, Err(TransitionError::AlreadyDecided { .. })), "{:?}", request.status);
    }
    let gone = after(Outcome::Denied).decide_anew(anew, &id(7), &Whereabouts::Removed);
    assert_eq!(gone, Err(TransitionError::ComputerRemoved));
}

#[test]
fn a_request_that_was_denied_along_follows_only_the_one_that_it_was_denied_with() {
    let first = after(Outcome::Denied);
    let denial = first.decision.clone().unwrap().settling(id(20), &first.id);
    let other = request_of(2, 1, Own, Subject::Application(file('a')));
    let along = other.decide(denial, &in_group(1)).unwrap();
    let approval = numbered(8, Outcome::Approved, at(20)).settling(id(21), &first.id);
    let now = along.settled_anew(approval.clone(), &first.id, &in_group(1)).unwrap();
    assert_eq!((now.status, now.earlier_decisions.len()), (RequestStatus::Approved, 1));
    assert_eq!(now.settled_anew(approval.clone(), &first.id, &in_group(1)), None, "once");
    assert_eq!(along.settled_anew(approval, &other.id, &in_group(1)), None, "not with another one");
}

#[test]
fn earlier_decisions_are_limited_and_leave_room_for_a_revocation() {
    let longest = Some(WIDE.repeat(text::MESSAGE_MAX));
    let name = WIDE.repeat(text::NAME_MAX);
    let long = |number: u128, outcome| Decision {
        message: longest.clone(),
        note: longest.clone(),
        administrator_name: name.clone(),
        ..numbered(number, outcome, nanoseconds())
    };
    for (start, kept) in [(request(), EARLIER_MAX), (largest(), 0)] {
        let mut request = start.decide(long(100, Outcome::Denied), &in_group(1)).unwrap();
        for number in 101..112_u128 {
            let anew = long(number, Outcome::Denied);
            request = request.decide_anew(anew, &id(number - 1), &in_group(1)).unwrap();
            assert!(size(&request) <= DECIDED_MAX, "{}", size(&request));
        }
        request = request.decide_anew(long(112, Outcome::Approved), &id(111), &in_group(1)).unwrap();
        assert!(request.earlier_decisions.len() >= kept, "{}", request.earlier_decisions.len());
        let newest_first: Vec<_> =
            request.earlier_decisions.iter().map(|earlier| earlier.id.clone()).collect();
        let expected: Vec<_> = (0..newest_first.len() as u128).map(|back| id(111 - back)).collect();
        assert_eq!(newest_first, expected);
        let revocation = Revocation {
            message: longest.clone(),
            administrator_name: name.clone(),
            ..revocation(nanoseconds())
        };
        assert!(size(&request.revoke(revocation).unwrap()) <= MAX_RECORD);
    }
}

#[test]
fn what_matters_of_a_request_changes_only_when_something_that_matters_does() {
    let changed = |before: &Request, was: &Whereabouts, after: &Request, is: &Whereabouts| {
        let before = before.aspects(was);
        let after = after.aspects(is);
        let differ = before.into_iter().zip(after).filter(|(before, after)| before != after);
        differ.map(|(_, (aspect, _))| aspect).collect::<Vec<_>>()
    };
    let asked = |request: &Request, new| request.ask_again(new, at(5)).unwrap().request;
    let (first, here) = (request(), in_group(1));
    assert_eq!(changed(&first, &here, &asked(&first, kim()), &here), [], "asked once more");
    let joined = asked(&first, NewRequester { username: "ann".to_owned(), email: None, reason: None });
    assert_eq!(changed(&first, &here, &joined, &here), [Aspect::Requesters], "another user asks");
    let reasoned = asked(&first, NewRequester { reason: Some("for the audit".to_owned()), ..kim() });
    assert_eq!(changed(&first, &here, &reasoned, &here), [Aspect::Requesters], "a better reason");
    let left = joined.withdraw(Some("ann"), at(6)).unwrap().request;
    assert_eq!(changed(&joined, &here, &left, &here), [Aspect::Requesters], "a user withdrew");
    assert_eq!(changed(&first, &here, &left, &here), [], "as if that user had never asked");
    assert_eq!(changed(&first, &here, &first, &in_group(2)), [Aspect::Group]);
    assert_eq!(changed(&first, &here, &first, &Whereabouts::Removed), [Aspect::Group]);
    let Whereabouts::In { group_id, is_deleted, .. } = in_group(1) else { panic!() };
    let twin = Whereabouts::In { group_id, is_deleted, is_unconfirmed: true, is_cloned: false };
    assert_eq!(changed(&first, &here, &first, &twin), [Aspect::Unconfirmed]);
    let other = Request { subject: Subject::Application(file('b')), ..first.clone() };
    assert_eq!(changed(&first, &here, &other, &here), [Aspect::Subject]);
}

#[test]
fn an_approval_covers_a_publisher_only_if_the_agent_verified_one() {
    let covering = |subject: Subject| {
        let approval = decision(Outcome::Approved, at(10)).covering(Condition::Publisher).unwrap();
        request_of(1, 1, Own, subject).decide(approval, &in_group(1))
    };
    let approved = covering(Subject::Elevation(signed([signer()]))).unwrap();
    let grant = Grant::of(&approved, approved.decision.as_ref().unwrap()).unwrap();
    let publisher = signed([signer()]).verified_publisher().unwrap();
    assert_eq!(grant.covered, Covered::Publisher(publisher));
    let unverified = countersign_model::Signer { verified: false, ..signer() };
    let device = serde_json::json!({ "storage": { "id": "USB-1", "name": null, "access": "read", "path": null, "calling_process": null } });
    let cases = [
        (Subject::Application(signed([unverified])), NoPublisher::NotVerified),
        (Subject::Application(file('a')), NoPublisher::NotVerified),
        (serde_json::from_value(device).unwrap(), NoPublisher::Device),
    ];
    for (subject, why) in cases {
        assert_eq!(covering(subject).unwrap_err(), TransitionError::NoPublisher(why));
    }
    let denial = decision(Outcome::Denied, at(10)).covering(Condition::Publisher);
    assert_eq!(denial, Err(InvalidDecision::ConditionWithoutApproval));
    let usual = request_of(1, 1, Own, Subject::Application(signed([signer()])));
    let usual = usual.decide(decision(Outcome::Approved, at(10)), &in_group(1)).unwrap();
    assert_eq!(Grant::of(&usual, usual.decision.as_ref().unwrap()).unwrap().covered, Covered::Subject);
}

#[test]
fn an_approval_of_a_publisher_allows_its_other_files_and_settles_only_those_who_ask_for_the_same() {
    let file = |digit: char| File { signers: vec![signer()], ..file(digit) };
    let other_signer = countersign_model::Signer { subject: Some("CN=Other".into()), ..signer() };
    let foreign = File { signers: vec![other_signer], ..file('c') };
    let request = request_of(1, 1, Own, Subject::Application(file('a')));
    let wide = |condition| {
        let approval = decision(Outcome::Approved, at(10)).covering(condition).unwrap();
        Decision { scope: DecisionScope::Organization, ..approval }
    };
    for (subject, by_file, by_publisher, why) in [
        (Subject::Application(file('a')), true, true, "the file itself"),
        (Subject::Application(file('b')), false, true, "another one of the publisher"),
        (Subject::Application(foreign), false, false, "of another publisher"),
        (Subject::Elevation(file('b')), false, false, "to be run is not to be elevated"),
    ] {
        for (condition, allowed) in [(Condition::File, by_file), (Condition::Publisher, by_publisher)] {
            let approved = request.decide(wide(condition), &in_group(1)).unwrap();
            let grant = Grant::of(&approved, approved.decision.as_ref().unwrap()).unwrap();
            assert_eq!(grant.allows(&subject), allowed, "{why}: {condition}");
            let other = request_of(2, 1, Own, subject.clone());
            let settles = approved.settles(DecisionScope::Organization, &other, &in_group(1));
            assert_eq!(settles, by_file, "{why}: only requests for the same are settled along");
        }
    }
}

#[test]
fn an_approval_may_begin_with_its_first_use() {
    let first_use = |lasts_seconds, use_by| FirstUse { lasts_seconds, use_by: at(use_by) };
    let approval = decision(Outcome::Approved, at(10));
    let starting = approval.clone().starting_at_first_use(first_use(600, 1000)).unwrap();
    assert_eq!(starting.expires_at, Some(at(1600)), "then it has ended everywhere");
    assert_eq!(first_use(600, 1000).ends_after(at(50)), at(650));
    let refused = [
        (approval.clone(), first_use(59, 1000), InvalidDecision::Duration),
        (approval.clone(), first_use(31_536_001, 1000), InvalidDecision::Duration),
        (approval.clone(), first_use(600, 10), InvalidDecision::UseByInThePast),
        (decision(Outcome::Denied, at(10)), first_use(600, 1000), InvalidDecision::FirstUseWithEnd),
        (
            Decision { expires_at: Some(at(50)), ..approval },
            first_use(600, 1000),
            InvalidDecision::FirstUseWithEnd,
        ),
    ];
    for (decision, first_use, why) in refused {
        assert_eq!(decision.starting_at_first_use(first_use), Err(why));
    }
}

fn use_id() -> GrantUseId {
    GrantUseId::from_ulid(Ulid::from(1_u128))
}

fn by_bo(now: Timestamp) -> EndChange {
    EndChange { administrator_id: crate::tree::who(2), administrator_name: "Bo".to_owned(), at: now }
}

#[test]
fn an_approval_is_shortened_and_prolonged_while_it_is_in_force() {
    let end = |request: &Request| request.decision.as_ref().unwrap().expires_at;
    let approved = crate::lives::approved_for_a_while();
    let shorter = approved.ending_at(Some(at(500)), by_bo(at(20))).unwrap();
    assert_eq!((end(&shorter), shorter.status_at(at(500))), (Some(at(500)), RequestStatus::Expired));
    let longer = approved.ending_at(Some(at(5000)), by_bo(at(20))).unwrap();
    assert_eq!(longer.status_at(at(1000)), RequestStatus::Approved);
    assert_eq!(end(&approved.ending_at(None, by_bo(at(20))).unwrap()), None);
    let decided = request().id;
    let along = request_of(2, 1, Own, Subject::Application(file('a')));
    let settling = approved.decision.clone().unwrap().settling(id(9), &decided);
    let along = along.decide(settling, &in_group(1)).unwrap();
    let use_by = FirstUse { lasts_seconds: 600, use_by: at(1000) };
    let starting = decision(Outcome::Approved, at(10)).starting_at_first_use(use_by).unwrap();
    let starting = request().decide(starting, &in_group(1)).unwrap();
    let status = |status| NotProlonged::NotApproved { status };
    let refused = [
        (&approved, Some(at(20)), at(20), NotProlonged::InThePast),
        (&approved, Some(at(1000)), at(20), NotProlonged::Same),
        (&approved, Some(at(5000)), at(1000), status(RequestStatus::Expired)),
        (&after(Outcome::Denied), None, at(20), status(RequestStatus::Denied)),
        (&request(), None, at(20), status(RequestStatus::Pending)),
        (&along, None, at(20), NotProlonged::SettledAlong { decided }),
        (&starting, Some(at(1601)), at(20), NotProlonged::StartsAtFirstUse),
        (&starting, None, at(20), NotProlonged::StartsAtFirstUse),
    ];
    for (request, end, now, why) in refused {
        assert_eq!(request.ending_at(end, by_bo(now)), Err(why));
    }
    assert!(starting.ending_at(Some(at(1500)), by_bo(at(20))).is_ok());
}

#[test]
fn what_was_settled_along_ends_when_the_approval_does() {
    let first = crate::lives::approved_for_a_while();
    let other = request_of(2, 1, Own, Subject::Application(file('a')));
    let along =
        other.decide(first.decision.clone().unwrap().settling(id(9), &first.id), &in_group(1)).unwrap();
    assert_eq!(along.ending_along(&first, at(30)), None, "nothing was changed");
    let longer = first.ending_at(Some(at(5000)), by_bo(at(20))).unwrap();
    let now = along.ending_along(&longer, at(30)).unwrap();
    assert_eq!(now.decision.as_ref().unwrap().expires_at, Some(at(5000)));
    assert_eq!(now.ending_along(&longer, at(30)), None, "once");
    assert_eq!(along.ending_along(&longer, at(1000)), None, "what is over stays over");
    let stranger = Request { id: other.id, ..longer };
    assert_eq!(along.ending_along(&stranger, at(30)), None, "not with another one");
}

#[test]
fn a_grant_is_used_for_the_first_time_while_it_can_be() {
    let computer = crate::lives::computer(1, 1, Own);
    let use_by = FirstUse { lasts_seconds: 600, use_by: at(1000) };
    let starting = decision(Outcome::Approved, at(10)).starting_at_first_use(use_by).unwrap();
    let request = request().decide(starting, &in_group(1)).unwrap();
    let grant = Grant::of(&request, request.decision.as_ref().unwrap()).unwrap();
    let cases = [
        (None, 50, Ok(at(50)), "now"),
        (Some(40), 50, Ok(at(40)), "reported later"),
        (Some(5), 50, Ok(at(50)), "before it was given"),
        (Some(60), 50, Ok(at(50)), "not yet"),
        (Some(1000), 1200, Ok(at(1000)), "used in time, and reported later"),
        (None, 1001, Err(NotUsed::TooLate), "it had to be used before"),
        (Some(900), 1600, Err(NotUsed::NotInForce), "it is over everywhere"),
    ];
    for (used_at, now, expected, why) in cases {
        let used = grant.used_by(use_id(), &computer, used_at.map(at), at(now)).map(|used| used.at);
        assert_eq!(used, expected, "{why}");
    }
    assert_eq!(
        grant.used_by(use_id(), &crate::lives::computer(2, 1, Own), None, at(50)),
        Err(NotUsed::NotInForce)
    );
    assert_eq!(grant.ends_after(at(50)), Some(at(650)));
    let shorter = Grant { expires_at: Some(at(300)), ..grant };
    assert_eq!(shorter.ends_after(at(50)), Some(at(300)), "when it was shortened since");
}

#[test]
fn decisions_of_earlier_versions_cover_the_file_and_begin_at_once() {
    let mut json = serde_json::to_value(after(Outcome::Approved)).unwrap();
    assert!(json["decision"].get("condition").is_none() && json.get("earlier_decisions").is_none());
    json["decision"].as_object_mut().unwrap().remove("include_matching");
    let read: Request = serde_json::from_value(json).unwrap();
    let decision = read.decision.unwrap();
    assert_eq!((decision.condition, decision.first_use), (Condition::File, None));
    assert_eq!(decision.scope, DecisionScope::Computer);
}
