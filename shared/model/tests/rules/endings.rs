//! The end of a request with what it is for.

use countersign_model::{Decision, DecisionScope, EndReason, Grant, Outcome, RequestStatus, TransitionError};

use crate::lives::{approved_for_a_while, decision, in_group, request, revocation};
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
    assert!(ended.repeat(at(6)).is_err() && ended.cancel(at(6)).is_err());
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
fn what_is_over_or_rests_on_another_request_does_not_end() {
    let (denied, ignored) = (decision(Outcome::Denied, at(10)), decision(Outcome::Ignored, at(10)));
    let along = decision(Outcome::Approved, at(10)).settling(denied.id.clone(), &request().id);
    let cases = [
        (request().decide(denied, &in_group(1)).unwrap(), at(20), "denied"),
        (request().decide(ignored, &in_group(1)).unwrap(), at(20), "ignored"),
        (request().decide(along, &in_group(1)).unwrap(), at(20), "settled along with another one"),
        (request().cancel(at(5)).unwrap(), at(20), "withdrawn"),
        (approved_for_a_while(), at(1000), "an approval that has expired by itself"),
        (request(), at(8 * 24 * 60 * 60), "a request that nobody decided in time"),
    ];
    for (request, now, why) in cases {
        for because in REASONS {
            assert_eq!(request.end(because, now), None, "{why}");
        }
    }
    let ended = approved_for_a_while().end(EndReason::ComputerRemoved, at(20)).unwrap();
    assert_eq!(ended.approval_ends_at(at(21)), None, "it will not end once more");
}
