//! What there is at the server, in the words of the file.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::company::{Company, Organization, normalize};
use super::plan::{Kind, same_path};
use crate::error::CliError;
use crate::places::Organizations;
use crate::policies::comparison;
use crate::session::{Query, Session, query};

/// Something with a name.
#[derive(Debug)]
pub struct Item {
    pub id: String,
    pub name: String,
    pub revision: u64,
    /// In the words of the file.
    pub fields: Map<String, Value>,
}

/// An organization and, of what the file names there, everything.
#[derive(Debug, Default)]
pub struct FoundOrganization {
    pub path: Vec<String>,
    pub id: String,
    pub groups: Vec<Item>,
    pub roles: Vec<Item>,
    pub policies: Vec<Item>,
    pub rules: Vec<Item>,
    /// Names and ids.
    pub tags: Vec<(String, String)>,
    /// How many policies differ from what is live.
    pub undeployed: u64,
}

impl FoundOrganization {
    /// What there is of a kind.
    pub fn items(&self, kind: Kind) -> &[Item] {
        match kind {
            Kind::Organization => &[],
            Kind::Group => &self.groups,
            Kind::Role => &self.roles,
            Kind::Policy => &self.policies,
            Kind::Rule => &self.rules,
        }
    }
}

/// Everything that the file could change.
#[derive(Debug, Default)]
pub struct Found {
    /// Those that the file names, as far as they exist, and those above them.
    pub organizations: Vec<FoundOrganization>,
}

impl Found {
    /// The organization with this path.
    pub fn organization(&self, path: &[String]) -> Option<&FoundOrganization> {
        self.organizations.iter().find(|one| same_path(&one.path, path))
    }
}

/// Reads it.
///
/// # Errors
/// When refused or not answered.
pub async fn read(session: &Session, company: &Company, deploying: bool) -> Result<Found, CliError> {
    let all = Organizations::read(session).await?;
    let mut found = Found::default();
    for wanted in &company.organizations {
        let (mut id, mut path) = (Some(all.own.id.clone()), Vec::new());
        note(&mut found, &path, id.as_deref());
        for name in &wanted.path {
            id = id.and_then(|parent| all.child(&parent, name.trim()).map(|one| one.id.clone()));
            path.push(name.clone());
            note(&mut found, &path, id.as_deref());
        }
        let Some(id) = id else { continue };
        let contents = contents(session, wanted, &id, deploying).await?;
        found.organizations.retain(|one| !same_path(&one.path, &wanted.path));
        found.organizations.push(contents);
    }
    Ok(found)
}

/// Remembers that an organization exists.
fn note(found: &mut Found, path: &[String], id: Option<&str>) {
    if let (Some(id), None) = (id, found.organization(path)) {
        let known =
            FoundOrganization { path: path.to_vec(), id: id.to_owned(), ..FoundOrganization::default() };
        found.organizations.push(known);
    }
}

async fn contents(
    session: &Session,
    wanted: &Organization,
    id: &str,
    deploying: bool,
) -> Result<FoundOrganization, CliError> {
    let own = query([("organization_id", Some(id.to_owned()))]);
    let none = Query::new();
    let list =
        async |operation, segments: &[&str], query| session.list(operation, segments, query, None).await;
    let mut found =
        FoundOrganization { path: wanted.path.clone(), id: id.to_owned(), ..FoundOrganization::default() };
    if wanted.groups.is_some() || wanted.policies.is_some() || wanted.rules.is_some() {
        let groups = list("list-groups", &["organizations", id, "groups"], &none).await?;
        found.groups = groups.iter().filter_map(|group| item(group, keep(group, &["name"]))).collect();
    }
    let groups: HashMap<_, _> = found.groups.iter().map(|one| (one.id.clone(), one.name.clone())).collect();
    if wanted.roles.is_some() {
        let roles = list("list-roles", &["roles"], &own).await?;
        let kept = ["name", "description", "permissions"];
        found.roles = roles.iter().filter_map(|role| item(role, keep(role, &kept))).collect();
    }
    if wanted.policies.is_some() {
        if uses_tags(wanted) {
            let tags = list("list-tags", &["organizations", id, "tags"], &none).await?;
            found.tags = tags.iter().filter_map(|tag| Some((text(tag, "name")?, text(tag, "id")?))).collect();
        }
        let policies = list("list-policies", &["organizations", id, "policies"], &none).await?;
        let policies =
            policies.iter().filter_map(|policy| item(policy, policy_fields(policy, &groups, &found.tags)));
        found.policies = policies.collect();
        if deploying {
            found.undeployed = comparison(session, id, &none).await?.1.summary.differences();
        }
    }
    if wanted.rules.is_some() {
        let rules = list("list-rules", &["rules"], &own).await?;
        found.rules = rules.iter().filter_map(|rule| item(rule, rule_fields(rule, &groups))).collect();
    }
    Ok(found)
}

