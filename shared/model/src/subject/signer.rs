//! Who signed a file, as the agent found it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::reported::Reported;
use crate::text::Thumbprint;

/// Who signed a file, as the agent of the computer found it. What is absent was not reported, or could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signer {
    /// The subject of the signing certificate, which may be empty; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Reported>,
    /// The subject of the certificate that issued the signing certificate; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Reported>,
    /// The SHA-1 or SHA-256 of the signing certificate; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<Thumbprint>,
    /// The SHA-1 or SHA-256 of the certificate that issued it; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_thumbprint: Option<Thumbprint>,
    /// From when on the signing certificate is valid; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// Until when the signing certificate is valid; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// Whether the agent verified the signature, of these very bytes, up to a certificate that the computer trusts for
    /// signing code. A file that was signed while its certificate was valid, as a timestamp proves, counts as verified.
    #[serde(default)]
    pub verified: bool,
    /// The team that Apple gave the certificate to; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<Reported>,
    /// The identifier that the signer gave the program; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_id: Option<Reported>,
}

/// What is known of who signed a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// The agent verified a signer.
    Verified,
    /// It names a signer that the agent could not verify.
    Unverified,
    /// No signer was reported.
    Unsigned,
}
