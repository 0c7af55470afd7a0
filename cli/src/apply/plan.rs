//! The plan: what differs between what is wanted and what was found. It is a pure function of both.

use serde_json::{Map, Value};

use super::company::{Company, Organization, fields};
use super::found::{Found, FoundOrganization, Item};
use crate::places::same_name;

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Organization,
    Group,
    Role,
    Policy,
    Rule,
}

impl Kind {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Group => "group",
            Self::Role => "role",
            Self::Policy => "policy",
            Self::Rule => "rule",
        }
    }
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Create,
    Change,
    Delete,
    /// The policies of an organization.
    Deploy,
}

impl Act {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
            Self::Deploy => "deploy",
        }
    }
}

/// A field that gets a value.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub field: String,
    /// Nothing for something new.
    pub old: Option<Value>,
    pub new: Value,
}

/// One step of a plan.
#[derive(Debug)]
pub struct Step {
    pub act: Act,
    pub kind: Kind,
    /// The organization, by its names below the caller's own.
    pub path: Vec<String>,
    pub name: String,
    pub changes: Vec<Change>,
    /// All fields as they will be, in the words of the file.
    pub fields: Map<String, Value>,
    /// The id and the revision of what is changed or deleted.
    pub target: Option<(String, u64)>,
}

impl Step {
    /// It in one line.
    pub fn title(&self) -> String {
        let place = if self.path.is_empty() { "your organization".to_owned() } else { self.path.join("/") };
        match (self.act, self.kind) {
            (Act::Deploy, _) => format!("deploy  policies of {place}"),
            (act, Kind::Organization) => format!("{}  organization {place}", act.as_str()),
            (act, kind) => format!("{}  {} `{}` of {place}", act.as_str(), kind.as_str(), self.name),
        }
    }
}

/// What differs.
#[derive(Debug)]
pub struct Plan {
    /// In an order that works.
    pub steps: Vec<Step>,
    /// How much is as it is wanted.
    pub unchanged: usize,
}

impl Plan {
    /// It in numbers.
    pub fn summary(&self) -> String {
        if self.steps.is_empty() {
            return format!("Nothing to do: {} as the file says", self.unchanged);
        }
        let count = |act: Act| self.steps.iter().filter(|step| step.act == act).count();
        let acts = [Act::Create, Act::Change, Act::Delete, Act::Deploy].map(|act| (act, count(act)));
        let parts = acts.iter().filter(|(_, count)| *count > 0);
        let parts: Vec<_> = parts.map(|(act, count)| format!("{count} to {}", act.as_str())).collect();
        format!("Plan: {}; {} as the file says", parts.join(", "), self.unchanged)
    }
}

/// What is done beyond creating and changing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    pub prune: bool,
    pub deploy: bool,
}

/// Something wanted.
struct Wanted {
    name: String,
    fields: Map<String, Value>,
}

/// The plan.
///
/// # Errors
/// When the file contradicts itself or what was found, with what to change.
pub fn plan(company: &Company, found: &Found, wishes: Wishes) -> Result<Plan, String> {
    let mut organizations: Vec<_> = company.organizations.iter().collect();
    organizations.sort_by_key(|one| one.path.len());
    let mut planning =
        Planning { steps: Vec::new(), deletions: Vec::new(), deployments: Vec::new(), unchanged: 0 };
    for (at, organization) in organizations.iter().enumerate() {
        let is_same = |other: &&&Organization| same_path(&other.path, &organization.path);
        if organizations.iter().take(at).any(|other| is_same(&other)) {
            return Err(format!("organization `{}` is there twice", organization.path.join("/")));
        }
        let known = organizations.iter().take(at).map(|other| other.path.as_slice());
        planning.organization(organization, found, known, wishes)?;
    }
    let Planning { mut steps, mut deletions, deployments, unchanged } = planning;
    // What is used goes after what uses it.
    deletions.sort_by_key(|step| std::cmp::Reverse(step.kind));
    steps.extend(deletions);
    steps.extend(deployments);
    Ok(Plan { steps, unchanged })
}

