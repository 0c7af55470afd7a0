//! Request and response types of this function.

use countersign_http::{Loose, Problem, Wait, field};
use countersign_model::{
    Attachment, Computer, Decision, EmailAddress, NewRequester, NotReached, Request, RequestId, RequestKind,
    Revocation, Whereabouts, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::subject::SubjectBody;
use crate::warnings::{Warning, Warnings};

/// A request for permission.
///
/// Only `kind`, the subject's `sha256` (for storage, `device` and `access`) and the user name must be right. Whatever
/// else is odd, or not known, is cleaned, cut or left out, and `warnings` in the answer says so.
#[derive(Debug, Deserialize, ToSchema)]
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
    /// What kind of thing is requested: `application`, `storage` or `elevation`.
    pub kind: RequestKind,
    /// The policy that blocked it; default: none. It may have been replaced since. Of one that the organization never
    /// deployed, the id is only noted, and everybody whom the present policies of the computer's group name is notified.
    #[schema(value_type = Option<openapi::PolicyNamed>)]
    pub policy_id: Option<Loose>,
    /// What was blocked.
    pub subject: SubjectBody,
    /// Why it is needed, in the user's words; the first 2000 characters are kept.
    #[schema(value_type = Option<openapi::RequestReason>)]
    pub reason: Option<Loose>,
    /// The user who was blocked.
    pub requester: RequesterBody,
    /// Whether a copy of the file may be kept for the administrators who decide; default: true.
    #[schema(value_type = Option<bool>)]
    pub attach: Option<Loose>,
}

/// The user who was blocked.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RequesterBody {
    /// The user name on the computer. Characters that cannot be seen are kept as escapes, and of a longer name than 256
    /// characters the beginning and the end.
    #[schema(value_type = openapi::ReportedUserName)]
    pub username: Loose,
    /// The email address to which the decision is sent; default: it is not sent. A malformed one is dropped.
    #[schema(value_type = Option<openapi::RequesterEmail>)]
    pub email: Option<Loose>,
}

impl RequesterBody {
    /// The validated requester.
    pub fn checked(&self, reason: Option<String>, warnings: &mut Warnings) -> Result<NewRequester, Problem> {
        let refused = |message| Problem::invalid_field("/requester/username", message);
        let username = self.username.wtf8().ok_or_else(|| refused("must be a string"))?;
        let (username, cut) = field("/requester/username", text::reported_username(&username))?;
        if cut {
            let most = text::USERNAME_MAX;
            warnings.add(
                "/requester/username",
                format!("is longer than {most} characters; its middle was left out"),
            );
        }
        Ok(NewRequester { username, email: self.email(warnings), reason })
    }

    fn email(&self, warnings: &mut Warnings) -> Option<EmailAddress> {
        let text = warnings.text("/requester/email", &self.email)?;
        match String::from_utf8_lossy(&text).parse() {
            Ok(email) => Some(email),
            Err(must) => {
                warnings.left_out("/requester/email", must);
                None
            }
        }
    }
}

/// The answer to a submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submitted {
    /// The id of the request.
    id: RequestId,
    /// The status of the request: `pending`, or that of the decision if it was decided meanwhile.
    status: String,
    /// How many times the computer asked, this time included.
    count: u32,
    /// When the computer asked for the first time.
    created_at: Timestamp,
    /// When the request expires if nobody decides.
    expires_at: Timestamp,
    /// What to do with the copy of the file.
    attachment: AttachmentWanted,
    /// What was not taken as it was sent: cut, or left out. Empty if all was.
    warnings: Vec<Warning>,
}

/// What to do with the copy of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentWanted {
    /// Whether to upload the file's bytes.
    upload: bool,
}

impl Submitted {
    /// The view at a time, after asking with or without a copy of the file.
    pub fn at(now: Timestamp, request: &Request, attach: bool, warnings: Warnings) -> Self {
        Self {
            id: request.id.clone(),
            status: request.status_at(now).to_string(),
            count: request.count,
            created_at: request.created_at,
            expires_at: request.expires_at,
            attachment: AttachmentWanted { upload: attach && request.awaits_attachment_at(now) },
            warnings: warnings.into_vec(),
        }
    }
}

/// What a requester says about a pending request, beside what was said before.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "requester": { "username": "ann" }, "reason": "Ticket 4711: needed for the audit" }))]
pub struct Amendment {
    /// The user who asks, as named in the request, and an address if it is a new one.
    requester: RequesterBody,
    /// A better reason, of which the first 2000 characters are kept; default: the reason given before.
    #[schema(value_type = Option<openapi::RequestReason>)]
    reason: Option<Loose>,
    /// Whether a copy of the file may be kept after all; default: as it was. Only `true` changes something.
    #[schema(value_type = Option<bool>)]
    attach: Option<Loose>,
}

