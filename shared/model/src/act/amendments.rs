//! A requester said more about a pending request.

use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::audit::AuditKind;
use crate::ids::{ComputerId, RequestId};
use crate::permit::Basis;
use crate::request::Request;
use crate::request::requesters::Requester;

/// A requester gave a better reason or another address, or allowed a copy of the file after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestAmended {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The computer that asked.
    pub computer_id: ComputerId,
    /// The host name of the computer.
    pub hostname: String,
    /// Whether another computer had that host name when this one asked, and no administrator had confirmed this one; absent
    /// otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
    /// The user who amended the request.
    pub username: String,
    /// The reason given before; absent if there was none, or if it did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_reason: Option<String>,
    /// The reason given now; absent if it did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether another address was given.
    pub email_changed: bool,
    /// Whether a copy of the file was announced.
    pub attachment_announced: bool,
}

impl RequestAmended {
    /// The act: what a user of the computer changed in the request.
    #[must_use]
    pub fn of(old: &Request, new: &Request, username: &str) -> Self {
        let (before, after) = (old.requester(username), new.requester(username));
        let reason = |of: Option<&Requester>| of?.reason.clone();
        let email = |of: Option<&Requester>| of?.email.clone();
        let (previous_reason, reason) = match (reason(before), reason(after)) {
            (before, after) if before == after => (None, None),
            changed => changed,
        };
        Self {
            request_id: new.id.clone(),
            computer_id: new.computer_id.clone(),
            hostname: new.hostname.clone(),
            unconfirmed: new.unconfirmed,
            username: after.map_or(username, |requester| &requester.username).to_owned(),
            previous_reason,
            reason,
            email_changed: email(before) != email(after),
            attachment_announced: old.attachment != new.attachment,
        }
    }
}

impl Happening for RequestAmended {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(
            ActName::RequestAmended,
            AuditKind::Unified,
            &[&self.request_id, &self.computer_id],
        )
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}
