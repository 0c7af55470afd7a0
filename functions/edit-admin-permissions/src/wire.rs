//! Request and response types of this function.
use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_authority::Standing;
use countersign_http::openapi::OrPreview;
use countersign_http::{Cursor, Impact, Limit, OrganizationName, Problem, etag};
use countersign_model::{
    Actor, Administrator, AdministratorId, AdministratorState, Assignment, Channel, EmailAddress, Language,
    Organization, OrganizationId, Permission, PhoneNumber, RoleId, Sight, TimeZoneName, openapi, text,
};
use countersign_store::Stored;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

mod effective;

pub use effective::{EffectiveQuery, EffectiveView};

/// An administrator to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The email address to which the invitation is sent, and with which the administrator signs in: at most 254
    /// characters.
    #[schema(format = Email)]
    pub email: EmailAddress,
    /// The name of the administrator: 1 to 200 characters.
    #[schema(value_type = openapi::NameOfPerson)]
    pub name: String,
    /// The organization they will belong to.
    pub organization_id: OrganizationId,
    /// The individual permissions that they will hold once they accept; default: none. You must hold each of them
    /// where it will count.
    #[serde(default)]
    #[schema(max_items = 40)]
    pub permissions: Vec<Permission>,
    /// The phone number for text messages, in E.164 format; default: none.
    #[serde(default)]
    #[schema(example = "+15550100")]
    pub phone: Option<PhoneNumber>,
    /// Whether they are notified of every request that they may open; default: false.
    #[serde(default)]
    pub notify_on_request: bool,
}

/// The changes to an administrator; omitted fields stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The name of the administrator: 1 to 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<openapi::NameOfPerson>)]
    pub name: Option<String>,
    /// The phone number for text messages, in E.164 format; null removes it.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(example = "+15550100")]
    pub phone: Option<Option<PhoneNumber>>,
    /// Whether they are notified of every request that they may open.
    #[serde(default)]
    pub notify_on_request: Option<bool>,
    /// Whether they hear who handled a request that they were told of; null: by email, and not by text message.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(example = true)]
    pub notify_on_handled: Option<Option<bool>>,
    /// The channels by which they are notified: one or more of `email`, `sms` and `push`.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 5)]
    pub channels: Option<Vec<Channel>>,
    /// The language of messages to them; null: as their organization's.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(example = "de")]
    pub language: Option<Option<Language>>,
    /// The time zone of the times in messages to them, by its name in the IANA database; null: UTC.
    #[serde(default, deserialize_with = "countersign_http::given")]
    #[schema(example = "Europe/Berlin")]
    pub time_zone: Option<Option<TimeZoneName>>,
}

/// All individual permissions. They replace the previous ones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPermissions {
    /// All individual permissions that the administrator is to hold; empty: none.
    #[schema(max_items = 40, example = json!(["approve-for-single-computer"]))]
    pub permissions: Vec<Permission>,
}

/// All roles. They replace the previous ones; roles at organizations out of your reach stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRoles {
    /// All roles that the administrator is to hold: at most 100, each with the organization where it counts.
    #[schema(max_items = 100)]
    pub assignments: Vec<Assign>,
}

/// Planned roles and individual permissions of an administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlannedHoldings)]
pub struct Planned {
    /// All roles that the administrator would hold, at most 100; roles at organizations out of your reach would stay. Default:
    /// the present ones.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub assignments: Option<Vec<Assign>>,
    /// All individual permissions that the administrator would hold; default: the present ones.
    #[serde(default)]
    #[schema(max_items = 40, example = json!(["approve-for-single-computer"]))]
    pub permissions: Option<Vec<Permission>>,
}

/// A role, assigned at one organization and everything below it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The role.
    pub role_id: RoleId,
    /// The organization where the role counts, and below: the one that owns the role, or one below it; default: the
    /// administrator's own.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
}

/// Whether the account is disabled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disable {
    /// Whether the account is to be disabled; false enables it again.
    #[schema(example = true)]
    pub disabled: bool,
}

/// Which administrators to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdministratorsQuery {
    /// The organization whose members are listed; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// A text that the name or the email address contains, ignoring case: at most 254 characters; default: all are
    /// listed.
    #[param(max_length = 254, example = "kim")]
    pub q: Option<String>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// How many administrators to examine for the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// An administrator.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdministratorView {
    /// The id of the administrator.
    #[schema(example = "adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: AdministratorId,
    /// The email address with which they sign in.
    email: EmailAddress,
    /// The name of the administrator.
    name: String,
    /// The organization that they belong to.
    organization: OrganizationName,
    /// The state of the account: `invited`, `active` or `disabled`. Permissions count only while it is `active`.
    state: AdministratorState,
    /// The phone number for text messages, in E.164 format; null if there is none.
    phone: Option<PhoneNumber>,
    /// Whether they are notified of every request that they may open.
    notify_on_request: bool,
    /// Whether they hear who handled a request that they were told of; null: by email, and not by text message.
    notify_on_handled: Option<bool>,
    /// The channels by which they are notified.
    channels: Vec<Channel>,
    /// The language of messages to them; null: as their organization's.
    language: Option<Language>,
    /// The time zone of the times in messages to them; null: UTC.
    time_zone: Option<TimeZoneName>,
    /// When they are away, as they say themselves: it may be over, or still to come; null if they have not said so.
    away: Option<AwayView>,
    /// The individual permissions. Those that come from roles are not among them.
    permissions: Vec<Permission>,
    /// The roles, with the organizations where they count, as far as you may see these.
    assignments: Vec<AssignmentView>,
    /// When the account was made, by the invitation or the set-up.
    created_at: Timestamp,
    /// When they signed in last; null if they never did, or it is not known.
    last_sign_in_at: Option<Timestamp>,
    /// The revision of the administrator, for `If-Match`. It increases with every change.
    revision: u64,
    /// Warnings about the change that was made; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    warnings: Vec<Warning>,
}

/// When an administrator is away.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwayView {
    /// Since when.
    from: Timestamp,
    /// Until when.
    until: Timestamp,
}

/// A warning about a change that is allowed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warning {
    /// A stable code, for programs.
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

/// The edited administrator, or what a dry run answers.
pub type EditedOrPreview = OrPreview<AdministratorView, Effects>;

/// The effects of a change of an administrator.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdministratorEffects)]
pub struct Effects {
    /// The warnings about the change; empty if there are none.
    pub warnings: Vec<Warning>,
    /// What the administrator would gain and lose, and where; absent once the change is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
}

/// A role that an administrator holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    /// The role.
    role_id: RoleId,
    /// The name of the role; absent if it belongs to an organization that you may not see. You can keep or remove
    /// such a role by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    role_name: Option<String>,
    /// The organization where the role counts, and below; absent if it is the administrator's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<OrganizationId>,
}

impl AdministratorView {
    /// The administrator as far as `reader` may see them.
    pub fn new(
        stored: Stored<Administrator>,
        last_sign_in_at: Option<Timestamp>,
        standing: &Standing,
        reader: &Actor,
    ) -> Self {
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
            notify_on_handled: value.notify_on_handled,
            channels: value.channels,
            language: value.reading.language,
            time_zone: value.reading.time_zone,
            away: value.notifications.away.map(|away| AwayView { from: away.from, until: away.until }),
            permissions: value.permissions,
            created_at: value.created_at,
            last_sign_in_at,
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
    text::name(text).map_err(|error| Problem::invalid_field("/name", error))
}
