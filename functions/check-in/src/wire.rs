//! Request and response types of this function.

use countersign_http::{OrganizationName, Problem, Wait, field};
use countersign_model::{
    Access, AgentSettings, ComputerId, DeployedPolicy, Grant, GrantId, GrantScope, Group, GroupId,
    Maintenance, PolicyAction, PolicyContent, PolicyEntry, PolicyId, Reported, RequestId, RequestKind,
    Subject, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A computer to be enrolled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrollment {
    /// The enrollment key, as it was shown to an administrator.
    #[schema(value_type = openapi::SecretText)]
    pub enrollment_key: String,
    /// The host name of the computer: at most 253 characters. If the organization has a computer of this name, an
    /// administrator has to confirm the new one.
    #[schema(value_type = openapi::HostName)]
    hostname: String,
    /// The operating system and its version: at most 100 characters.
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
    /// The id of the computer.
    pub computer_id: ComputerId,
    /// The computer's token: its credential for all other calls. It is shown only in this answer.
    pub token: String,
    /// The organization that the computer belongs to.
    pub organization: OrganizationName,
    /// The computer group that it was enrolled into.
    pub group: GroupName,
    /// Whether the host name was already taken, so that an administrator has to confirm the computer.
    pub unconfirmed: bool,
}

/// A computer group with its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentGroup)]
pub struct GroupName {
    /// The id of the computer group.
    id: GroupId,
    /// The name of the group, unique in its organization.
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
    /// The `version` of the last answer; default: none, and everything is sent.
    #[param(min_length = 1, max_length = 8192)]
    pub since: Option<String>,
    /// How many seconds to wait for news before answering: 0 to 25; default: 0.
    #[serde(default)]
    #[param(value_type = Option<u8>, maximum = 25)]
    pub wait: Wait,
    /// The present host name of the computer: at most 253 characters; default: unchanged. If the organization has another
    /// computer of this name, an administrator has to confirm this one. It changes at most 20 times a day.
    #[param(value_type = Option<openapi::HostName>)]
    pub hostname: Option<String>,
    /// A random id that the agent chose when it started and never stores: 8 to 64 letters, digits, `-` or `_`; default: none.
    /// By it, clones of one image that share a token are found; then each must enroll anew. An agent that starts for a single
    /// check-in leaves it out.
    #[param(min_length = 8, max_length = 64, pattern = "^[A-Za-z0-9_-]+$", example = "3f1c8a52b7d94e06")]
    pub instance: Option<String>,
}

/// What is new since the version the agent named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckIn {
    /// What the agent now knows. The text is opaque; send it back as `since`.
    pub version: String,
    /// Whether there is more, so that the agent should ask again at once.
    pub more: bool,
    /// The number of the deployment that the policies belong to; 0 before the first.
    pub policy_version: u64,
    /// The live policies of the computer's group, in order; absent if the agent has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<PolicyView>>,
    /// Which agent the computers of the group are to have; absent if nothing has changed for the computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AgentSettings, required = false)]
    pub agent: Option<AgentSettings>,
    /// The grants that were added and removed.
    pub grants: GrantChanges,
    /// The maintenance mode in force; null if there is none.
    pub maintenance: Option<MaintenanceView>,
}

/// A live policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AgentPolicy)]
pub struct PolicyView {
    /// The id of the policy.
    id: PolicyId,
    /// The name of the policy, unique in its organization.
    name: String,
    /// The computer group that it applies to.
    group_id: GroupId,
    /// What happens to what no entry is about: `block` or `allow`.
    default_action: PolicyAction,
    /// The kinds of things that the policy is about.
    kinds: Vec<RequestKind>,
    /// What is blocked and allowed. Go through the entries in order; the first one that matches decides.
    entries: Vec<PolicyEntry>,
}

impl PolicyView {
    /// A policy as deployed for a group.
    pub fn of(group: &GroupId, policy: DeployedPolicy) -> Self {
        let DeployedPolicy { id, name, content, .. } = policy;
        let PolicyContent { default_action, kinds, entries, .. } = content;
        Self { id, name, group_id: group.clone(), default_action, kinds, entries }
    }
}

/// Grants added and removed.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct GrantChanges {
    /// Grants that are in force for this computer. One that the agent already has may be repeated.
    pub added: Vec<GrantView>,
    /// Grants that are no longer in force, or no longer for this computer. The agent may never have had one of them.
    pub removed: Vec<GrantId>,
}

/// The grant of an approval.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GrantView {
    /// The id of the grant.
    id: GrantId,
    /// What kind of thing is allowed: `application`, `storage` or `elevation`.
    kind: String,
    /// What is allowed, in the form in which it was requested.
    subject: SubjectView,
    /// For whom it counts: `computer`, `group` or `organization`.
    scope: &'static str,
    /// When it ends by itself; absent if it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// The request that was approved.
    request_id: RequestId,
}

/// What is allowed, in the form in which it was requested.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = AgentSubject)]
pub enum SubjectView {
    File {
        /// The path of the file as it was requested; absent if the request did not name one. It does not decide: the file
        /// may be anywhere. What was left out of a long path is `\u{…}`; a lone surrogate is an escape such as `\u{d800}`.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// The SHA-256 of the file's bytes. It alone decides, wherever the file is.
        sha256: String,
        /// The subject of the file's signing certificate, in the form of the path; absent if the request did not name one.
        #[serde(skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
    },
    Storage {
        /// The storage device.
        device: DeviceView,
        /// The access to the device that is allowed.
        access: Access,
    },
}

/// A storage device.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeviceView {
    /// The identifier of this particular device, such as its serial number, exactly as it was requested. Only a lone
    /// surrogate, which no text in UTF-8 can contain, is an escape such as `\u{d800}`.
    id: String,
    /// The name of the device for people, in the form of the path; absent if the request did not give one.
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
                let (path, certificate) = (file.path.as_ref(), file.certificate.as_ref());
                let sha256 = file.sha256.into();
                Self::File {
                    path: path.map(Reported::as_sent),
                    sha256,
                    certificate: certificate.map(Reported::as_sent),
                }
            }
            Subject::Storage(device) => Self::Storage {
                access: device.access,
                device: DeviceView {
                    id: device.id.as_sent(),
                    name: device.name.as_ref().map(Reported::as_sent),
                },
            },
        }
    }
}

/// A maintenance mode in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AgentMaintenance)]
pub struct MaintenanceView {
    /// What the agent does differently: `monitor`, `learning` or `installation`.
    mode: String,
    /// When it ends by itself.
    until: Timestamp,
}

impl From<&Maintenance> for MaintenanceView {
    fn from(maintenance: &Maintenance) -> Self {
        Self { mode: maintenance.mode.to_string(), until: maintenance.until }
    }
}
