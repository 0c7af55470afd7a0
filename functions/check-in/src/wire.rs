//! Request and response types of this function.

use countersign_http::Wait;
use countersign_model::{
    Access, AgentSettings, Condition, Covered, DeployedPolicy, FirstUse, Grant, GrantId, GrantScope,
    GrantUse, GroupId, Maintenance, PolicyAction, PolicyContent, PolicyEntry, PolicyId, Publisher, Reported,
    RequestId, RequestKind, Subject, openapi,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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
    /// The present host name of the computer, kept as when it enrolls; default: unchanged, as with one of white space and dots
    /// alone. If the organization has another computer of this name, an administrator has to confirm this one. It changes at
    /// most 20 times a day.
    #[param(value_type = Option<String>, max_length = 1000, example = "pc-7")]
    pub hostname: Option<Reported>,
    /// A random id that the agent chose when it started and never stores: 8 to 64 letters, digits, `-` or `_`; default: none.
    /// By it, clones of one image that share a token are found; then each must enroll anew. An agent that starts for a single
    /// check-in leaves it out.
    #[param(min_length = 8, max_length = 64, pattern = "^[A-Za-z0-9_-]+$", example = "3f1c8a52b7d94e06")]
    pub instance: Option<String>,
    /// The version of the agent, which administrators see: 1 to 64 letters, digits, `.`, `+`, `-`, `_` or `~`; default:
    /// unchanged.
    #[param(inline, value_type = Option<openapi::AgentVersion>)]
    pub agent_version: Option<String>,
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
    /// The key of the computer's override codes, in the form of the answer to enrolling; absent if the agent has it, or the
    /// deployment has no `secret_key`. It replaces an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_key: Option<String>,
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
    /// What was asked for, in the form in which it was requested.
    subject: SubjectView,
    /// What is allowed: `file`, which is the subject alone, or `publisher`, which is every file that the publisher signed.
    condition: &'static str,
    /// The publisher, whose verified signature decides; absent unless the condition is `publisher`.
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<PublisherView>,
    /// For whom it counts: `computer`, `group` or `organization`.
    scope: &'static str,
    /// When it ends by itself; absent if it never does. The agent ends it then. If its time begins with its first use, and
    /// this computer has not used it, it is the latest end that is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// When its time begins with its first use; absent if it began when it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_use: Option<FirstUseView>,
    /// The request that was approved.
    request_id: RequestId,
}

/// What is allowed, in the form in which it was requested.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = AgentSubject)]
pub struct SubjectView {
    /// The path of the file as it was requested; absent if the request did not name one, and for a device. It does not decide:
    /// the file may be anywhere. What was left out of a long path is `\u{…}`; a lone surrogate is an escape such as `\u{d800}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The SHA-256 of the file's bytes; absent for a device. Unless the condition is `publisher`, it alone decides, wherever the
    /// file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// The subject of the file's signing certificate, in the form of the path; absent if the request did not name one, and for
    /// a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    /// The account that the file may run as, in the form of the path; absent if the request named none, and unless it is for
    /// elevation.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// For how many seconds the higher rights were asked for; absent if the request did not say so, and unless it is for
    /// elevation.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<u32>,
    /// The storage device; absent for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceView>,
    /// The access to the device that is allowed; absent for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<Access>,
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

/// When the time of a grant begins with its first use. The agent ends it so long after the computer first used it, and does not
/// let it be used for the first time after `use_by`. It reports the first use (`POST /agent/v1/grants/{grant_id}/use`).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AgentFirstUse)]
pub struct FirstUseView {
    /// How long the computer may use it, in seconds from its first use.
    lasts_seconds: u32,
    /// Until when it must be used for the first time.
    use_by: Timestamp,
    /// When this computer used it first, as it was reported; absent if that was not reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
}

impl GrantView {
    /// The grant for a computer that has used it so, if it has.
    pub fn of(grant: Grant, used: Option<&GrantUse>) -> Self {
        let scope = match grant.scope {
            GrantScope::Computer(_) => "computer",
            GrantScope::Group(_) => "group",
            GrantScope::Organization => "organization",
        };
        let (condition, publisher) = match grant.covered {
            Covered::Subject => (Condition::File, None),
            Covered::Publisher(publisher) => (Condition::Publisher, Some(publisher.into())),
        };
        let first_use = grant.first_use.map(|FirstUse { lasts_seconds, use_by }| FirstUseView {
            lasts_seconds,
            use_by,
            used_at: used.map(|used| used.at),
        });
        Self {
            id: grant.id,
            kind: grant.subject.kind().to_string(),
            subject: grant.subject.into(),
            condition: condition.id(),
            publisher,
            scope,
            expires_at: grant.expires_at,
            first_use,
            request_id: grant.request_id,
        }
    }

    /// Whether it is the grant of this id.
    pub fn is(&self, id: &GrantId) -> bool {
        self.id == *id
    }
}

/// A publisher: who signed a file, as the agent verified it. A file is by the publisher if one of its signers is verified and
/// has each of the members that are present here. Texts are exactly as the agent sent them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AgentPublisher)]
pub struct PublisherView {
    /// The team that Apple gave the certificate to; absent if there is none, and then subject and issuer are present.
    #[serde(skip_serializing_if = "Option::is_none")]
    team_id: Option<String>,
    /// The subject of the signing certificate; absent if there is a team.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// The subject of the certificate that issued it; absent if there is a team.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// The SHA-1 or SHA-256 of the certificate that issued it; absent if the agent did not report it. Then a signer with one is
    /// another publisher.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer_thumbprint: Option<String>,
}

impl From<Publisher> for PublisherView {
    fn from(publisher: Publisher) -> Self {
        let nothing = Self { team_id: None, subject: None, issuer: None, issuer_thumbprint: None };
        match publisher {
            Publisher::Team { team_id } => Self { team_id: Some(team_id.as_sent()), ..nothing },
            Publisher::Certificate { subject, issuer, issuer_thumbprint } => Self {
                subject: Some(subject.as_sent()),
                issuer: Some(issuer.as_sent()),
                issuer_thumbprint: issuer_thumbprint.map(|thumbprint| thumbprint.to_string()),
                ..nothing
            },
        }
    }
}

impl From<Subject> for SubjectView {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Application(file) | Subject::Elevation(file) => {
                let (account, duration_seconds) =
                    file.elevation.map_or((None, None), |asked| (asked.account, asked.seconds));
                Self {
                    path: file.path.as_ref().map(Reported::as_sent),
                    sha256: Some(file.sha256.into()),
                    certificate: file.certificate.as_ref().map(Reported::as_sent),
                    account: account.as_ref().map(Reported::as_sent),
                    duration_seconds,
                    ..Self::default()
                }
            }
            Subject::Storage(device) => {
                let name = device.name.as_ref().map(Reported::as_sent);
                let view = DeviceView { id: device.id.as_sent(), name };
                Self { device: Some(view), access: Some(device.access), ..Self::default() }
            }
        }
    }
}

/// A maintenance mode in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AgentMaintenance)]
pub struct MaintenanceView {
    /// What the agent does differently: `secured`, `monitor_only`, `installation`, `learning` or `tamper_protection_off`.
    mode: String,
    /// When it ends by itself.
    until: Timestamp,
}

impl From<&Maintenance> for MaintenanceView {
    fn from(maintenance: &Maintenance) -> Self {
        Self { mode: maintenance.mode.to_string(), until: maintenance.until }
    }
}
