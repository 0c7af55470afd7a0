//! What remains to be done, for each state.

use serde_json::json;

use super::*;
use crate::FirstUse;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-27T12:00:00Z")
}

/// A computer that has fetched everything, and whose program has accepted nothing.
fn state(grants: &[Value]) -> State {
    let mut state = State::enrolled("http://127.0.0.1:3000".into(), "cmp_1".into(), "csc_1".into());
    state.complete = true;
    state.grants =
        grants.iter().map(|grant| (grant["id"].as_str().unwrap().to_owned(), grant.clone())).collect();
    state
}

fn names(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| format!("{} {}", change.name(), change.key())).collect()
}

/// Accepts all that is to be done.
fn accept_all(state: &mut State, now: Timestamp) {
    for change in due(state, now) {
        change.accepted(&mut state.accepted);
    }
    assert_eq!(due(state, now), [], "nothing is left");
}

#[test]
fn what_was_accepted_is_not_done_again() {
    let mut state = state(&[json!({"id": "grt_1"}), json!({"id": "grt_2"})]);
    state.policy_version = Some(3);
    state.maintenance = Some(json!({"mode": "learning", "until": "2026-11-27T13:00:00Z"}));
    assert_eq!(
        names(&due(&state, noon())),
        ["grant-added grt_1", "grant-added grt_2", "maintenance maintenance", "policies policies"]
    );
    accept_all(&mut state, noon());
}

#[test]
fn a_removed_grant_is_told_as_it_was_added_and_comes_first() {
    let mut state = state(&[json!({"id": "grt_1", "subject": {"sha256": "ab"}})]);
    accept_all(&mut state, noon());
    state.grants.clear();
    state.grants.insert("grt_0".into(), json!({"id": "grt_0"}));
    let changes = due(&state, noon());
    assert_eq!(names(&changes), ["grant-removed grt_1", "grant-added grt_0"]);
    assert_eq!(changes[0].grant().unwrap()["subject"]["sha256"], "ab");
    accept_all(&mut state, noon());
}

#[test]
fn a_grant_that_was_never_accepted_is_not_removed() {
    let mut state = state(&[json!({"id": "grt_1"})]);
    state.grants.clear();
    assert_eq!(due(&state, noon()), []);
}

#[test]
fn what_was_tried_is_taken_away_again() {
    let mut state = state(&[json!({"id": "grt_1"})]);
    state.maintenance = Some(json!({"mode": "learning", "until": "2026-11-27T13:00:00Z"}));
    for change in due(&state, noon()) {
        change.started(&mut state.accepted);
    }
    assert_eq!(
        names(&due(&state, noon())),
        ["grant-added grt_1", "maintenance maintenance"],
        "still to be done"
    );
    state.grants.clear();
    state.maintenance = None;
    let changes = due(&state, noon());
    assert_eq!(
        changes,
        [
            Change::GrantRemoved { grant: json!({"id": "grt_1"}) },
            Change::Maintenance { maintenance: Value::Null }
        ]
    );
    accept_all(&mut state, noon());
}

#[test]
fn everything_in_force_is_done_again_on_request() {
    let mut state = state(&[json!({"id": "grt_1"}), json!({"id": "grt_2"})]);
    state.policy_version = Some(3);
    accept_all(&mut state, noon());
    forget_accepted(&mut state.accepted);
    forget_accepted(&mut state.accepted);
    state.grants.remove("grt_1");
    assert_eq!(
        names(&due(&state, noon())),
        ["grant-removed grt_1", "grant-added grt_2", "policies policies"],
        "what ended is still taken away"
    );
    accept_all(&mut state, noon());
}

#[test]
fn a_grant_with_another_end_is_added_again() {
    let mut state = state(&[json!({"id": "grt_1", "expires_at": "2026-11-28T00:00:00Z"})]);
    accept_all(&mut state, noon());
    state.grants.insert("grt_1".into(), json!({"id": "grt_1", "expires_at": "2026-11-27T18:00:00Z"}));
    assert_eq!(names(&due(&state, noon())), ["grant-added grt_1"]);
}

#[test]
fn a_grant_ends_by_the_clock_without_the_server() {
    let mut state = state(&[json!({"id": "grt_1", "expires_at": "2026-11-27T13:00:00Z"})]);
    accept_all(&mut state, noon());
    assert_eq!(next_end(&state, noon()), Some(at("2026-11-27T13:00:00Z")));
    assert_eq!(names(&due(&state, at("2026-11-27T13:00:00Z"))), ["grant-removed grt_1"]);
    assert_eq!(next_end(&state, at("2026-11-27T13:00:00Z")), None);
}

