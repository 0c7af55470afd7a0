//! Request and response types for signing in.
mod own;

use countersign_http::OrganizationName;
use countersign_model::rights::{Holding, Scope, Source};
use countersign_model::{Administrator, EmailAddress, Organization, Permission, openapi};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::own::{
    ApiTokenMade, ApiTokenView, BeginTotp, ConfirmTotp, NewApiToken, NewTotpView, ProveAgain, RecoveryCodes,
    SessionView,
};
use crate::codes::{RecoveryCode, TotpCode};
use crate::password::Password;

/// The set-up of a deployment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The deployment's `setup_token`.
    #[schema(value_type = openapi::SecretText)]
    pub setup_token: String,
    pub organization: NewOrganization,
    pub administrator: FirstAdministrator,
}

/// The root organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RootOrganization)]
pub struct NewOrganization {
    #[schema(value_type = openapi::Name)]
    pub name: String,
}

/// The first administrator, who becomes a Super Admin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    #[schema(format = Email)]
    pub email: EmailAddress,
    #[schema(value_type = openapi::Name)]
    pub name: String,
    /// 12 to 128 characters of any kind but control characters. All kinds of spaces are one, and Unicode normalization does
    /// not matter (RFC 8265, OpaqueString).
    #[schema(value_type = openapi::ChosenPassword)]
    pub password: Password,
}

/// Email address and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "kim@company.example", "password": "seven quiet boats at noon", "totp": "123456" }))]
pub struct SignIn {
    #[schema(max_length = 254, example = "kim@company.example")]
    pub email: String,
    pub password: Password,
    /// The six digits that an authenticator shows. Ignored for an administrator who has none set up.
    #[serde(default)]
    #[schema(value_type = Option<openapi::OneTimeCode>)]
    pub totp: Option<TotpCode>,
    /// In place of `totp`: one of the recovery codes, each of which works once.
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
    /// Set the token as an HttpOnly cookie instead of returning it: for the console.
    #[serde(default)]
    pub cookie: bool,
}

/// A one-time token from a message, and the password to set with it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordFromLink)]
pub struct NewPassword {
    /// The part of the link after `#`.
    #[schema(value_type = openapi::SecretText)]
    pub token: String,
    /// 12 to 128 characters of any kind but control characters. All kinds of spaces are one, and Unicode normalization does
    /// not matter (RFC 8265, OpaqueString).
    #[schema(value_type = openapi::ChosenPassword)]
    pub password: Password,
}

/// A new session.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// Absent if it was set as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub expires_at: Timestamp,
    /// One-time codes are required but not set up: until they are, the session can do nothing else.
    pub totp_required: bool,
    pub administrator: Person,
}

/// The result of a set-up.
#[derive(Serialize, ToSchema)]
pub struct SetUpDone {
    pub organization: OrganizationName,
    pub administrator: Person,
    pub token: String,
    pub expires_at: Timestamp,
}

/// Who you are, when the session ends, and your permissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhoAmI {
    pub administrator: Person,
    pub expires_at: Timestamp,
    /// Whether a one-time code was used for this session.
    pub second_factor: bool,
    pub permissions: Vec<Held>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    #[schema(value_type = String, example = "adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    pub id: String,
    pub name: String,
    pub email: String,
    pub organization: OrganizationName,
}

/// A permission that you hold, where it counts and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Held {
    #[schema(example = "approve-for-group")]
    pub permission: Permission,
    /// The organization where it is set.
    pub organization_id: String,
    pub counts: Counts,
    pub from: HeldFrom,
}

/// Where a permission counts, relative to the organization where it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    HereAndBelow,
    OnlyBelow,
    OnlyHere,
}

/// An individual permission, or a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HeldFrom {
    Individual,
    Role { id: String, name: String, organization_id: String },
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
