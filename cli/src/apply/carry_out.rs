//! Carrying out a plan, step by step, until the first refusal.

use countersign_client::IdempotencyKey;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::found::Found;
use super::plan::{Act, Kind, Plan, Step, same_path};
use crate::error::CliError;
use crate::places::same_name;
use crate::policies::deployed;
use crate::session::{Query, Safely, Session};

/// Why a plan was not carried out to its end.
pub struct Stopped {
    pub reason: CliError,
    /// How many steps were done.
    pub done: usize,
}

/// Ids by names, of what was found and what was made since.
struct Known {
    organizations: Vec<(Vec<String>, String)>,
    groups: Vec<(Vec<String>, String, String)>,
    tags: Vec<(Vec<String>, String, String)>,
}

impl Known {
    fn of(found: &Found) -> Self {
        let all = &found.organizations;
        let groups = all
            .iter()
            .flat_map(|at| at.groups.iter().map(|one| (at.path.clone(), one.name.clone(), one.id.clone())));
        let tags = all
            .iter()
            .flat_map(|at| at.tags.iter().map(|(name, id)| (at.path.clone(), name.clone(), id.clone())));
        Self {
            organizations: all.iter().map(|one| (one.path.clone(), one.id.clone())).collect(),
            groups: groups.collect(),
            tags: tags.collect(),
        }
    }

    fn organization(&self, path: &[String]) -> Result<&str, CliError> {
        let found = self.organizations.iter().find(|(known, _)| same_path(known, path));
        found.map(|(_, id)| id.as_str()).ok_or_else(|| unknown(&path.join("/")))
    }

    /// Replaces the name of a group or a tag by its id.
    fn with_id(
        known: &[(Vec<String>, String, String)],
        path: &[String],
        fields: &mut Map<String, Value>,
        name_field: &str,
        id_field: &str,
    ) -> Result<(), CliError> {
        let Some(name) = fields.remove(name_field) else { return Ok(()) };
        let name = name.as_str().unwrap_or_default();
        let found = known.iter().find(|(at, known, _)| same_path(at, path) && same_name(known, name));
        let (_, _, id) = found.ok_or_else(|| unknown(name))?;
        fields.insert(id_field.to_owned(), id.clone().into());
        Ok(())
    }
}

fn unknown(name: &str) -> CliError {
    CliError::Incomplete(format!("the server does not show `{name}`, which was there before"))
}

/// Does each step, telling it when it is done.
pub async fn carry_out(
    session: &Session,
    found: &Found,
    plan: &Plan,
    mut tell: impl FnMut(&Step),
) -> Result<(), Stopped> {
    let mut known = Known::of(found);
    for (done, step) in plan.steps.iter().enumerate() {
        let made = carry_out_one(session, &mut known, step).await;
        made.map_err(|reason| Stopped { reason, done })?;
        tell(step);
    }
    Ok(())
}

async fn carry_out_one(session: &Session, known: &mut Known, step: &Step) -> Result<(), CliError> {
    if step.act == Act::Deploy {
        return deployed(session, known.organization(&step.path)?, None).await.map(drop);
    }
    let call = call(known, step)?;
    let segments: Vec<_> = call.segments.iter().map(String::as_str).collect();
    let answer =
        session.send(call.method, &segments, &Query::new(), call.body.as_ref(), &call.safely).await?;
    if step.act != Act::Create {
        return Ok(());
    }
    let made: Value = answer.read("apply")?;
    let id = made.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    match step.kind {
        Kind::Organization => known.organizations.push((step.path.clone(), id)),
        Kind::Group => known.groups.push((step.path.clone(), step.name.clone(), id)),
        Kind::Role | Kind::Policy | Kind::Rule => {}
    }
    Ok(())
}

struct Call {
    method: Method,
    segments: Vec<String>,
    body: Option<Value>,
    safely: Safely,
}

fn call(known: &Known, step: &Step) -> Result<Call, CliError> {
    let place = match (step.act, step.kind, step.path.split_last()) {
        (Act::Create, Kind::Organization, Some((_, parent))) => known.organization(parent)?,
        _ => known.organization(&step.path)?,
    };
    let mut segments: Vec<String> = match step.kind {
        Kind::Organization => vec!["organizations".into()],
        Kind::Group => vec!["organizations".into(), place.into(), "groups".into()],
        Kind::Policy => vec!["organizations".into(), place.into(), "policies".into()],
        Kind::Role => vec!["roles".into()],
        Kind::Rule => vec!["rules".into()],
    };
    let method = match (step.act, step.kind) {
        (Act::Create | Act::Deploy, _) => Method::POST,
        (Act::Delete, _) => Method::DELETE,
        (Act::Change, Kind::Role | Kind::Rule) => Method::PUT,
        (Act::Change, Kind::Organization | Kind::Group | Kind::Policy) => Method::PATCH,
    };
    let safely = match (&step.target, step.kind) {
        (Some((id, revision)), _) => {
            segments.push(id.clone());
            Safely::IfMatch(*revision)
        }
        // The others have unique names: made twice, they are refused.
        (None, Kind::Rule) => Safely::Once(IdempotencyKey::fresh()?),
        (None, _) => Safely::Unrepeated,
    };
    let body = if step.act == Act::Delete { None } else { Some(body(known, step, place)?) };
    Ok(Call { method, segments, body, safely })
}