/// Eight hours from the first use, within a week.
fn starting(id: &str) -> Value {
    json!({"id": id, "expires_at": "2026-12-04T20:00:00Z",
        "first_use": {"lasts_seconds": 28800, "use_by": "2026-12-04T12:00:00Z"}})
}

#[test]
fn a_grant_that_nobody_used_in_time_ends_by_the_clock() {
    let mut state = state(&[starting("grt_1")]);
    accept_all(&mut state, noon());
    assert!(awaits_use(&state, noon()));
    assert_eq!(next_end(&state, noon()), Some(at("2026-12-04T12:00:00Z")));
    assert_eq!(names(&due(&state, at("2026-12-04T12:00:00Z"))), ["grant-removed grt_1"]);
    assert!(!awaits_use(&state, at("2026-12-04T12:00:00Z")));
}

#[test]
fn a_grant_that_was_used_comes_again_with_its_end_and_ends_by_the_clock() {
    let mut state = state(&[starting("grt_1")]);
    accept_all(&mut state, noon());
    state.first_uses.note("grt_1", FirstUse { used_at: noon(), reported: false });
    let changes = due(&state, noon());
    assert_eq!(names(&changes), ["grant-added grt_1"]);
    let grant = changes[0].grant().unwrap();
    assert_eq!(grant["expires_at"], "2026-11-27T20:00:00Z");
    assert_eq!(grant["first_use"]["used_at"], "2026-11-27T12:00:00Z");
    accept_all(&mut state, noon());
    assert!(!awaits_use(&state, noon()));
    assert_eq!(next_end(&state, noon()), Some(at("2026-11-27T20:00:00Z")));
    assert_eq!(names(&due(&state, at("2026-11-27T20:00:00Z"))), ["grant-removed grt_1"]);
}

#[test]
fn a_maintenance_mode_ends_when_it_is_taken_away_and_by_the_clock() {
    let mut state = state(&[]);
    state.maintenance = Some(json!({"mode": "installation", "until": "2026-11-27T13:00:00Z"}));
    accept_all(&mut state, noon());
    assert_eq!(names(&due(&state, at("2026-11-27T13:00:00Z"))), ["maintenance maintenance"]);
    state.maintenance = None;
    assert_eq!(due(&state, noon()), [Change::Maintenance { maintenance: Value::Null }]);
    accept_all(&mut state, noon());
}

#[test]
fn another_agent_is_told_once_and_also_when_none_is_wanted_any_more() {
    let mut state = state(&[]);
    state.agent = Some(json!({"version": null, "update_channel": null}));
    assert_eq!(due(&state, noon()), [], "the usual one");
    let wanted = json!({"version": "2.4.1", "update_channel": null});
    state.agent = Some(wanted.clone());
    assert_eq!(due(&state, noon()), [Change::Agent { agent: wanted }]);
    for change in due(&state, noon()) {
        change.started(&mut state.accepted);
    }
    state.agent = Some(json!({"version": null, "update_channel": null}));
    assert_eq!(names(&due(&state, noon())), ["agent agent"], "it may be half done");
    accept_all(&mut state, noon());
    state.agent = Some(json!({"version": null, "update_channel": "preview"}));
    assert_eq!(names(&due(&state, noon())), ["agent agent"]);
    accept_all(&mut state, noon());
}

#[test]
fn other_policies_of_the_same_deployment_are_a_change() {
    let mut state = state(&[]);
    state.policy_version = Some(3);
    accept_all(&mut state, noon());
    state.policies = vec![json!({"id": "pol_1"})];
    assert_eq!(names(&due(&state, noon())), ["policies policies"]);
}

#[test]
fn nothing_is_done_while_a_list_is_incomplete() {
    let mut state = state(&[json!({"id": "grt_1"})]);
    accept_all(&mut state, noon());
    state.forget_news();
    assert_eq!(due(&state, noon()), [], "the grant may still come");
    state.complete = true;
    assert_eq!(names(&due(&state, noon())), ["grant-removed grt_1"]);
}

#[test]
fn a_change_is_json_with_its_name() {
    let change = Change::GrantRemoved { grant: json!({"id": "grt_1"}) };
    assert_eq!(
        serde_json::to_value(change).unwrap(),
        json!({"change": "grant-removed", "grant": {"id": "grt_1"}})
    );
}