/// Whether two paths are of the same organization.
pub fn same_path(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_name(one, other))
}

struct Planning {
    steps: Vec<Step>,
    deletions: Vec<Step>,
    deployments: Vec<Step>,
    unchanged: usize,
}

impl Planning {
    fn organization<'a>(
        &mut self,
        wanted: &Organization,
        found: &Found,
        mut known: impl Iterator<Item = &'a [String]>,
        wishes: Wishes,
    ) -> Result<(), String> {
        let there = found.organization(&wanted.path);
        if let (None, Some((name, parent))) = (there, wanted.path.split_last()) {
            if !known.any(|path| same_path(path, parent)) && found.organization(parent).is_none() {
                let (path, parent) = (wanted.path.join("/"), parent.join("/"));
                return Err(format!(
                    "organization `{path}` is below `{parent}`, which does not exist: name that, too"
                ));
            }
            let fields = Map::from_iter([("name".to_owned(), Value::from(name.trim()))]);
            self.steps.push(step(Act::Create, Kind::Organization, wanted, name, fields));
        } else {
            self.unchanged += 1;
        }
        check_names(wanted, there)?;
        let before = self.steps.len() + self.deletions.len();
        for (kind, section) in sections(wanted) {
            self.section(wanted, kind, section, there.map_or(&[], |there| there.items(kind)), wishes.prune)?;
        }
        let edits = self.steps.iter().skip(before.min(self.steps.len())).chain(&self.deletions);
        let edits =
            edits.filter(|step| step.kind == Kind::Policy && same_path(&step.path, &wanted.path)).count();
        let waiting = there.is_some_and(|there| there.undeployed > 0);
        if wishes.deploy && wanted.policies.is_some() && (edits > 0 || waiting) {
            self.deployments.push(step(Act::Deploy, Kind::Policy, wanted, "", Map::new()));
        }
        Ok(())
    }

    fn section(
        &mut self,
        organization: &Organization,
        kind: Kind,
        wanted: Vec<Wanted>,
        found: &[Item],
        prune: bool,
    ) -> Result<(), String> {
        for (at, one) in wanted.iter().enumerate() {
            let (what, name) = (kind.as_str(), &one.name);
            if wanted.iter().take(at).any(|other| same_name(&other.name, name)) {
                return Err(format!("{what} `{name}` is there twice in `{}`", organization.path.join("/")));
            }
            let matching: Vec<_> = found.iter().filter(|item| same_name(&item.name, name)).collect();
            match matching.as_slice() {
                [] => self.steps.push(step(Act::Create, kind, organization, name, one.fields.clone())),
                [item] => self.compare(organization, kind, one, item)?,
                _ => {
                    return Err(format!(
                        "several {what}s have the name `{name}`: rename all but one in the console"
                    ));
                }
            }
        }
        let is_left_out = |item: &&Item| !wanted.iter().any(|one| same_name(&one.name, &item.name));
        for item in found.iter().filter(|_| prune).filter(is_left_out) {
            let deletion = step(Act::Delete, kind, organization, &item.name, Map::new());
            self.deletions.push(Step { target: Some((item.id.clone(), item.revision)), ..deletion });
        }
        Ok(())
    }

    fn compare(
        &mut self,
        place: &Organization,
        kind: Kind,
        wanted: &Wanted,
        item: &Item,
    ) -> Result<(), String> {
        let differs = |(field, new): &(&String, &Value)| item.fields.get(*field) != Some(*new);
        let changes = wanted.fields.iter().filter(differs).map(|(field, new)| Change {
            field: field.clone(),
            old: Some(item.fields.get(field).cloned().unwrap_or_default()),
            new: new.clone(),
        });
        let changes: Vec<_> = changes.collect();
        if changes.is_empty() {
            self.unchanged += 1;
            return Ok(());
        }
        if let Some(change) = changes.iter().find(|change| kind == Kind::Policy && change.field == "group") {
            let (name, old) = (&wanted.name, change.old.as_ref().and_then(Value::as_str).unwrap_or_default());
            return Err(format!(
                "policy `{name}` is in the group `{old}`, which cannot change: give it another name"
            ));
        }
        let mut fields = item.fields.clone();
        fields.extend(wanted.fields.clone());
        self.steps.push(Step {
            changes,
            target: Some((item.id.clone(), item.revision)),
            ..step(Act::Change, kind, place, &item.name, fields)
        });
        Ok(())
    }
}

