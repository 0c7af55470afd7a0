//! Request and response types about one's own account: one-time codes, sessions, API tokens.
use countersign_http::Moment;
use countersign_model::{ApiToken, ApiTokenId, Credentials, OpenSession, Permission, SessionId, openapi};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TotpCode;
use crate::codes::RecoveryCode;
use crate::password::Password;

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnName)]
pub struct ChangeName {
    /// Your name: 1 to 200 characters.
    #[schema(value_type = openapi::NameOfPerson)]
    pub name: String,
}

/// Another password, and the present one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnPassword)]
pub struct ChangePassword {
    /// The present password, so that a stolen session cannot do this.
    pub password: Password,
    /// The new password: 12 to 128 characters of any kind but control characters. All kinds of spaces are one, and
    /// Unicode normalization (NFKC) does not matter.
    #[schema(value_type = openapi::ChosenPassword)]
    pub new_password: Password,
}

/// The proof for setting up one-time codes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginTotp {
    /// The current password, so that a stolen session cannot do this.
    pub password: Password,
}

/// A code from the authenticator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// The six digits that the authenticator shows now. White space and hyphens in them do not count.
    #[schema(value_type = openapi::OneTimeCode)]
    pub totp: TotpCode,
}

/// The current password, and a code of either kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "password": "seven quiet boats at noon", "totp": "123456" }))]
pub struct ProveAgain {
    /// The current password, so that a stolen session cannot do this.
    pub password: Password,
    /// The six digits that the authenticator shows now; required unless `recovery_code` is sent. White space and
    /// hyphens in them do not count.
    #[serde(default)]
    #[schema(value_type = Option<openapi::OneTimeCode>)]
    pub totp: Option<TotpCode>,
    /// A recovery code in place of `totp`. Case and separators are ignored.
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
}

/// The data for an authenticator.
#[derive(Serialize, ToSchema)]
#[schema(as = NewTotp)]
pub struct NewTotpView {
    /// The secret in base32, for typing into the authenticator.
    pub secret: String,
    /// The secret as an address, for opening on the device or showing as a QR code.
    #[schema(example = "otpauth://totp/Company%20A:ada%40company%2Eexample?secret=…")]
    pub otpauth_uri: String,
    /// The same address as a QR code: an SVG document.
    pub qr_svg: String,
}

/// Your one-time codes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnTotp)]
pub struct TotpView {
    /// Whether they are set up: then every sign-in requires one.
    set_up: bool,
    /// Since when they are set up; null if they are not.
    since: Option<Timestamp>,
    /// How many recovery codes are unused.
    #[schema(minimum = 0, maximum = 10, example = 10)]
    recovery_codes_left: usize,
}

impl From<&Credentials> for TotpView {
    fn from(credentials: &Credentials) -> Self {
        let totp = credentials.totp.as_ref();
        Self {
            set_up: totp.is_some(),
            since: totp.map(|totp| totp.since),
            recovery_codes_left: totp.map_or(0, |totp| totp.recovery.len()),
        }
    }
}

/// The recovery codes, for use without the authenticator.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes. Each works once in place of a code of the authenticator.
    pub recovery_codes: Vec<String>,
}

impl From<Vec<RecoveryCode>> for RecoveryCodes {
    fn from(codes: Vec<RecoveryCode>) -> Self {
        Self { recovery_codes: codes.iter().map(|code| code.text().to_owned()).collect() }
    }
}

/// One of your sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// The id of the session.
    #[schema(example = "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: SessionId,
    /// Whether it is the session of this call.
    current: bool,
    /// When you signed in.
    created_at: Timestamp,
    /// When the session ends.
    expires_at: Timestamp,
    /// The client address at sign-in; null if it is not known.
    address: Option<String>,
    /// The program used to sign in, as it calls itself; null if it did not say.
    user_agent: Option<String>,
}

impl SessionView {
    pub fn new(session: OpenSession, current: &str) -> Self {
        Self {
            current: session.digest == current,
            id: session.id,
            created_at: session.created_at,
            expires_at: session.expires_at,
            address: session.address,
            user_agent: session.user_agent,
        }
    }
}

/// An API token to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Nightly report", "permissions": ["view-approvals"], "expires_at": "2027-01-31T12:00:00Z",
    "password": "seven quiet boats at noon", "totp": "123456"
}))]
pub struct NewApiToken {
    /// What the token is for: 1 to 200 characters.
    #[schema(value_type = openapi::NameOfKey)]
    pub name: String,
    /// The permissions that the token may use, of those you hold. If you are a Super Admin, any that this includes.
    #[schema(max_items = 40, example = json!(["view-approvals"]))]
    pub permissions: Vec<Permission>,
    /// When the token expires: in the future, within 366 days.
    pub expires_at: Moment,
    /// The current password, so that a stolen session cannot do this.
    pub password: Password,
    /// The six digits that the authenticator shows now; required if one-time codes are set up, unless `recovery_code`
    /// is sent. White space and hyphens in them do not count.
    #[serde(default)]
    #[schema(value_type = Option<openapi::OneTimeCode>)]
    pub totp: Option<TotpCode>,
    /// A recovery code in place of `totp`. Case and separators are ignored.
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
}

/// A new API token.
#[derive(Serialize, ToSchema)]
pub struct ApiTokenMade {
    /// The token itself, to be sent as `Authorization: Bearer`. It is shown only in this answer.
    pub token: String,
    #[serde(flatten)]
    pub view: ApiTokenView,
}

/// One of your API tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub struct ApiTokenView {
    /// The id of the API token, by which it is revoked.
    #[schema(example = "tok_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: ApiTokenId,
    /// What the token is for.
    name: String,
    /// The permissions that it may use, of those that you hold when it is used.
    permissions: Vec<Permission>,
    /// When it was created.
    created_at: Timestamp,
    /// When it expires.
    expires_at: Timestamp,
    /// When it was used last, within a minute; null if it never was.
    last_used_at: Option<Timestamp>,
}

impl ApiTokenView {
    pub fn new(token: ApiToken, last_used_at: Option<Timestamp>) -> Self {
        let ApiToken { id, name, permissions, created_at, expires_at, .. } = token;
        Self { id, name, permissions, created_at, expires_at, last_used_at }
    }
}
