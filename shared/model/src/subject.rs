//! The subject of a request: a file to run, or a device to use.

use serde::{Deserialize, Serialize};

use crate::kinds::RequestKind;
use crate::named::named;
use crate::reported::Reported;
use crate::text::Sha256;

/// A file that was blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path on the computer; `None` if the agent did not report one.
    pub path: Option<Reported>,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// The subject of its signing certificate, which may be empty; `None` if it is not signed.
    pub certificate: Option<Reported>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The path of the process that tried to run it.
    pub calling_process: Option<Reported>,
}

/// A storage device that was blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The identifier of this particular device, such as its serial number.
    // INVARIANT: never cut, so that a grant for one device is not a grant for another.
    pub id: Reported,
    /// Its name for people.
    pub name: Option<Reported>,
    /// The requested access.
    pub access: Access,
    /// The path on the device.
    pub path: Option<Reported>,
    /// The path of the process that used it.
    pub calling_process: Option<Reported>,
}

named! {
    /// Access to a storage device.
    pub enum Access("access") {
        Read = "read",
        Write = "write",
        Execute = "execute",
    }
}

/// The subject of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A program to run.
    Application(File),
    /// A storage device to use.
    Storage(Device),
    /// A program to run with higher rights.
    Elevation(File),
}

impl Subject {
    /// The kind of request that it makes.
    #[must_use]
    pub const fn kind(&self) -> RequestKind {
        match self {
            Self::Application(_) => RequestKind::Application,
            Self::Storage(_) => RequestKind::Storage,
            Self::Elevation(_) => RequestKind::Elevation,
        }
    }

    /// The text by which subjects are compared: the kind, and the file's SHA-256 or the device and the access.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Application(file) => format!("application {}", file.sha256),
            Self::Elevation(file) => format!("elevation {}", file.sha256),
            Self::Storage(device) => format!("storage {} {}", device.access, device.id),
        }
    }

    /// The name that people use for it: the file's name without its folder, or the device's name. Of a file without a
    /// path, the beginning of its SHA-256.
    #[must_use]
    pub fn name(&self) -> String {
        let name = match self {
            Self::Application(file) | Self::Elevation(file) => match &file.path {
                Some(path) => path.file_name(),
                None => return format!("SHA-256 {:.12}…", file.sha256.as_str()),
            },
            Self::Storage(device) => device.name.as_ref().unwrap_or(&device.id).clone(),
        };
        name.shortened(Reported::NAME_MAX).into()
    }

    /// The path of the file, or the path used on the device.
    #[must_use]
    pub const fn path(&self) -> Option<&Reported> {
        match self {
            Self::Application(file) | Self::Elevation(file) => file.path.as_ref(),
            Self::Storage(device) => device.path.as_ref(),
        }
    }

    /// Whether one of its texts was too long to keep it whole.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        let texts = match self {
            Self::Application(file) | Self::Elevation(file) => {
                [&file.path, &file.certificate, &file.calling_process]
            }
            Self::Storage(device) => [&device.path, &device.name, &device.calling_process],
        };
        texts.into_iter().flatten().any(Reported::is_cut)
    }

    /// Whether the name that people use for it has characters that cannot be seen. A device without a name goes by its
    /// identifier.
    #[must_use]
    pub fn hides_characters(&self) -> bool {
        match self {
            Self::Application(file) | Self::Elevation(file) => {
                file.path.as_ref().is_some_and(|path| path.file_name().hides_characters())
            }
            Self::Storage(device) => device.name.as_ref().unwrap_or(&device.id).hides_characters(),
        }
    }

    /// The file, unless it is about a device.
    #[must_use]
    pub const fn file(&self) -> Option<&File> {
        match self {
            Self::Application(file) | Self::Elevation(file) => Some(file),
            Self::Storage(_) => None,
        }
    }

    /// The device, if it is about one.
    #[must_use]
    pub const fn device(&self) -> Option<&Device> {
        match self {
            Self::Storage(device) => Some(device),
            Self::Application(_) | Self::Elevation(_) => None,
        }
    }
}
