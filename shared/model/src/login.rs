//! Login settings: what an organization requires for signing in as one of its administrators, or of those below it.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::OrganizationId;
use crate::network::Network;

/// The login settings of one organization. They apply to its own administrators and to those of every organization
/// below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginSettings {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Whether a password alone is not enough: one-time codes (TOTP) must be set up and used.
    pub require_totp: bool,
    /// The longest session in minutes; `None`: as set above, or 12 hours.
    pub session_minutes: Option<u32>,
    /// The networks from which administrators may sign in and act; empty: from anywhere.
    // INVARIANT: at most RANGES_MAX.
    pub allowed_ranges: Vec<Network>,
}

impl LoginSettings {
    /// The most networks of one organization.
    pub const RANGES_MAX: usize = 50;
    /// The shortest session that can be set, in minutes.
    pub const SESSION_MINUTES_MIN: u32 = 5;
    /// The longest session that can be set: 30 days, in minutes.
    pub const SESSION_MINUTES_MAX: u32 = 30 * 24 * 60;

    /// Settings without requirements, for a new organization.
    #[must_use]
    pub fn none(organization_id: OrganizationId) -> Self {
        Self { organization_id, require_totp: false, session_minutes: None, allowed_ranges: Vec::new() }
    }
}

/// The combined requirements for an administrator's sign-in, from their organization and all above it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginPolicy {
    /// A second factor is required.
    pub require_totp: bool,
    /// The longest session in minutes.
    pub session_minutes: Option<u32>,
    /// An address must be in one network of each list.
    // INVARIANT: none of the lists is empty.
    pub allowed_ranges: Vec<Vec<Network>>,
}

/// How long a session lasts if no settings limit it further.
pub const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(12);

impl LoginPolicy {
    /// The strictest combination of the settings of an administrator's organization and those above it: an organization
    /// below can require more, never less.
    #[must_use]
    pub fn of<'a>(settings: impl IntoIterator<Item = &'a LoginSettings>) -> Self {
        settings.into_iter().fold(Self::default(), |mut policy, settings| {
            policy.require_totp |= settings.require_totp;
            policy.session_minutes = policy.session_minutes.into_iter().chain(settings.session_minutes).min();
            if !settings.allowed_ranges.is_empty() {
                policy.allowed_ranges.push(settings.allowed_ranges.clone());
            }
            policy
        })
    }

    /// Whether administrators may sign in and act from an address. An unknown address is allowed only if there are no
    /// restrictions.
    #[must_use]
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        let within = |ranges: &Vec<Network>| {
            address.is_some_and(|address| ranges.iter().any(|range| range.contains(address)))
        };
        self.allowed_ranges.iter().all(within)
    }

    /// The latest end of a session that began at `since`.
    #[must_use]
    pub fn session_ends(&self, since: Timestamp) -> Timestamp {
        let lasts =
            self.session_minutes.map_or(SESSION_LASTS, |minutes| SignedDuration::from_mins(minutes.into()));
        since.saturating_add(lasts).unwrap_or(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ulid::Ulid;

    fn settings(require_totp: bool, session_minutes: Option<u32>, ranges: &[&str]) -> LoginSettings {
        LoginSettings {
            require_totp,
            session_minutes,
            allowed_ranges: ranges.iter().map(|range| range.parse().unwrap()).collect(),
            ..LoginSettings::none(OrganizationId::from_ulid(Ulid::from_parts(1, 0)))
        }
    }

    #[test]
    fn an_organization_below_asks_for_more_and_never_for_less() {
        let above = settings(true, Some(60), &["10.0.0.0/8"]);
        let below = settings(false, Some(600), &["10.1.0.0/16", "192.0.2.1"]);
        let policy = LoginPolicy::of([&above, &below]);
        assert!(policy.require_totp);
        assert_eq!(policy.session_minutes, Some(60));
        let cases = [("10.1.2.3", true), ("10.2.0.1", false), ("192.0.2.1", false)];
        for (address, expected) in cases {
            assert_eq!(policy.allows(Some(address.parse().unwrap())), expected, "{address}");
        }
        assert!(!policy.allows(None), "an unknown address is in no network");
    }

    #[test]
    fn without_settings_everything_is_as_usual() {
        let policy = LoginPolicy::of([&settings(false, None, &[])]);
        assert_eq!(policy, LoginPolicy::default());
        assert!(policy.allows(None));
        let since: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(policy.session_ends(since).to_string(), "2026-01-01T12:00:00Z");
    }
}
