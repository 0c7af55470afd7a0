//! The subject of a request: a file to run, or a device to use.

use serde::{Deserialize, Serialize};

use crate::kinds::RequestKind;
use crate::named::named;
use crate::text::Sha256;

/// A file that was blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path on the computer.
    pub path: String,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// The subject of its signing certificate.
    pub certificate: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The path of the process that tried to run it.
    pub calling_process: Option<String>,
}

/// A storage device that was blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The identifier of this particular device, such as its serial number.
    pub id: String,
    /// Its name for people.
    pub name: Option<String>,
    /// The requested access.
    pub access: Access,
    /// The path on the device.
    pub path: Option<String>,
    /// The path of the process that used it.
    pub calling_process: Option<String>,
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
