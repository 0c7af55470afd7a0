//! The subject of a request as it is sent: a file for applications and elevation, a device and an access for storage.
//!
//! What decides must be right: the SHA-256 of a file, the serial number of a device and the access to it. All else only
//! informs: what is odd in it is left out, with a warning.

mod device;
mod file;
mod process;
mod signer;

use countersign_http::{Loose, Problem};
use countersign_model::{Access, RequestKind, Sha256, Subject, openapi};
use serde::Deserialize;
use utoipa::ToSchema;

use self::device::DeviceBody;
use self::process::ProcessNamed;
use self::signer::SignerBody;
use crate::warnings::Warnings;

/// What was blocked: a file, or access to a storage device.
///
/// Only `sha256`, and of a device its `serial` and the `access`, must be right. Texts are kept with every character. In
/// answers and messages, control characters, characters that cannot be seen and lone surrogates appear as escapes such
/// as `\u{202e}`, and the middle of a text that is too long as `\u{…}`. What is not as described here, or not
/// known, is left out, and `warnings` in the answer says so. All texts together have 17 KiB: beyond that, the least
/// important ones are cut first.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SubjectBody {
    /// The path of the file, or the path used on the device; 8 KiB of it are kept.
    #[schema(value_type = Option<openapi::FilePath>)]
    path: Option<Loose>,
    /// The SHA-256 of the file: 64 hexadecimal digits. Required for a file.
    #[schema(value_type = Option<Sha256>)]
    sha256: Option<Loose>,
    /// The SHA-256 of the file that Authenticode signs; omitted if it is not known.
    #[schema(value_type = Option<Sha256>)]
    authenticode_sha256: Option<Loose>,
    /// The size of the file in bytes; default: not known.
    #[schema(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    size: Option<Loose>,
    /// Who signed the file, the most important first; 8 of them are kept. Empty or omitted if it is not signed.
    #[schema(value_type = Option<Vec<SignerBody>>, max_items = 1000)]
    signers: Option<Loose>,
    /// The subject of the file's signing certificate, from an agent that does not send `signers`; it may be empty. 4 KiB
    /// of it are kept.
    #[schema(value_type = Option<openapi::Property>)]
    certificate: Option<Loose>,
    /// The company that the file's version information names; 1 KiB of it is kept.
    #[schema(value_type = Option<openapi::Property>)]
    publisher: Option<Loose>,
    /// The product that the file's version information names; 1 KiB of it is kept.
    #[schema(value_type = Option<openapi::Property>)]
    product: Option<Loose>,
    /// The version that the file's version information names; 256 bytes of it are kept.
    #[schema(value_type = Option<openapi::Property>)]
    version: Option<Loose>,
    /// The process that tried to use it: an object with its `path` and `sha256`, or its path alone. 4 KiB of the path are
    /// kept.
    #[schema(value_type = Option<ProcessNamed>)]
    calling_process: Option<Loose>,
    /// The command line that the file was to be started with; 8 KiB of it are kept.
    #[schema(value_type = Option<openapi::Property>)]
    command_line: Option<Loose>,
    /// Where the file came from: the address it was downloaded from, or the zone that the system noted. 2 KiB of it are
    /// kept.
    #[schema(value_type = Option<openapi::Property>)]
    origin: Option<Loose>,
    /// The account to run the file as; only for the kind `elevation`. 256 bytes of it are kept.
    #[schema(value_type = Option<openapi::Property>)]
    account: Option<Loose>,
    /// For how many seconds the higher rights are asked for; only for the kind `elevation`.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 31_622_400)]
    duration_seconds: Option<Loose>,
    /// The storage device; required for the kind `storage`.
    #[schema(value_type = Option<DeviceBody>)]
    device: Option<Loose>,
    /// The requested access to the device: `read`, `write` or `execute`. Required for a device, here or in it.
    #[schema(value_type = Option<Access>)]
    access: Option<Loose>,
}

impl SubjectBody {
    /// The subject for this kind of request.
    pub fn checked(&self, kind: RequestKind, warnings: &mut Warnings) -> Result<Subject, Problem> {
        let mut subject = match kind {
            RequestKind::Application => Subject::Application(self.file(kind, warnings)?),
            RequestKind::Elevation => Subject::Elevation(self.file(kind, warnings)?),
            RequestKind::Storage => Subject::Storage(self.device(warnings)?),
        };
        for pointer in subject.fit() {
            let message = "is too long together with the other texts; its middle was left out";
            warnings.once(&format!("/subject{pointer}"), message);
        }
        Ok(subject)
    }
}

fn required<'a, T>(pointer: &str, value: &'a Option<T>) -> Result<&'a T, Problem> {
    value.as_ref().ok_or_else(|| Problem::invalid_field(pointer, "is required for this kind of request"))
}
