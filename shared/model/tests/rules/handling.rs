//! Taking requests, being reminded of them, leaving notes at them, and flags on their files.

use countersign_model::request::handling::NOTES_NAMED;
use countersign_model::{
    Assignee, Cleared, DecisionScope, FileFlag, Note, Notes, Outcome, Removed, RequestStatus, Stopped,
    TooManyNotes, TransitionError,
};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use crate::lives::{decision, in_group, request};
use crate::tree::at;

macro_rules! id {
    ($kind:ident, $number:expr) => {
        countersign_model::$kind::from_ulid(Ulid::from_parts(1, $number))
    };
}

fn somebody(number: u128, since: Timestamp) -> Assignee {
    Assignee {
        administrator_id: id!(AdministratorId, number),
        administrator_name: format!("Administrator {number}"),
        since,
    }
}

#[test]
fn a_request_is_taken_handed_over_and_released_and_who_has_it_keeps_it_since_then() {
    let taken = request().assign(Some(somebody(1, at(1))), at(1)).unwrap().unwrap();
    assert_eq!(taken.assignee, Some(somebody(1, at(1))));
    assert_eq!(taken.assign(Some(somebody(1, at(2))), at(2)), Ok(None), "they have it already");
    let handed_over = taken.assign(Some(somebody(2, at(3))), at(3)).unwrap().unwrap();
    assert_eq!(handed_over.assignee, Some(somebody(2, at(3))));
    let released = handed_over.assign(None, at(4)).unwrap().unwrap();
    assert_eq!(released, request());
    assert_eq!(released.assign(None, at(5)), Ok(None));
}

#[test]
fn a_decided_request_is_not_taken_any_more_but_can_be_released() {
    let taken = request().assign(Some(somebody(1, at(1))), at(1)).unwrap().unwrap();
    let decided = taken.decide(decision(Outcome::Denied, at(2)), &in_group(1)).unwrap();
    let refused = decided.assign(Some(somebody(2, at(3))), at(3));
    assert!(matches!(refused, Err(TransitionError::AlreadyDecided { .. })), "{refused:?}");
    assert_eq!(decided.assign(None, at(3)).unwrap().unwrap().assignee, None);
}

fn note(number: u128) -> Note {
    Note {
        id: id!(NoteId, number),
        organization_id: request().organization_id,
        request_id: request().id,
        administrator_id: id!(AdministratorId, 1),
        administrator_name: "Kim".to_owned(),
        at: at(1),
        text: "Asked the vendor.".to_owned(),
        removed: None,
        earlier: Vec::new(),
    }
}

#[test]
fn every_note_is_reached_from_the_newest_ones_and_there_is_a_limit() {
    let (mut request, mut all) = (request(), Vec::new());
    for number in 0..u128::from(Notes::MAX) {
        let (noted, kept) = request.note(note(number)).unwrap();
        request = noted;
        all.push(kept);
    }
    assert_eq!(request.note(note(1000)), Err(TooManyNotes));
    assert_eq!((request.notes.count, request.notes.newest.len()), (Notes::MAX, NOTES_NAMED));
    let (mut met, mut next) = (Vec::new(), request.notes.newest);
    while let Some(last) = next.last() {
        let last = all.iter().find(|note| note.id == *last).unwrap();
        met.extend(next);
        next = last.earlier.clone();
    }
    assert_eq!(met, all.iter().rev().map(|note| note.id.clone()).collect::<Vec<_>>());
}

fn flag() -> FileFlag {
    FileFlag {
        id: id!(FlagId, 1),
        organization_id: request().organization_id,
        sha256: request().subject.file().unwrap().sha256.clone(),
        file_name: "tool".to_owned(),
        request_id: request().id,
        administrator_id: id!(AdministratorId, 1),
        administrator_name: "Kim".to_owned(),
        at: at(1),
        note: None,
        spread: None,
        previous: None,
        cleared: None,
    }
}

