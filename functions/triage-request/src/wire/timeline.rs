//! Request and response types of time lines.

use countersign_http::{ActorView, Cursor};
use countersign_model::{Act, Channel, Delivery, DeliveryState, EventId, NotificationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page. A page has up to 20 entries, and those that only the request itself tells.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
}

/// Something that happened to a request, to the flags of its file, or to the notes at it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// The id of the event; null if only the request, the flag or the note itself tells of it.
    event_id: Option<EventId>,
    /// When it happened.
    at: Timestamp,
    /// Who did it, as far as you may see.
    actor: ActorView,
    #[serde(flatten)]
    #[schema(value_type = countersign_model::act::ActFields)]
    act: Act,
    /// The messages about it, at most 50.
    #[schema(max_items = 50)]
    told: Vec<ToldView>,
    /// How many more messages there are, which the notification log has.
    more_told: usize,
}

/// A message about an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineMessage)]
pub struct ToldView {
    /// The id of the delivery.
    notification_id: NotificationId,
    /// The channel by which it is sent.
    channel: Channel,
    /// An email address or a phone number; null if you may not see it.
    address: Option<String>,
    /// Whether the address is that of an administrator of an organization that you may not see.
    managing_organization: bool,
    /// The state: `sent` when the provider took it, `pending`, `failed`, `collapsed` if another message says the same,
    /// `digested` if a digest says it, or `skipped` if it is no longer to be sent.
    status: DeliveryState,
    /// How many attempts to send it were made.
    attempts: u32,
    /// The provider's last answer, or why it was not sent. Null if there is none, or if you may not see the address.
    last_answer: Option<String>,
    /// When it was delivered, as the provider reported it. Null where a provider reports nothing, and once it bounced.
    delivered_at: Option<Timestamp>,
    /// When its recipient read it, as the provider reported it. Null where a provider does not know, and once it bounced.
    read_at: Option<Timestamp>,
    /// When it bounced, as the provider reported it; null if it did not.
    bounced_at: Option<Timestamp>,
    /// When its state last changed, or a provider reported something of it.
    updated_at: Timestamp,
}

/// What a reader may see of a message.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Whether they may know of the organization of who gets it.
    pub is_seen: bool,
    /// Whether they may see the address.
    pub has_address: bool,
}

impl ToldView {
    /// The message as its reader may see it. An answer may repeat the address.
    pub fn new(delivery: Delivery, shown: Shown) -> Self {
        Self {
            notification_id: delivery.id,
            channel: delivery.channel,
            address: Some(delivery.address).filter(|_| shown.has_address),
            managing_organization: !shown.is_seen,
            status: delivery.state,
            attempts: delivery.attempts,
            last_answer: delivery.last_answer.filter(|_| shown.has_address),
            delivered_at: delivery.delivered_at,
            read_at: delivery.read_at,
            bounced_at: delivery.bounced_at,
            updated_at: delivery.updated_at,
        }
    }
}

impl TimelineEntry {
    /// What its reader may see of it, without messages.
    pub fn of(event_id: Option<EventId>, at: Timestamp, actor: ActorView, act: Act) -> Self {
        Self { event_id, at, actor, act, told: Vec::new(), more_told: 0 }
    }

    /// With the messages about it.
    pub fn telling(self, told: Vec<ToldView>, more_told: usize) -> Self {
        Self { told, more_told, ..self }
    }
}
