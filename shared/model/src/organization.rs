//! Organizations (a tree with one root) and computer groups.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::approval_settings::{ApprovalSettings, FormerWait, SetWaits};
use crate::branding::Branding;
use crate::ids::{AdministratorId, EnrollmentKeyId, GroupId, OrganizationId};
use crate::retention::Retention;

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name, as [`text::name`](crate::text::name) accepts it, unique below its parent by
    /// [`text::name_key`](crate::text::name_key).
    pub name: String,
    /// The number of the last renaming, from 0.
    #[serde(default)]
    pub naming: u64,
    /// The organization directly above it; `None` for the root.
    pub parent_id: Option<OrganizationId>,
    /// The organizations above it, the root first and the parent last.
    // INVARIANT: at most DEPTH_MAX - 1, and never changes, because an organization never moves.
    pub ancestors: Vec<OrganizationId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// How long it keeps what it no longer needs.
    #[serde(default)]
    pub retention: Retention,
    /// How it shows itself.
    #[serde(default, skip_serializing_if = "Branding::is_unset")]
    pub branding: Branding,
    /// What it asks of requests and of decisions about them.
    #[serde(default, skip_serializing_if = "ApprovalSettings::is_unset")]
    pub approval: ApprovalSettings,
    /// How long its requests waited before that was changed, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waited: Vec<FormerWait>,
    /// Whether it has been deleted.
    #[serde(default)]
    pub deleted: bool,
}

impl Organization {
    /// The greatest depth of the tree, including the root. A session carries the networks of all organizations above,
    /// and an event is listed at each.
    pub const DEPTH_MAX: usize = 16;
    /// The most computer groups of one organization: a deployment creates a record for each, and its event names them
    /// all.
    pub const GROUPS_MAX: usize = 500;

    /// The root organization.
    #[must_use]
    pub fn root(id: OrganizationId, name: String, now: Timestamp) -> Self {
        Self::new(id, name, None, Vec::new(), now)
    }

    /// A new organization directly below this one.
    #[must_use]
    pub fn child(&self, id: OrganizationId, name: String, now: Timestamp) -> Self {
        let mut ancestors = self.ancestors.clone();
        ancestors.push(self.id.clone());
        Self::new(id, name, Some(self.id.clone()), ancestors, now)
    }

    fn new(
        id: OrganizationId,
        name: String,
        parent_id: Option<OrganizationId>,
        ancestors: Vec<OrganizationId>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            name,
            naming: 0,
            parent_id,
            ancestors,
            created_at: now,
            retention: Retention::default(),
            branding: Branding::default(),
            approval: ApprovalSettings::default(),
            waited: Vec::new(),
            deleted: false,
        }
    }

    /// The same organization under another name, by the renaming of this number.
    #[must_use]
    pub fn renamed(&self, name: String, naming: u64) -> Self {
        Self { name, naming, ..self.clone() }
    }

    /// The same organization, keeping things for another time.
    #[must_use]
    pub fn keeping(&self, retention: Retention) -> Self {
        Self { retention, ..self.clone() }
    }

    /// The same organization, showing itself otherwise.
    #[must_use]
    pub fn branded(&self, branding: Branding) -> Self {
        Self { branding, ..self.clone() }
    }

    /// The same organization, asking something else of requests and decisions from now on.
    #[must_use]
    pub fn asking(&self, approval: ApprovalSettings, now: Timestamp) -> Self {
        let (before, after) = (self.approval.pending_days, approval.pending_days);
        let waited = match before == after {
            true => self.waited.clone(),
            false => FormerWait::noted(&self.waited, FormerWait { days: before, until: now }),
        };
        Self { approval, waited, ..self.clone() }
    }

    /// The same organization, deleted. The caller has made sure that it is empty.
    #[must_use]
    pub fn deleted(&self) -> Self {
        Self { deleted: true, ..self.clone() }
    }

    /// For how many days it lets requests wait, and did before.
    #[must_use]
    pub fn waits(&self) -> SetWaits<'_> {
        SetWaits { days: self.approval.pending_days, before: &self.waited }
    }

    /// The root of its tree.
    #[must_use]
    pub fn root_id(&self) -> &OrganizationId {
        self.ancestors.first().unwrap_or(&self.id)
    }

    /// Whether it is `other` or is below it.
    #[must_use]
    pub fn is_at_or_below(&self, other: &OrganizationId) -> bool {
        self.id == *other || self.ancestors.contains(other)
    }
}

/// A key with which computers enroll into a group. Only its hash is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollmentKey {
    /// Its id; see [`EnrollmentKey::id`]. Keys of earlier versions have none.
    #[serde(default, rename = "id", skip_serializing_if = "Option::is_none")]
    pub own_id: Option<EnrollmentKeyId>,
    /// SHA-256 of the key's text, in hexadecimal.
    pub hash: String,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The administrator who created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<AdministratorId>,
    /// When it stops enrolling computers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How many computers it can enroll. The store counts how many it has enrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

