//! The subject of a request: a file to run, or a device to use.

mod device;
mod file;
pub mod publisher;
mod room;
mod signer;

use serde::{Deserialize, Serialize};

use crate::kinds::RequestKind;
use crate::reported::Reported;

pub use self::device::{Access, Device};
pub use self::file::{Elevation, File};
pub use self::signer::{Signature, Signer};

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
    /// The largest subject in a request, in bytes as JSON: with it, the record of a pending request has room for names and
    /// for its first requester.
    pub const MAX: usize = 17 * 1024;

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
        self.reported_name().map_or_else(|| self.beginning_of_digest(), String::from)
    }

    /// The same name for people to read ([`Reported::shown`]).
    #[must_use]
    pub fn shown_name(&self) -> String {
        self.reported_name().map_or_else(|| self.beginning_of_digest(), |name| name.shown())
    }

    fn reported_name(&self) -> Option<Reported> {
        let name = match self {
            Self::Application(file) | Self::Elevation(file) => file.path.as_ref()?.file_name(),
            Self::Storage(device) => device.name.as_ref().unwrap_or(&device.id).clone(),
        };
        Some(name.shortened(Reported::NAME_MAX))
    }

    fn beginning_of_digest(&self) -> String {
        self.file().map(|file| format!("SHA-256 {:.12}…", file.sha256.as_str())).unwrap_or_default()
    }

    /// The path of the file, or the path used on the device.
    #[must_use]
    pub const fn path(&self) -> Option<&Reported> {
        match self {
            Self::Application(file) | Self::Elevation(file) => file.path.as_ref(),
            Self::Storage(device) => device.path.as_ref(),
        }
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
