//! Request and response types of this function.

use countersign_http::{Cursor, Limit};
use countersign_model::{
    Channel, Delivery, DeliveryState, EventId, NoticeName, NotificationId, OrganizationId, RequestId, Sight,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which deliveries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationsQuery {
    /// The organization whose deliveries are listed; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The state to which the list is narrowed: `pending`, `sent`, `failed`, `collapsed`, `skipped` or `digested`; default: all.
    /// Pages may then be short.
    #[param(inline)]
    pub status: Option<DeliveryState>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A delivery: one message to one address.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationView {
    /// The id of the delivery.
    id: NotificationId,
    /// The organization that it belongs to.
    organization_id: OrganizationId,
    /// The event that it reports.
    event_id: EventId,
    /// The request that it is about; null if it is about none.
    request_id: Option<RequestId>,
    /// What it reports, such as `request-submitted`, `request-joined`, `request-handled`, `request-decided`, `invitation` or
    /// `digest`.
    #[schema(example = "request-submitted")]
    notice: NoticeName,
    /// The channel by which it is sent.
    #[schema(example = "email")]
    channel: Channel,
    /// An email address, a phone number, or the address of an integration such as `slack:Security desk`; null if it is that of an administrator of an organization that you may not see.
    address: Option<String>,
    /// True if the address is that of an administrator of an organization that you may not see.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// The state: `pending`, `sent`, `failed`, `collapsed` if another message says the same, `digested` if a digest says
    /// it, or `skipped` if it is no longer to be sent.
    #[schema(example = "sent")]
    status: DeliveryState,
    /// How many attempts to send it were made.
    attempts: u32,
    /// When the next attempt is due; null unless it is pending.
    next_attempt_at: Option<Timestamp>,
    /// The provider's last answer, or why it was not sent. Null if there is none, or if you may not see the address,
    /// which it may repeat.
    last_answer: Option<String>,
    /// When the delivery was made.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
    /// The revision of the delivery, for `If-Match`. It increases with every change.
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
