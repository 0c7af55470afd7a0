//! A file that was blocked, with all that the agent found out about it.

use serde::{Deserialize, Serialize};

use super::publisher::Publisher;
use super::signer::{Signature, Signer};
use crate::reported::Reported;
use crate::text::Sha256;

/// A file that was blocked.
///
/// Only its SHA-256 decides what a grant is for, and, where an organization allows it, its verified publisher. All else
/// informs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path on the computer; `None` if the agent did not report one.
    pub path: Option<Reported>,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// The subject of its signing certificate, which may be empty, from an agent that reports no [`Self::signers`]; `None`
    /// if it is not signed.
    // INVARIANT: `None` if there are signers.
    pub certificate: Option<Reported>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The path of the process that tried to run it.
    pub calling_process: Option<Reported>,
    /// The SHA-256 of that process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calling_process_sha256: Option<Sha256>,
    /// The SHA-256 that Authenticode signs: of the bytes without the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticode_sha256: Option<Sha256>,
    /// Who signed it. The signer that the platform shows to its users comes first.
    // INVARIANT: at most SIGNERS_MAX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<Signer>,
    /// The company that the file's own version information names. Nobody checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Reported>,
    /// The product that the file's own version information names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Reported>,
    /// The version that the file's own version information names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Reported>,
    /// The command line it was started with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_line: Option<Reported>,
    /// Where the file came from: the address it was downloaded from, or the zone that the system noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Reported>,
    /// The higher rights that are asked for.
    // INVARIANT: set only in `Subject::Elevation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elevation: Option<Elevation>,
}

/// The higher rights that a request for elevation asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elevation {
    /// The account to run it as; `None` leaves that to the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Reported>,
    /// For how many seconds; `None` if the requester did not say.
    // INVARIANT: 1 to `Elevation::SECONDS_MAX`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

impl Elevation {
    /// The longest duration that can be asked for, in seconds: 366 days.
    pub const SECONDS_MAX: u32 = 366 * 24 * 60 * 60;
}

impl File {
    /// The most signers that are kept.
    pub const SIGNERS_MAX: usize = 8;

    /// A file of which nothing else is known.
    #[must_use]
    pub const fn new(sha256: Sha256) -> Self {
        Self {
            path: None,
            sha256,
            certificate: None,
            size: None,
            calling_process: None,
            calling_process_sha256: None,
            authenticode_sha256: None,
            signers: Vec::new(),
            publisher: None,
            product: None,
            version: None,
            command_line: None,
            origin: None,
            elevation: None,
        }
    }

    /// The subject of the certificate that it was signed with, verified or not; of several, the first.
    #[must_use]
    pub fn signed_by(&self) -> Option<&Reported> {
        let signer = self.signers.iter().find_map(|signer| signer.subject.as_ref());
        signer.or(self.certificate.as_ref())
    }

    /// What is known of who signed it.
    #[must_use]
    pub fn signature(&self) -> Signature {
        if self.signers.iter().any(|signer| signer.verified) {
            Signature::Verified
        } else if self.signers.is_empty() && self.certificate.is_none() {
            Signature::Unsigned
        } else {
            Signature::Unverified
        }
    }

    /// Its publisher: the first signer that the agent verified and whose identity is known in full.
    #[must_use]
    pub fn verified_publisher(&self) -> Option<Publisher> {
        self.signers.iter().find_map(Publisher::of)
    }

    /// Whether the agent verified that this publisher is one of its signers.
    #[must_use]
    pub fn is_by(&self, publisher: &Publisher) -> bool {
        self.signers.iter().filter_map(Publisher::of).any(|signer| signer == *publisher)
    }
}
