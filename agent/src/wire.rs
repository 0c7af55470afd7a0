//! Request and response types. Unknown fields in answers are ignored, so that a newer server stays usable.

mod subject;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use subject::{CallingProcess, Device, Signer, Subject};

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
    /// The version of the agent, which administrators see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<String>,
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
    /// The key under which this computer checks override codes. A server of an earlier version gives none.
    #[serde(default)]
    pub override_key: Option<String>,
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
    /// The version of the agent, which administrators see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<String>,
}

/// `PATCH /agent/v1/requests/{id}`: what a requester says about a pending request, beside what was said before.
#[derive(Clone, Debug, Serialize)]
pub struct Amendment {
    pub requester: Requester,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The server may keep a copy of the file after all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub attach: bool,
}

/// `POST /agent/v1/requests/{id}/renewal`: a user asks to prolong an approval.
#[derive(Clone, Debug, Serialize)]
pub struct Renewal {
    pub requester: Requester,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
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
    /// What was not taken as it was sent.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// Something that the server did not take as it was sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Warning {
    /// JSON pointer into the submission.
    pub pointer: String,
    pub message: String,
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
    /// Whether an approval in force reaches this computer, as it is now. A server of an earlier version does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaches: Option<bool>,
    /// Why it does not, such as `moved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_reached_because: Option<String>,
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

/// `POST /agent/v1/grants/{id}/use`: the first use of a grant.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FirstUseReport {
    /// When this computer used it first; now if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<jiff::Timestamp>,
    /// The request that was approved, as check-in names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// The first use of a grant, as the server knows it.
#[derive(Clone, Debug, Deserialize)]
pub struct FirstUsed {
    /// When this computer used it first: the time that was reported first counts.
    pub used_at: jiff::Timestamp,
    /// When it ends for this computer; `None` if it never does.
    #[serde(default)]
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
    /// Which agent this computer is to have: `version` and `update_channel`, null where nothing is wanted; absent if unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Value>,
    /// The key under which this computer checks override codes, if it is new. It is never printed.
    #[serde(default, skip_serializing)]
    pub override_key: Option<String>,
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
