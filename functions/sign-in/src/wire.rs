//! Request and response types for signing in.
mod device_login;
mod notifications;
mod own;

use countersign_http::OrganizationName;
use countersign_model::rights::{Holding, Scope, Source};
use countersign_model::{Administrator, Branding, EmailAddress, Organization, Permission, openapi};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::device_login::{
    BeginDeviceSession, DecideDeviceLogin, DeviceLoginOutcome, DeviceLoginView, NewDeviceLogin,
    StartedDeviceLogin,
};
pub use self::notifications::{AwayNotAllowed, NotificationsView, SetNotifications};
pub use self::own::{
    ApiTokenMade, ApiTokenView, BeginTotp, ChangeName, ChangePassword, ConfirmTotp, NewApiToken, NewTotpView,
    ProveAgain, RecoveryCodes, SessionView, TotpView,
};
use crate::codes::{RecoveryCode, TotpCode};
use crate::password::Password;

/// The set-up of a deployment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The deployment's `setup_token`.
    #[schema(value_type = openapi::SetUpToken)]
    pub setup_token: String,
    /// The root organization to create.
    pub organization: NewOrganization,
    /// The first administrator, who becomes a Super Admin of the root.
    pub administrator: FirstAdministrator,
}

/// The root organization to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RootOrganization)]
pub struct NewOrganization {
    /// The name of the root organization: 1 to 200 characters.
    #[schema(value_type = openapi::NameOfOrganization)]
    pub name: String,
}

/// The first administrator, who becomes a Super Admin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    /// The email address with which the administrator signs in: at most 254 characters.
    #[schema(format = Email)]
    pub email: EmailAddress,
    /// The name of the administrator: 1 to 200 characters.
    #[schema(value_type = openapi::NameOfPerson)]
    pub name: String,
    /// The password: 12 to 128 characters of any kind but control characters. All kinds of spaces are one, and
    /// Unicode normalization (NFKC) does not matter.
    #[schema(value_type = openapi::ChosenPassword)]
    pub password: Password,
}

/// Email address and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "kim@company.example", "password": "seven quiet boats at noon", "totp": "123456" }))]
pub struct SignIn {
    /// The email address of the administrator, ignoring case: at most 254 characters.
    #[schema(max_length = 254, example = "kim@company.example")]
    pub email: String,
    /// The password: at most 128 characters.
    pub password: Password,
    /// The six digits that an authenticator shows; required if one-time codes are set up, unless `recovery_code` is
    /// sent, and otherwise ignored. White space and hyphens in it do not count.
    #[serde(default)]
    #[schema(value_type = Option<openapi::OneTimeCode>)]
    pub totp: Option<TotpCode>,
    /// A recovery code in place of `totp`. Each works once; case and separators are ignored.
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
    /// Whether to set the token as an HttpOnly cookie instead of returning it, which the console needs; default:
    /// false.
    #[serde(default)]
    pub cookie: bool,
}

/// A one-time token from a message, and the password to set with it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordFromLink)]
pub struct NewPassword {
    /// The token: the part of the link after `#`.
    #[schema(value_type = openapi::LinkToken)]
    pub token: String,
    /// The password: 12 to 128 characters of any kind but control characters. All kinds of spaces are one, and
    /// Unicode normalization (NFKC) does not matter.
    #[schema(value_type = openapi::ChosenPassword)]
    pub password: Password,
}

/// Who has forgotten their password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// The email address with which they sign in, ignoring case: at most 254 characters.
    #[schema(format = Email)]
    pub email: EmailAddress,
}

/// A new session.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// The session token, to be sent as `Authorization: Bearer`; absent if it was set as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// Whether one-time codes are required but not set up: until they are, the session can do nothing else.
    pub totp_required: bool,
    /// The administrator who signed in.
    pub administrator: Person,
}

/// The result of a set-up.
#[derive(Serialize, ToSchema)]
pub struct SetUpDone {
    /// The root organization.
    pub organization: OrganizationName,
    /// The first administrator.
    pub administrator: Person,
    /// The session token of the first administrator, to be sent as `Authorization: Bearer`.
    pub token: String,
    /// When the session ends.
    pub expires_at: Timestamp,
}

/// Who you are, when the session ends, and your permissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhoAmI {
    /// The administrator who signed in.
    pub administrator: Person,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// Whether a one-time code was used for this session.
    pub second_factor: bool,
    /// Every permission that you hold, with where it counts and where it comes from.
    pub permissions: Vec<Held>,
    /// The organizations other than your own at which these are set.
    pub places: Vec<OrganizationName>,
    /// How your organization, or the nearest one above that says so, shows itself.
    pub brand: Brand,
}

/// How your organization shows itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Brand {
    /// The name to show instead of the product's; null: the product's.
    pub display_name: Option<String>,
    /// The colour, as `#rrggbb`; null: the product's.
    pub colour: Option<String>,
    /// Whether there is a logo at `GET /v1/session/logo`.
    pub has_logo: bool,
}

/// An administrator, with the organization that they belong to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// The id of the administrator.
    #[schema(value_type = String, example = "adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    pub id: String,
    /// The name of the administrator.
    pub name: String,
    /// The email address with which they sign in.
    pub email: String,
    /// The organization that they belong to.
    pub organization: OrganizationName,
}

/// A permission that you hold, where it counts and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Held {
    /// The permission that you hold.
    #[schema(example = "approve-for-group")]
    pub permission: Permission,
    /// The organization where it is set.
    pub organization_id: String,
    /// Where it counts, relative to that organization.
    pub counts: Counts,
    /// Where it comes from.
    pub from: HeldFrom,
}

/// Where a permission counts, relative to the organization where it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// There and at everything below it.
    HereAndBelow,
    /// Only at what is below it.
    OnlyBelow,
    /// Only there.
    OnlyHere,
}

/// The source of a permission: an individual permission, or a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HeldFrom {
    /// It was given individually.
    Individual,
    /// A role gives it.
    Role {
        /// The id of the role.
        id: String,
        /// The name of the role, unique in its organization.
        name: String,
        /// The organization that owns the role.
        organization_id: String,
    },
}

impl Person {
    pub fn new(administrator: &Administrator, organization: &Organization) -> Self {
        Self {
            id: administrator.id.to_string(),
            name: administrator.name.clone(),
            email: administrator.email.to_string(),
            organization: organization.into(),
        }
    }
}

impl From<Branding> for Brand {
    fn from(branding: Branding) -> Self {
        Self {
            display_name: branding.display_name,
            colour: branding.colour,
            has_logo: branding.logo.is_some(),
        }
    }
}

impl From<&Holding> for Held {
    fn from(holding: &Holding) -> Self {
        Self {
            permission: holding.permission,
            organization_id: holding.scope.organization().to_string(),
            counts: (&holding.scope).into(),
            from: (&holding.source).into(),
        }
    }
}

impl From<&Scope> for Counts {
    fn from(scope: &Scope) -> Self {
        match scope {
            Scope::OrganizationAndBelow(_) => Self::HereAndBelow,
            Scope::BelowOnly(_) => Self::OnlyBelow,
            Scope::OnlyOrganization(_) => Self::OnlyHere,
        }
    }
}

impl From<&Source> for HeldFrom {
    fn from(source: &Source) -> Self {
        match source {
            Source::Individual => Self::Individual,
            Source::Role { id, name, organization } => Self::Role {
                id: id.to_string(),
                name: name.clone(),
                organization_id: organization.to_string(),
            },
        }
    }
}
