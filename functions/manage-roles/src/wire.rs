//! What goes over HTTP: the requests and answers of this function.
use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_http::{Limit, Problem, etag};
use countersign_model::{
    Administrator, AdministratorId, AdministratorState, Organization, OrganizationId, Permission, Role,
    RoleId, text,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Characters of a role's description at most.
const DESCRIPTION_MAX: usize = 500;

/// A new role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// The organization that owns it. It can be assigned there and below.
    #[schema(value_type = String)]
    pub organization_id: OrganizationId,
    /// Unique in the organization, whatever the case.
    #[schema(min_length = 1, max_length = 200, example = "Help desk")]
    pub name: String,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub description: Option<String>,
    #[schema(value_type = Vec<String>, example = json!(["view-approvals"]))]
    pub permissions: Vec<Permission>,
}

/// A role as it shall be: what is left out of it is gone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceRole {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub description: Option<String>,
    #[schema(value_type = Vec<String>)]
    pub permissions: Vec<Permission>,
}

/// Which roles to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RolesQuery {
    /// Those that this organization owns; your own when left out.
    #[param(value_type = Option<String>)]
    pub organization_id: Option<OrganizationId>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<RoleId>,
    /// Items of the page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleView {
    #[schema(value_type = String, example = "rol_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: RoleId,
    organization: OrganizationRef,
    name: String,
    description: Option<String>,
    #[schema(value_type = Vec<String>)]
    permissions: Vec<Permission>,
    revision: u64,
}

/// An organization, by its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganizationRef {
    #[schema(value_type = String)]
    id: OrganizationId,
    name: String,
}

impl From<&Organization> for OrganizationRef {
    fn from(organization: &Organization) -> Self {
        Self { id: organization.id.clone(), name: organization.name.clone() }
    }
}

/// An administrator, by their name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdministratorRef {
    #[schema(value_type = String)]
    id: AdministratorId,
    name: String,
    organization: OrganizationRef,
    /// `invited` or `disabled`: what they hold counts once they are `active`.
    #[schema(value_type = String)]
    state: AdministratorState,
}

impl AdministratorRef {
    pub fn new(administrator: &Administrator, organization: OrganizationRef) -> Self {
        let Administrator { id, name, state, .. } = administrator.clone();
        Self { id, name, organization, state }
    }
}

/// Somebody who holds a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolderView {
    /// Absent for somebody of an organization whose administrators you may not view.
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<AdministratorRef>,
    /// There and true for somebody of an organization whose administrators you may not view.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// Where it is assigned, as far as you may see: it counts there and below.
    assigned_at: Vec<OrganizationRef>,
}

impl HolderView {
    pub fn new(administrator: Option<AdministratorRef>, assigned_at: Vec<OrganizationRef>) -> Self {
        Self { managing_organization: administrator.is_none(), administrator, assigned_at }
    }
}

/// What a change of a role would mean.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Impact)]
pub struct ImpactView {
    /// Who would get something they do not have already.
    pub gains: Vec<DifferenceView>,
    /// Who would lose something that nothing else gives them.
    pub loses: Vec<DifferenceView>,
}

/// What somebody would gain or lose somewhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Difference)]
pub struct DifferenceView {
    /// Absent for somebody of an organization whose administrators you may not view.
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<AdministratorRef>,
    /// There and true for somebody of an organization whose administrators you may not view.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// Where the role is assigned; absent when you may not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationRef>,
    #[schema(value_type = Vec<String>)]
    permissions: Vec<Permission>,
}

impl DifferenceView {
    pub fn new(
        administrator: Option<AdministratorRef>,
        organization: Option<OrganizationRef>,
        permissions: Vec<Permission>,
    ) -> Self {
        Self { managing_organization: administrator.is_none(), administrator, organization, permissions }
    }
}

impl RoleView {
    pub fn new(role: &Role, owner: &Organization) -> Self {
        Self {
            id: role.id.clone(),
            organization: owner.into(),
            name: role.name.clone(),
            description: role.description.clone(),
            permissions: role.permissions.clone(),
            revision: role.revision,
        }
    }

    /// With its revision as the entity tag.
    pub fn answer(self, status: StatusCode) -> Response {
        (status, [etag(self.revision)], Json(self)).into_response()
    }
}

impl NewRole {
    /// The role as it is kept, or what is wrong with it.
    pub fn role(&self, id: RoleId) -> Result<Role, Problem> {
        checked(id, &self.name, self.description.as_deref(), &self.permissions)
    }
}

impl ReplaceRole {
    /// The role as it is kept, or what is wrong with it.
    pub fn role(&self, id: RoleId) -> Result<Role, Problem> {
        checked(id, &self.name, self.description.as_deref(), &self.permissions)
    }
}

fn checked(
    id: RoleId,
    name: &str,
    description: Option<&str>,
    permissions: &[Permission],
) -> Result<Role, Problem> {
    let name = text::name(name).map_err(|error| Problem::invalid_field("/name", error.to_string()))?;
    let description = text::paragraph(description.unwrap_or_default(), DESCRIPTION_MAX)
        .map_err(|error| Problem::invalid_field("/description", error.to_string()))?;
    Ok(Role::new(id, name, description, permissions.iter().copied()))
}
