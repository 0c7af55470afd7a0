//! The catalogue as Casbin rules; an administrator's grants as roles with domains.
//!
//! A domain is the path of an organization (`/root/own/child/`), and a grant's domain is a pattern of such paths, so
//! that it also counts below. A rule names two permissions, because the permissions of a combination may come from
//! different grants.

use anyhow::{Result, ensure};
use casbin::{CoreApi as _, DefaultModel, Enforcer, MgmtApi as _, function_map};
use countersign_model::catalogue::{self, Gives, Reach};
use countersign_model::{
    Action, Actor, DecisionScope, Organization, OrganizationId, Permission, PermissionSet, Scope, Source,
};

use crate::example::Question;

/// The cheap checks first: Casbin tries the matcher on one rule after another.
const MODEL: &str = r#"
[request_definition]
r = sub, dom, act, kind, scope

[policy_definition]
p = act, kind, scope, perm, with

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.act == p.act && (p.kind == "*" || r.kind == p.kind) && (p.scope == "*" || r.scope == p.scope) && g(r.sub, p.perm, r.dom) && (p.with == "-" || g(r.sub, p.with, r.dom))
"#;

const EVERYWHERE: &str = "/*";

/// Casbin, prepared for questions about one administrator.
pub struct Casbin {
    enforcer: Enforcer,
    subject: String,
    rules: usize,
}

/// The question in Casbin's form, built before timing.
pub struct Asked {
    domain: String,
    action: &'static str,
    kind: &'static str,
    scope: &'static str,
}

impl Asked {
    pub fn new(question: &Question) -> Self {
        let resource = &question.resource;
        Self {
            domain: path(&resource.organization, &resource.ancestors),
            action: question.action.id(),
            kind: question.kind().id(),
            scope: question.scope().id(),
        }
    }
}

impl Casbin {
    pub async fn new(organizations: &[Organization], actor: &Actor) -> Result<Self> {
        let mut enforcer = Enforcer::new(DefaultModel::from_str(MODEL).await?, ()).await?;
        enforcer.get_role_manager().write().matching_fn(None, Some(function_map::key_match));
        let rules = rules();
        let count = rules.len();
        ensure!(enforcer.add_policies(rules).await?, "casbin refused the rules");
        let links = links(organizations, actor)?;
        ensure!(enforcer.add_grouping_policies(links).await?, "casbin refused the roles");
        Ok(Self { enforcer, subject: actor.administrator.to_string(), rules: count })
    }

    pub fn allows(&self, asked: &Asked) -> casbin::Result<bool> {
        let Asked { domain, action, kind, scope } = asked;
        self.enforcer.enforce((self.subject.as_str(), domain.as_str(), *action, *kind, *scope))
    }

    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.rules
    }
}

/// Every combination that allows an action, one rule each.
fn rules() -> Vec<Vec<String>> {
    let mut rules = Vec::new();
    for entry in catalogue::entries() {
        for gives in &entry.gives {
            for action in &gives.actions {
                rules.extend(rules_of(entry.id, *action, gives));
            }
        }
    }
    rules
}

fn rules_of(permission: Permission, action: Action, gives: &Gives) -> Vec<Vec<String>> {
    let kinds: Vec<&str> = match &gives.kinds {
        // Its name says the kind already.
        Some(_) if action.kind().is_some() => vec!["*"],
        Some(kinds) => kinds.iter().map(|kind| kind.id()).collect(),
        None => vec!["*"],
    };
    let scopes: Vec<&str> = match gives.up_to {
        None | Some(DecisionScope::Organization) => vec!["*"],
        Some(up_to) => {
            DecisionScope::ALL.iter().filter(|scope| **scope <= up_to).map(|scope| scope.id()).collect()
        }
    };
    let partners: Vec<&str> = match &gives.combined_with {
        None => vec!["-"],
        Some(partners) => partners.iter().map(|partner| partner.id()).collect(),
    };
    let mut rules = Vec::new();
    for kind in kinds {
        for scope in &scopes {
            for partner in &partners {
                rules.push([action.id(), kind, scope, permission.id(), partner].map(str::to_owned).to_vec());
            }
        }
    }
    rules
}

/// Who holds what where: the administrator's permissions and roles, the roles' permissions, and the permissions that
/// the forms of Super Admin include.
fn links(organizations: &[Organization], actor: &Actor) -> Result<Vec<Vec<String>>> {
    let mut links: Vec<Vec<String>> = Vec::new();
    let mut link = |who: &str, what: &str, domain: &str| {
        let new = [who, what, domain].map(str::to_owned).to_vec();
        if !links.contains(&new) {
            links.push(new);
        }
    };
    for entry in catalogue::entries().iter().filter(|entry| entry.everything_but.is_some()) {
        let included = catalogue::includes(entry.id).minus(PermissionSet::ROOT_ONLY);
        included.iter().for_each(|permission| link(entry.id.id(), permission.id(), EVERYWHERE));
    }
    let who = actor.administrator.as_str();
    for holding in actor.holdings() {
        let (permission, at) = (holding.permission, holding.scope.organization());
        let Some(organization) = organizations.iter().find(|organization| organization.id == *at) else {
            continue;
        };
        let domain = pattern(&holding.scope, organization);
        // Permissions that count only if held at the root are linked only from there.
        let root_only = catalogue::includes(permission).common(PermissionSet::ROOT_ONLY);
        if organization.parent_id.is_none() {
            root_only.iter().for_each(|permission| link(who, permission.id(), &domain));
        }
        if permission.root_only() {
            continue;
        }
        match &holding.source {
            Source::Role { id, .. } if catalogue::reach(permission) == Reach::HereAndBelow => {
                link(who, id.as_str(), &domain);
                link(id.as_str(), permission.id(), EVERYWHERE);
            }
            // A role's link reaches what is below, too: what does not is linked by itself.
            Source::Role { .. } | Source::Individual => link(who, permission.id(), &domain),
        }
    }
    Ok(links)
}

/// `/root/own/child/`
fn path(organization: &OrganizationId, ancestors: &[OrganizationId]) -> String {
    ancestors.iter().chain([organization]).fold("/".to_owned(), |path, id| format!("{path}{id}/"))
}

/// The paths of the organizations where a grant counts. Those below continue with the id of an organization.
fn pattern(scope: &Scope, organization: &Organization) -> String {
    let path = path(&organization.id, &organization.ancestors);
    match scope {
        Scope::OrganizationAndBelow(_) => format!("{path}*"),
        Scope::BelowOnly(_) => format!("{path}{}_*", OrganizationId::PREFIX),
        Scope::OnlyOrganization(_) => path,
    }
}
