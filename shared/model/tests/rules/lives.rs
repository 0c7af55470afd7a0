//! The life of a request: every transition from every state, with the sentence that says why.

use countersign_model::{
    Attachment, Computer, ComputerId, Decision, DecisionId, DecisionScope, File, Grant, GrantId, GroupId,
    InvalidDecision, NewRequest, NewRequester, NotWithdrawn, Organization, Outcome, Request, RequestId,
    RequestKind, RequestStatus, Revocation, Subject, TransitionError, Verdict, Whereabouts,
};
use jiff::Timestamp;
use ulid::Ulid;

use crate::tree::Place::{Own, Sibling};
use crate::tree::{Place, at, who};

const DAY: i64 = 24 * 60 * 60;

pub fn file(digest: char) -> File {
    let sha256 = digest.to_string().repeat(64).parse().unwrap();
    File { path: Some("C:\\setup.exe".into()), size: Some(5), ..File::new(sha256) }
}

pub fn request_of(computer: u128, group: u128, organization: Place, subject: Subject) -> Request {
    let computer = self::computer(computer, group, organization);
    let organization = Organization::root(organization.id(), "Company".to_owned(), at(0));
    let new = NewRequest {
        subject,
        requester: kim(),
        policy_id: None,
        policy_name: None,
        unknown_policy: None,
        attach: true,
        idempotency: None,
    };
    let id = RequestId::from_ulid(computer.id.ulid());
    Request::submit(id, &organization, &computer, new, at(0))
}

pub fn kim() -> NewRequester {
    NewRequester { username: "kim".to_owned(), email: None, reason: None }
}

pub fn request() -> Request {
    request_of(1, 1, Own, Subject::Application(file('a')))
}

fn verdict(outcome: Outcome) -> Verdict {
    Verdict {
        id: DecisionId::from_ulid(Ulid::from(1_u128)),
        outcome,
        scope: DecisionScope::Computer,
        administrator_id: who(1),
        administrator_name: "Ada".to_owned(),
        message: None,
        note: None,
        expires_at: None,
        grant: GrantId::from_ulid(Ulid::from(1_u128)),
    }
}

pub fn decision(outcome: Outcome, now: Timestamp) -> Decision {
    Decision::new(verdict(outcome), now).unwrap()
}

/// A confirmed computer, which is not cloned, is in this group.
fn place(group_id: GroupId, is_deleted: bool) -> Whereabouts {
    Whereabouts::In { group_id, is_deleted, is_unconfirmed: false, is_cloned: false }
}

/// The computer is in the group of this number.
pub fn in_group(number: u128) -> Whereabouts {
    place(GroupId::from_ulid(Ulid::from(number)), false)
}

fn decided(outcome: Outcome) -> Request {
    request().decide(decision(outcome, at(10)), &in_group(1)).unwrap()
}

/// Approved at 10, until 1000.
pub fn approved_for_a_while() -> Request {
    let verdict = Verdict { expires_at: Some(at(1000)), ..verdict(Outcome::Approved) };
    request().decide(Decision::new(verdict, at(10)).unwrap(), &in_group(1)).unwrap()
}

pub fn revocation(now: Timestamp) -> Revocation {
    Revocation { administrator_id: who(2), administrator_name: "Bo".to_owned(), at: now, message: None }
}

fn revoked() -> Request {
    decided(Outcome::Approved).revoke(revocation(at(20))).unwrap()
}

pub type Step = fn(&Request, Timestamp) -> Result<Request, TransitionError>;

pub const REPEAT: Step = |request, now| request.ask_again(kim(), now).map(|again| again.request);
const APPROVE: Step = |request, now| request.decide(decision(Outcome::Approved, now), &in_group(1));
const DENY: Step = |request, now| request.decide(decision(Outcome::Denied, now), &in_group(1));
const IGNORE: Step = |request, now| request.decide(decision(Outcome::Ignored, now), &in_group(1));
pub const CANCEL: Step = |request, now| match request.withdraw(None, now) {
    Ok(withdrawn) => Ok(withdrawn.request),
    Err(NotWithdrawn::Over(why)) => Err(why),
    Err(other) => panic!("{other}"),
};
const REVOKE: Step = |request, now| request.revoke(revocation(now));

#[test]
fn what_can_happen_to_a_request() {
    use RequestStatus::{Approved, Cancelled, Denied, Ignored, Pending, Revoked};
    let cases: Vec<(Request, Step, i64, RequestStatus, &str)> = vec![
        (request(), REPEAT, 5, Pending, "asked again while it waits, it goes on waiting"),
        (request(), APPROVE, 5, Approved, "a pending request can be approved"),
        (request(), DENY, 5, Denied, "or denied"),
        (request(), IGNORE, 5, Ignored, "or set aside"),
        (request(), CANCEL, 5, Cancelled, "the requester may withdraw it"),
        (request(), APPROVE, 14 * DAY - 1, Approved, "up to the last second of the fourteenth day"),
        (decided(Outcome::Approved), REVOKE, 20, Revoked, "an approval can be taken back"),
        (approved_for_a_while(), REVOKE, 999, Revoked, "also one that would have ended by itself"),
    ];
    for (request, step, now, expected, why) in cases {
        assert_eq!(step(&request, at(now)).unwrap().status, expected, "{why}");
    }
}

