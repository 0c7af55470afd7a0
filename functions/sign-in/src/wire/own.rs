//! Request and response types about one's own account: one-time codes, sessions, API tokens.
use countersign_http::Moment;
use countersign_model::{ApiToken, ApiTokenId, OpenSession, Permission, SessionId, openapi};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TotpCode;
use crate::codes::RecoveryCode;
use crate::password::Password;

/// Begins to set up one-time codes.
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
    #[schema(value_type = openapi::OneTimeCode)]
    pub totp: TotpCode,
}

/// The current password, and a code of either kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "password": "seven quiet boats at noon", "totp": "123456" }))]
pub struct ProveAgain {
    pub password: Password,
    #[serde(default)]
    #[schema(value_type = Option<openapi::OneTimeCode>)]
    pub totp: Option<TotpCode>,
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
}

/// The data for an authenticator.
#[derive(Serialize, ToSchema)]
#[schema(as = NewTotp)]
pub struct NewTotpView {
    /// For typing, in base32.
    pub secret: String,
    /// For opening on the device, or showing as a QR code.
    #[schema(example = "otpauth://totp/Company%20A:ada%40company%2Eexample?secret=…")]
    pub otpauth_uri: String,
    /// The same address as a QR code: an SVG document.
    pub qr_svg: String,
}

/// For use without the authenticator: each works once in place of a code.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
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
    #[schema(example = "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: SessionId,
    /// Whether it is the session of this call.
    current: bool,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// The client address at sign-in.
    address: Option<String>,
    /// The program used to sign in, as it calls itself.
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
    /// What it is for.
    #[schema(value_type = openapi::Name)]
    pub name: String,
    /// The permissions that the token may use, of those you hold. If you are a Super Admin, any that this includes.
    #[schema(max_items = 40, example = json!(["view-approvals"]))]
    pub permissions: Vec<Permission>,
    /// When it expires, within 366 days.
    pub expires_at: Moment,
    /// The current password, so that a stolen session cannot do this.
    pub password: Password,
    /// A current authenticator code; required if one-time codes are set up, unless `recovery_code` is sent.
    #[serde(default)]
    #[schema(value_type = Option<openapi::OneTimeCode>)]
    pub totp: Option<TotpCode>,
    /// A recovery code, instead of `totp`.
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
}

/// A new API token.
#[derive(Serialize, ToSchema)]
pub struct ApiTokenMade {
    /// Shown once and stored nowhere.
    pub token: String,
    #[serde(flatten)]
    pub view: ApiTokenView,
}

/// One of your API tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub struct ApiTokenView {
    #[schema(example = "tok_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: ApiTokenId,
    name: String,
    permissions: Vec<Permission>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl From<ApiToken> for ApiTokenView {
    fn from(token: ApiToken) -> Self {
        let ApiToken { id, name, permissions, created_at, expires_at, .. } = token;
        Self { id, name, permissions, created_at, expires_at }
    }
}
