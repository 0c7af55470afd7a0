//! Request and response types of this function.

use countersign_http::{Loose, OrganizationName, Problem};
use countersign_model::computer::check_ins::{NOT_AN_AGENT_VERSION, is_agent_version};
use countersign_model::{ComputerId, Group, GroupId, Reported, openapi, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A computer to be enrolled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrollment {
    /// The enrollment key, as it was shown to an administrator.
    #[schema(value_type = openapi::EnrollmentKeyText)]
    pub enrollment_key: String,
    /// The host name of the computer. Characters that cannot be seen are kept as escapes, and of a longer name than 253
    /// characters the beginning and the end; a dot at the end does not count. If the organization has a computer of this name,
    /// an administrator has to confirm the new one.
    #[schema(value_type = openapi::ReportedHostName)]
    hostname: Loose,
    /// The operating system and its version, kept in the same way: of a longer text than 100 characters the beginning and the
    /// end.
    #[schema(value_type = openapi::OperatingSystem)]
    os: Loose,
    /// The version of the agent: 1 to 64 letters, digits, `.`, `+`, `-`, `_` or `~`; default: not known.
    #[schema(value_type = Option<openapi::AgentVersion>)]
    agent_version: Option<String>,
}

/// An enrollment, checked.
pub struct CheckedEnrollment {
    pub hostname: String,
    pub os: String,
    pub agent_version: Option<String>,
}

impl Enrollment {
    /// The validated host name, operating system and version.
    pub fn checked(&self) -> Result<CheckedEnrollment, Problem> {
        let unseen = || Problem::invalid_field("/hostname", "must be more than white space and dots");
        let hostname = text::reported_hostname(reported("/hostname", &self.hostname)?).ok_or_else(unseen)?;
        let os = text::reported_os(reported("/os", &self.os)?);
        let agent_version = self.agent_version.clone();
        if agent_version.as_deref().is_some_and(|version| !is_agent_version(version)) {
            return Err(Problem::invalid_field("/agent_version", NOT_AN_AGENT_VERSION));
        }
        Ok(CheckedEnrollment { hostname, os, agent_version })
    }
}

/// A text as the computer reports it.
fn reported(pointer: &str, text: &Loose) -> Result<Reported, Problem> {
    let wtf8 = text.wtf8().ok_or_else(|| Problem::invalid_field(pointer, "must be a string"))?;
    Ok(Reported::of_wtf8(wtf8.trim_ascii(), usize::MAX))
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
    /// The key of the computer's override codes, in base32: the secret of a TOTP (RFC 6238) with SHA-256, eight digits and a
    /// period of 86,400 seconds. Absent if the deployment has no `secret_key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_key: Option<String>,
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
