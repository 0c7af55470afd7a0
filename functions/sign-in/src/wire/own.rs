//! What goes over the wire about one's own account: one-time codes, sessions, API tokens.
use countersign_model::{ApiToken, ApiTokenId, OpenSession, Permission, SessionId};
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
    /// Once more: a stolen session must not be able to do this.
    pub password: Password,
}

/// A code of the authenticator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    #[schema(value_type = String, example = "123456")]
    pub totp: TotpCode,
}

/// The password once more, and a code of either kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveAgain {
    pub password: Password,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "123456")]
    pub totp: Option<TotpCode>,
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
}

/// What an authenticator is given.
#[derive(Serialize, ToSchema)]
#[schema(as = NewTotp)]
pub struct NewTotpView {
    /// To be typed, base32.
    pub secret: String,
    /// To be opened, or shown as a picture.
    #[schema(example = "otpauth://totp/Company%20A:ada%40company%2Eexample?secret=…")]
    pub otpauth_uri: String,
    /// The same as a QR code: an SVG document.
    pub qr_svg: String,
}

/// For whoever loses their authenticator: each works once in place of a code.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

impl From<Vec<RecoveryCode>> for RecoveryCodes {
    fn from(codes: Vec<RecoveryCode>) -> Self {
        Self { recovery_codes: codes.iter().map(|code| code.text().to_owned()).collect() }
    }
}

/// One of one's sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    #[schema(value_type = String, example = "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Where it began.
    address: Option<String>,
    /// The program it began in, as it calls itself.
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

/// An API token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiToken {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200, example = "Nightly report")]
    pub name: String,
    /// What it may use of what you hold. With full control, anything that it includes.
    #[schema(value_type = Vec<String>, example = json!(["view-approvals"]))]
    pub permissions: Vec<Permission>,
    /// When it ends, within 366 days.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Once more: a stolen session must not be able to do this.
    pub password: Password,
    /// Where codes are set up: one of the authenticator, or
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "123456")]
    pub totp: Option<TotpCode>,
    /// a recovery code.
    #[serde(default)]
    pub recovery_code: Option<RecoveryCode>,
}

/// An API token that was just made.
#[derive(Serialize, ToSchema)]
pub struct ApiTokenMade {
    /// Shown once and stored nowhere.
    pub token: String,
    #[serde(flatten)]
    pub view: ApiTokenView,
}

/// One of one's API tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub struct ApiTokenView {
    #[schema(value_type = String, example = "tok_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    id: ApiTokenId,
    name: String,
    #[schema(value_type = Vec<String>)]
    permissions: Vec<Permission>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<ApiToken> for ApiTokenView {
    fn from(token: ApiToken) -> Self {
        let ApiToken { id, name, permissions, created_at, expires_at, .. } = token;
        Self { id, name, permissions, created_at, expires_at }
    }
}
