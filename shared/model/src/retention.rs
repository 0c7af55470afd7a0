//! How long an organization keeps what it no longer needs.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultKind};

/// How many days an organization keeps things. What is null is as at the organization above; what is null at the root
/// as well is kept for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// How long copies of files are kept after they were last asked about: 8 to 3650 days. In any case they are kept a day
    /// longer than a request waits for its decision.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 8, maximum = 3650))]
    pub attachments_days: Option<u16>,
    /// How long requests are kept after they were decided or ended, together with their copies of files: 30 to 3650
    /// days. An approval that is in force is kept.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 30, maximum = 3650))]
    pub requests_days: Option<u16>,
    /// How long entries of the audit are kept: 90 to 3650 days, and at least as long as requests and copies of files.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 90, maximum = 3650))]
    pub audit_days: Option<u16>,
}

/// Why a retention is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct InvalidRetention {
    /// The name of the field.
    pub field: &'static str,
    /// What it must be.
    pub why: Fault,
}

impl Retention {
    const ATTACHMENTS: RangeInclusive<u16> = 8..=3650;
    const REQUESTS: RangeInclusive<u16> = 30..=3650;
    const AUDIT: RangeInclusive<u16> = 90..=3650;

    /// The retention, when each part is within its bounds and the audit outlasts what it tells of.
    ///
    /// # Errors
    /// The first part that is not.
    pub fn checked(self) -> Result<Self, InvalidRetention> {
        let parts = [
            ("attachments_days", self.attachments_days, Self::ATTACHMENTS),
            ("requests_days", self.requests_days, Self::REQUESTS),
            ("audit_days", self.audit_days, Self::AUDIT),
        ];
        for (field, days, bounds) in parts {
            if days.is_some_and(|days| !bounds.contains(&days)) {
                let why = FaultKind::OutOfRange.outside(*bounds.start(), *bounds.end());
                return Err(InvalidRetention { field, why });
            }
        }
        let longest = self.attachments_days.max(self.requests_days);
        if let (Some(audit), Some(longest)) = (self.audit_days, longest)
            && audit < longest
        {
            let message = format!("must be at least {longest}, as long as what it tells of is kept");
            let why = FaultKind::OutOfRange.outside(longest, *Self::AUDIT.end()).saying(message);
            return Err(InvalidRetention { field: "audit_days", why });
        }
        Ok(self)
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// What counts at an organization with this one, below an organization with the other.
    ///
    /// ```
    /// # use countersign_model::Retention;
    /// let root = Retention { requests_days: Some(365), ..Retention::default() };
    /// let child = Retention { attachments_days: Some(30), ..Retention::default() };
    /// assert_eq!(child.below(root).requests_days, Some(365));
    /// ```
    #[must_use]
    pub fn below(self, above: Self) -> Self {
        Self {
            attachments_days: self.attachments_days.or(above.attachments_days),
            requests_days: self.requests_days.or(above.requests_days),
            audit_days: self.audit_days.or(above.audit_days),
        }
    }

    /// The same retention, with which copies of files outlast requests that wait for so many days.
    #[must_use]
    pub fn outlasting(self, pending_days: u16) -> Self {
        let least = pending_days.saturating_add(1);
        Self { attachments_days: self.attachments_days.map(|days| days.max(least)), ..self }
    }

    /// Copies of files go with the last request that can show them, if not before.
    #[must_use]
    pub fn attachments_kept(&self) -> Option<u16> {
        match (self.attachments_days, self.requests_days) {
            (Some(attachments), Some(requests)) => Some(attachments.min(requests)),
            (one, other) => one.or(other),
        }
    }
}
