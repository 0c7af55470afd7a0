//! Who signed a file, as the agent found it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::reported::Reported;
use crate::text::Thumbprint;

/// Who signed a file. What is `None` was not reported, or could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The subject of the signing certificate, as RFC 4514 writes it. It may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Reported>,
    /// The subject of the certificate that issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Reported>,
    /// The digest of the signing certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<Thumbprint>,
    /// The digest of the certificate that issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_thumbprint: Option<Thumbprint>,
    /// From when on the signing certificate is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// Until when it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// Whether the agent verified the signature, of these very bytes, up to a certificate that the computer trusts for
    /// signing code. A file that was signed while its certificate was valid, as a timestamp proves, counts as verified.
    #[serde(default)]
    pub verified: bool,
    /// The team that Apple gave the certificate to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<Reported>,
    /// The identifier that the signer gave the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_id: Option<Reported>,
}
