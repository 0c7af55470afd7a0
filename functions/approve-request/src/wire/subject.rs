//! What is requested, in an opened request.

use countersign_model::{Access, Device, File, Reported, Sha256, Signer, Subject};
use serde::Serialize;
use utoipa::ToSchema;

/// What is requested.
///
/// Texts are as the computer sent them, but control characters, characters that cannot be seen and lone surrogates
/// appear as escapes with their number in hexadecimal, such as `\u{202e}`. A backslash of the text that would begin
/// such an escape appears as `\u{5c}`.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SubjectView {
    /// The file's name without its folder, or the device's name.
    name: String,
    /// The path of the file, or the path used on the device; null if the agent did not report one.
    path: Option<Reported>,
    /// Whether one of the texts was too long to keep it whole; `\u{…}` stands for its middle.
    cut: bool,
    /// The SHA-256 of the file; null for a device.
    sha256: Option<Sha256>,
    /// The SHA-256 of the file that Authenticode signs; null if it is not known, and for a device.
    authenticode_sha256: Option<Sha256>,
    /// The subject of the file's signing certificate, which may be empty; null if it is not signed, and for a device. Of
    /// several signers, it is the first one's.
    certificate: Option<Reported>,
    /// Who signed the file, the most important first, verified by the agent or not; empty if it is not signed, if the agent
    /// reports only `certificate`, and for a device.
    signers: Vec<Signer>,
    /// The company that the file's own version information names, which nobody checks; null if there is none, and for a
    /// device.
    publisher: Option<Reported>,
    /// The product that the file's own version information names; null if there is none, and for a device.
    product: Option<Reported>,
    /// The version that the file's own version information names; null if there is none, and for a device.
    version: Option<Reported>,
    /// The command line that the file was to be started with; null if it is not known, and for a device.
    command_line: Option<Reported>,
    /// Where the file came from, such as the address it was downloaded from; null if it is not known, and for a device.
    origin: Option<Reported>,
    /// The account that the file is to run as; null if none was named, and unless it is for elevation.
    account: Option<Reported>,
    /// For how many seconds the higher rights are asked for; null if nothing was said, and unless it is for elevation.
    duration_seconds: Option<u32>,
    /// The size of the file in bytes; null if it is not known, and for a device.
    size: Option<u64>,
    /// The path of the process that tried to use it; null if the agent did not report one.
    calling_process: Option<Reported>,
    /// The SHA-256 of that process; null if it is not known.
    calling_process_sha256: Option<Sha256>,
    /// The storage device; null for a file.
    device: Option<DeviceName>,
    /// The requested access to the device; null for a file.
    #[schema(example = "write")]
    access: Option<Access>,
}

/// A storage device with its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceName {
    /// The serial number, or another identifier of this particular device.
    id: Reported,
    /// The name of the device for people; null if the agent did not report one.
    name: Option<Reported>,
    /// What kind of device it is, in the words of the agent; null if the agent did not report it.
    class: Option<Reported>,
    /// Who made the device, as it says itself; null if the agent did not report it.
    vendor: Option<Reported>,
    /// The model of the device, as it says itself; null if the agent did not report it.
    product: Option<Reported>,
    /// Whether the content of the device is encrypted; null if the agent did not find out.
    encrypted: Option<bool>,
}

impl From<Subject> for SubjectView {
    fn from(subject: Subject) -> Self {
        let (name, cut) = (subject.name(), subject.is_cut());
        let bare = Self { name, cut, ..Self::default() };
        match subject {
            Subject::Application(file) | Subject::Elevation(file) => bare.with_file(file),
            Subject::Storage(device) => bare.with_device(device),
        }
    }
}

impl SubjectView {
    fn with_file(self, file: File) -> Self {
        let certificate = file.signed_by().cloned();
        let (account, duration_seconds) =
            file.elevation.map_or((None, None), |elevation| (elevation.account, elevation.seconds));
        Self {
            path: file.path,
            sha256: Some(file.sha256),
            authenticode_sha256: file.authenticode_sha256,
            certificate,
            signers: file.signers,
            size: file.size,
            publisher: file.publisher,
            product: file.product,
            version: file.version,
            command_line: file.command_line,
            origin: file.origin,
            account,
            duration_seconds,
            calling_process: file.calling_process,
            calling_process_sha256: file.calling_process_sha256,
            ..self
        }
    }

    fn with_device(self, device: Device) -> Self {
        Self {
            path: device.path,
            calling_process: device.calling_process,
            calling_process_sha256: device.calling_process_sha256,
            device: Some(DeviceName {
                id: device.id,
                name: device.name,
                class: device.class,
                vendor: device.vendor,
                product: device.product,
                encrypted: device.encrypted,
            }),
            access: Some(device.access),
            ..self
        }
    }
}
