//! From a notice to deliveries: to whom, to which address, once each, and collapsed if another message already says the
//! same.

use std::collections::BTreeSet;

use countersign_authority::Recipient;
use countersign_journal::{Consequences, Event, Journal};
use countersign_model::{
    Administrator, AdministratorId, Delivery, DeliveryState, NewDelivery, Notice, NotificationId, Outcome,
    Request, RequestId, RequestStatus,
};
use countersign_store::{KeyRequests, RequesterMail, StoreError, keys};
use futures::lock::Mutex;
use jiff::Timestamp;
use ulid::Ulid;

use super::{Processor, confirming, enrollment};
use countersign_journal::readable::load_readable;

/// How many earlier matching requests are examined for a message that says the same.
pub const LOOKED_AT: usize = 20;

/// Due in the outbox on any clock: setting a clock back by an hour does not delay a new message by an hour.
pub const AT_ONCE: Timestamp = Timestamp::UNIX_EPOCH;

/// The deliveries planned in this call of processing, which may not be written yet. Requests are expanded one after the
/// other, so that each sees what the earlier ones planned.
pub type Told = Mutex<BTreeSet<NotificationId>>;

impl Processor {
    /// Notifies every subscriber who may open the request now, and the addresses of its policy.
    pub(super) async fn tell_of_submission(
        &self,
        event: &Event,
        id: &RequestId,
    ) -> Result<Consequences, StoreError> {
        let mut told = self.told.lock().await;
        let mut consequences = Consequences::default();
        let now = self.journal.clock().now();
        let Some(request) = self.journal.load::<Request>(id).await? else { return Ok(consequences) };
        let request = request.value;
        enrollment::count(&mut consequences, &request, KeyRequests::SUBMITTED);
        consequences.remember(&request);
        if self.ending.end_if_gone(&request).await? {
            return Ok(consequences);
        }
        confirming::unmark_if_confirmed(&self.journal, &request).await?;
        let earlier = self.earlier_alike(&request, LOOKED_AT).await?;
        if request.status_at(now) != RequestStatus::Pending || self.rules.decide(&request).await? {
            return Ok(consequences);
        }
        let notice = Notice::RequestSubmitted { request_id: id.clone() };
        for recipient in self.audience.of(&request).await? {
            let delivery = delivery(event, &notice, request.created_at, recipient.clone(), now);
            self.tell(&recipient, delivery, (&earlier, &mut told), &mut consequences).await?;
        }
        Ok(consequences)
    }

    /// The earlier matching requests of which a message could speak for this one, too.
    pub(super) async fn earlier_alike(
        &self,
        request: &Request,
        most: usize,
    ) -> Result<Vec<Request>, StoreError> {
        let mut earlier = self.matching.pending_before(request, most).await?;
        // A message about an unconfirmed computer does not speak for one that people know, and the reverse.
        earlier.retain(|other| other.unconfirmed == request.unconfirmed);
        Ok(earlier)
    }

    /// Makes a delivery, unless its recipient hears of an earlier matching request.
    pub(super) async fn tell(
        &self,
        recipient: &Recipient,
        delivery: Delivery,
        (earlier, told): (&[Request], &mut BTreeSet<NotificationId>),
        consequences: &mut Consequences,
    ) -> Result<(), StoreError> {
        match self.told_of(told, earlier, recipient).await? {
            Some(other) => {
                let why = format!("notified of the matching request {other}");
                consequences.note(&delivery.collapsed(&why, self.journal.clock().now()))
            }
            None => {
                told.insert(delivery.id.clone());
                consequences.deliver(&delivery, AT_ONCE)
            }
        }
    }

    /// The first of the matching requests that the recipient was notified of, or is about to be.
    async fn told_of(
        &self,
        planned: &BTreeSet<NotificationId>,
        earlier: &[Request],
        recipient: &Recipient,
    ) -> Result<Option<RequestId>, StoreError> {
        for request in earlier {
            let notice = Notice::RequestSubmitted { request_id: request.id.clone() };
            let id = delivery_id(&notice_key(&notice, None), request.created_at, recipient);
            if planned.contains(&id) || is_told(&self.journal, &id).await? {
                return Ok(Some(request.id.clone()));
            }
        }
        Ok(None)
    }

