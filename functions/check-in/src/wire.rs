//! Request and response types of this function.

use countersign_http::{OrganizationName, Problem, Wait, field};
use countersign_model::{
    Access, ComputerId, DeployedPolicy, Grant, GrantId, GrantScope, Group, GroupId, Maintenance, PolicyId,
    RequestId, Subject, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A computer to be enrolled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrollment {
    /// The key as it was shown to an administrator.
    #[schema(value_type = openapi::SecretText)]
    pub enrollment_key: String,
    /// At most 253 characters.
    #[schema(value_type = openapi::HostName)]
    hostname: String,
    /// At most 100 characters.
    #[schema(value_type = openapi::OperatingSystem)]
    os: String,
}

impl Enrollment {
    /// The validated host name and operating system.
    pub fn checked(&self) -> Result<(String, String), Problem> {
        let hostname = field("/hostname", text::line(&self.hostname, text::HOSTNAME_MAX))?;
        let os = field("/os", text::line(&self.os, text::OS_MAX))?;
        Ok((hostname, os))
    }
}

/// The enrolled computer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolled {
    pub computer_id: ComputerId,
    /// Shown once. It is the computer's credential.
    pub token: String,
    pub organization: OrganizationName,
    pub group: GroupName,
    /// The host name was already taken; an administrator has to confirm the computer.
    pub unconfirmed: bool,
}

/// A computer group with its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentGroup)]
pub struct GroupName {
    id: GroupId,
    name: String,
}

impl From<Group> for GroupName {
    fn from(group: Group) -> Self {
        Self { id: group.id, name: group.name }
    }
}

/// What the agent knows, and how long it waits for news.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckInQuery {
    /// `version` of the last answer; without it, everything is sent.
    #[param(min_length = 1, max_length = 8192)]
    pub since: Option<String>,
    /// Seconds to wait for news before answering: 0 to 25.
    #[serde(default)]
    #[param(value_type = Option<u8>, maximum = 25)]
    pub wait: Wait,
}

/// What is new since the version the agent named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckIn {
    /// Opaque; send it back as `since`.
    pub version: String,
    /// There is more: ask again at once.
    pub more: bool,
    /// The deployment that the policies belong to; 0 before the first.
    pub policy_version: u64,
    /// The live policies of the computer's group in order; omitted if the agent has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<PolicyView>>,
    pub grants: GrantChanges,
    /// The maintenance mode in force; null if there is none.
    pub maintenance: Option<MaintenanceView>,
}

/// A live policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AgentPolicy)]
pub struct PolicyView {
    id: PolicyId,
    name: String,
    group_id: GroupId,
}

impl PolicyView {
    /// A policy as deployed for a group.
    pub fn of(group: &GroupId, policy: DeployedPolicy) -> Self {
        Self { id: policy.id, name: policy.name, group_id: group.clone() }
    }
}

/// Grants added and removed.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct GrantChanges {
    /// In force for this computer. A grant that the agent already has may be repeated.
    pub added: Vec<GrantView>,
    /// No longer in force, or no longer for this computer. May name a grant that the agent never had.
    pub removed: Vec<GrantId>,
}

/// The grant of an approval.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GrantView {
    id: GrantId,
    /// `application`, `storage` or `elevation`.
    kind: String,
    subject: SubjectView,
    /// `computer`, `group` or `organization`.
    scope: &'static str,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    request_id: RequestId,
}

/// What is allowed, in the form in which it was requested.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = AgentSubject)]
pub enum SubjectView {
    File {
        path: String,
        /// SHA-256 of the file's bytes. It alone decides, wherever the file is.
        sha256: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
    },
    Storage {
        device: DeviceView,
        access: Access,
    },
}

/// A storage device.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeviceView {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> Self {
        let scope = match grant.scope {
            GrantScope::Computer(_) => "computer",
            GrantScope::Group(_) => "group",
            GrantScope::Organization => "organization",
        };
        let kind = grant.subject.kind().to_string();
        let (id, expires_at, request_id) = (grant.id, grant.expires_at, grant.request_id);
        Self { id, kind, subject: grant.subject.into(), scope, expires_at, request_id }
    }
}

impl From<Subject> for SubjectView {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Application(file) | Subject::Elevation(file) => {
                Self::File { path: file.path, sha256: file.sha256.into(), certificate: file.certificate }
            }
            Subject::Storage(device) => Self::Storage {
                access: device.access,
                device: DeviceView { id: device.id, name: device.name },
            },
        }
    }
}

/// A maintenance mode in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AgentMaintenance)]
pub struct MaintenanceView {
    /// `monitor`, `learning` or `installation`.
    mode: String,
    /// When it ends by itself.
    until: Timestamp,
}

impl From<&Maintenance> for MaintenanceView {
    fn from(maintenance: &Maintenance) -> Self {
        Self { mode: maintenance.mode.to_string(), until: maintenance.until }
    }
}
