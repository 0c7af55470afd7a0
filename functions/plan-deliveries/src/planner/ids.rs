//! Ids of deliveries: they follow from event and address, so that expanding a notice twice makes one delivery.

use countersign_authority::Recipient;
use countersign_journal::Event;
use countersign_model::{Notice, NotificationId, Request};
use countersign_store::keys;
use jiff::Timestamp;
use ulid::Ulid;

/// The id of a delivery that there is once for a request.
pub fn id_of(notice: &Notice, request: &Request, recipient: &Recipient) -> NotificationId {
    delivery_id(&notice_key(notice, None), request.created_at, recipient)
}

/// The id of a delivery that reports an event which happened then.
pub fn id_at(event: &Event, notice: &Notice, since: Timestamp, recipient: &Recipient) -> NotificationId {
    delivery_id(&notice_key(notice, Some(event)), since, recipient)
}

/// The part of a delivery's id that stands for the event. A request is submitted, revoked and ended at most once each, and
/// decided once at a time, so with that time it identifies the event; an administrator may be invited again.
fn notice_key(notice: &Notice, event: Option<&Event>) -> String {
    let about = match notice {
        // Once for each flag, however many requests it stops.
        Notice::FileFlagged { flag_id, .. } => Some(flag_id.to_string()),
        // A request may be taken and asked about more than once.
        Notice::DecisionAsked { .. } | Notice::RequestTaken { .. } | Notice::RequestHandedOver { .. } => None,
        Notice::RequestSubmitted { .. }
        | Notice::RequestDecided { .. }
        | Notice::RequestRevoked { .. }
        | Notice::ApprovalEdited { .. }
        | Notice::RequestEnded { .. }
        | Notice::RequestExpired { .. }
        | Notice::RequestJoined { .. }
        | Notice::RequestHandled { .. }
        | Notice::RequestExpiring { .. }
        | Notice::RequestUntaken { .. }
        | Notice::RequestUndecided { .. }
        | Notice::Invitation { .. }
        | Notice::PasswordReset { .. }
        | Notice::SignedInElsewhere { .. }
        | Notice::PasswordChanged { .. }
        | Notice::RightsChanged { .. }
        | Notice::AccountRecovered { .. }
        | Notice::Again { .. }
        | Notice::Digest => notice.request_id().map(ToString::to_string),
    };
    let about = about.or_else(|| event.map(|event| event.id.to_string())).unwrap_or_default();
    format!("{} {about}", notice.name())
}

/// The same id for the same event and address, however often it is processed. Ids of later events sort later.
fn delivery_id(notice: &str, since: Timestamp, recipient: &Recipient) -> NotificationId {
    let digest = keys::digest(&[notice, recipient.channel.id(), &recipient.key()]);
    let random = digest.get(..20).and_then(|hex| u128::from_str_radix(hex, 16).ok()).unwrap_or_default();
    let millisecond = u64::try_from(since.as_millisecond()).unwrap_or_default();
    NotificationId::from_ulid(Ulid::from_parts(millisecond, random))
}