#[test]
fn what_cannot_happen_to_a_request() {
    use RequestStatus as S;
    let cancelled = || CANCEL(&request(), at(5)).unwrap();
    let cases: Vec<(Request, Step, i64, Option<S>, &str)> = vec![
        (decided(Outcome::Approved), DENY, 11, None, "the first decision wins over another"),
        (decided(Outcome::Approved), APPROVE, 11, None, "even over the same one"),
        (decided(Outcome::Denied), APPROVE, 11, None, "a denial is not reopened: the user asks again"),
        (decided(Outcome::Ignored), APPROVE, 11, None, "nor is what was set aside"),
        (decided(Outcome::Denied), CANCEL, 11, None, "too late to withdraw"),
        (decided(Outcome::Approved), REPEAT, 11, None, "asking again now is a new request"),
        (revoked(), APPROVE, 30, None, "a revoked approval stays revoked"),
        (approved_for_a_while(), DENY, 1000, None, "an approval that ended was a decision all the same"),
        (cancelled(), APPROVE, 6, Some(S::Cancelled), "nobody waits for it any more"),
        (cancelled(), CANCEL, 6, Some(S::Cancelled), "withdrawn once is withdrawn"),
        (cancelled(), REPEAT, 6, Some(S::Cancelled), "asking again now is a new request"),
        (request(), APPROVE, 14 * DAY, Some(S::Expired), "its fourteen days are over, written down or not"),
        (request(), REPEAT, 14 * DAY, Some(S::Expired), "so asking again is a new request"),
    ];
    for (request, step, now, expected, why) in cases {
        match (step(&request, at(now)).unwrap_err(), expected) {
            (TransitionError::AlreadyDecided { decision }, None) => {
                assert_eq!(Some(*decision), request.decision, "the refusal names the decision: {why}");
            }
            (TransitionError::NotPending { status }, Some(expected)) => assert_eq!(status, expected, "{why}"),
            (error, _) => panic!("{why}: {error}"),
        }
    }
}

#[test]
fn only_an_approval_that_counts_can_be_taken_back() {
    let cases = [
        (request(), 20, RequestStatus::Pending, "nothing was approved yet"),
        (decided(Outcome::Denied), 20, RequestStatus::Denied, "nothing was approved"),
        (decided(Outcome::Ignored), 20, RequestStatus::Ignored, "nothing was approved"),
        (revoked(), 30, RequestStatus::Revoked, "it was taken back before"),
        (approved_for_a_while(), 1000, RequestStatus::Expired, "it has ended by itself"),
    ];
    for (request, now, status, why) in cases {
        let refused = Err(TransitionError::NotApproved { status });
        assert_eq!(request.revoke(revocation(at(now))), refused, "{why}");
    }
}

#[test]
fn time_alone_ends_requests_and_approvals() {
    let cases = [
        (request(), 14 * DAY - 1, None, "it still waits"),
        (request(), 14 * DAY, Some(RequestStatus::Expired), "nobody decided in fourteen days"),
        (approved_for_a_while(), 999, None, "the approval still counts"),
        (approved_for_a_while(), 1000, Some(RequestStatus::Expired), "the approval has ended"),
        (decided(Outcome::Approved), 700 * DAY, None, "an approval without an end has none"),
        (decided(Outcome::Denied), 700 * DAY, None, "a denial stands"),
        (revoked(), 700 * DAY, None, "what was taken back does not expire"),
    ];
    for (request, now, expected, why) in cases {
        let expired = request.expire(at(now));
        assert_eq!(expired.as_ref().map(|r| r.status), expected, "{why}");
        if let Some(expired) = expired {
            assert_eq!(expired.expire(at(now)), None, "written down once");
            assert_eq!(expired.status_at(at(now)), RequestStatus::Expired);
        }
    }
}

#[test]
fn asking_again_counts() {
    let again = REPEAT(&REPEAT(&request(), at(30)).unwrap(), at(60)).unwrap();
    assert_eq!((again.count, again.last_asked_at, again.created_at), (3, at(60), at(0)));
    assert_eq!(again.expires_at, request().expires_at, "asking again does not prolong the wait");
}

