//! What was blocked: a file for applications and elevation, a device and an access for storage.

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::{Executable, MeasuredFile};

/// What was blocked. What is not known is not sent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Subject {
    /// The path of the file, or the path used on the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// 64 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The SHA-256 of the file without its signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticode_sha256: Option<String>,
    /// In bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Who signed the file, the outermost signature first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<Signer>,
    /// The subject of the signing certificate, from an agent that does not read signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The company that the file's version information names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The product that the file's version information names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The version that the file's version information names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The process that tried to use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calling_process: Option<CallingProcess>,
    /// The command line that the file was to be started with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_line: Option<String>,
    /// Where the file came from: the address it was downloaded from, or the zone that the system noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Elevation: the account to run it as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Elevation: for how long the higher rights are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
    /// Storage: the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Storage: the requested access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
}

impl Subject {
    /// A measured file.
    #[must_use]
    pub fn file(file: &MeasuredFile) -> Self {
        Self {
            path: Some(file.path().to_string_lossy().into_owned()),
            sha256: Some(file.sha256().to_owned()),
            size: Some(file.size()),
            ..Self::default()
        }
    }

    /// The same file with what it says of itself.
    #[must_use]
    pub fn examined(self, found: &Executable) -> Self {
        Self {
            authenticode_sha256: found.authenticode_sha256.clone(),
            signers: found.signatures.iter().map(|signature| signature.signer.clone()).collect(),
            publisher: found.publisher.clone(),
            product: found.product.clone(),
            version: found.version.clone(),
            ..self
        }
    }

    /// An access to a device, at this path.
    #[must_use]
    pub fn storage(device: Device, access: &str, path: &Path) -> Self {
        Self {
            path: Some(path.to_string_lossy().into_owned()),
            device: Some(device),
            access: Some(access.to_owned()),
            ..Self::default()
        }
    }
}

/// Who signed a file. What could not be read is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// The subject of the signing certificate, as RFC 4514 writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The subject of the certificate that issued it, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The SHA-256 of the signing certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
    /// The SHA-256 of the certificate that issued it; only if the signature is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_thumbprint: Option<String>,
    /// From when on the signing certificate is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// Until when the signing certificate is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// Whether the agent verified the signature.
    pub verified: bool,
}

/// The process that tried to use what was blocked.
#[derive(Clone, Debug, Serialize)]
pub struct CallingProcess {
    pub path: String,
    /// Of its executable, if that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl CallingProcess {
    /// The program at this path, with its SHA-256 if it can be read.
    pub async fn at(path: &Path) -> Self {
        let sha256 = MeasuredFile::measure(path).await.ok().map(|file| file.sha256().to_owned());
        Self { path: path.to_string_lossy().into_owned(), sha256 }
    }
}

/// A storage device.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Device {
    /// The serial number, or another identifier of this particular device.
    pub id: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What kind of device it is, such as `usb-disk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Who made it, as it says itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// Its model, as it says itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Whether its content is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
}
