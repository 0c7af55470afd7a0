//! Request and response types of this function.

use countersign_http::{Problem, Wait, field};
use countersign_model::{
    Attachment, Decision, PolicyId, Request, RequestId, RequestKind, Requester, Revocation, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::subject::SubjectBody;

/// A request for permission.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "application",
    "subject": {
        "path": "C:\\Users\\ann\\Downloads\\setup.exe",
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    },
    "reason": "I need it for the quarterly report",
    "requester": { "username": "ann", "email": "ann@company.example" }
}))]
pub struct Submission {
    /// `application`, `storage` or `elevation`.
    pub kind: RequestKind,
    /// The deployed policy that blocked the program.
    pub policy_id: Option<PolicyId>,
    /// What was blocked.
    pub subject: SubjectBody,
    /// Why it is needed, in the user's words: at most 2000 characters.
    #[schema(value_type = Option<openapi::RequestReason>)]
    pub reason: Option<String>,
    /// The user who was blocked.
    pub requester: RequesterBody,
    /// Whether a copy of the file may be kept for the administrators who decide.
    #[serde(default = "yes")]
    pub attach: bool,
}

fn yes() -> bool {
    true
}

/// The user who was blocked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequesterBody {
    /// The user name on the computer: at most 256 characters.
    #[schema(value_type = openapi::UserName)]
    pub username: String,
    /// The email address for the decision.
    #[schema(value_type = Option<countersign_model::EmailAddress>)]
    pub email: Option<String>,
}

impl RequesterBody {
    /// The validated requester.
    pub fn checked(&self) -> Result<Requester, Problem> {
        let username = field("/requester/username", text::username(&self.username))?;
        let email =
            self.email.as_deref().map(|email| field("/requester/email", email.parse())).transpose()?;
        Ok(Requester { username, email })
    }
}

/// The answer to a submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submitted {
    id: RequestId,
    status: String,
    /// How many times the computer asked.
    count: u32,
    created_at: Timestamp,
    /// When the request expires if nobody decides.
    expires_at: Timestamp,
    attachment: AttachmentWanted,
}

/// What to do with the copy of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentWanted {
    /// Whether to upload the file's bytes.
    upload: bool,
}

impl Submitted {
    /// The view at a time, after asking with or without a copy of the file.
    pub fn at(now: Timestamp, request: &Request, attach: bool) -> Self {
        Self {
            id: request.id.clone(),
            status: request.status_at(now).to_string(),
            count: request.count,
            created_at: request.created_at,
            expires_at: request.expires_at,
            attachment: AttachmentWanted { upload: attach && request.awaits_attachment_at(now) },
        }
    }
}

/// How long a status call may wait.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatusQuery {
    /// Seconds to wait, while the request is pending, before answering: 0 to 25.
    #[serde(default)]
    #[param(value_type = Option<u8>, maximum = 25)]
    pub wait: Wait,
}

/// The status of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestStatusView {
    id: RequestId,
    /// `pending`, `approved`, `denied`, `ignored`, `expired`, `cancelled` or `revoked`.
    status: String,
    count: u32,
    expires_at: Timestamp,
    attachment: AttachmentView,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionView>,
}

/// The state of the copy of the file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentAttachment)]
pub struct AttachmentView {
    /// `not_wanted`, `expected`, `too_large` or `verified`.
    state: &'static str,
    /// Its size in bytes, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

/// The decision, as far as the computer may know it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentDecision)]
pub struct DecisionView {
    /// `approved`, `denied` or `ignored`.
    outcome: String,
    /// `computer`, `group` or `organization`.
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    at: Timestamp,
    /// When the approval expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// The grant of the approval, as check-in names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    /// Set when the approval was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<RevocationView>,
}

/// The revocation of an approval.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentRevocation)]
pub struct RevocationView {
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl RequestStatusView {
    /// The view at a time.
    pub fn at(now: Timestamp, request: &Request) -> Self {
        Self {
            id: request.id.clone(),
            status: request.status_at(now).to_string(),
            count: request.count,
            expires_at: request.expires_at,
            attachment: request.attachment.into(),
            decision: request.decision.as_ref().map(Into::into),
        }
    }
}

impl From<Attachment> for AttachmentView {
    fn from(attachment: Attachment) -> Self {
        let (state, size) = match attachment {
            Attachment::NotWanted => ("not_wanted", None),
            Attachment::Expected => ("expected", None),
            Attachment::TooLarge { size } => ("too_large", Some(size)),
            Attachment::Verified { size } => ("verified", Some(size)),
        };
        Self { state, size }
    }
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> Self {
        Self {
            outcome: decision.outcome.to_string(),
            scope: decision.scope.to_string(),
            message: decision.message.clone(),
            at: decision.at,
            expires_at: decision.expires_at,
            grant_id: decision.grant.as_ref().map(ToString::to_string),
            revoked: decision.revoked.as_ref().map(Into::into),
        }
    }
}

impl From<&Revocation> for RevocationView {
    fn from(revocation: &Revocation) -> Self {
        Self { at: revocation.at, message: revocation.message.clone() }
    }
}
