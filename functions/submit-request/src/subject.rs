//! The subject of a request as it is sent: a file for applications and elevation, a device and an access for storage.

use countersign_http::{Problem, field};
use countersign_model::{Access, Device, File, RequestKind, Subject, openapi, text};
use serde::Deserialize;
use utoipa::ToSchema;

/// The largest size of a file, in bytes.
const SIZE_MAX: u64 = (1 << 53) - 1;

/// What was blocked: a file, or access to a storage device.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectBody {
    /// The path of the file, or the path used on the device: at most 4096 characters. Required for a file.
    #[schema(value_type = Option<openapi::FilePath>)]
    pub path: Option<String>,
    /// The SHA-256 of the file: 64 hexadecimal digits. Required for a file.
    #[schema(value_type = Option<countersign_model::Sha256>)]
    pub sha256: Option<String>,
    /// The subject of the file's signing certificate: at most 500 characters; omitted if it is not signed.
    #[schema(value_type = Option<openapi::Property>)]
    pub certificate: Option<String>,
    /// The size of the file in bytes; default: not known.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    pub size: Option<u64>,
    /// The path of the process that tried to use it; default: not known.
    #[schema(value_type = Option<openapi::FilePath>)]
    pub calling_process: Option<String>,
    /// The storage device; required for the kind `storage`.
    pub device: Option<DeviceBody>,
    /// The requested access to the device: `read`, `write` or `execute`. Required for a device, here or in it.
    pub access: Option<Access>,
}

/// A storage device. The details of the access may be given here or in the subject.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceBody {
    /// The identifier of this particular device, such as its serial number.
    #[schema(value_type = openapi::Property)]
    pub id: String,
    /// The name of the device for people: at most 500 characters.
    #[schema(value_type = openapi::Property)]
    pub name: Option<String>,
    /// The requested access, as in the subject; it may be given in either place.
    pub access: Option<Access>,
    /// The path used on the device, as in the subject; it may be given in either place.
    #[schema(value_type = Option<openapi::FilePath>)]
    pub path: Option<String>,
    /// The path of the calling process, as in the subject; it may be given in either place.
    #[schema(value_type = Option<openapi::FilePath>)]
    pub calling_process: Option<String>,
}

impl SubjectBody {
    /// The validated subject for this kind of request.
    pub fn checked(&self, kind: RequestKind) -> Result<Subject, Problem> {
        match kind {
            RequestKind::Application => Ok(Subject::Application(self.file()?)),
            RequestKind::Elevation => Ok(Subject::Elevation(self.file()?)),
            RequestKind::Storage => Ok(Subject::Storage(self.device()?)),
        }
    }

    fn file(&self) -> Result<File, Problem> {
        let about = "is only for storage requests; leave it out";
        absent("/subject/device", &self.device, about)?;
        absent("/subject/access", &self.access, about)?;
        Ok(File {
            path: path("/subject/path", required("/subject/path", &self.path)?)?,
            sha256: field("/subject/sha256", required("/subject/sha256", &self.sha256)?.parse())?,
            certificate: described("/subject/certificate", &self.certificate)?,
            size: self.size.map(size).transpose()?,
            calling_process: optional_path("/subject/calling_process", &self.calling_process)?,
        })
    }

    fn device(&self) -> Result<Device, Problem> {
        let about = "is only for files; leave it out of a storage request";
        absent("/subject/sha256", &self.sha256, about)?;
        absent("/subject/certificate", &self.certificate, about)?;
        absent("/subject/size", &self.size, about)?;
        let device = required("/subject/device", &self.device)?;
        let access = either("/subject/access", &self.access, &device.access)?;
        let path = either("/subject/path", &self.path, &device.path)?;
        let process = either("/subject/calling_process", &self.calling_process, &device.calling_process)?;
        Ok(Device {
            id: field("/subject/device/id", text::line(&device.id, text::PROPERTY_MAX))?,
            name: described("/subject/device/name", &device.name)?,
            access: *required("/subject/access", &access)?,
            path: optional_path("/subject/path", &path)?,
            calling_process: optional_path("/subject/calling_process", &process)?,
        })
    }
}

fn required<'a, T>(pointer: &str, value: &'a Option<T>) -> Result<&'a T, Problem> {
    value.as_ref().ok_or_else(|| Problem::invalid_field(pointer, "is required for this kind of request"))
}

fn absent<T>(pointer: &str, value: &Option<T>, message: &str) -> Result<(), Problem> {
    match value {
        Some(_) => Err(Problem::invalid_field(pointer, message)),
        None => Ok(()),
    }
}

/// A value that may be given in two places must not contradict itself.
fn either<T: Clone + PartialEq>(
    pointer: &str,
    one: &Option<T>,
    other: &Option<T>,
) -> Result<Option<T>, Problem> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => {
            Err(Problem::invalid_field(pointer, "must not differ from the value in `device`"))
        }
        _ => Ok(one.clone().or_else(|| other.clone())),
    }
}

/// The size of a file: a number that every JSON reader keeps exactly (RFC 8259, section 6).
fn size(bytes: u64) -> Result<u64, Problem> {
    if bytes <= SIZE_MAX {
        return Ok(bytes);
    }
    Err(Problem::invalid_field("/subject/size", format!("must be at most {SIZE_MAX}")))
}

fn path(pointer: &str, value: &str) -> Result<String, Problem> {
    field(pointer, text::path(value))
}

fn optional_path(pointer: &str, value: &Option<String>) -> Result<Option<String>, Problem> {
    value.as_deref().map(|value| path(pointer, value)).transpose()
}

fn described(pointer: &str, value: &Option<String>) -> Result<Option<String>, Problem> {
    value.as_deref().map(|value| field(pointer, text::line(value, text::PROPERTY_MAX))).transpose()
}
