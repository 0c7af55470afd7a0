//! Request and response types of this function.

use countersign_http::{Cursor, Limit};
use countersign_model::{
    Channel, Delivery, DeliveryState, EventId, NoticeName, NotificationId, OrganizationId, RequestId, Sight,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The organization whose events to process.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToProcess {
    /// The organization in which something happened.
    pub organization_id: OrganizationId,
}

/// The result of one walk over the organizations.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Delivered {
    /// Organizations examined.
    pub organizations: usize,
    /// Events processed.
    pub events: usize,
    /// Messages that a provider accepted.
    pub deliveries_sent: usize,
    /// Deliveries that were refused for good or given up.
    pub deliveries_failed: usize,
    /// Journal numbers that could be neither processed nor dropped, and were set aside. Verifying the audit names them.
    pub set_aside: usize,
    /// When the next delivery is due; null if nothing is outstanding.
    pub next_due_at: Option<Timestamp>,
    /// What may make the store lose records, and what to do about it. Asked once an hour, of a Redis server named by `redis_url`.
    pub warnings: Vec<String>,
    /// Time ran out, or another caller is doing the rest; the next call continues.
    pub more: bool,
}

/// Which deliveries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationsQuery {
    /// The deliveries of this organization; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Only those in this state: `pending`, `sent`, `failed`, `collapsed` or `skipped`. Pages may then be short.
    #[param(inline)]
    pub status: Option<DeliveryState>,
    /// `next_cursor` of the previous page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// Items per page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A delivery: one message to one address.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationView {
    id: NotificationId,
    organization_id: OrganizationId,
    /// The event that it reports.
    event_id: EventId,
    /// The request that it is about, if any.
    request_id: Option<RequestId>,
    /// What it reports: `request-submitted`, `request-decided`, `request-revoked`, `invitation`, `password-reset`.
    #[schema(example = "request-submitted")]
    notice: NoticeName,
    #[schema(example = "email")]
    channel: Channel,
    /// An email address or a phone number; null if it is that of an administrator of an organization that you may not see.
    address: Option<String>,
    /// True if the address is that of an administrator of an organization that you may not see.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// `pending`, `sent`, `failed`, `collapsed` (another message says the same) or `skipped` (no longer to be sent).
    #[schema(example = "sent")]
    status: DeliveryState,
    attempts: u32,
    /// When the next attempt is due; set only while pending.
    next_attempt_at: Option<Timestamp>,
    /// The provider's last answer, or why it was not sent; null if you may not see the address, which it may repeat.
    last_answer: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    revision: u64,
}

impl NotificationView {
    /// The delivery as its reader may see it.
    pub fn seen(Stored { revision, value }: Stored<Delivery>, sight: &Sight<'_>) -> Self {
        let is_shown = value.recipient_organization_id.as_ref().is_none_or(|home| sight.sees(home));
        Self {
            id: value.id,
            organization_id: value.organization_id,
            event_id: value.event_id,
            request_id: value.request_id,
            notice: value.notice.name(),
            channel: value.channel,
            address: Some(value.address).filter(|_| is_shown),
            managing_organization: !is_shown,
            status: value.state,
            attempts: value.attempts,
            next_attempt_at: value.next_attempt_at,
            last_answer: value.last_answer.filter(|_| is_shown),
            created_at: value.created_at,
            updated_at: value.updated_at,
            revision,
        }
    }
}
