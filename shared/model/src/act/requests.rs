//! Acts of computers about their requests: submitted, repeated, joined, withdrawn, cancelled; the copy of the file.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::{ComputerId, PolicyId, RequestId};
use crate::kinds::RequestKind;
use crate::list::{List, ListEntry};
use crate::notice::Notice;
use crate::permit::Basis;
use crate::reported::Reported;
use crate::request::Request;
use crate::subject::{Access, Device, File};
use crate::text::Sha256;

/// The audit's details of a storage device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceDetail {
    /// The identifier of this particular device, such as its serial number.
    pub id: String,
    /// The name of the device for people; null if the agent did not report one.
    pub name: Option<String>,
}

impl From<&Device> for DeviceDetail {
    fn from(device: &Device) -> Self {
        Self { id: device.id.to_string(), name: device.name.as_ref().map(ToString::to_string) }
    }
}

/// The audit's details of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestDetail {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer that asked.
    pub computer_id: ComputerId,
    /// The text by which subjects are compared: the kind, and the file's SHA-256 or the device and the access.
    pub subject: String,
    /// The kind of the request.
    pub kind: RequestKind,
    /// The host name of the computer.
    pub hostname: String,
    /// Whether another computer had that host name when this one asked, and no administrator had confirmed this one; absent
    /// otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
    /// The request whose approval this one asks to prolong; absent if it renews none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<RequestId>,
    /// The user who asks or withdraws.
    pub username: String,
    /// The path of the file, or the path on the device; null if the agent did not report one.
    pub path: Option<String>,
    /// The SHA-256 of the file; null for a device.
    pub sha256: Option<Sha256>,
    /// The subject of the file's signing certificate, of which the beginning and the end are kept; absent if the agent reported none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Reported>,
    /// The storage device; null for a file.
    pub device: Option<DeviceDetail>,
    /// The requested access to the device; null for a file.
    pub access: Option<Access>,
    /// The policy that blocked it, which is deployed or once was; null if the agent did not name one.
    pub policy_id: Option<PolicyId>,
    /// What the agent named as the policy, if it is none that the organization ever deployed; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_policy: Option<String>,
    /// How many times the computer asked.
    pub count: u32,
}

impl RequestDetail {
    /// The details of what a user of the computer did.
    #[must_use]
    pub fn of(request: &Request, username: &str) -> Self {
        let (file, device) = (request.subject.file(), request.subject.device());
        Self {
            request_id: request.id.clone(),
            computer_id: request.computer_id.clone(),
            subject: request.subject.key(),
            kind: request.kind(),
            hostname: request.hostname.clone(),
            unconfirmed: request.unconfirmed,
            renews: request.renews.as_ref().map(|renews| renews.request_id.clone()),
            username: username.to_owned(),
            path: request.subject.path().map(ToString::to_string),
            sha256: file.map(|file| file.sha256.clone()),
            publisher: file.and_then(|file| file.signed_by()).and_then(publisher),
            device: device.map(DeviceDetail::from),
            access: device.map(|device| device.access),
            policy_id: request.policy_id.clone(),
            unknown_policy: request.unknown_policy.as_ref().map(ToString::to_string),
            count: request.count,
        }
    }

    /// The footprint of what a user of the computer did about a request that exists: nobody is told of it.
    fn footprint(&self, name: ActName, lists: Vec<ListEntry>) -> Footprint {
        Footprint {
            name,
            audit: AuditKind::Unified,
            concerns: vec![self.request_id.to_string(), self.computer_id.to_string()],
            lists,
            notice: None,
            agents: AgentNews::NONE,
        }
    }
}

/// The most that is kept of a publisher, in bytes as JSON.
const PUBLISHER_MAX: usize = 200;

fn publisher(certificate: &Reported) -> Option<Reported> {
    (!certificate.is_blank()).then(|| certificate.clone().shortened(PUBLISHER_MAX))
}

/// The sets that contain a request while it is pending. The same acts add and remove it.
pub(super) fn waiting(id: &RequestId, computer: &ComputerId, subject: &str) -> [ListEntry; 3] {
    [
        ListEntry::new(List::PendingRequests, id),
        ListEntry::within(List::MatchingRequests, subject, id),
        of_computer(id, computer),
    ]
}

