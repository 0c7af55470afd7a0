//! Escalation: who is told of a request that nobody takes, or that nobody decides.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{InvalidSettings, invalid};
use crate::fault::FaultKind;
use crate::text::Address;

/// Who is told of a request that waits for too long, each at most once for a request. What is null does not happen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// After how many minutes the addresses in `to` are told of a request that nobody has taken or decided: 1 to 86400 (60
    /// days); null for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 86400, example = 30))]
    pub untaken_after_minutes: Option<u32>,
    /// Who is told then: at most 20 addresses, together at most 4 KiB as JSON, given with `untaken_after_minutes` and only with
    /// it. The names of integrations are those of the organization of the request. Each is sent what the request is about;
    /// no right is checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub to: Vec<Address>,
    /// After how many minutes administrators of the organizations above are told of a request that nobody has decided: 1 to
    /// 86400 (60 days); null for never. They are those of the nearest organization that has any who may open and decide it
    /// and were not told of it before, also if they do not want to hear of every request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 86400, example = 240))]
    pub undecided_after_minutes: Option<u32>,
}

impl Escalation {
    /// The most addresses.
    pub const TO_MAX: usize = 20;
    /// The most bytes of all addresses as JSON: the organization's record has them.
    pub const TO_BYTES: usize = 4 * 1024;
    const MINUTES: RangeInclusive<u32> = 1..=86_400;

    pub(super) fn checked(self) -> Result<Self, InvalidSettings> {
        let parts = [
            ("/escalation/untaken_after_minutes", self.untaken_after_minutes),
            ("/escalation/undecided_after_minutes", self.undecided_after_minutes),
        ];
        for (at, minutes) in parts {
            if minutes.is_some_and(|minutes| !Self::MINUTES.contains(&minutes)) {
                let why = FaultKind::OutOfRange.outside(*Self::MINUTES.start(), *Self::MINUTES.end());
                return Err(invalid(at, why));
            }
        }
        let at = "/escalation/to";
        if self.to.len() > Self::TO_MAX {
            return Err(invalid(at, FaultKind::TooMany.above(Self::TO_MAX)));
        }
        let bytes = serde_json::to_vec(&self.to).map_or(usize::MAX, |json| json.len());
        if bytes > Self::TO_BYTES {
            let most = Self::TO_BYTES;
            let message = format!("must be at most {most} bytes together, and are {bytes}");
            return Err(invalid(at, FaultKind::TooLarge.above(most).saying(message)));
        }
        if self.untaken_after_minutes.is_some() == self.to.is_empty() {
            return Err(invalid(at, "must be given with `untaken_after_minutes`, and only with it"));
        }
        Ok(self)
    }

    /// When the addresses are told of a request that was made at a time, unless somebody takes it; `None` for never.
    #[must_use]
    pub fn untaken_at(&self, made_at: Timestamp) -> Option<Timestamp> {
        after(made_at, self.untaken_after_minutes)
    }

    /// When the organizations above are told of a request that was made at a time, unless somebody decides it; `None` for never.
    #[must_use]
    pub fn undecided_at(&self, made_at: Timestamp) -> Option<Timestamp> {
        after(made_at, self.undecided_after_minutes)
    }

    /// The addresses to tell, each once.
    #[must_use]
    pub fn addresses(&self) -> Vec<&Address> {
        let mut seen = BTreeSet::new();
        self.to.iter().filter(|address| seen.insert(address.key())).collect()
    }
}

fn after(made_at: Timestamp, minutes: Option<u32>) -> Option<Timestamp> {
    made_at.checked_add(SignedDuration::from_mins(i64::from(minutes?))).ok()
}