#[test]
fn a_copy_of_the_file_comes_only_when_announced() {
    let verified = request().attach(5).unwrap();
    assert_eq!(verified.attachment, Attachment::Verified { size: 5 });
    assert_eq!(verified.attach(5).unwrap(), verified, "uploading again changes nothing");
    assert!(decided(Outcome::Approved).attach(5).is_ok(), "it may arrive after the decision");
    let without = Request { attachment: Attachment::NotWanted, ..request() };
    assert_eq!(without.attach(5), Err(TransitionError::AttachmentNotExpected));
    assert_eq!(without.announce().attachment, Attachment::Expected, "the requester may change their mind");
    assert_eq!(verified.announce(), verified);
    let large = Request { attachment: Attachment::TooLarge { size: 1 << 40 }, ..request() };
    assert_eq!(large.attach(1 << 40), Err(TransitionError::AttachmentNotExpected));
}

#[test]
fn a_copy_of_the_file_is_taken_while_somebody_may_look_at_it() {
    let verified = request().attach(5).unwrap();
    let cases = [
        (request(), 0, true, "it waits for a decision"),
        (request(), 14 * DAY, false, "it has expired"),
        (decided(Outcome::Approved), DAY - 1, true, "approved on the same day"),
        (decided(Outcome::Denied), DAY - 1, true, "denied on the same day"),
        (decided(Outcome::Denied), DAY, false, "nobody looks any more"),
        (decided(Outcome::Ignored), 1, false, "set aside"),
        (verified, 0, false, "it is there"),
    ];
    for (request, now, expected, why) in cases {
        assert_eq!(request.awaits_attachment_at(at(now)), expected, "{why}");
    }
}

#[test]
fn a_copy_larger_than_the_deployment_stores_does_not_come() {
    let sized = |size: Option<u64>, attachment: Attachment| {
        let mut request = Request { attachment, ..request() };
        if let Subject::Application(file) = &mut request.subject {
            file.size = size;
        }
        request.keeping_up_to(1_000).attachment
    };
    let verified = Attachment::Verified { size: 2_000 };
    for (size, before, after, why) in [
        (Some(1_000), Attachment::Expected, Attachment::Expected, "as large as can be"),
        (Some(1_001), Attachment::Expected, Attachment::TooLarge { size: 1_001 }, "larger"),
        (None, Attachment::Expected, Attachment::Expected, "of an unknown size"),
        (Some(1_001), Attachment::NotWanted, Attachment::NotWanted, "not wanted"),
        (Some(2_000), verified, verified, "there already"),
    ] {
        assert_eq!(sized(size, before), after, "{why}");
    }
}

#[test]
fn a_verdict_must_make_sense() {
    let until =
        |outcome, end| Decision::new(Verdict { expires_at: Some(at(end)), ..verdict(outcome) }, at(10)).err();
    assert_eq!(until(Outcome::Approved, 11), None);
    assert_eq!(until(Outcome::Approved, 10), Some(InvalidDecision::ExpiryInThePast));
    assert_eq!(until(Outcome::Denied, 11), Some(InvalidDecision::ExpiryWithoutApproval));
    assert_eq!(until(Outcome::Ignored, 11), Some(InvalidDecision::ExpiryWithoutApproval));
    assert!(decision(Outcome::Approved, at(1)).grant.is_some());
    assert!(decision(Outcome::Denied, at(1)).grant.is_none(), "only an approval gives something");
}

#[test]
fn requests_match_across_computers_of_one_organization() {
    let asked = request();
    let same = |computer, group, organization, subject| request_of(computer, group, organization, subject);
    let program = || Subject::Application(file('a'));
    let (computer, group, organization) =
        (DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization);
    let cases = [
        (same(2, 1, Own, program()), [false, true, true], "another computer of the group"),
        (same(2, 2, Own, program()), [false, false, true], "a computer of another group"),
        (same(2, 1, Sibling, program()), [false; 3], "another organization"),
        (same(1, 1, Own, program()), [false; 3], "the same computer"),
        (same(2, 1, Own, Subject::Application(file('b'))), [false; 3], "another file"),
        (same(2, 1, Own, Subject::Elevation(file('a'))), [false; 3], "the same file, but to run it elevated"),
    ];
    for (other, expected, why) in cases {
        let at = place(other.group_id.clone(), false);
        let settled = [computer, group, organization].map(|scope| asked.settles(scope, &other, &at));
        assert_eq!(settled, expected, "{why}");
    }
}

#[test]
fn what_a_decision_settles_goes_by_where_the_computers_are_now() {
    let scopes = [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization];
    // Asked in group 1, decided in group 2.
    let decided = request().decide(decision(Outcome::Approved, at(10)), &in_group(2)).unwrap();
    let other = request_of(2, 1, Own, Subject::Application(file('a')));
    let cases = [
        (in_group(1), [false, false, true], "it is still where the other one no longer is"),
        (in_group(2), [false, true, true], "it was moved, too"),
        (Whereabouts::Removed, [false; 3], "nothing reaches it"),
    ];
    for (at, expected, why) in cases {
        assert_eq!(scopes.map(|scope| decided.settles(scope, &other, &at)), expected, "{why}");
    }
}

