//! Acts as a reader sees them, who need not know of everybody and of every organization that they name.

use std::collections::BTreeSet;

use countersign_model::act::*;
use countersign_model::{
    Act, AdministratorId, AssignedTo, Assignee, Assignment, Audit, AuditFilter, Away, Named,
    NotificationSettings, OrganizationId, Request, RequestFilter,
};
use serde_json::{Value, json};

use crate::samples::{administrator, company, id, later, now, request, samples};

/// A reader who sees one organization, and everybody.
fn sees(named: Named<'_>, here: &OrganizationId) -> bool {
    match named {
        Named::Organization(id) => id == here,
        Named::Administrator(_) | Named::Actor => true,
    }
}

/// The ids of organizations in an act as it is stored or shown.
fn organizations_in(act: &Act) -> BTreeSet<String> {
    let text = serde_json::to_string(act).unwrap();
    text.split('"').filter(|each| each.starts_with("org_")).map(str::to_owned).collect()
}

#[test]
fn an_act_shows_nothing_of_organizations_that_its_reader_does_not_see() {
    let other = id!(OrganizationId, 9);
    let role = |owner: &OrganizationId, at: &OrganizationId, number| Assignment {
        role_id: id!(RoleId, number),
        role_organization_id: owner.clone(),
        organization_id: Some(at.clone()),
    };
    let here = company().id;
    let roles = [role(&here, &here, 1), role(&other, &here, 2), role(&here, &other, 3)];
    let (before, after) = (administrator(), administrator().with_assignments(roles));
    let acts = [
        Act::from(RolesChanged::of(&before, &after)),
        RolesChanged::of(&after, &before).into(),
        AdministratorDeleted::of(&after).into(),
        OrganizationDeleted::of(&company()).into(),
        OrganizationCreated::child(&company()).into(),
    ];
    for act in acts.into_iter().chain(samples().into_iter().map(|(_, act)| act)) {
        let named = act.others().organizations;
        assert_eq!(act.clone().seen_by(&mut |_| true), act, "who sees all sees the whole act");
        let seen = act.clone().seen_by(&mut |named| sees(named, &here));
        // What the act is about belongs to the organization where it happened.
        let own = act.footprint().concerns;
        let is_other = |id: &String| *id != here.as_str() && !own.contains(id);
        assert!(!organizations_in(&seen).iter().any(is_other), "{seen:?}");
        for id in organizations_in(&act).iter().filter(|id| is_other(id)) {
            assert!(named.iter().any(|each| each.as_str() == id), "{id} is asked about");
        }
    }
    let seen = Act::from(RolesChanged::of(&before, &after)).seen_by(&mut |named| sees(named, &here));
    assert_eq!(
        serde_json::to_value(&seen).unwrap()["detail"]["after"],
        json!({ "assignments": [
            { "role_id": id!(RoleId, 1), "role_organization_id": here, "organization_id": here },
            { "managing_organization": true, "organization_id": here },
        ], "assignments_in_all": 3 })
    );
}

#[test]
fn a_flag_of_an_organization_above_is_shown_without_its_place() {
    let (_, act) = samples().into_iter().find(|(name, _)| *name == "request.file-flag-set").unwrap();
    let whole = serde_json::to_value(&act).unwrap()["detail"].clone();
    assert_eq!(whole.get("managing_organization"), None, "it is stored as before");
    let seen = serde_json::to_value(act.seen_by(&mut |_| false)).unwrap()["detail"].clone();
    assert_eq!((seen.get("organization_id"), seen.get("request_id")), (None, None));
    assert_eq!(seen["managing_organization"], true);
    for kept in ["flag_id", "sha256", "file_name", "flagged", "note"] {
        assert_eq!(seen[kept], whole[kept], "{kept}");
    }
}

/// Samples in which an act names the administrator with the number 9 and the name Riley, who is not the one whom it is about.
fn naming_somebody() -> Vec<Act> {
    let riley = id!(AdministratorId, 9);
    let assignee =
        Assignee { administrator_id: riley.clone(), administrator_name: "Riley".to_owned(), since: now() };
    let taken = Request { assignee: Some(assignee), ..request() };
    let away = Away { from: now(), until: later(), delegate_id: Some(riley.clone()) };
    let settings = NotificationSettings { away: Some(away), ..Default::default() };
    let delegating = countersign_model::Administrator { notifications: settings, ..administrator() };
    let filter =
        RequestFilter { assignee: Some(AssignedTo::Administrator(riley.clone())), ..Default::default() };
    let by = AuditFilter { actor: Some(riley.to_string().try_into().unwrap()), ..Default::default() };
    let about = AuditFilter { about: Some(riley.to_string()), ..Default::default() };
    let exported =
        |filter: &AuditFilter| AuditExported::of(&company().id, Audit::System, filter, None, "csv");
    vec![
        RequestAssigned::of(&request(), &taken).into(),
        RequestAssigned::of(&taken, &request()).into(),
        NotificationsChanged::of(&administrator(), &delegating).into(),
        RequestsExported::of(&company().id, &filter, None, "csv").into(),
        exported(&by).into(),
        exported(&about).into(),
    ]
}

/// The texts in a value, each with the names of the fields that lead to it.
fn texts(value: &Value, path: &str) -> Vec<(String, String)> {
    match value {
        Value::String(text) => vec![(path.to_owned(), text.clone())],
        Value::Array(items) => items.iter().flat_map(|item| texts(item, path)).collect(),
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, field)| texts(field, &format!("{path}/{name}"))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// An act that is about an administrator has them as `administrator_id`, and happened at their organization, which its reader
/// sees. Everybody else whom an act names may belong elsewhere.
#[test]
fn an_act_shows_nobody_whom_its_reader_does_not_see() {
    let of_samples = samples().into_iter().map(|(_, act)| act);
    for act in of_samples.chain(naming_somebody()) {
        let seen = act.clone().seen_by(&mut |named| matches!(named, Named::Organization(_)));
        let shown = serde_json::to_value(&seen).unwrap();
        let about = shown["detail"]["administrator_id"].as_str().map(str::to_owned);
        for (path, text) in texts(&shown["detail"], "") {
            let is_somebody = text.parse::<AdministratorId>().is_ok() && Some(&text) != about.as_ref();
            let is_name = ["Riley", "Kim"].contains(&text.as_str()) && about.is_none();
            assert!(!is_somebody && !is_name, "{path} of {shown}");
        }
        let concerns = seen.footprint().concerns;
        let concerns = concerns.iter().filter(|id| id.parse::<AdministratorId>().is_ok());
        assert!(concerns.clone().all(|id| Some(id) == about.as_ref()), "{:?} of {shown}", concerns);
        assert!(serde_json::from_value::<Act>(shown.clone()).is_ok(), "{shown}");
    }
}

#[test]
fn whoever_is_left_out_is_still_counted() {
    let shown = |label: &str| {
        let (_, act) = samples().into_iter().find(|(name, _)| *name == label).unwrap();
        let seen = act.seen_by(&mut |named| matches!(named, Named::Organization(_)));
        serde_json::to_value(seen).unwrap()["detail"].clone()
    };
    let assigned = shown("request.assigned");
    assert_eq!(
        (&assigned["before"], &assigned["after"]),
        (&json!(null), &json!({ "managing_organization": true }))
    );
    let asked = shown("request.decision-asked");
    assert_eq!(
        (&asked["asked"], &asked["asked_in_all"], asked.get("asked_by")),
        (&json!([]), &json!(1), None)
    );
    assert_eq!(asked["message"], "Please have a look.");
    assert_eq!(shown("request.note-removed").get("left_by"), None);
}
