//! The effective permissions of an administrator, as data and as sentences.
use countersign_http::OrganizationName;
use countersign_model::catalogue::entry;
use countersign_model::{
    AdministratorId, AdministratorState, Holding, Organization, OrganizationId, Permission, RoleId, Source,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::target::Target;

/// Where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EffectiveQuery {
    /// The organization where the permissions count; default: the administrator's own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
}

/// The permissions that an administrator holds at an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EffectivePermissions)]
pub struct EffectiveView {
    /// The administrator.
    administrator_id: AdministratorId,
    /// The state of the account. Unless it is `active`, none of these permissions count yet.
    state: AdministratorState,
    /// The organization where the permissions count.
    organization: OrganizationName,
    /// The permissions, in the order of the catalogue.
    permissions: Vec<PermissionView>,
}

/// A permission that is held, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EffectivePermission)]
pub struct PermissionView {
    /// The permission that is held.
    permission: Permission,
    /// The title of the permission in the catalogue.
    title: &'static str,
    /// Every grant that gives it. If one is removed, the others still give it.
    because: Vec<ReasonView>,
}

/// One grant that gives a permission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PermissionReason)]
pub struct ReasonView {
    /// The grant as a sentence.
    #[schema(example = "from role `Help desk`, assigned at `Company B`")]
    reason: String,
    /// The role it comes from; absent for an individual permission, and for a role that you may not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<RoleRef>,
    /// The organization where it is set; it counts from there. Absent if you may not see that organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationName>,
    /// True if it is set at an organization that you may not see; otherwise absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// The form of Super Admin that includes the permission; absent if it was given itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    included_in: Option<Permission>,
}

/// A role with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoleRef {
    /// The id of the role.
    id: RoleId,
    /// The name of the role, unique in its organization.
    name: String,
}

impl EffectiveView {
    pub fn new(target: &Target, at: &Organization) -> Self {
        let administrator = target.administrator();
        let holds = target.standing.once_active(administrator);
        let held = holds.permissions_at(&at.id, &at.ancestors);
        let because = |permission: Permission| {
            let gives = |holding: &&Holding| holding.gives_at(&at.id, &at.ancestors).contains(permission);
            holds
                .holdings()
                .iter()
                .filter(gives)
                .map(|each| ReasonView::new(target, permission, each))
                .collect()
        };
        let view = |permission| PermissionView {
            permission,
            title: title(permission),
            because: because(permission),
        };
        Self {
            administrator_id: administrator.id.clone(),
            state: administrator.state,
            organization: OrganizationName::from(at),
            permissions: held.iter().map(view).collect(),
        }
    }
}

impl ReasonView {
    fn new(target: &Target, permission: Permission, holding: &Holding) -> Self {
        let place = target.standing.organization(holding.scope.organization());
        // Everybody may see what they hold themselves, wherever it is set.
        let place = place.filter(|place| target.is_oneself() || target.sees(place));
        let role = match (&holding.source, place) {
            (Source::Role { id, name, .. }, Some(_)) => Some(RoleRef { id: id.clone(), name: name.clone() }),
            _ => None,
        };
        let included_in = Some(holding.permission).filter(|given| *given != permission);
        Self {
            reason: sentence(&holding.source, place, included_in),
            role,
            organization: place.map(OrganizationName::from),
            managing_organization: place.is_none(),
            included_in,
        }
    }
}

fn sentence(source: &Source, place: Option<&Organization>, included_in: Option<Permission>) -> String {
    let grant = match (source, place) {
        (Source::Individual, Some(place)) => format!("individual permission at `{}`", place.name),
        (Source::Individual, None) => "individual permission at the managing organization".to_owned(),
        (Source::Role { name, .. }, Some(place)) => {
            format!("from role `{name}`, assigned at `{}`", place.name)
        }
        (Source::Role { .. }, None) => "from a role, assigned at the managing organization".to_owned(),
    };
    match included_in {
        Some(form) => format!("included in {}, {grant}", title(form)),
        None => grant,
    }
}

fn title(permission: Permission) -> &'static str {
    entry(permission).map_or(permission.id(), |entry| &entry.title)
}
