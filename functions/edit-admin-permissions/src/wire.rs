//! Request and response types of this function.
use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_authority::Standing;
use countersign_http::{Cursor, Limit, OrganizationName, Problem, etag};
use countersign_model::{
    Actor, Administrator, AdministratorId, AdministratorState, Assignment, Channel, EmailAddress,
    Organization, OrganizationId, Permission, PhoneNumber, RoleId, Sight, openapi, text,
};
use countersign_store::Stored;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

mod effective;

pub use effective::{EffectiveQuery, EffectiveView};

/// An administrator to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    #[schema(format = Email)]
    pub email: EmailAddress,
    #[schema(value_type = openapi::Name)]
    pub name: String,
    /// The organization they will belong to.
    pub organization_id: OrganizationId,
    /// The individual permissions that they will hold once they accept.
    #[serde(default)]
    #[schema(max_items = 40)]
    pub permissions: Vec<Permission>,
    /// For text messages, in E.164 format.
    #[serde(default)]
    #[schema(example = "+15550100")]
    pub phone: Option<PhoneNumber>,
    /// Whether they are notified of every request that they may open.
    #[serde(default)]
    pub notify_on_request: bool,
}

/// The changes to an administrator; omitted fields stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    #[serde(default)]
    #[schema(value_type = Option<openapi::Name>)]
    pub name: Option<String>,
    /// Null removes it.
    #[serde(default, deserialize_with = "given")]
    #[schema(example = "+15550100")]
    pub phone: Option<Option<PhoneNumber>>,
    #[serde(default)]
    pub notify_on_request: Option<bool>,
    /// The channels for their notifications.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 4)]
    pub channels: Option<Vec<Channel>>,
}

/// Distinguishes `null` from an omitted field.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<PhoneNumber>>, D::Error> {
    Option::<PhoneNumber>::deserialize(deserializer).map(Some)
}

/// All individual permissions. They replace the previous ones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPermissions {
    #[schema(max_items = 40, example = json!(["approve-for-single-computer"]))]
    pub permissions: Vec<Permission>,
}

/// All roles. They replace the previous ones; roles at organizations out of your reach stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRoles {
    #[schema(max_items = 100)]
    pub assignments: Vec<Assign>,
}

/// A role, assigned at one organization and everything below it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    pub role_id: RoleId,
    /// The organization that owns the role, or one below it; default: the administrator's own.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
}

/// Whether the account is disabled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disable {
    #[schema(example = true)]
    pub disabled: bool,
}

/// Which administrators to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdministratorsQuery {
    /// The members of this organization; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Only those with this text in their name or email address, ignoring case.
    #[param(max_length = 254, example = "kim")]
    pub q: Option<String>,
    /// `next_cursor` of the previous page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// How many administrators to examine for the page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// An administrator.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdministratorView {
    #[schema(example = "adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: AdministratorId,
    email: EmailAddress,
    name: String,
    organization: OrganizationName,
    /// `invited`, `active` or `disabled`.
    state: AdministratorState,
    phone: Option<PhoneNumber>,
    notify_on_request: bool,
    channels: Vec<Channel>,
    /// The individual permissions.
    permissions: Vec<Permission>,
    /// The roles at organizations that you may see.
    assignments: Vec<AssignmentView>,
    created_at: Timestamp,
    revision: u64,
    /// Warnings about the change that was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    warnings: Vec<Warning>,
}

/// A warning about a change that is allowed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warning {
    /// A stable code.
    #[schema(example = "last-administrator")]
    code: &'static str,
    /// A sentence for people.
    message: &'static str,
}

impl Warning {
    pub fn last_administrator() -> Self {
        let message = "this is the last active administrator of the organization; \
            only administrators of the organizations above it can manage it then";
        Self { code: "last-administrator", message }
    }
}

/// Warnings about a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warned {
    pub warnings: Vec<Warning>,
}

/// A role that an administrator holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    role_id: RoleId,
    /// Absent if the role belongs to an organization that you may not see. You can keep or remove it by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    role_name: Option<String>,
    /// Absent if it is the administrator's own organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<OrganizationId>,
}

impl AdministratorView {
    /// The administrator as far as `reader` may see them.
    pub fn new(stored: Stored<Administrator>, standing: &Standing, reader: &Actor) -> Self {
        let Stored { revision, value } = stored;
        let name =
            standing.organization(&value.organization_id).map(|organization| organization.name.clone());
        let home = &value.organization_id;
        let visible = |assignment: &Assignment| AssignmentView::new(assignment, home, standing, reader);
        Self {
            assignments: value.assignments.iter().filter_map(visible).collect(),
            organization: OrganizationName { id: value.organization_id, name: name.unwrap_or_default() },
            id: value.id,
            email: value.email,
            name: value.name,
            state: value.state,
            phone: value.phone,
            notify_on_request: value.notify_on_request,
            channels: value.channels,
            permissions: value.permissions,
            created_at: value.created_at,
            revision,
            warnings: Vec::new(),
        }
    }

    pub fn with_warnings(self, warnings: Vec<Warning>) -> Self {
        Self { warnings, ..self }
    }

    /// The answer, with the revision as the entity tag.
    pub fn answer(self, status: StatusCode) -> Response {
        (status, [etag(self.revision)], Json(self)).into_response()
    }
}

impl AssignmentView {
    /// `None` for a deleted role, or at an organization that the reader may not see.
    fn new(
        assignment: &Assignment,
        home: &OrganizationId,
        standing: &Standing,
        reader: &Actor,
    ) -> Option<Self> {
        let role = standing.role(&assignment.role_organization_id, &assignment.role_id)?;
        let place = match &assignment.organization_id {
            Some(at) => {
                let place = standing.organization(at)?;
                reader.sees(&place.id, &place.ancestors).then_some(Some(place))?
            }
            None => standing.organization(home),
        };
        let is_owner_seen =
            place.is_some_and(|place| sees_above(reader, place, &assignment.role_organization_id));
        Some(Self {
            role_id: role.id.clone(),
            role_name: is_owner_seen.then(|| role.name.clone()),
            organization_id: assignment.organization_id.clone(),
        })
    }
}

/// Whether the reader may know of an organization that is `place` or above it.
fn sees_above(reader: &Actor, place: &Organization, above: &OrganizationId) -> bool {
    Sight::of(reader).over(&place.id, &place.ancestors).sees(above)
}

/// The validated name.
pub fn name(text: &str) -> Result<String, Problem> {
    text::name(text).map_err(|error| Problem::invalid_field("/name", error.to_string()))
}