impl EnrollmentKey {
    /// The most uses that can be set.
    pub const USES_MAX: u32 = 1_000_000;

    /// A key without a name and without limits.
    #[must_use]
    pub fn new(id: EnrollmentKeyId, hash: String, now: Timestamp) -> Self {
        Self {
            own_id: Some(id),
            hash,
            name: None,
            created_at: now,
            created_by: None,
            expires_at: None,
            max_uses: None,
            revoked_at: None,
        }
    }

    /// Its id. That of a key of an earlier version comes from the time when it was created.
    #[must_use]
    pub fn id(&self) -> EnrollmentKeyId {
        let made = || u64::try_from(self.created_at.as_millisecond()).unwrap_or(0);
        self.own_id.clone().unwrap_or_else(|| EnrollmentKeyId::from_ulid(Ulid::from_parts(made(), 0)))
    }

    /// Whether it may still enroll computers, if it is not used up.
    #[must_use]
    pub fn opens_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Which agent the computers of a group are to have. Agents are told, and update themselves accordingly.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentSettings {
    /// The version of the agent; null: the newest of the channel.
    #[serde(default)]
    pub version: Option<String>,
    /// The channel of its updates; null: the usual one.
    #[serde(default)]
    pub update_channel: Option<String>,
}

impl AgentSettings {
    /// The longest version or name of a channel.
    pub const TEXT_MAX: usize = 64;

    /// Whether a text is a version or the name of a channel: 1 to 64 letters, digits, `.`, `-`, `_` or `+`.
    #[must_use]
    pub fn accepts(text: &str) -> bool {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
        (1..=Self::TEXT_MAX).contains(&text.len()) && text.chars().all(good)
    }

    fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

/// A computer group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Its name, unique in its organization by [`text::name_key`](crate::text::name_key).
    pub name: String,
    /// The number of the last renaming, from 0.
    #[serde(default)]
    pub naming: u64,
    /// The keys with which computers enroll into it.
    #[serde(default)]
    pub enrollment_keys: Vec<EnrollmentKey>,
    /// Which agent its computers are to have.
    #[serde(default, skip_serializing_if = "AgentSettings::is_unset")]
    pub agent: AgentSettings,
    /// When it was created.
    pub created_at: Timestamp,
    /// Whether it has been deleted.
    #[serde(default)]
    pub deleted: bool,
}

impl Group {
    /// The most enrollment keys that a group keeps. Creating another one drops one that enrolls no more computers.
    pub const KEYS_MAX: usize = 20;

    /// A new group without keys.
    #[must_use]
    pub fn new(id: GroupId, organization_id: OrganizationId, name: String, now: Timestamp) -> Self {
        let (enrollment_keys, agent) = (Vec::new(), AgentSettings::default());
        Self { id, organization_id, name, naming: 0, enrollment_keys, agent, created_at: now, deleted: false }
    }

    /// The same group under another name, by the renaming of this number.
    #[must_use]
    pub fn renamed(&self, name: String, naming: u64) -> Self {
        Self { name, naming, ..self.clone() }
    }

    /// The same group, whose computers are to have another agent.
    #[must_use]
    pub fn with_agent(&self, agent: AgentSettings) -> Self {
        Self { agent, ..self.clone() }
    }

    /// The same group with one more key, where keys that are revoked, expired or among those that are used up make way; `None` if
    /// there is no room, because all keys still enroll computers.
    #[must_use]
    pub fn with_key(&self, key: EnrollmentKey, used_up: &[EnrollmentKeyId], now: Timestamp) -> Option<Self> {
        let mut group = self.clone();
        if group.enrollment_keys.len() >= Self::KEYS_MAX {
            let is_over = |key: &EnrollmentKey| !key.opens_at(now) || used_up.contains(&key.id());
            let over = group.enrollment_keys.iter().position(is_over)?;
            group.enrollment_keys.remove(over);
        }
        group.enrollment_keys.push(key);
        Some(group)
    }

    /// The key with this id.
    #[must_use]
    pub fn enrollment_key(&self, id: &EnrollmentKeyId) -> Option<&EnrollmentKey> {
        self.enrollment_keys.iter().find(|key| key.id() == *id)
    }

    /// The keys that were not revoked.
    pub fn unrevoked_keys(&self) -> impl Iterator<Item = &EnrollmentKey> {
        self.enrollment_keys.iter().filter(|key| key.revoked_at.is_none())
    }

    /// The same group with a key revoked.
    #[must_use]
    pub fn with_key_revoked(&self, id: &EnrollmentKeyId, now: Timestamp) -> Self {
        let mut group = self.clone();
        for key in group.enrollment_keys.iter_mut().filter(|key| key.id() == *id) {
            key.revoked_at = key.revoked_at.or(Some(now));
        }
        group
    }

    /// The same group, deleted, without its keys.
    #[must_use]
    pub fn deleted(&self) -> Self {
        Self { deleted: true, enrollment_keys: Vec::new(), ..self.clone() }
    }
}
