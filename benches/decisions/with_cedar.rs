//! The catalogue as Cedar policies with a schema; an administrator's grants as attributes.
//!
//! Each permission is an attribute of the administrator: the organizations where it is set. So permissions combine even
//! if they come from different grants, which policies linked to single grants could not express. `resource in …` walks
//! the tree of organizations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use countersign_model::catalogue::{self, Entry, Gives, Reach};
use countersign_model::{Action, Actor, DecisionScope, Organization, Permission, Scope};
use serde_json::{Value, json};

use crate::example::Question;

/// One policy: the actions it is about, as a group of their own in the schema, and the condition.
struct Rule {
    group: String,
    actions: Vec<Action>,
    condition: String,
}

/// Cedar, prepared for questions about one administrator.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    schema: Schema,
    principal: EntityUid,
}

impl Cedar {
    pub fn new(organizations: &[Organization], actor: &Actor) -> Result<Self> {
        let rules: Vec<Rule> = catalogue::entries().iter().flat_map(rules_of).collect();
        let (schema, _) = Schema::from_cedarschema_str(&schema(&rules))?;
        let policies: PolicySet = policies(&rules).parse()?;
        let validation = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        ensure!(validation.validation_passed_without_warnings(), "{validation}");
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            entities: Entities::from_json_value(entities(organizations, actor)?, Some(&schema))?,
            schema,
            principal: uid("Administrator", actor.administrator.as_str())?,
        })
    }

    /// The question in Cedar's form, built before timing.
    pub fn request(&self, question: &Question) -> Result<Request> {
        let context = Context::from_pairs([
            ("kind".to_owned(), RestrictedExpression::new_string(question.kind().id().to_owned())),
            ("scope".to_owned(), RestrictedExpression::new_long(question.scope() as i64)),
        ])?;
        let action = uid("Action", question.action.id())?;
        let resource = uid("Organization", question.resource.organization.as_str())?;
        Ok(Request::new(self.principal.clone(), action, resource, context, Some(&self.schema))?)
    }

    pub fn allows(&self, request: &Request) -> bool {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        response.decision() == Decision::Allow
    }

    /// How many policies there are.
    pub fn policies(&self) -> usize {
        self.policies.num_of_policies()
    }
}

fn uid(of_type: &str, id: &str) -> Result<EntityUid> {
    let of_type: EntityTypeName = of_type.parse()?;
    Ok(EntityUid::from_type_name_and_id(of_type, EntityId::new(id)))
}

fn rules_of(entry: &Entry) -> Vec<Rule> {
    if entry.everything_but.is_some() { full_control(entry) } else { ordinary(entry) }
}

fn ordinary(entry: &Entry) -> Vec<Rule> {
    let numbered = entry.gives.iter().enumerate();
    let rule = |(number, gives): (usize, &Gives)| Rule {
        group: format!("{} {number}", entry.id),
        actions: gives.actions.clone(),
        condition: condition(entry.id, gives),
    };
    numbered.map(rule).collect()
}

/// The cheap checks first.
fn condition(permission: Permission, gives: &Gives) -> String {
    let mut all = Vec::new();
    if let Some(kinds) = &gives.kinds {
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("{:?}", kind.id())).collect();
        all.push(format!("[{}].contains(context.kind)", kinds.join(", ")));
    }
    if let Some(up_to) = gives.up_to.filter(|up_to| *up_to != DecisionScope::Organization) {
        all.push(format!("context.scope <= {}", up_to as i64));
    }
    all.push(held(permission));
    if let Some(partners) = &gives.combined_with {
        let any: Vec<String> = partners.iter().map(|partner| held(*partner)).collect();
        all.push(format!("({})", any.join(" || ")));
    }
    all.join(" && ")
}

/// That an ordinary permission counts at the organization in question.
fn held(permission: Permission) -> String {
    let counts_from = if permission.root_only() { "resource.root" } else { "resource" };
    format!("{counts_from} in {}", attribute(permission))
}