/// A step; of something new, each field gets a value.
fn step(act: Act, kind: Kind, organization: &Organization, name: &str, fields: Map<String, Value>) -> Step {
    let is_shown = |field: &String| act == Act::Create && field != "name";
    let given = fields.iter().filter(|(field, _)| is_shown(field));
    let changes =
        given.map(|(field, new)| Change { field: field.clone(), old: None, new: new.clone() }).collect();
    Step { act, kind, path: organization.path.clone(), name: name.to_owned(), changes, fields, target: None }
}

/// The lists that the file gives, in the order in which they are made.
fn sections(organization: &Organization) -> Vec<(Kind, Vec<Wanted>)> {
    fn wanted<T: serde::Serialize>(
        kind: Kind,
        list: Option<&Vec<T>>,
        name: fn(&T) -> &str,
    ) -> Option<(Kind, Vec<Wanted>)> {
        let wanted =
            list?.iter().map(|one| Wanted { name: name(one).trim().to_owned(), fields: fields(one) });
        Some((kind, wanted.collect()))
    }
    let groups = organization.groups.as_ref().map(|groups| {
        let wanted = groups.iter().map(|name| Wanted {
            name: name.trim().to_owned(),
            fields: Map::from_iter([("name".to_owned(), Value::from(name.trim()))]),
        });
        (Kind::Group, wanted.collect())
    });
    let others = [
        wanted(Kind::Role, organization.roles.as_ref(), |role| &role.name),
        wanted(Kind::Policy, organization.policies.as_ref(), |policy| &policy.name),
        wanted(Kind::Rule, organization.rules.as_ref(), |rule| &rule.name),
    ];
    groups.into_iter().chain(others.into_iter().flatten()).collect()
}

/// Whether all groups and tags that are named exist, or will.
fn check_names(wanted: &Organization, there: Option<&FoundOrganization>) -> Result<(), String> {
    let found = there.map_or(&[][..], |there| there.items(Kind::Group));
    let made = wanted.groups.iter().flatten().map(|group| group.trim());
    let groups: Vec<_> = made.chain(found.iter().map(|group| group.name.as_str())).collect();
    let policies = wanted.policies.iter().flatten();
    let named = policies.clone().map(|policy| (policy.name.as_str(), Some(&policy.group)));
    let of_rules =
        wanted.rules.iter().flatten().map(|rule| (rule.name.as_str(), rule.criteria.group.as_ref()));
    for (name, group) in named.chain(of_rules) {
        if let Some(group) = group.filter(|group| !groups.iter().any(|known| same_name(known, group.trim())))
        {
            return Err(format!("`{name}` names the group `{group}`, which is not among the groups"));
        }
    }
    for (policy, entry) in
        policies.flat_map(|policy| policy.entries.iter().flatten().map(move |entry| (policy, entry)))
    {
        if entry.values.is_some() == entry.tag.is_some() {
            return Err(format!("each entry of policy `{}` has either `values` or a `tag`", policy.name));
        }
        let is_known =
            |tag: &String| there.is_some_and(|there| there.tags.iter().any(|(name, _)| same_name(name, tag)));
        if let Some(tag) = entry.tag.as_ref().filter(|tag| !is_known(tag)) {
            return Err(format!("policy `{}` names the tag `{tag}`, which does not exist", policy.name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
