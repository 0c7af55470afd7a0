//! Enrollment keys as they are sent and shown.

use countersign_http::{Moment, Problem, field};
use countersign_model::{AdministratorId, EnrollmentKey, EnrollmentKeyId, GroupId, openapi, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new enrollment key.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnrollmentKey {
    /// Its name for people: 1 to 200 characters.
    #[schema(value_type = Option<openapi::Name>)]
    pub name: Option<String>,
    /// When it stops enrolling computers: in the future.
    pub expires_at: Option<Moment>,
    /// How many computers it can enroll: 1 to 1000000.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub max_uses: Option<u32>,
}

impl NewEnrollmentKey {
    /// The validated key.
    pub fn checked(&self, key: EnrollmentKey, now: Timestamp) -> Result<EnrollmentKey, Problem> {
        let name = self.name.as_deref().map(|name| field("/name", text::name(name))).transpose()?;
        let expires_at = self.expires_at.map(Timestamp::from);
        if expires_at.is_some_and(|end| end <= now) {
            return Err(Problem::invalid_field("/expires_at", "must be in the future"));
        }
        if self.max_uses.is_some_and(|uses| !(1..=EnrollmentKey::USES_MAX).contains(&uses)) {
            let message = format!("must be 1 to {}", EnrollmentKey::USES_MAX);
            return Err(Problem::invalid_field("/max_uses", message));
        }
        Ok(EnrollmentKey { name, expires_at, max_uses: self.max_uses, ..key })
    }
}

/// A key that enrolls computers into a group. The key itself is shown only in this answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrollmentKeyView {
    pub id: EnrollmentKeyId,
    /// Give it to the agent.
    pub key: String,
    /// The group that computers enroll into.
    pub group_id: GroupId,
    pub name: Option<String>,
    pub created_at: Timestamp,
    /// When it stops enrolling computers.
    pub expires_at: Option<Timestamp>,
    /// How many computers it can enroll.
    pub max_uses: Option<u32>,
}

/// An enrollment key in a list, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrollmentKeySummary {
    id: EnrollmentKeyId,
    name: Option<String>,
    created_at: Timestamp,
    /// The administrator who created it; null if that is not known.
    created_by: Option<AdministratorId>,
    /// When it stops enrolling computers.
    expires_at: Option<Timestamp>,
    /// How many computers it can enroll.
    max_uses: Option<u32>,
    /// How many it has enrolled.
    uses: u64,
    /// Whether it was revoked.
    revoked: bool,
}

impl EnrollmentKeySummary {
    /// A key that was used so often.
    pub fn of(key: EnrollmentKey, uses: u64) -> Self {
        let (id, revoked) = (key.id(), key.revoked_at.is_some());
        let EnrollmentKey { name, created_at, created_by, expires_at, max_uses, .. } = key;
        Self { id, name, created_at, created_by, expires_at, max_uses, uses, revoked }
    }
}