fn attribute(permission: Permission) -> String {
    format!("principal[{:?}]", permission.id())
}

/// Everything that the permissions included give; what is only for the root organization, only from there.
fn full_control(entry: &Entry) -> Vec<Rule> {
    let set_on = attribute(entry.id);
    let (covers, at_root) = match entry.reach {
        Reach::HereAndBelow => (format!("resource in {set_on}"), format!("resource.root in {set_on}")),
        Reach::Below => (
            format!("resource has parent && resource.parent in {set_on}"),
            format!("resource has parent && resource.root in {set_on}"),
        ),
        Reach::Here => (
            format!("{set_on}.contains(resource)"),
            format!("resource == resource.root && {set_on}.contains(resource)"),
        ),
    };
    let root_only = |action: &Action| {
        let with_a_part = catalogue::having_a_part_in(*action);
        Permission::ALL.iter().any(|permission| permission.root_only() && with_a_part.contains(*permission))
    };
    let (for_root, usual): (Vec<Action>, Vec<Action>) = entry.actions().into_iter().partition(root_only);
    vec![
        Rule { group: entry.id.to_string(), actions: usual, condition: covers },
        Rule { group: format!("{} at the root", entry.id), actions: for_root, condition: at_root },
    ]
}

fn policies(rules: &[Rule]) -> String {
    let policy = |rule: &Rule| {
        let Rule { group, condition, .. } = rule;
        format!("permit (principal, action in Action::{group:?}, resource)\nwhen {{ {condition} }};\n")
    };
    rules.iter().map(policy).collect()
}

fn schema(rules: &[Rule]) -> String {
    let mut text =
        "entity Organization in [Organization] { parent?: Organization, root: Organization };\n".to_owned();
    let attributes: Vec<String> = Permission::ALL
        .iter()
        .map(|permission| format!("{:?}: Set<Organization>", permission.id()))
        .collect();
    let _ = writeln!(text, "entity Administrator {{ {} }};", attributes.join(", "));
    for rule in rules {
        let _ = writeln!(text, "action {:?};", rule.group);
    }
    for action in Action::ALL {
        let with_it = rules.iter().filter(|rule| rule.actions.contains(action));
        let groups: Vec<String> = with_it.map(|rule| format!("{:?}", rule.group)).collect();
        let _ = writeln!(
            text,
            "action {:?} in [{}] appliesTo {{ principal: Administrator, resource: Organization, \
             context: {{ kind: String, scope: Long }} }};",
            action.id(),
            groups.join(", "),
        );
    }
    text
}

fn entities(organizations: &[Organization], actor: &Actor) -> Result<Value> {
    let reference = |id: &str| json!({ "type": "Organization", "id": id });
    let mut all: Vec<Value> = Vec::new();
    for organization in organizations {
        let mut attributes = json!({ "root": reference(organization.root_id().as_str()) });
        let parent = organization.parent_id.as_ref().map(|id| reference(id.as_str()));
        if let (Some(attributes), Some(parent)) = (attributes.as_object_mut(), &parent) {
            attributes.insert("parent".to_owned(), parent.clone());
        }
        let uid = reference(organization.id.as_str());
        all.push(json!({ "uid": uid, "attrs": attributes, "parents": Vec::from_iter(parent) }));
    }
    let mut set_on: BTreeMap<&str, Vec<Value>> =
        Permission::ALL.iter().map(|permission| (permission.id(), Vec::new())).collect();
    for holding in actor.holdings() {
        let organization = holding.scope.organization();
        ensure!(holding.scope == Scope::of(holding.permission, organization.clone()), "a narrowed grant");
        let organizations = set_on.get_mut(holding.permission.id()).context("an unknown permission")?;
        organizations.push(reference(organization.as_str()));
    }
    let uid = json!({ "type": "Administrator", "id": actor.administrator.as_str() });
    all.push(json!({ "uid": uid, "attrs": set_on, "parents": [] }));
    Ok(Value::Array(all))
}
