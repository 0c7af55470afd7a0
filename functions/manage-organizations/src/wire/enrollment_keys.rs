//! Enrollment keys as they are sent and shown.

use countersign_http::{Moment, Problem, field};
use countersign_model::{AdministratorId, EnrollmentKey, EnrollmentKeyId, FaultKind, GroupId, openapi, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new enrollment key.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnrollmentKey {
    /// The name of the key for people: 1 to 200 characters; default: none.
    #[schema(value_type = Option<openapi::NameOfKey>)]
    pub name: Option<String>,
    /// When the key stops enrolling computers, in the future; default: never.
    pub expires_at: Option<Moment>,
    /// How many computers the key can enroll: 1 to 1000000; default: any number.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub max_uses: Option<u32>,
}

impl NewEnrollmentKey {
    /// The validated key.
    pub fn checked(&self, key: EnrollmentKey, now: Timestamp) -> Result<EnrollmentKey, Problem> {
        let name = self.name.as_deref().map(|name| field("/name", text::name(name))).transpose()?;
        let expires_at = self.expires_at.map(Timestamp::from);
        if expires_at.is_some_and(|end| end <= now) {
            return Err(Problem::invalid_field("/expires_at", FaultKind::NotInFuture));
        }
        if self.max_uses.is_some_and(|uses| !(1..=EnrollmentKey::USES_MAX).contains(&uses)) {
            let message = FaultKind::OutOfRange.outside(1_u8, EnrollmentKey::USES_MAX);
            return Err(Problem::invalid_field("/max_uses", message));
        }
        Ok(EnrollmentKey { name, expires_at, max_uses: self.max_uses, ..key })
    }
}

/// A key that enrolls computers into a group. The key itself is shown only in this answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrollmentKeyView {
    /// The id of the key, by which it is listed and revoked.
    pub id: EnrollmentKeyId,
    /// The key itself, for the agents. It is shown only in this answer.
    pub key: String,
    /// The computer group that computers enroll into.
    pub group_id: GroupId,
    /// The name of the key for people; null if it has none.
    pub name: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it stops enrolling computers; null if it never does.
    pub expires_at: Option<Timestamp>,
    /// How many computers it can enroll; null if there is no limit.
    pub max_uses: Option<u32>,
}

/// An enrollment key in a list, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrollmentKeySummary {
    /// The id of the key, by which it is revoked.
    id: EnrollmentKeyId,
    /// The name of the key for people; null if it has none.
    name: Option<String>,
    /// When it was created.
    created_at: Timestamp,
    /// The administrator who created it; null if that is not known, and if they belong to an organization that you may not see.
    created_by: Option<AdministratorId>,
    /// When it stops enrolling computers; null if it never does.
    expires_at: Option<Timestamp>,
    /// How many computers it can enroll; null if there is no limit.
    max_uses: Option<u32>,
    /// How many computers it has enrolled.
    uses: u64,
    /// Whether it was revoked, so that it enrolls no further computers.
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