/// The body, in the words of the API.
fn body(known: &Known, step: &Step, place: &str) -> Result<Value, CliError> {
    let mut fields = step.fields.clone();
    // A policy's changes are sent alone: others may edit the rest at the same time.
    if (step.act, step.kind) == (Act::Change, Kind::Policy) {
        fields.retain(|field, _| step.changes.iter().any(|change| change.field == *field));
    }
    Known::with_id(&known.groups, &step.path, &mut fields, "group", "group_id")?;
    if let Some(Value::Object(criteria)) = fields.get_mut("criteria") {
        Known::with_id(&known.groups, &step.path, criteria, "group", "group_id")?;
    }
    for entry in fields.get_mut("entries").and_then(Value::as_array_mut).into_iter().flatten() {
        let Value::Object(parts) = entry else { continue };
        let action = parts.remove("action").unwrap_or_default();
        Known::with_id(&known.tags, &step.path, parts, "tag", "tag_id")?;
        let matching = Value::Object(std::mem::take(parts));
        *entry = json!({ "action": action, "match": matching });
    }
    Ok(match (step.act, step.kind) {
        (Act::Create, Kind::Organization) => {
            fields.insert("parent_id".into(), place.into());
            Value::Object(fields)
        }
        (Act::Create, Kind::Role) => {
            fields.insert("organization_id".into(), place.into());
            Value::Object(fields)
        }
        (Act::Create, Kind::Rule) => json!({ "organization_id": place, "rule": fields }),
        _ => Value::Object(fields),
    })
}

#[cfg(test)]
mod tests {
    use super::super::plan::Change;
    use super::*;

    fn known() -> Known {
        let path = vec!["Company B".to_owned()];
        Known {
            organizations: vec![(Vec::new(), "org_1".into()), (path.clone(), "org_2".into())],
            groups: vec![(path.clone(), "Desktops".into(), "grp_1".into())],
            tags: vec![(path, "Servers".into(), "tag_1".into())],
        }
    }

    fn step(act: Act, kind: Kind, fields: &Value, target: Option<(String, u64)>) -> Step {
        let path = vec!["Company B".to_owned()];
        let Value::Object(fields) = fields.clone() else { panic!("it has fields") };
        Step { act, kind, path, name: "One".into(), changes: Vec::new(), fields, target }
    }

    #[test]
    fn what_is_new_is_made_at_its_place_with_ids_for_names() {
        let fields = json!({"name": "One", "group": "desktops", "entries": [
            {"action": "allow", "by": "domain", "tag": "servers"}, {"action": "block", "by": "path", "values": ["/tmp/**"]}]});
        let call = call(&known(), &step(Act::Create, Kind::Policy, &fields, None)).unwrap();
        assert_eq!(
            (call.method, call.segments),
            (Method::POST, vec!["organizations".into(), "org_2".into(), "policies".into()])
        );
        let entries = json!([{"action": "allow", "match": {"by": "domain", "tag_id": "tag_1"}},
            {"action": "block", "match": {"by": "path", "values": ["/tmp/**"]}}]);
        assert_eq!(call.body, Some(json!({"name": "One", "group_id": "grp_1", "entries": entries})));
        let below = super::call(
            &known(),
            &step(Act::Create, Kind::Organization, &json!({"name": "Company B"}), None),
        )
        .unwrap();
        assert_eq!(below.body, Some(json!({"name": "Company B", "parent_id": "org_1"})));
    }

    #[test]
    fn a_change_names_the_revision_that_was_read_and_only_what_changes() {
        let fields = json!({"name": "One", "group": "Desktops", "default_action": "allow"});
        let target = Some(("pol_1".to_owned(), 7));
        let change =
            Change { field: "default_action".into(), old: Some("block".into()), new: "allow".into() };
        let changing = Step { changes: vec![change], ..step(Act::Change, Kind::Policy, &fields, target) };
        let call = call(&known(), &changing).unwrap();
        assert_eq!(call.body, Some(json!({"default_action": "allow"})));
        assert!(matches!(call.safely, Safely::IfMatch(7)));
        assert_eq!(call.segments.last().map(String::as_str), Some("pol_1"));
    }

    #[test]
    fn a_rule_is_made_once_however_often_it_is_sent() {
        let fields = json!({"name": "One", "effect": "deny", "criteria": {"kinds": ["application"], "group": "Desktops"}});
        let call = call(&known(), &step(Act::Create, Kind::Rule, &fields, None)).unwrap();
        assert!(matches!(call.safely, Safely::Once(_)));
        let body = call.body.unwrap();
        assert_eq!(body.pointer("/rule/criteria/group_id"), Some(&json!("grp_1")));
        assert_eq!(body.pointer("/organization_id"), Some(&json!("org_2")));
    }
}
