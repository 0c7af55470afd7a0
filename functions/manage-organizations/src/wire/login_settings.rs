//! Request and response types of login settings.

use countersign_http::{InputError, Problem};
use countersign_model::{FaultKind, LoginPolicy, LoginSettings, Network, OrganizationId};
use countersign_store::Stored;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All login settings of an organization. They replace the previous ones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceLoginSettings {
    /// Whether one-time codes (TOTP) must be set up and used.
    pub require_totp: bool,
    /// The longest session in minutes: 5 to 43200, which is 30 days; default: as set above, or 12 hours.
    #[schema(minimum = 5, maximum = 43_200, example = 480)]
    pub session_minutes: Option<u32>,
    /// Networks from which administrators may sign in and act: addresses or CIDR blocks, at most 50; empty: from
    /// anywhere. They are stored in canonical form: `10.1.2.3/8` as `10.0.0.0/8`.
    #[schema(max_items = 50, example = json!(["192.0.2.0/24"]))]
    pub allowed_ranges: Vec<Network>,
}

impl ReplaceLoginSettings {
    /// The validated settings.
    pub fn checked(self, organization_id: OrganizationId) -> Result<LoginSettings, Problem> {
        let Self { require_totp, session_minutes, allowed_ranges } = self;
        let (least, most) = (LoginSettings::SESSION_MINUTES_MIN, LoginSettings::SESSION_MINUTES_MAX);
        let mut errors = Vec::new();
        if session_minutes.is_some_and(|minutes| !(least..=most).contains(&minutes)) {
            errors.push(InputError::new("/session_minutes", FaultKind::OutOfRange.outside(least, most)));
        }
        if allowed_ranges.len() > LoginSettings::RANGES_MAX {
            errors.push(InputError::new(
                "/allowed_ranges",
                FaultKind::TooMany.above(LoginSettings::RANGES_MAX),
            ));
        }
        if !errors.is_empty() {
            return Err(Problem::invalid_body(errors));
        }
        Ok(LoginSettings { organization_id, require_totp, session_minutes, allowed_ranges })
    }
}

/// The login settings of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoginSettings)]
pub struct LoginSettingsView {
    /// The organization that the settings belong to.
    organization_id: OrganizationId,
    /// Whether one-time codes (TOTP) must be set up and used.
    require_totp: bool,
    /// The longest session in minutes; null: as set above, or 12 hours.
    session_minutes: Option<u32>,
    /// Networks from which administrators may sign in and act; empty: from anywhere.
    allowed_ranges: Vec<Network>,
    /// The requirements for this organization's administrators, combined with those of the organizations above.
    effective: EffectiveView,
    /// The revision of the settings, for `If-Match`. It increases with every change.
    revision: u64,
}

/// The strictest combination of the settings of an organization and of those above it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EffectiveLoginSettings)]
pub struct EffectiveView {
    /// Whether one-time codes (TOTP) must be set up and used.
    require_totp: bool,
    /// The longest session in minutes; null: 12 hours.
    session_minutes: Option<u32>,
    /// The lists of networks that are set here and above: an address must be in one network of each list.
    allowed_ranges: Vec<Vec<Network>>,
}

impl LoginSettingsView {
    pub fn new(stored: Stored<LoginSettings>, policy: LoginPolicy) -> Self {
        let Stored { revision, value } = stored;
        let LoginSettings { organization_id, require_totp, session_minutes, allowed_ranges } = value;
        let effective = EffectiveView {
            require_totp: policy.require_totp,
            session_minutes: policy.session_minutes,
            allowed_ranges: policy.allowed_ranges,
        };
        Self { organization_id, require_totp, session_minutes, allowed_ranges, effective, revision }
    }
}
