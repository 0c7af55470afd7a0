//! Request and response types. Unknown fields in answers are ignored, so that a newer server stays usable.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::MeasuredFile;

/// The kind of thing that permission is requested for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Application,
    Storage,
    Elevation,
}

/// `POST /agent/v1/enroll`.
#[derive(Clone, Debug, Serialize)]
pub struct Enrollment {
    pub enrollment_key: String,
    pub hostname: String,
    pub os: String,
}

/// The enrolled computer.
#[derive(Clone, Debug, Deserialize)]
pub struct Enrolled {
    pub computer_id: String,
    /// Shown once. It is this computer's credential.
    pub token: String,
    /// The host name was already taken: an administrator has to confirm the computer.
    #[serde(default)]
    pub unconfirmed: bool,
}

/// What a computer says of itself at check-in.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Told {
    /// Its present host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// A random id of this run of the agent, which is never stored: by it the server finds clones of one image. Left out by
    /// an agent that runs for a single check-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

/// `POST /agent/v1/requests`.
#[derive(Clone, Debug, Serialize)]
pub struct Submission {
    pub kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    pub subject: Subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub requester: Requester,
    /// Whether the server may keep a copy of the file.
    pub attach: bool,
}

/// What was blocked: a file for applications and elevation, a device and an access for storage.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Subject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calling_process: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
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

/// A storage device.
#[derive(Clone, Debug, Serialize)]
pub struct Device {
    /// The identifier of this particular device, such as its serial number.
    pub id: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The user who was blocked.
#[derive(Clone, Debug, Serialize)]
pub struct Requester {
    pub username: String,
    /// The address for the decision, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The answer to a submission. Asking again for the same subject while the request is pending gives the same id.
#[derive(Clone, Debug, Deserialize)]
pub struct Submitted {
    pub id: String,
    pub status: RequestState,
    #[serde(default)]
    pub attachment: AttachmentWanted,
}

/// Whether the server waits for the file's bytes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AttachmentWanted {
    #[serde(default)]
    pub upload: bool,
}

/// The status of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    Pending,
    Approved,
    Denied,
    Ignored,
    Expired,
    Cancelled,
    Revoked,
    /// A status of a newer server. Not an approval.
    #[serde(other)]
    Unknown,
}

impl fmt::Display for RequestState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Ignored => "ignored",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Revoked => "revoked",
            Self::Unknown => "in a state this agent does not know",
        })
    }
}

/// `GET /agent/v1/requests/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestStatus {
    pub status: RequestState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// The decision, as far as the computer may know it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decision {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The message to the requester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When the permission expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<jiff::Timestamp>,
}

/// `GET /agent/v1/check-in`: everything that has changed for an agent since the version it names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckIn {
    /// Opaque; sent back as `since`.
    pub version: String,
    /// There is more: ask again at once.
    #[serde(default)]
    pub more: bool,
    #[serde(default)]
    pub policy_version: Option<u64>,
    /// The deployed policies; absent if unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<Value>>,
    #[serde(default)]
    pub grants: GrantChanges,
    #[serde(default)]
    pub maintenance: Option<Value>,
}

/// Grants added and removed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GrantChanges {
    /// Complete grants, each with its `id`.
    pub added: Vec<Value>,
    /// Ids.
    pub removed: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_of_a_newer_server_is_no_approval() {
        let status: RequestStatus = serde_json::from_str(r#"{"status":"escalated","to":"adm_x"}"#).unwrap();
        assert_eq!(status.status, RequestState::Unknown);
    }

    #[test]
    fn what_is_not_given_is_not_sent() {
        let subject = Subject { path: Some("/opt/tool".into()), ..Subject::default() };
        assert_eq!(serde_json::to_string(&subject).unwrap(), r#"{"path":"/opt/tool"}"#);
    }
}