impl Amendment {
    /// What is said, and whether a copy of the file is allowed.
    pub fn checked(&self, warnings: &mut Warnings) -> Result<(NewRequester, bool), Problem> {
        let reason = warnings.reason(&self.reason);
        let attach = warnings.yes("/attach", &self.attach).unwrap_or(false);
        Ok((self.requester.checked(reason, warnings)?, attach))
    }
}

/// A user asks to prolong an approval.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "requester": { "username": "ann" }, "reason": "The audit takes another week" }))]
pub struct Renewal {
    /// The user who asks.
    requester: RequesterBody,
    /// Why it is still needed, in the user's words; the first 2000 characters are kept.
    #[schema(value_type = Option<openapi::RequestReason>)]
    reason: Option<Loose>,
}

impl Renewal {
    /// The user who asks.
    pub fn checked(&self, warnings: &mut Warnings) -> Result<NewRequester, Problem> {
        let reason = warnings.reason(&self.reason);
        self.requester.checked(reason, warnings)
    }
}

/// Who withdraws.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// The name of the user who withdraws, as it was given with the request; default: the only user who asked. It must be
    /// given if several users asked.
    #[schema(value_type = Option<openapi::ReportedUserName>)]
    pub username: Option<Loose>,
}

impl Cancellation {
    /// The user name as it was kept when the user asked.
    pub fn checked(&self) -> Result<Option<String>, Problem> {
        let Some(name) = &self.username else { return Ok(None) };
        let refused = || Problem::invalid_field("/username", "must be a string");
        let (name, _) = field("/username", text::reported_username(&name.wtf8().ok_or_else(refused)?))?;
        Ok(Some(name))
    }
}

/// How long a status call may wait.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatusQuery {
    /// How many seconds to wait, while the request is pending, before answering: 0 to 25; default: 0.
    #[serde(default)]
    #[param(value_type = Option<u8>, maximum = 25)]
    pub wait: Wait,
}

/// The status of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestStatusView {
    /// The id of the request.
    id: RequestId,
    /// The status now: `pending`, `approved`, `denied`, `ignored`, `expired`, `cancelled` or `revoked`.
    status: String,
    /// How many times the computer asked.
    count: u32,
    /// When the request expires if nobody decides it.
    expires_at: Timestamp,
    /// The state of the copy of the file.
    attachment: AttachmentView,
    /// The decision, as far as the computer may know it; absent while nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionView>,
    /// Whether the approval in force reaches this computer, as it is now; absent while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    reaches: Option<bool>,
    /// Why it does not; absent if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_reached_because: Option<NotReached>,
}

/// The state of the copy of the file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentAttachment)]
pub struct AttachmentView {
    /// The state: `not_wanted`, `expected`, `too_large` or `verified`. The bytes are to be sent while it is
    /// `expected`.
    state: &'static str,
    /// The size of the file in bytes; absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

/// The decision, as far as the computer may know it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentDecision)]
pub struct DecisionView {
    /// What was decided: `approved`, `denied` or `ignored`.
    outcome: String,
    /// For whom it counts: `computer`, `group` or `organization`.
    scope: String,
    /// The administrator's message to the requester; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// When it was decided.
    at: Timestamp,
    /// When the approval expires; absent if it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// The grant of the approval, as check-in names it; absent if the decision is not an approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    /// The revocation of the approval; absent if it was not revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<RevocationView>,
}

/// The revocation of an approval.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentRevocation)]
pub struct RevocationView {
    /// When it was revoked.
    at: Timestamp,
    /// The administrator's message to the requester; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl RequestStatusView {
    /// The view at a time, for the computer that asked; `first_used`: when it first used the grant.
    pub fn at(now: Timestamp, request: &Request, computer: &Computer, first_used: Option<Timestamp>) -> Self {
        let reach = request.reach(&Whereabouts::of_computer(Some(computer)), first_used, now);
        Self {
            id: request.id.clone(),
            status: request.status_at(now).to_string(),
            count: request.count,
            expires_at: request.expires_at,
            attachment: request.attachment.into(),
            decision: request.decision.as_ref().map(Into::into),
            reaches: reach.map(|reach| reach.is_ok()),
            not_reached_because: reach.and_then(Result::err),
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