    /// Notifies everybody who waited for a decision, a revocation or an end, and gave an address; each address once. Who
    /// has withdrawn is not told.
    pub(super) fn tell_requesters(
        &self,
        event: &Event,
        notice: &Notice,
        request: &Request,
    ) -> Result<Consequences, StoreError> {
        let mut consequences = Consequences::default();
        let ended = request.ended.as_ref().filter(|_| matches!(notice, Notice::RequestEnded { .. }));
        let decided = request.decision.as_ref().filter(|decision| decision.outcome != Outcome::Ignored);
        // Another end is another message each time.
        let is_edit = matches!(notice, Notice::ApprovalEdited { .. });
        let edited = decided.and_then(|decision| decision.changed.as_ref()).filter(|_| is_edit);
        let since = ended
            .map(|ended| ended.at)
            .or(edited.map(|edited| edited.at))
            .or(decided.map(|decision| decision.at));
        let Some(since) = since else { return Ok(consequences) };
        let now = self.journal.clock().now();
        let mut addressed = BTreeSet::new();
        for email in request.waiting().filter_map(|requester| requester.email.as_ref()) {
            let recipient = Recipient::email(email);
            if addressed.insert(recipient.key()) {
                consequences.deliver(&delivery(event, notice, since, recipient, now), AT_ONCE)?;
            }
        }
        if !addressed.is_empty() {
            consequences.ensure(&RequesterMail::none(&request.computer_id))?;
        }
        Ok(consequences)
    }

    /// Sends an administrator a message with a link.
    pub(super) async fn tell_administrator(
        &self,
        event: &Event,
        notice: &Notice,
        id: &AdministratorId,
    ) -> Result<Consequences, StoreError> {
        let mut consequences = Consequences::default();
        let Some(administrator) = self.journal.load::<Administrator>(id).await? else {
            return Ok(consequences);
        };
        let now = self.journal.clock().now();
        let recipient = Recipient::of(&administrator.value);
        consequences.deliver(&delivery(event, notice, event.at, recipient, now), AT_ONCE)?;
        Ok(consequences)
    }
}

async fn is_told(journal: &Journal, id: &NotificationId) -> Result<bool, StoreError> {
    let found = load_readable::<Delivery>(journal, &[id.as_str()]).await?;
    Ok(found.iter().any(|delivery| matches!(delivery.state, DeliveryState::Pending | DeliveryState::Sent)))
}

pub fn delivery(
    event: &Event,
    notice: &Notice,
    since: Timestamp,
    recipient: Recipient,
    now: Timestamp,
) -> Delivery {
    let new = NewDelivery {
        id: delivery_id(&notice_key(notice, Some(event)), since, &recipient),
        organization_id: event.organization_id.clone(),
        event_id: event.id.clone(),
        channel: recipient.channel,
        address: recipient.address,
        recipient_organization_id: recipient.organization_id,
        notice: notice.clone(),
    };
    Delivery::new(new, now).read_by(recipient.reading)
}

/// The part of a delivery's id that stands for the event. A request is submitted, revoked and ended at most once each, and
/// decided once at a time, so with that time it identifies the event; an administrator may be invited again.
fn notice_key(notice: &Notice, event: Option<&Event>) -> String {
    let about = match notice {
        // Once for each flag, however many requests it stops.
        Notice::FileFlagged { flag_id, .. } => Some(flag_id.to_string()),
        // A request may be asked about more than once.
        Notice::DecisionAsked { .. } => None,
        Notice::RequestSubmitted { .. }
        | Notice::RequestDecided { .. }
        | Notice::RequestRevoked { .. }
        | Notice::ApprovalEdited { .. }
        | Notice::RequestEnded { .. }
        | Notice::Invitation { .. }
        | Notice::PasswordReset { .. }
        | Notice::Again { .. } => notice.request_id().map(ToString::to_string),
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