#[test]
fn a_flag_stops_requests_for_its_file_at_its_organization_and_below_until_it_is_cleared() {
    let root = id!(OrganizationId, 50);
    let request = || countersign_model::Request { ancestors: vec![root.clone()], ..request() };
    let above = FileFlag { organization_id: root.clone(), ..flag() };
    let elsewhere = FileFlag { organization_id: id!(OrganizationId, 99), ..flag() };
    let another = FileFlag { sha256: "0".repeat(64).parse().unwrap(), ..flag() };
    let cleared = Cleared {
        administrator_id: id!(AdministratorId, 2),
        administrator_name: "Lee".to_owned(),
        at: at(5),
    };
    let none = flag().clear(cleared.clone()).unwrap();
    for (flag, stops, why) in [
        (flag(), true, "at its organization"),
        (above, true, "at one above"),
        (elsewhere, false, "at another organization"),
        (another, false, "another file"),
        (none.clone(), false, "cleared"),
    ] {
        assert_eq!(flag.stops(&request()), stops, "{why}");
        assert_eq!(flag.stop(&request(), id!(DecisionId, 9), at(6)).is_some(), stops, "{why}");
    }
    assert_eq!(none.clear(cleared), None, "once");
    assert!(FileFlag::subjects_of(&flag().sha256).contains(&request().subject.key()));
}

#[test]
fn a_stopped_request_is_denied_or_its_approval_revoked_and_says_for_which_flag() {
    let (denied, stopped) = flag().stop(&request(), id!(DecisionId, 9), at(6)).unwrap();
    assert!(matches!(stopped, Stopped::Denied(_)));
    let decision_of = |request: &countersign_model::Request| request.decision.clone().unwrap();
    assert_eq!((denied.status, decision_of(&denied).flag), (RequestStatus::Denied, Some(flag().id)));
    assert_eq!(flag().stop(&denied, id!(DecisionId, 9), at(7)), None, "once");

    for scope in DecisionScope::ALL {
        let decision = countersign_model::Decision { scope: *scope, ..decision(Outcome::Approved, at(2)) };
        let approved = request().decide(decision.clone(), &in_group(1)).unwrap();
        let (revoked, stopped) = flag().stop(&approved, id!(DecisionId, 9), at(6)).unwrap();
        assert_eq!((revoked.status_at(at(6)), stopped), (RequestStatus::Revoked, Stopped::Revoked));
        assert_eq!(decision_of(&revoked).flag, Some(flag().id));
        let follower = request().decide(decision.settling(decision.id.clone(), &approved.id), &in_group(1));
        assert_eq!(flag().stop(&follower.unwrap(), id!(DecisionId, 9), at(6)), None, "with what it rests on");
    }
}

#[test]
fn a_removed_note_says_who_removed_it_and_still_leads_to_those_before_it() {
    let (_, kept) = request().note(note(1)).unwrap();
    let removed = Removed {
        administrator_id: id!(AdministratorId, 2),
        administrator_name: "Lee".to_owned(),
        at: at(5),
    };
    let gone = kept.remove(removed.clone()).unwrap();
    assert_eq!((gone.text.as_str(), &gone.removed), ("", &Some(removed.clone())));
    assert_eq!((&gone.earlier, &gone.administrator_id), (&kept.earlier, &kept.administrator_id));
    assert_eq!(gone.remove(removed), None, "once");
}

#[test]
fn a_flag_is_carried_below_step_by_step_and_no_further_once_it_is_cleared() {
    let first = flag().spread_to(0, id!(OrganizationId, 5), 20).unwrap();
    assert_eq!((first.carried(), flag().carried()), (20, 0));
    assert_eq!(first.spread_to(0, id!(OrganizationId, 5), 20), None, "that step was made");
    assert_eq!(first.spread_to(20, id!(OrganizationId, 9), 3).unwrap().carried(), 23);
    let cleared = Cleared {
        administrator_id: id!(AdministratorId, 2),
        administrator_name: "Lee".to_owned(),
        at: at(5),
    };
    assert_eq!(first.clear(cleared).unwrap().spread_to(20, id!(OrganizationId, 9), 3), None);
}

#[test]
fn those_who_know_of_a_request_are_reminded_a_day_before_it_ends_or_halfway() {
    let hours = SignedDuration::from_hours;
    for (waits, ahead) in [(14 * 24, 24), (49, 24), (48, 24), (46, 23), (24, 12)] {
        let request = request().waiting_for(hours(waits));
        let before = request.expires_at.duration_since(request.reminded_at());
        assert_eq!(before, hours(ahead), "{waits}");
    }
}
