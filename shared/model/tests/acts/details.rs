//! How an act is stored, and the details in it.

use std::collections::BTreeSet;

use countersign_model::act::*;
use countersign_model::{Access, Act, ActName, Device, Request, Subject};
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::{PartialSchema, ToSchema};

use crate::samples::{HASH, administrator, assignment, computer, now, request, samples};

fn detail(label: &str) -> Value {
    let sample = samples().into_iter().find(|(name, _)| *name == label);
    let stored = serde_json::to_value(sample.unwrap().1).unwrap();
    stored["detail"].clone()
}

#[test]
fn an_act_is_stored_under_its_name_with_its_detail_and_read_again() {
    for (label, act) in samples() {
        let stored = serde_json::to_value(&act).unwrap();
        let fields: Vec<&String> = stored.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["act", "detail"], "{label}");
        assert_eq!(stored["act"], act.name().id(), "{label}");
        assert!(stored["detail"].is_object(), "{label}");
        assert_eq!(serde_json::from_value::<Act>(stored).unwrap(), act, "{label}");
    }
}

#[test]
fn an_unknown_act_or_detail_is_not_read() {
    assert!(serde_json::from_value::<Act>(json!({ "act": "request.eaten", "detail": {} })).is_err());
    assert!(serde_json::from_value::<Act>(json!({ "act": "session.ended", "detail": {} })).is_err());
}

