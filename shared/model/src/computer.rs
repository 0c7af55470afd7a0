//! Computers and their maintenance mode.

pub mod check_ins;
pub mod instance;
pub mod override_key;

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use self::instance::Instances;
use self::override_key::SealedOverrideKey;

use crate::ids::{ComputerId, EnrollmentKeyId, GroupId, OrganizationId};
use crate::named::named;

named! {
    /// What a computer's agent does differently while in maintenance mode.
    pub enum MaintenanceMode("maintenance mode") {
        /// Policies are enforced, as without a mode. It takes the place of another mode, which does not come back.
        Secured = "secured",
        /// Nothing is blocked; everything is recorded.
        MonitorOnly = "monitor_only",
        /// Programs that run are learned for new policies, and not blocked.
        Learning = "learning",
        /// Software is being installed: programs that the installer brings are allowed.
        Installation = "installation",
        /// The agent does not defend itself: it can be stopped, updated or removed.
        TamperProtectionOff = "tamper_protection_off",
    }
}

/// A maintenance mode that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Maintenance {
    /// What the agent does differently.
    #[serde(deserialize_with = "stored_mode")]
    pub mode: MaintenanceMode,
    /// When the mode ends by itself.
    pub until: Timestamp,
}

/// A mode as it is stored. Earlier versions wrote `monitor`.
fn stored_mode<'de, D: Deserializer<'de>>(from: D) -> Result<MaintenanceMode, D::Error> {
    let id = <Cow<'de, str>>::deserialize(from)?;
    let id = if id == "monitor" { MaintenanceMode::MonitorOnly.id() } else { id.as_ref() };
    id.parse().map_err(D::Error::custom)
}

/// A computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Computer {
    /// Its id.
    pub id: ComputerId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The group it is in.
    pub group_id: GroupId,
    /// The host name it reported last.
    pub hostname: String,
    /// The name that administrators gave it, beside the host name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number of the last change of its host name.
    #[serde(default, skip_serializing_if = "crate::json::is_zero")]
    pub naming: u64,
    /// The operating system it reported.
    pub os: String,
    /// Whether another computer had its host name when it took it, and no administrator has confirmed it yet. Until then
    /// nothing reaches it that is meant for more than itself.
    pub unconfirmed: bool,
    /// The computer that has its host name, while this one is unconfirmed.
    // INVARIANT: set only if unconfirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<ComputerId>,
    /// SHA-256 of its token, in hexadecimal.
    pub token_hash: String,
    /// The maintenance mode that was set last; see [`Computer::maintenance_at`].
    pub maintenance: Option<Maintenance>,
    /// When it enrolled.
    pub enrolled_at: Timestamp,
    /// The key with which it enrolled, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment_key_id: Option<EnrollmentKeyId>,
    /// The deployment whose policies it was given last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_version: Option<u64>,
    /// The agents that use its token.
    #[serde(default, skip_serializing_if = "Instances::is_empty")]
    pub instances: Instances,
    /// The key of its override codes. Computers that enrolled before there were such keys get one when they check in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_key: Option<SealedOverrideKey>,
    /// Whether it has been removed; its token then no longer works.
    #[serde(default)]
    pub deleted: bool,
}

impl Maintenance {
    /// The longest time that a mode lasts.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

    /// A mode from now until a later moment; `None` if that is not later, or later than [`Self::LONGEST`].
    #[must_use]
    pub fn until(mode: MaintenanceMode, until: Timestamp, now: Timestamp) -> Option<Self> {
        let fits = until > now && until.duration_since(now) <= Self::LONGEST;
        fits.then_some(Self { mode, until })
    }
}

impl Computer {
    /// The maintenance mode in force at a time.
    #[must_use]
    pub fn maintenance_at(&self, now: Timestamp) -> Option<&Maintenance> {
        self.maintenance.as_ref().filter(|m| now < m.until)
    }

    /// The form of a host name in which two are compared: the case does not count.
    #[must_use]
    pub fn hostname_key(hostname: &str) -> String {
        hostname.to_lowercase()
    }

    /// Whether it has this host name, in any case.
    #[must_use]
    pub fn is_called(&self, hostname: &str) -> bool {
        Self::hostname_key(&self.hostname) == Self::hostname_key(hostname)
    }

    /// The same computer under another host name. If another computer has that name, it is unconfirmed from then on. A
    /// computer that is unconfirmed stays so: what it asked under its old name must not pass for another one's.
    #[must_use]
    pub fn renamed(&self, hostname: String, naming: u64, twin_of: Option<ComputerId>) -> Self {
        let unconfirmed = self.unconfirmed || twin_of.is_some();
        let twin_of = twin_of.or_else(|| self.twin_of.clone());
        Self { hostname, naming, unconfirmed, twin_of, ..self.clone() }
    }

    /// The same computer at a later number of changes of its host name: earlier ones that are under way fail.
    #[must_use]
    pub fn at_naming(&self, naming: u64) -> Self {
        Self { naming, ..self.clone() }
    }

    /// The same computer under the name that an administrator gives it, or under its host name alone.
    #[must_use]
    pub fn named(&self, name: Option<String>) -> Self {
        Self { name, ..self.clone() }
    }

    /// The same computer with a maintenance mode, or with none.
    #[must_use]
    pub fn with_maintenance(&self, maintenance: Option<Maintenance>) -> Self {
        Self { maintenance, ..self.clone() }
    }

    /// The same computer with a key for its override codes, unless it has one.
    #[must_use]
    pub fn with_override_key(&self, key: SealedOverrideKey) -> Self {
        Self { override_key: self.override_key.clone().or(Some(key)), ..self.clone() }
    }

    /// The same computer, confirmed by an administrator.
    #[must_use]
    pub fn confirmed(&self) -> Self {
        Self { unconfirmed: false, twin_of: None, ..self.clone() }
    }

    /// The same computer with another token; the one before no longer works, and who used it does not count.
    #[must_use]
    pub fn with_token(&self, token_hash: String) -> Self {
        Self { token_hash, instances: Instances::default(), ..self.clone() }
    }

    /// The same computer, which was given the policies of a deployment.
    #[must_use]
    pub fn with_policy_version(&self, version: u64) -> Self {
        Self { policy_version: Some(version), ..self.clone() }
    }

    /// The same computer in another group of its organization.
    #[must_use]
    pub fn moved(&self, group_id: GroupId) -> Self {
        Self { group_id, ..self.clone() }
    }

    /// The same computer, removed.
    #[must_use]
    pub fn deleted(&self) -> Self {
        Self { deleted: true, maintenance: None, ..self.clone() }
    }
}
