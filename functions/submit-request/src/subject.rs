//! The subject of a request as it is sent: a file for applications and elevation, a device and an access for storage.
//!
//! What decides must be right: the SHA-256 of a file, the identifier of a device and the access to it. All else only
//! informs: what is odd in it is left out, with a warning.

use countersign_http::{Loose, Problem, field};
use countersign_model::{Access, Device, File, Reported, RequestKind, Sha256, Subject, openapi};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::warnings::Warnings;

/// The largest size of a file, in bytes: a number that every JSON reader keeps exactly (RFC 8259, section 6).
const SIZE_MAX: u64 = (1 << 53) - 1;

/// What was blocked: a file, or access to a storage device.
///
/// Only `sha256`, and of a device its `id` and the `access`, must be right. Texts are kept with every character. In
/// answers and messages, control characters, characters that cannot be seen and lone surrogates appear as escapes such
/// as `\u{202e}`, and the middle of a text that is too long as `\u{…}`. What is not as described here, or not
/// known, is left out, and `warnings` in the answer says so.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SubjectBody {
    /// The path of the file, or the path used on the device; 8 KiB of it are kept.
    #[schema(value_type = Option<openapi::FilePath>)]
    path: Option<Loose>,
    /// The SHA-256 of the file: 64 hexadecimal digits. Required for a file.
    #[schema(value_type = Option<Sha256>)]
    sha256: Option<Loose>,
    /// The subject of the file's signing certificate, which may be empty; omitted if it is not signed. 4 KiB of it are
    /// kept.
    #[schema(value_type = Option<openapi::Property>)]
    certificate: Option<Loose>,
    /// The size of the file in bytes; default: not known.
    #[schema(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    size: Option<Loose>,
    /// The path of the process that tried to use it; default: not known. 4 KiB of it are kept.
    #[schema(value_type = Option<openapi::FilePath>)]
    calling_process: Option<Loose>,
    /// The storage device; required for the kind `storage`.
    #[schema(value_type = Option<DeviceBody>)]
    device: Option<Loose>,
    /// The requested access to the device: `read`, `write` or `execute`. Required for a device, here or in it.
    #[schema(value_type = Option<Access>)]
    access: Option<Loose>,
}

/// A storage device. The details of the access may be given here or in the subject.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DeviceBody {
    /// The identifier of this particular device, such as its serial number: at most 2 KiB. It is compared exactly.
    #[schema(value_type = openapi::DeviceId)]
    id: Option<Loose>,
    /// The name of the device for people; 1 KiB of it is kept.
    #[schema(value_type = Option<openapi::Property>)]
    name: Option<Loose>,
    /// The requested access, as in the subject; it may be given in either place.
    #[schema(value_type = Option<Access>)]
    access: Option<Loose>,
    /// The path used on the device, as in the subject; it may be given in either place.
    #[schema(value_type = Option<openapi::FilePath>)]
    path: Option<Loose>,
    /// The path of the calling process, as in the subject; it may be given in either place.
    #[schema(value_type = Option<openapi::FilePath>)]
    calling_process: Option<Loose>,
}

impl SubjectBody {
    /// The subject for this kind of request.
    pub fn checked(&self, kind: RequestKind, warnings: &mut Warnings) -> Result<Subject, Problem> {
        match kind {
            RequestKind::Application => Ok(Subject::Application(self.file(warnings)?)),
            RequestKind::Elevation => Ok(Subject::Elevation(self.file(warnings)?)),
            RequestKind::Storage => Ok(Subject::Storage(self.device(warnings)?)),
        }
    }

    fn file(&self, warnings: &mut Warnings) -> Result<File, Problem> {
        let sha256 = required("/subject/sha256", &self.sha256)?.read::<String>().unwrap_or_default();
        let sha256 = field("/subject/sha256", sha256.parse())?;
        let about = "is only for storage requests";
        warnings.out_of_place("/subject/device", &self.device, about);
        warnings.out_of_place("/subject/access", &self.access, about);
        Ok(File {
            path: warnings.said("/subject/path", &self.path, Reported::PATH_MAX),
            certificate: warnings.reported(
                "/subject/certificate",
                &self.certificate,
                Reported::CERTIFICATE_MAX,
            ),
            size: self.size(warnings),
            calling_process: warnings.said(
                "/subject/calling_process",
                &self.calling_process,
                Reported::PROCESS_MAX,
            ),
            ..File::new(sha256)
        })
    }

