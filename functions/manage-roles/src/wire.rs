//! Request and response types of this function.
use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_http::{AdministratorRef, Cursor, Limit, OrganizationName, Problem, etag, require_at_most};
use countersign_model::{Organization, OrganizationId, Permission, Role, RoleId, openapi, text};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// The organization that owns it. The role can be assigned there and below.
    pub organization_id: OrganizationId,
    /// The name: 1 to 200 characters, unique in the organization, ignoring case.
    #[schema(value_type = openapi::NameOfRole)]
    pub name: String,
    /// What the role is for: at most 500 characters; default: none.
    #[serde(default)]
    #[schema(value_type = Option<openapi::Description>)]
    pub description: Option<String>,
    /// The permissions that the role gives. You must hold each of them at its organization and below.
    #[schema(max_items = 40, example = json!(["view-approvals"]))]
    pub permissions: Vec<Permission>,
}

/// The new contents of a role. An omitted description or permission is removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceRole {
    /// The name: 1 to 200 characters, unique in the organization, ignoring case.
    #[schema(value_type = openapi::NameOfRole)]
    pub name: String,
    /// What the role is for: at most 500 characters; omitted: the role then has none.
    #[serde(default)]
    #[schema(value_type = Option<openapi::Description>)]
    pub description: Option<String>,
    /// All permissions that the role is to give.
    #[schema(max_items = 40)]
    pub permissions: Vec<Permission>,
}

/// Which roles to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RolesQuery {
    /// The organization that owns the roles; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleView {
    /// The id of the role.
    #[schema(example = "rol_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: RoleId,
    /// The organization that owns it. The role can be assigned there and below.
    organization: OrganizationName,
    /// The name of the role, unique in its organization.
    name: String,
    /// What the role is for; null if there is no description.
    description: Option<String>,
    /// The permissions that it gives.
    permissions: Vec<Permission>,
    /// The revision of the role, for `If-Match`. It increases with every change.
    revision: u64,
}

/// A holder of a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolderView {
    /// The administrator; absent if you may not view them.
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<AdministratorRef>,
    /// True if you may not view the administrator; otherwise absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// Where it is assigned, as far as you may see; it counts there and below.
    assigned_at: Vec<OrganizationName>,
}

impl HolderView {
    pub fn new(administrator: Option<AdministratorRef>, assigned_at: Vec<OrganizationName>) -> Self {
        Self { managing_organization: administrator.is_none(), administrator, assigned_at }
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

    /// The answer, with the revision as the entity tag.
    pub fn answer(self, status: StatusCode) -> Response {
        (status, [etag(self.revision)], Json(self)).into_response()
    }
}

impl NewRole {
    /// The validated role.
    pub fn role(&self, id: RoleId) -> Result<Role, Problem> {
        checked(id, &self.name, self.description.as_deref(), &self.permissions)
    }
}

impl ReplaceRole {
    /// The validated role.
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
    let name = text::name(name).map_err(|error| Problem::invalid_field("/name", error))?;
    let description = text::paragraph(description.unwrap_or_default(), text::DESCRIPTION_MAX)
        .map_err(|error| Problem::invalid_field("/description", error))?;
    require_at_most("/permissions", permissions, Permission::ALL.len())?;
    Ok(Role::new(id, name, description, permissions.iter().copied()))
}