#[test]
fn a_decision_that_does_not_reach_the_computer_is_not_made() {
    let deleted = || place(request().group_id, true);
    for outcome in [Outcome::Approved, Outcome::Denied, Outcome::Ignored] {
        for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
            let decision = Decision { scope, ..decision(outcome, at(10)) };
            let made = |at: &Whereabouts| request().decide(decision.clone(), at).map(|_| ());
            assert_eq!(
                made(&Whereabouts::Removed),
                Err(TransitionError::ComputerRemoved),
                "{outcome} {scope}"
            );
            let for_nobody = outcome == Outcome::Approved && scope == DecisionScope::Group;
            let expected = if for_nobody { Err(TransitionError::GroupDeleted) } else { Ok(()) };
            assert_eq!(made(&deleted()), expected, "{outcome} {scope}");
        }
    }
}

#[test]
fn a_computer_without_a_record_is_removed_and_a_group_without_one_deleted() {
    let computer = computer(1, 1, Own);
    assert_eq!(Whereabouts::of(None, None), Whereabouts::Removed);
    assert_eq!(Whereabouts::of(Some(&computer.deleted()), None), Whereabouts::Removed);
    let group_id = computer.group_id.clone();
    let expected = place(group_id, true);
    assert_eq!(Whereabouts::of(Some(&computer), None), expected);
}

#[test]
fn a_settled_request_rests_on_the_same_grant() {
    let original = decision(Outcome::Approved, at(10));
    let id = DecisionId::from_ulid(Ulid::from(2_u128));
    let settled = original.settling(id.clone(), &request().id);
    assert_eq!((settled.grant, settled.settled_by), (original.grant, Some(request().id)));
    assert_eq!(settled.id, id);
}

pub fn computer(number: u128, group: u128, organization: Place) -> Computer {
    Computer {
        id: ComputerId::from_ulid(Ulid::from(number)),
        organization_id: organization.id(),
        group_id: GroupId::from_ulid(Ulid::from(group)),
        hostname: "pc".to_owned(),
        os: "Windows 11".to_owned(),
        name: None,
        naming: 0,
        unconfirmed: false,
        twin_of: None,
        token_hash: String::new(),
        maintenance: None,
        enrolled_at: at(0),
        enrollment_key_id: None,
        policy_version: None,
        instances: Default::default(),
        override_key: None,
        deleted: false,
    }
}

#[test]
fn a_grant_is_for_whoever_its_scope_says() {
    let all = [computer(1, 1, Own), computer(2, 1, Own), computer(3, 2, Own), computer(4, 1, Sibling)];
    let cases = [
        (DecisionScope::Computer, [true, false, false, false]),
        (DecisionScope::Group, [true, true, false, false]),
        (DecisionScope::Organization, [true, true, true, false]),
    ];
    for (scope, expected) in cases {
        let decision = Decision { scope, ..decision(Outcome::Approved, at(10)) };
        let grant = Grant::of(&request(), &decision).unwrap();
        assert_eq!(all.each_ref().map(|computer| grant.is_for(computer)), expected, "{scope}");
    }
    assert_eq!(Grant::of(&request(), &decision(Outcome::Denied, at(10))), None);
}

#[test]
fn a_grant_for_the_group_is_for_the_one_that_the_computer_was_in_when_it_was_decided() {
    let decision = Decision { scope: DecisionScope::Group, ..decision(Outcome::Approved, at(10)) };
    let decided = request().decide(decision, &in_group(2)).unwrap();
    let grant = Grant::of(&decided, decided.decision.as_ref().unwrap()).unwrap();
    assert!(grant.is_for(&computer(1, 2, Own)) && !grant.is_for(&computer(1, 1, Own)));
    assert_eq!(decided.group_id, request().group_id, "where it was when it asked stays on record");
}

#[test]
fn a_grant_ends_when_its_time_comes_or_it_is_taken_back() {
    let request = approved_for_a_while();
    let grant = Grant::of(&request, request.decision.as_ref().unwrap()).unwrap();
    assert!(grant.in_force_at(at(999)) && !grant.in_force_at(at(1000)));
    let taken = grant.revoked(at(20));
    assert!(!taken.in_force_at(at(21)));
    assert_eq!(taken.revoked(at(30)).revoked_at, Some(at(20)), "once");
}

#[test]
fn a_stored_request_reads_back_as_it_was() {
    for request in [request(), decided(Outcome::Approved), revoked(), request().attach(9).unwrap()] {
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), request);
    }
    assert_eq!(request().kind(), RequestKind::Application);
}