fn uses_tags(wanted: &Organization) -> bool {
    wanted
        .policies
        .iter()
        .flatten()
        .flat_map(|policy| policy.entries.iter().flatten())
        .any(|entry| entry.tag.is_some())
}

fn item(of: &Value, fields: Map<String, Value>) -> Option<Item> {
    let revision = of.get("revision")?.as_u64()?;
    let mut fields = Value::Object(fields);
    normalize(&mut fields);
    let Value::Object(fields) = fields else { return None };
    Some(Item { id: text(of, "id")?, name: text(of, "name")?, revision, fields })
}

fn text(of: &Value, field: &str) -> Option<String> {
    Some(of.get(field)?.as_str()?.to_owned())
}

fn keep(of: &Value, names: &[&str]) -> Map<String, Value> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), of.get(*name)?.clone()))).collect()
}

/// Takes a field with an id out, and puts one with a name in.
fn named(
    fields: &mut Map<String, Value>,
    id_field: &str,
    name_field: &str,
    name: impl Fn(&str) -> Option<String>,
) {
    let Some(id) = fields.remove(id_field).and_then(|id| id.as_str().map(str::to_owned)) else { return };
    fields.insert(name_field.to_owned(), name(&id).unwrap_or(id).into());
}

fn policy_fields(
    policy: &Value,
    groups: &HashMap<String, String>,
    tags: &[(String, String)],
) -> Map<String, Value> {
    let kept = ["name", "group_id", "description", "default_action", "kinds", "entries", "notify"];
    let mut fields = keep(policy, &kept);
    named(&mut fields, "group_id", "group", |id| groups.get(id).cloned());
    for entry in fields.get_mut("entries").and_then(Value::as_array_mut).into_iter().flatten() {
        // `{action, match: {by, values}}` is `{action, by, values}` in the file.
        let Value::Object(entry) = entry else { continue };
        if let Some(Value::Object(matching)) = entry.remove("match") {
            entry.extend(matching);
        }
        let name = |id: &str| tags.iter().find(|(_, known)| known == id).map(|(name, _)| name.clone());
        named(entry, "tag_id", "tag", name);
    }
    if let Some(Value::Object(notify)) = fields.get_mut("notify") {
        notify.entry("addresses").or_insert_with(|| Value::Array(Vec::new()));
    }
    fields
}

fn rule_fields(rule: &Value, groups: &HashMap<String, String>) -> Map<String, Value> {
    let kept =
        ["name", "below", "effect", "criteria", "scope", "lasts_seconds", "message", "ends_at", "max_uses"];
    let mut fields = keep(rule, &kept);
    if let Some(Value::Object(criteria)) = fields.get_mut("criteria") {
        named(criteria, "group_id", "group", |id| groups.get(id).cloned());
    }
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_policy_is_read_in_the_words_of_the_file() {
        let policy = json!({"id": "pol_1", "organization_id": "org_1", "group_id": "grp_1", "name": "Default", "revision": 3,
            "description": null, "default_action": "block", "kinds": ["storage", "application"], "order": 1,
            "entries": [{"action": "allow", "match": {"by": "domain", "tag_id": "tag_1"}},
                        {"action": "block", "match": {"by": "path", "values": ["/tmp/**"]}}],
            "notify": {"enabled": false}});
        let groups = HashMap::from([("grp_1".to_owned(), "Desktops".to_owned())]);
        let fields = policy_fields(&policy, &groups, &[("Update servers".to_owned(), "tag_1".to_owned())]);
        let item = item(&policy, fields).unwrap();
        assert_eq!((item.id.as_str(), item.revision), ("pol_1", 3));
        assert_eq!(
            Value::Object(item.fields),
            json!({"name": "Default", "group": "Desktops", "default_action": "block", "kinds": ["application", "storage"],
                "entries": [{"action": "allow", "by": "domain", "tag": "Update servers"},
                            {"action": "block", "by": "path", "values": ["/tmp/**"]}],
                "notify": {"enabled": false, "addresses": []}})
        );
    }
}
