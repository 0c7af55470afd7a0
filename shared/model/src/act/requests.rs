//! Acts about requests, apart from decisions: submitted, repeated, cancelled, expired; the copy of the file.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::{ComputerId, PolicyId, RequestId};
use crate::list::{List, ListEntry};
use crate::notice::Notice;
use crate::permit::Basis;
use crate::request::Request;
use crate::rights::RequestKind;
use crate::subject::{Access, File};
use crate::text::Sha256;

/// What the audit says of a storage device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceDetail {
    /// What names this very device.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
}

/// What the audit says of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestDetail {
    /// The request.
    pub request_id: RequestId,
    /// The computer.
    pub computer_id: ComputerId,
    /// The text by which two subjects are the same; see [`Subject::key`](crate::Subject::key).
    pub subject: String,
    /// The kind of the request.
    pub kind: RequestKind,
    /// The host name of the computer.
    pub hostname: String,
    /// Who asks, at the computer.
    pub username: String,
    /// The path of the file, or the path on the device.
    pub path: Option<String>,
    /// The SHA-256 of the file.
    pub sha256: Option<Sha256>,
    /// The device.
    pub device: Option<DeviceDetail>,
    /// What is to be done with the device.
    pub access: Option<Access>,
    /// The deployed policy that blocked it.
    pub policy_id: Option<PolicyId>,
    /// How many times it was asked.
    pub count: u32,
}

impl From<&Request> for RequestDetail {
    fn from(request: &Request) -> Self {
        let (file, device) = (request.subject.file(), request.subject.device());
        Self {
            request_id: request.id.clone(),
            computer_id: request.computer_id.clone(),
            subject: request.subject.key(),
            kind: request.kind(),
            hostname: request.hostname.clone(),
            username: request.requester.username.clone(),
            path: file.map(|file| file.path.clone()).or(device.and_then(|device| device.path.clone())),
            sha256: file.map(|file| file.sha256.clone()),
            device: device.map(|device| DeviceDetail { id: device.id.clone(), name: device.name.clone() }),
            access: device.map(|device| device.access),
            policy_id: request.policy_id.clone(),
            count: request.count,
        }
    }
}

/// The sets that a request is in while it waits for a decision: entered and left by the same acts.
pub(super) fn waiting(id: &RequestId, subject: &str) -> [ListEntry; 2] {
    [ListEntry::new(List::PendingRequests, id), ListEntry::within(List::MatchingRequests, subject, id)]
}

/// Somebody at a computer asked for permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestSubmitted(pub RequestDetail);

impl RequestSubmitted {
    /// What is asked for.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self(request.into())
    }
}

impl Happening for RequestSubmitted {
    fn footprint(&self) -> Footprint {
        let mut lists = vec![ListEntry::new(List::Requests, &self.0.request_id)];
        lists.extend(waiting(&self.0.request_id, &self.0.subject));
        Footprint {
            name: ActName::RequestSubmitted,
            audit: AuditKind::Unified,
            concerns: vec![self.0.request_id.to_string(), self.0.computer_id.to_string()],
            lists,
            notice: Some(Notice::RequestSubmitted { request_id: self.0.request_id.clone() }),
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.0.computer_id)
    }
}

/// The same computer asked for the same while the request waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestRepeated(pub RequestDetail);

impl RequestRepeated {
    /// What is asked for.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self(request.into())
    }
}

impl Happening for RequestRepeated {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::RequestRepeated,
            audit: AuditKind::Unified,
            concerns: vec![self.0.request_id.to_string(), self.0.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.0.computer_id)
    }
}

/// The requester withdrew a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestCancelled(pub RequestDetail);

impl RequestCancelled {
    /// What is asked for.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self(request.into())
    }
}

impl Happening for RequestCancelled {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::RequestCancelled,
            audit: AuditKind::Unified,
            concerns: vec![self.0.request_id.to_string(), self.0.computer_id.to_string()],
            lists: waiting(&self.0.request_id, &self.0.subject).into(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.0.computer_id)
    }
}

/// Nobody decided a request in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestExpired {
    /// The request.
    pub request_id: RequestId,
    /// The computer.
    pub computer_id: ComputerId,
    /// What was asked for; see [`Subject::key`](crate::Subject::key).
    pub subject: String,
}

impl RequestExpired {
    /// What has expired.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self {
            request_id: request.id.clone(),
            computer_id: request.computer_id.clone(),
            subject: request.subject.key(),
        }
    }
}

impl Happening for RequestExpired {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::RequestExpired,
            audit: AuditKind::Unified,
            concerns: vec![self.request_id.to_string(), self.computer_id.to_string()],
            lists: waiting(&self.request_id, &self.subject).into(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

/// The copy of the file of a request was received whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestAttached {
    /// The request.
    pub request_id: RequestId,
    /// The computer it came from.
    pub computer_id: ComputerId,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub size: u64,
}

impl RequestAttached {
    /// The copy of a request's file, of this many bytes.
    #[must_use]
    pub fn of(request: &Request, file: &File, size: u64) -> Self {
        Self {
            request_id: request.id.clone(),
            computer_id: request.computer_id.clone(),
            sha256: file.sha256.clone(),
            size,
        }
    }
}

impl Happening for RequestAttached {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::RequestAttached,
            audit: AuditKind::Unified,
            concerns: vec![self.request_id.to_string(), self.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}

/// An administrator downloaded the copy of the file of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentDownloaded {
    /// The request.
    pub request_id: RequestId,
    /// The computer it came from.
    pub computer_id: ComputerId,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub size: u64,
    /// The host name of the computer when asked.
    pub hostname: String,
}

impl AttachmentDownloaded {
    /// The copy of a request's file, of this many bytes.
    #[must_use]
    pub fn of(request: &Request, file: &File, size: u64) -> Self {
        Self {
            request_id: request.id.clone(),
            computer_id: request.computer_id.clone(),
            sha256: file.sha256.clone(),
            size,
            hostname: request.hostname.clone(),
        }
    }
}

impl Happening for AttachmentDownloaded {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::AttachmentDownloaded,
            audit: AuditKind::Both,
            concerns: vec![self.request_id.to_string(), self.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::RequestsOpen)
    }
}