#[test]
fn every_act_is_described_in_the_api_and_no_other() {
    let RefOr::T(schema) = Act::schema() else { panic!("a schema of its own") };
    let schema = serde_json::to_value(schema).unwrap();
    let variants = schema["oneOf"].as_array().unwrap();
    let described: BTreeSet<&str> =
        variants.iter().map(|each| each["properties"]["act"]["enum"][0].as_str().unwrap()).collect();
    let names: BTreeSet<&str> = ActName::ALL.iter().map(|name| name.id()).collect();
    assert_eq!(described, names);
    assert_eq!(variants.len(), names.len());

    let mut schemas = Vec::new();
    Act::schemas(&mut schemas);
    let known: BTreeSet<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    for reference in references(&schema) {
        assert!(known.contains(reference.as_str()), "{reference}");
    }
    let of = |name: &str| {
        let found = schemas.iter().find(|(each, _)| each == name).unwrap();
        serde_json::to_value(&found.1).unwrap()
    };
    assert_eq!(of("Outcome")["enum"], json!(["approved", "denied", "ignored"]));
    assert_eq!(of("RequestId")["examples"], json!(["req_01ARZ3NDEKTSV4RRFFQ69G5FAV"]));
    for (_, schema) in &schemas {
        for reference in references(&serde_json::to_value(schema).unwrap()) {
            assert!(known.contains(reference.as_str()), "{reference}");
        }
    }
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(text) if key == "$ref" => vec![text.rsplit('/').next().unwrap().to_owned()],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn the_detail_of_a_request_says_what_was_asked_for() {
    let request = request();
    let expected = json!({
        "request_id": request.id, "computer_id": request.computer_id, "subject": format!("application {HASH}"),
        "kind": "application", "hostname": "pc-1", "username": "bob", "path": "/opt/tool", "sha256": HASH,
        "device": null, "access": null, "policy_id": null, "count": 1,
    });
    let labels =
        ["request.submitted", "request.repeated", "request.joined", "request.withdrawn", "request.cancelled"];
    for label in labels {
        assert_eq!(detail(label), expected, "{label}");
    }
    let device = Device { path: Some("/mnt/a".into()), ..Device::new("serial".into(), Access::Write) };
    let carol = serde_json::to_value(RequestJoined::of(&request, "carol")).unwrap();
    assert_eq!(carol["username"], "carol", "it names who did it, not who asked first");
    let mut request = request;
    request.subject = Subject::Storage(device);
    let detail = serde_json::to_value(RequestSubmitted::of(&request)).unwrap();
    assert_eq!(
        (&detail["path"], &detail["sha256"], &detail["device"], &detail["access"]),
        (&json!("/mnt/a"), &Value::Null, &json!({ "id": "serial", "name": null }), &json!("write"))
    );
}

#[test]
fn the_detail_of_a_request_says_that_its_computer_was_unconfirmed() {
    let act = |request: &Request| serde_json::to_value(Act::from(RequestSubmitted::of(request))).unwrap();
    assert_eq!(act(&request())["detail"].get("unconfirmed"), None);
    let twins = Request { unconfirmed: true, ..request() };
    assert_eq!(act(&twins)["detail"]["unconfirmed"], true);
}

#[test]
fn the_detail_of_a_decision_says_before_and_after_and_never_the_note() {
    let request = request();
    let expected = json!({
        "request_id": request.id, "computer_id": request.computer_id, "grant_id": "grt_00000000010000000000000001",
        "kind": "application", "subject": request.subject.key(), "hostname": "pc-1",
        "before": { "status": "pending" }, "after": { "status": "approved" },
        "scope": "group", "group_id": request.group_id, "expires_at": "2026-01-01T08:00:00Z", "include_matching": false,
    });
    assert_eq!(detail("request.decided: approved"), expected);
    let denied = detail("request.decided: denied");
    assert_eq!((&denied["expires_at"], denied.get("grant_id")), (&Value::Null, None));
}

#[test]
fn the_details_of_other_acts_are_as_they_are_documented() {
    let (id, computer) = (administrator().id, computer());
    let one_key = json!({ "enrollment_key_id": "enk_00000000010000000000000001", "name": "Autumn", "expires_at": null,
        "max_uses": 40 });
    let key = |made: Value| json!({ "enrollment_keys_made_at": made });
    let cases = [
        (
            "organization.created: root",
            json!({ "organization_id": "org_00000000010000000000000001", "administrator_id": id,
                "after": { "name": "Root", "administrator": "kim@company.example" } }),
        ),
        (
            "enrollment-key.created",
            json!({ "group_id": computer.group_id, "group": "Desks", "before": key(json!([])), "after": key(json!([now()])),
                "key": one_key }),
        ),
        (
            "enrollment-key.deleted",
            json!({ "group_id": computer.group_id, "group": "Desks", "before": key(json!([now()])), "after": key(json!([])),
                "key": one_key }),
        ),
        (
            "policies.deployed",
            json!({ "organization_id": computer.organization_id,
                "before": { "policy_version": 0, "deployed_at": null },
                "after": { "policy_version": 1, "deployed_at": now(), "policies": 2 } }),
        ),
        (
            "maintenance-mode.set",
            json!({ "computer_id": computer.id, "hostname": "pc-1", "before": null,
                "after": { "mode": "learning", "until": "2026-01-01T08:00:00Z" } }),
        ),
        (
            "administrator.invited: again",
            json!({ "administrator_id": id, "again": true, "email": "kim@company.example" }),
        ),
        (
            "administrator.permissions-changed",
            json!({ "administrator_id": id, "before": { "permissions": [] }, "after": { "permissions": ["view-reports"] } }),
        ),
        (
            "administrator.roles-changed",
            json!({ "administrator_id": id, "before": { "assignments": [] }, "after": { "assignments": [assignment(1)] } }),
        ),
        (
            "administrator.password-reset-completed",
            json!({ "administrator_id": id, "before": { "sessions": "open" },
                "after": { "sessions": "ended", "password": "new" } }),
        ),
        ("session.refused: unknown", json!({ "email": null, "why": "sign-in-refused" })),
        (
            "session.refused: counted",
            json!({ "administrator_id": id, "email": "kim@company.example", "why": "sign-in-refused",
                "count": 500, "since": "2026-01-01T00:00:00Z" }),
        ),
    ];
    for (label, expected) in cases {
        assert_eq!(detail(label), expected, "{label}");
    }
}

#[test]
fn the_details_of_acts_about_messages_are_as_they_are_documented() {
    let id = administrator().id;
    let cases = [
        (
            "notification.resent",
            json!({ "notification_id": "ntf_00000000010000000000000001", "notice": "request-submitted",
                "channel": "email", "address": "kim@company.example" }),
        ),
        (
            "push-subscription.changed",
            json!({ "administrator_id": id, "subscription_id": "psh_00000000010000000000000001", "name": "Phone",
                "host": "web.push.apple.com", "removed": false }),
        ),
        (
            "administrator.notifications-changed",
            json!({ "administrator_id": id,
                "before": { "notify_on_request": false, "channels": ["email"], "settings": {} },
                "after": { "notify_on_request": false, "channels": ["email"], "settings": {
                    "channels_by_kind": { "handled": [] }, "quiet_hours": { "from": "22:00", "to": "06:30" },
                    "digest": "daily", "digest_at": "17:00", "only_when_nobody_else": true,
                    "away": { "from": "2026-01-01T00:00:00Z", "until": "2026-01-01T08:00:00Z",
                        "delegate_id": "adm_00000000010000000000000002" } } } }),
        ),
        (
            "notification.bounce-cleared",
            json!({ "notification_id": "ntf_00000000010000000000000001", "channel": "email", "address": "kim@company.example" }),
        ),
        (
            "notification.tested",
            json!({ "organization_id": "org_00000000010000000000000002", "channel": "sms", "address": "sms:+15550100" }),
        ),
        (
            "notification.tested: own browsers",
            json!({ "organization_id": "org_00000000010000000000000002", "channel": "push", "address": "kim@company.example",
                "administrator_id": id }),
        ),
    ];
    for (label, expected) in cases {
        assert_eq!(detail(label), expected, "{label}");
    }
}

#[test]
fn a_detail_names_at_most_a_hundred_roles_and_says_how_many_there_are() {
    let with = |count: u128| administrator().with_assignments((0..count).map(assignment));
    let named = |count: u128| {
        let act = AdministratorDeleted::of(&with(count));
        (act.before.assignments.len(), act.before.assignments_in_all)
    };
    assert_eq!(named(100), (100, None));
    assert_eq!(named(101), (100, Some(101)));
    let changed = serde_json::to_vec(&Act::from(RolesChanged::of(&with(300), &with(300)))).unwrap();
    assert!(changed.len() < 40 * 1024, "{} bytes", changed.len());
}
