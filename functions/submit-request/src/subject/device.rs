//! A storage device as it is sent.

use countersign_http::{Loose, Problem};
use countersign_model::{Access, Device, Reported, openapi};
use serde::Deserialize;
use utoipa::ToSchema;

use super::process::{ProcessNamed, process};
use super::{SubjectBody, required};
use crate::warnings::Warnings;

/// A storage device. The details of the access may be given here or in the subject.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DeviceBody {
    /// The serial number, or another identifier of this particular device: at most 2 KiB. It is compared exactly. Required,
    /// here or as `id`.
    #[schema(value_type = Option<openapi::DeviceId>)]
    serial: Option<Loose>,
    /// The same as `serial`, under its earlier name.
    #[schema(value_type = Option<openapi::DeviceId>)]
    id: Option<Loose>,
    /// What kind of device it is; 256 bytes of it are kept.
    #[schema(value_type = Option<openapi::Property>, example = "usb-disk")]
    class: Option<Loose>,
    /// Who made the device, as it says itself; 1 KiB of it is kept.
    #[schema(value_type = Option<openapi::Property>)]
    vendor: Option<Loose>,
    /// The model of the device, as it says itself; 1 KiB of it is kept.
    #[schema(value_type = Option<openapi::Property>)]
    product: Option<Loose>,
    /// Whether the content of the device is encrypted; omitted if that is not known.
    #[schema(value_type = Option<bool>)]
    encrypted: Option<Loose>,
    /// The name of the device for people; 1 KiB of it is kept.
    #[schema(value_type = Option<openapi::Property>)]
    name: Option<Loose>,
    /// The requested access, as in the subject; it may be given in either place.
    #[schema(value_type = Option<Access>)]
    access: Option<Loose>,
    /// The path used on the device, as in the subject; it may be given in either place.
    #[schema(value_type = Option<openapi::FilePath>)]
    path: Option<Loose>,
    /// The calling process, as in the subject; it may be given in either place.
    #[schema(value_type = Option<ProcessNamed>)]
    calling_process: Option<Loose>,
}

impl SubjectBody {
    /// The device that a request is about.
    pub(super) fn device(&self, warnings: &mut Warnings) -> Result<Device, Problem> {
        let device = required("/subject/device", &self.device)?;
        let (device, unknown) = device.read_at::<DeviceBody>("/subject/device")?;
        let access = access(&self.access, &device.access)?;
        let id = device.id()?;
        warnings.unknown(&unknown);
        self.without_file(warnings);
        let paths = [
            warnings.said("/subject/path", &self.path, Reported::PATH_MAX),
            warnings.said("/subject/device/path", &device.path, Reported::PATH_MAX),
        ];
        let (outer, inner) = (
            process("/subject/calling_process", &self.calling_process, warnings),
            process("/subject/device/calling_process", &device.calling_process, warnings),
        );
        let property = Reported::PROPERTY_MAX;
        Ok(Device {
            name: warnings.said("/subject/device/name", &device.name, Reported::DEVICE_NAME_MAX),
            path: either("/subject/device/path", paths, warnings),
            calling_process: either("/subject/device/calling_process", [outer.0, inner.0], warnings),
            calling_process_sha256: outer.1.or(inner.1),
            class: warnings.said("/subject/device/class", &device.class, Reported::WORD_MAX),
            vendor: warnings.said("/subject/device/vendor", &device.vendor, property),
            product: warnings.said("/subject/device/product", &device.product, property),
            encrypted: warnings.yes("/subject/device/encrypted", &device.encrypted),
            ..Device::new(id, access)
        })
    }

    /// Warns of what makes no sense for a device.
    fn without_file(&self, warnings: &mut Warnings) {
        let about_files = [
            ("sha256", &self.sha256),
            ("authenticode_sha256", &self.authenticode_sha256),
            ("certificate", &self.certificate),
            ("signers", &self.signers),
            ("size", &self.size),
            ("publisher", &self.publisher),
            ("product", &self.product),
            ("version", &self.version),
            ("command_line", &self.command_line),
            ("origin", &self.origin),
            ("account", &self.account),
            ("duration_seconds", &self.duration_seconds),
        ];
        for (member, value) in about_files {
            warnings.out_of_place(&format!("/subject/{member}"), value, "is only for files");
        }
    }
}

impl DeviceBody {
    /// The identifier, which says what a grant is for: it is exact, or it is refused.
    fn id(&self) -> Result<Reported, Problem> {
        const SERIAL: &str = "/subject/device/serial";
        const ID: &str = "/subject/device/id";
        let serial = self.serial.as_ref().map(|serial| exact(SERIAL, serial)).transpose()?;
        let id = self.id.as_ref().map(|id| exact(ID, id)).transpose()?;
        match (serial, id) {
            (Some(serial), Some(id)) if serial != id => {
                Err(Problem::invalid_field(SERIAL, "must not differ from the value in `id`"))
            }
            (serial, id) => required(ID, &serial.or(id)).cloned(),
        }
    }
}

fn exact(pointer: &str, id: &Loose) -> Result<Reported, Problem> {
    let refused = |message: &str| Problem::invalid_field(pointer, message);
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