    fn size(&self, warnings: &mut Warnings) -> Option<u64> {
        let size = self.size.as_ref()?.read::<u64>().filter(|size| *size <= SIZE_MAX);
        if size.is_none() {
            warnings
                .left_out("/subject/size", format!("must be a whole number of bytes from 0 to {SIZE_MAX}"));
        }
        size
    }

    fn device(&self, warnings: &mut Warnings) -> Result<Device, Problem> {
        let device = required("/subject/device", &self.device)?;
        let (device, unknown) = device.read_at::<DeviceBody>("/subject/device")?;
        let access = access(&self.access, &device.access)?;
        let id = device.id()?;
        warnings.unknown(&unknown);
        let about = "is only for files";
        warnings.out_of_place("/subject/sha256", &self.sha256, about);
        warnings.out_of_place("/subject/certificate", &self.certificate, about);
        warnings.out_of_place("/subject/size", &self.size, about);
        let paths = [
            warnings.said("/subject/path", &self.path, Reported::PATH_MAX),
            warnings.said("/subject/device/path", &device.path, Reported::PATH_MAX),
        ];
        let processes = [
            warnings.said("/subject/calling_process", &self.calling_process, Reported::PROCESS_MAX),
            warnings.said("/subject/device/calling_process", &device.calling_process, Reported::PROCESS_MAX),
        ];
        Ok(Device {
            name: warnings.said("/subject/device/name", &device.name, Reported::DEVICE_NAME_MAX),
            path: either("/subject/device/path", paths, warnings),
            calling_process: either("/subject/device/calling_process", processes, warnings),
            ..Device::new(id, access)
        })
    }
}

impl DeviceBody {
    /// The identifier, which says what a grant is for: it is exact, or it is refused.
    fn id(&self) -> Result<Reported, Problem> {
        const AT: &str = "/subject/device/id";
        let refused = |message: &str| Problem::invalid_field(AT, message);
        let id = self.id.as_ref().ok_or_else(|| refused("is required for this kind of request"))?;
        let id = id.wtf8().ok_or_else(|| refused("must be a string"))?;
        let id = Reported::of_wtf8(&id, Reported::DEVICE_ID_MAX);
        if id.is_blank() {
            return Err(refused("must not be empty"));
        }
        if id.is_cut() {
            return Err(refused(&format!("must not be longer than {} bytes", Reported::DEVICE_ID_MAX)));
        }
        Ok(id)
    }
}

fn required<'a, T>(pointer: &str, value: &'a Option<T>) -> Result<&'a T, Problem> {
    value.as_ref().ok_or_else(|| Problem::invalid_field(pointer, "is required for this kind of request"))
}

/// The access, which may be given in two places. It decides, so it must be right and must not contradict itself.
fn access(outer: &Option<Loose>, inner: &Option<Loose>) -> Result<Access, Problem> {
    const AT: &str = "/subject/access";
    let read = |pointer: &str, value: &Loose| {
        let message = "must be `read`, `write` or `execute`";
        value.read::<Access>().ok_or_else(|| Problem::invalid_field(pointer, message))
    };
    let outer = outer.as_ref().map(|value| read(AT, value)).transpose()?;
    let inner = inner.as_ref().map(|value| read("/subject/device/access", value)).transpose()?;
    match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => {
            Err(Problem::invalid_field(AT, "must not differ from the value in `device`"))
        }
        _ => required(AT, &outer.or(inner)).copied(),
    }
}

/// A text that may be given in two places. It only informs: of two, the first is taken.
fn either(pointer: &str, texts: [Option<Reported>; 2], warnings: &mut Warnings) -> Option<Reported> {
    let [first, second] = texts;
    if first.is_some() && second.is_some() && first != second {
        warnings.left_out(pointer, "must not differ from the value in `subject`");
    }
    first.or(second)
}
