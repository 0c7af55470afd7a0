//! What the server answers, as far as it is shown to people.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub organization: Named,
}

#[derive(Debug, Deserialize)]
pub struct WhoAmI {
    pub administrator: Person,
    pub expires_at: String,
}

#[derive(Debug, Deserialize)]
pub struct SignedIn {
    pub token: Option<String>,
    pub totp_required: bool,
}

#[derive(Deserialize)]
pub struct StartedDeviceLogin {
    pub device_code: String,
    pub user_code: String,
    pub verification_url: String,
    pub verification_url_complete: String,
    pub interval_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Organization {
    pub id: String,
    pub name: String,
    pub parent_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Computer {
    pub hostname: String,
}

#[derive(Debug, Deserialize)]
pub struct Requester {
    pub username: String,
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct RequestRow {
    pub id: String,
    pub kind: String,
    pub status: String,
    pub created_at: jiff::Timestamp,
    pub organization: Named,
    pub computer: Computer,
    pub requester: Requester,
    pub subject: SubjectName,
}

#[derive(Debug, Deserialize)]
pub struct SubjectName {
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub struct Subject {
    pub name: String,
    pub path: Option<String>,
    pub sha256: Option<String>,
    pub publisher: Option<String>,
    pub certificate: Option<String>,
    pub command_line: Option<String>,
    pub origin: Option<String>,
    pub account: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct RequestView {
    pub id: String,
    pub kind: String,
    pub status: String,
    pub created_at: String,
    pub expires_at: String,
    pub organization: Named,
    pub computer: Computer,
    pub requesters: Vec<Requester>,
    pub more_requesters: u64,
    pub subject: Subject,
    pub attachment: Attachment,
    pub decision: Option<Decision>,
    pub seen_revision: String,
    pub actions: Vec<Allowed>,
}

#[derive(Debug, Deserialize)]
pub struct Attachment {
    pub state: String,
}

#[derive(Debug, Deserialize)]
pub struct Allowed {
    pub action: String,
    pub scope: Option<String>,
    pub allowed: bool,
    pub obstacle: Option<String>,
    pub missing: Option<Vec<Vec<Requirement>>>,
}

/// A decision, also the earlier one in a refusal, which may leave out who made it.
#[derive(Debug, Deserialize)]
pub struct Decision {
    pub id: Option<String>,
    pub outcome: String,
    pub scope: String,
    pub administrator: Option<Named>,
    pub at: String,
    pub message: Option<String>,
    pub expires_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Preview {
    pub outcome: String,
    pub scope: String,
    pub expires_at: Option<String>,
    pub settles: Count,
    pub covers: Option<Covers>,
    pub told: Told,
}

#[derive(Debug, Deserialize)]
pub struct Covers {
    pub waiting: Count,
}

#[derive(Debug, Deserialize)]
pub struct Count {
    pub count: u64,
    pub complete: bool,
}

#[derive(Debug, Deserialize)]
pub struct Told {
    pub count: u64,
    pub names: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct BulkResults {
    pub results: Vec<BulkResult>,
}

#[derive(Debug, Deserialize)]
pub struct BulkResult {
    pub request_id: String,
    pub decision: Option<Decision>,
    pub preview: Option<Preview>,
    pub problem: Option<countersign_client::Problem>,
}

/// A missing permission, and where.
#[derive(Debug, Deserialize)]
pub struct Requirement {
    pub permission: String,
    pub organization_id: Option<String>,
    #[serde(default)]
    pub below: bool,
}

/// A permission that counts, and where it comes from.
#[derive(Debug, Deserialize)]
pub struct Ground {
    pub permission: String,
    pub organization_id: Option<String>,
    pub reach: String,
    pub role: Option<GroundRole>,
}

#[derive(Debug, Deserialize)]
pub struct GroundRole {
    /// Nothing for a role of an organization that the caller may not see.
    pub name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Answer {
    pub allowed: bool,
    pub because: Vec<Ground>,
    pub missing: Vec<Vec<Requirement>>,
    pub inactive: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct WhoCan {
    pub administrator: SomePerson,
    pub because: Vec<Ground>,
}

/// An administrator, without a name if the caller may not see them.
#[derive(Debug, Deserialize)]
pub struct SomePerson {
    pub name: Option<String>,
    pub email: Option<String>,
    pub organization: Option<Named>,
}

#[derive(Debug, Deserialize)]
pub struct Administrator {
    pub id: String,
    pub name: String,
    pub email: String,
    pub state: String,
    pub permissions: Vec<String>,
    pub assignments: Vec<Assignment>,
}

#[derive(Debug, Deserialize)]
pub struct Assignment {
    pub role_id: String,
    pub role_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Role {
    pub id: String,
    pub name: String,
    pub permissions: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Verification {
    pub intact: bool,
    pub sealed: u64,
    pub holes: u64,
    pub trimmed: u64,
    pub unsealed: u64,
    pub problems: Vec<ChainProblem>,
    pub head: String,
    pub count: u64,
    pub noted: Option<String>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct ChainProblem {
    pub number: Option<u64>,
    pub what: String,
}

#[derive(Debug, Deserialize)]
pub struct Comparison {
    pub summary: Summary,
    pub computers: u64,
    pub groups: Vec<GroupDifference>,
    pub more_groups: u64,
}

#[derive(Debug, Deserialize)]
pub struct Summary {
    pub added: u64,
    pub removed: u64,
    pub moved: u64,
    pub changed: u64,
}

impl Summary {
    /// How many policies differ.
    pub fn differences(&self) -> u64 {
        self.added + self.removed + self.moved + self.changed
    }
}

#[derive(Debug, Deserialize)]
pub struct GroupDifference {
    pub group_id: String,
    pub name: Option<String>,
    pub computers: u64,
    pub policies: Vec<PolicyDifference>,
}

#[derive(Debug, Deserialize)]
pub struct PolicyDifference {
    pub name: String,
    pub changes: Vec<String>,
    #[serde(default)]
    pub before: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    pub after: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Debug, Deserialize)]
pub struct Deployed {
    pub policy_version: u64,
    pub summary: Summary,
}