/// The set that contains a request while it would end with its computer.
pub(super) fn of_computer(id: &RequestId, computer: &ComputerId) -> ListEntry {
    ListEntry::within(List::ComputerRequests, computer.as_str(), id)
}

/// Somebody at a computer asked for permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestSubmitted(pub RequestDetail);

impl RequestSubmitted {
    /// The act, for this request: the first who asked.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let first = request.requesters.first();
        Self(RequestDetail::of(request, first.map_or("", |requester| &requester.username)))
    }
}

impl Happening for RequestSubmitted {
    fn footprint(&self) -> Footprint {
        let mut lists = vec![ListEntry::new(List::Requests, &self.0.request_id)];
        lists.extend(waiting(&self.0.request_id, &self.0.computer_id, &self.0.subject));
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

/// The same user of the computer asked again while the request was pending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestRepeated(pub RequestDetail);

impl RequestRepeated {
    /// The act, for this request and user.
    #[must_use]
    pub fn of(request: &Request, username: &str) -> Self {
        Self(RequestDetail::of(request, username))
    }
}

impl Happening for RequestRepeated {
    fn footprint(&self) -> Footprint {
        self.0.footprint(ActName::RequestRepeated, Vec::new())
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.0.computer_id)
    }
}

/// Another user of the computer asked for the same while the request was pending, or one who had withdrawn asked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestJoined(pub RequestDetail);

impl RequestJoined {
    /// The act, for this request and user.
    #[must_use]
    pub fn of(request: &Request, username: &str) -> Self {
        Self(RequestDetail::of(request, username))
    }
}

impl Happening for RequestJoined {
    fn footprint(&self) -> Footprint {
        self.0.footprint(ActName::RequestJoined, Vec::new())
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.0.computer_id)
    }
}

/// A user who asked for a request withdrew; it stays pending for others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestWithdrawn(pub RequestDetail);

impl RequestWithdrawn {
    /// The act, for this request and user.
    #[must_use]
    pub fn of(request: &Request, username: &str) -> Self {
        Self(RequestDetail::of(request, username))
    }
}

impl Happening for RequestWithdrawn {
    fn footprint(&self) -> Footprint {
        self.0.footprint(ActName::RequestWithdrawn, Vec::new())
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.0.computer_id)
    }
}

/// The last user who asked for a request withdrew: it is cancelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestCancelled(pub RequestDetail);

impl RequestCancelled {
    /// The act, for this request and user.
    #[must_use]
    pub fn of(request: &Request, username: &str) -> Self {
        Self(RequestDetail::of(request, username))
    }
}

impl Happening for RequestCancelled {
    fn footprint(&self) -> Footprint {
        let lists = waiting(&self.0.request_id, &self.0.computer_id, &self.0.subject);
        self.0.footprint(ActName::RequestCancelled, lists.into())
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.0.computer_id)
    }
}

/// The copy of a request's file was received in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestAttached {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer it came from.
    pub computer_id: ComputerId,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub size: u64,
}

impl RequestAttached {
    /// The act, for the copy of a request's file with this many bytes.
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
        Footprint::recorded(
            ActName::RequestAttached,
            AuditKind::Unified,
            &[&self.request_id, &self.computer_id],
        )
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}

/// An administrator downloaded the copy of a request's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentDownloaded {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer it came from.
    pub computer_id: ComputerId,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub size: u64,
    /// The computer's host name at the time of the request.
    pub hostname: String,
    /// Whether another computer had that host name when this one asked, and no administrator had confirmed this one; absent
    /// otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
}

impl AttachmentDownloaded {
    /// The act, for the copy of a request's file with this many bytes.
    #[must_use]
    pub fn of(request: &Request, file: &File, size: u64) -> Self {
        Self {
            request_id: request.id.clone(),
            computer_id: request.computer_id.clone(),
            sha256: file.sha256.clone(),
            size,
            hostname: request.hostname.clone(),
            unconfirmed: request.unconfirmed,
        }
    }
}

impl Happening for AttachmentDownloaded {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(
            ActName::AttachmentDownloaded,
            AuditKind::Both,
            &[&self.request_id, &self.computer_id],
        )
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::RequestsOpen)
    }
}
