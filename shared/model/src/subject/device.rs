//! A storage device that was blocked.

use serde::{Deserialize, Serialize};

use crate::named::named;
use crate::reported::Reported;
use crate::text::Sha256;

/// A storage device that was blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The serial number, or another identifier of this particular device.
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
    /// What kind of device it is, such as `usb-disk`, in the words of the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Reported>,
    /// Who made it, as the device says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Reported>,
    /// The model, as the device says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Reported>,
    /// Whether its content is encrypted; `None` if the agent did not find out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The SHA-256 of the process that used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calling_process_sha256: Option<Sha256>,
}

impl Device {
    /// A device and an access of which nothing else is known.
    #[must_use]
    pub const fn new(id: Reported, access: Access) -> Self {
        Self {
            id,
            name: None,
            access,
            path: None,
            calling_process: None,
            class: None,
            vendor: None,
            product: None,
            encrypted: None,
            calling_process_sha256: None,
        }
    }
}

named! {
    /// Access to a storage device.
    pub enum Access("access") {
        Read = "read",
        Write = "write",
        Execute = "execute",
    }
}
