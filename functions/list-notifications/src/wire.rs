//! Request and response types of this function.

pub mod resend_failed;

use countersign_http::{AdministratorName, Cursor, Limit};
use countersign_model::clock::ALLOWED_SKEW;
use countersign_model::delivery::NOT_TOLD;
use countersign_model::{
    Bounce, Channel, Delivery, DeliveryState, EventId, NoticeName, NotificationId, OrganizationId, Request,
    RequestId, RequestKind, RequestStatus, Sight, ToldAs,
};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::about::Requests;
use crate::bounce::Bounces;

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
    /// The request to whose messages the list is narrowed. Pages may then be short.
    #[param(inline)]
    pub request_id: Option<RequestId>,
    /// The channel to which the list is narrowed: `email`, `sms`, `chat`, `push` or `webhook`. Pages may then be short.
    #[param(inline)]
    pub channel: Option<Channel>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

impl NotificationsQuery {
    /// Whether the list has this delivery.
    pub fn wants(&self, delivery: &Delivery) -> bool {
        self.status.is_none_or(|status| delivery.state == status)
            && self.channel.is_none_or(|channel| delivery.channel == channel)
            && self.request_id.as_ref().is_none_or(|id| delivery.request_id.as_ref() == Some(id))
    }

    /// Whether nothing that the list has can be older than this delivery: a request's messages are made after it.
    pub fn ends_at(&self, delivery: &Delivery) -> bool {
        self.request_id.as_ref().is_some_and(|id| {
            let asked = i64::try_from(id.ulid().timestamp_ms()).unwrap_or(i64::MAX);
            let made = delivery.created_at.saturating_add(ALLOWED_SKEW);
            made.is_ok_and(|made| made.as_millisecond() < asked)
        })
    }
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
    /// The request in short; null if it is about none, or about one that you may not list.
    request: Option<NotifiedRequest>,
    /// What it reports, such as `request-submitted`, `request-handled`, `request-untaken` (nobody
    /// has taken the request), `request-undecided`, `invitation` or `digest`.
    #[schema(example = "request-submitted")]
    notice: NoticeName,
    /// Why its recipient is told: `requester`, `subscriber` (an administrator with *notify on request*), `notify-list` (an address of
    /// the policy), `escalation-list`, `may-decide`, `handed-over`, `oneself` (it is about their own account), `super-admin`, or
    /// `stands-in`.
    #[schema(example = "subscriber")]
    told_as: ToldAs,
    /// The channel by which it is sent.
    #[schema(example = "email")]
    channel: Channel,
    /// An email address, a phone number, the address of an integration such as `slack:Security desk`, or `push:` and the id of an administrator: all
    /// browsers of theirs. Null if it is that of an administrator of an organization that you may not see.
    address: Option<String>,
    /// The administrator who receives it, with the name that they had. Null if the address is not that of an administrator, if the
    /// administrator belongs to an organization that you may not see, and for deliveries of earlier versions.
    recipient: Option<AdministratorName>,
    /// The name of the administrator who is away and for whom the recipient stands in. Null if there is none, or if that administrator
    /// belongs to an organization that you may not see.
    #[schema(example = "Kim Example")]
    in_place_of: Option<String>,
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
    /// The provider's last answer, or why it was not sent. Null if there is none, or if you may not see the
    /// address and it is a provider's, which may repeat that, or says something of the administrator (`not told: …`).
    last_answer: Option<String>,
    /// The provider that was handed the message last, or the kind of integration; null if none was.
    #[schema(example = "postmark")]
    provider: Option<String>,
    /// When the message was delivered, as the provider reported it. Null where a provider reports nothing, and once it bounced.
    delivered_at: Option<Timestamp>,
    /// When its recipient read the message, as the provider reported it. Null where a provider does not know, and once it bounced.
    read_at: Option<Timestamp>,
    /// When this message bounced, as the provider reported it; null if it did not.
    bounced_at: Option<Timestamp>,
    /// The request whose message to the same address says the same; null unless the state is `collapsed`.
    collapsed_into: Option<RequestId>,
    /// What a provider reported about the address, if messages do not arrive there. Nothing is sent there until it is put
    /// right.
    bounce: Option<BounceView>,
    /// When the delivery was made.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
    /// The revision of the delivery, for `If-Match`. It increases with every change.
    revision: u64,
}

/// The request that a message is about, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotifiedRequest {
    /// What kind of thing is requested.
    kind: RequestKind,
    /// The file's name without its folder, or the device's name.
    name: String,
    /// The host name that the computer had when it asked.
    hostname: String,
    /// The name that administrators had given it then, beside its host name; null if it had none.
    computer_name: Option<String>,
    /// The status now.
    status: RequestStatus,
}

impl NotifiedRequest {
    fn at(now: Timestamp, request: &Request) -> Self {
        Self {
            kind: request.kind(),
            name: request.subject.name(),
            hostname: request.hostname.clone(),
            computer_name: request.computer_name.clone(),
            status: request.status_at(now),
        }
    }
}

/// That messages to an address do not arrive.
#[derive(Debug, Serialize, ToSchema)]
pub struct BounceView {
    /// When one last did not.
    at: Timestamp,
    /// Why, in the provider's words.
    #[schema(example = "550 5.1.1 no such user")]
    reason: String,
}

impl From<&Bounce> for BounceView {
    fn from(Bounce { at, reason, .. }: &Bounce) -> Self {
        Self { at: *at, reason: reason.clone() }
    }
}

impl NotificationView {
    /// The delivery as its reader may see it.
    pub fn seen(
        now: Timestamp,
        Stored { revision, value }: Stored<Delivery>,
        sight: &Sight<'_>,
        (bounces, requests): (&Bounces, &Requests),
    ) -> Self {
        let is_shown = value.recipient_organization_id.as_ref().is_none_or(|home| sight.sees(home));
        // Why it is not sent are words of the product, without an address, but those about the administrator.
        let is_ours = matches!(value.state, DeliveryState::Collapsed | DeliveryState::Skipped);
        let bounce = bounces.get(&value).filter(|_| is_shown).map(BounceView::from);
        let recipient = value.recipient.clone().filter(|_| is_shown);
        Self {
            bounce,
            request: requests.get(&value).map(|request| NotifiedRequest::at(now, request)),
            told_as: value.told_as(),
            recipient: recipient.map(|to| AdministratorName { id: to.administrator_id, name: to.name }),
            provider: value.provider,
            delivered_at: value.delivered_at,
            read_at: value.read_at,
            bounced_at: value.bounced_at,
            id: value.id,
            organization_id: value.organization_id,
            event_id: value.event_id,
            request_id: value.request_id,
            notice: value.notice.name(),
            channel: value.channel,
            address: Some(value.address).filter(|_| is_shown),
            in_place_of: value.in_place_of.filter(|of| sight.sees(&of.organization_id)).map(|of| of.name),
            managing_organization: !is_shown,
            status: value.state,
            attempts: value.attempts,
            next_attempt_at: value.next_attempt_at,
            last_answer: value
                .last_answer
                .filter(|answer| is_shown || (is_ours && !answer.starts_with(NOT_TOLD))),
            collapsed_into: value.collapsed_into,
            created_at: value.created_at,
            updated_at: value.updated_at,
            revision,
        }
    }
}
