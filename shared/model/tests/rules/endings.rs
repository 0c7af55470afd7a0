//! The end of a request with what it is for.

use countersign_model::{
    Decision, DecisionScope, EndReason, Grant, Outcome, Request, RequestId, RequestStatus, TransitionError,
};

use crate::lives::{CANCEL, REPEAT, approved_for_a_while, decision, in_group, request, revocation};
use crate::tree::at;

const REASONS: [EndReason; 3] =
    [EndReason::ComputerRemoved, EndReason::GroupDeleted, EndReason::OrganizationDeleted];

#[test]
fn a_pending_request_ends_with_its_computer_and_nothing_else() {
    let ended = request().end(EndReason::ComputerRemoved, at(5)).unwrap();
    assert_eq!((ended.status, ended.over_since(at(9))), (RequestStatus::Cancelled, Some(at(5))));
    for because in [EndReason::GroupDeleted, EndReason::OrganizationDeleted] {
        assert_eq!(request().end(because, at(5)), None, "{because}");
    }
    assert_eq!(ended.end(EndReason::ComputerRemoved, at(6)), None, "once");
    let again = ended.decide(decision(Outcome::Approved, at(6)), &in_group(1));
    assert_eq!(again, Err(TransitionError::ComputerRemoved), "as before it was ended");
    assert!(REPEAT(&ended, at(6)).is_err() && CANCEL(&ended, at(6)).is_err());
}

#[test]
fn an_approval_ends_with_what_its_scope_names() {
    for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
        let decision = Decision { scope, ..decision(Outcome::Approved, at(10)) };
        let approved = request().decide(decision, &in_group(1)).unwrap();
        for because in REASONS {
            let ended = approved.end(because, at(20));
            assert_eq!(ended.is_some(), because.scope() == scope, "{scope} {because}");
            let Some(ended) = ended else { continue };
            assert_eq!(
                (ended.status_at(at(20)), ended.over_since(at(30))),
                (RequestStatus::Expired, Some(at(20)))
            );
            let grant = Grant::of(&ended, ended.decision.as_ref().unwrap()).unwrap();
            assert!(!grant.in_force_at(at(20)));
            assert!(ended.revoke(revocation(at(21))).is_err(), "there is nothing to revoke");
        }
    }
}

#[test]
fn what_is_over_does_not_end() {
    let (denied, ignored) = (decision(Outcome::Denied, at(10)), decision(Outcome::Ignored, at(10)));
    let cases = [
        (request().decide(denied, &in_group(1)).unwrap(), at(20), "denied"),
        (request().decide(ignored, &in_group(1)).unwrap(), at(20), "ignored"),
        (CANCEL(&request(), at(5)).unwrap(), at(20), "withdrawn"),
        (approved_for_a_while(), at(1000), "an approval that has expired by itself"),
        (request(), at(15 * 24 * 60 * 60), "a request that nobody decided in time"),
    ];
    for (request, now, why) in cases {
        for because in REASONS {
            assert_eq!(request.end(because, now), None, "{why}");
        }
    }
    let ended = approved_for_a_while().end(EndReason::ComputerRemoved, at(20)).unwrap();
    assert_eq!(ended.approval_ends_at(at(21)), None, "it will not end once more");
}

/// A request of another computer that was settled along with this one.
fn along(decided: &Request) -> Request {
    let decision = decided.decision.as_ref().unwrap();
    request().decide(decision.settling(decision.id.clone(), &decided.id), &in_group(1)).unwrap()
}

fn approved(scope: DecisionScope) -> Request {
    request().decide(Decision { scope, ..decision(Outcome::Approved, at(10)) }, &in_group(1)).unwrap()
}

#[test]
fn what_was_settled_along_ends_with_its_own_computer_and_with_what_the_approval_is_for() {
    for scope in [DecisionScope::Group, DecisionScope::Organization] {
        for because in REASONS {
            let ended = along(&approved(scope)).end(because, at(20));
            let expected = because == EndReason::ComputerRemoved || because.scope() == scope;
            assert_eq!(
                ended.map(|ended| ended.status),
                expected.then_some(RequestStatus::Expired),
                "{scope} {because}"
            );
        }
    }
}

#[test]
fn what_was_settled_along_is_revoked_with_the_approval_that_it_rests_on() {
    let decided = approved(DecisionScope::Group);
    let follower = along(&decided);
    assert_eq!(follower.revoked_along(&decided), None, "while that one is in force");
    let revoked = decided.revoke(revocation(at(20))).unwrap();
    let with_it = follower.revoked_along(&revoked).unwrap();
    assert_eq!(with_it.status_at(at(20)), RequestStatus::Revoked);
    assert_eq!(with_it.decision.as_ref().unwrap().revoked, Some(revocation(at(20))));
    assert_eq!(with_it.revoked_along(&revoked), None, "once");
    assert_eq!(decided.revoked_along(&revoked), None, "it rests on nothing else");
    let other = Request { id: RequestId::from_ulid(ulid::Ulid::from(77_u128)), ..revoked.clone() };
    assert_eq!(follower.revoked_along(&other), None, "it rests on another one");
    let ended = follower.end(EndReason::ComputerRemoved, at(15)).unwrap();
    assert_eq!(ended.revoked_along(&revoked), None, "it is over already");
    let denied = along(&request().decide(decision(Outcome::Denied, at(10)), &in_group(1)).unwrap());
    assert_eq!(denied.revoked_along(&revoked), None, "it was denied");
}
