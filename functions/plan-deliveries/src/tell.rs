//! From a notice to deliveries: to whom, to which address, once each, and collapsed if another message already says the
//! same.

use std::collections::BTreeSet;

use countersign_authority::Recipient;
use countersign_journal::readable::load_readable;
use countersign_journal::{Due, Event, Journal};
use countersign_model::{
    Administrator, AdministratorId, Delivery, DeliveryState, List, NewDelivery, Notice, NotificationId,
    Outcome, Permit, ProcessorOnly, Request, RequestId, RequestStatus,
};
use countersign_store::{RequesterMail, StoreError, keys};
use jiff::Timestamp;
use ulid::Ulid;

use crate::planner::Planner;

/// How many earlier matching requests are examined for a message that says the same.
pub const LOOKED_AT: usize = 20;

impl Planner {
    /// Notifies every subscriber who may open the request now, and the addresses of its policy.
    pub(crate) async fn tell_of_submission(
        &mut self,
        event: &Event,
        id: &RequestId,
    ) -> Result<(), StoreError> {
        let Some(request) = self.journal.load::<Request>(id).await? else { return Ok(()) };
        let request = request.value;
        let now = self.journal.clock().now();
        if request.status_at(now) != RequestStatus::Pending {
            return Ok(());
        }
        let earlier = self.earlier_alike(&request, LOOKED_AT).await?;
        let notice = Notice::RequestSubmitted { request_id: id.clone() };
        for recipient in self.audience.of(&request).await? {
            let delivery = delivery(event, &notice, request.created_at, recipient.clone(), now);
            self.tell(event, &recipient, delivery, &earlier).await?;
        }
        Ok(())
    }

    /// The earlier matching requests of which a message could speak for this one, too.
    pub(crate) async fn earlier_alike(
        &self,
        request: &Request,
        most: usize,
    ) -> Result<Vec<Request>, StoreError> {
        let permit = Permit::processor(&request.organization_id, ProcessorOnly);
        let (list, subject) = (List::MatchingRequests, request.subject.key());
        let ids = self.journal.oldest_in_partition(&permit, list, &subject, None, most).await?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).filter(|id| *id < request.id.as_str()).collect();
        let now = self.journal.clock().now();
        let mut earlier = load_readable::<Request>(&self.journal, &ids).await?;
        // A message about an unconfirmed computer does not speak for one that people know, and the reverse.
        earlier.retain(|other| {
            other.matches(request)
                && other.status_at(now) == RequestStatus::Pending
                && other.unconfirmed == request.unconfirmed
        });
        Ok(earlier)
    }

    /// Makes a delivery, unless its recipient hears of an earlier matching request.
    pub(crate) async fn tell(
        &mut self,
        event: &Event,
        recipient: &Recipient,
        delivery: Delivery,
        earlier: &[Request],
    ) -> Result<(), StoreError> {
        match self.told_of(earlier, recipient).await? {
            Some(other) => {
                let why = format!("notified of the matching request {other}");
                self.planned.insert(delivery.id.clone(), DeliveryState::Collapsed);
                self.plan.note(event.number, &delivery.collapsed(&why, self.journal.clock().now()))
            }
            None => self.deliver(event, &delivery),
        }
    }

    /// Makes a delivery that is due at once.
    pub(crate) fn deliver(&mut self, event: &Event, delivery: &Delivery) -> Result<(), StoreError> {
        self.planned.insert(delivery.id.clone(), DeliveryState::Pending);
        self.plan.deliver(event.number, delivery, Due::at_once(delivery.id.as_str()))
    }

    /// The first of the matching requests that the recipient was notified of, or is about to be.
    async fn told_of(
        &self,
        earlier: &[Request],
        recipient: &Recipient,
    ) -> Result<Option<RequestId>, StoreError> {
        for request in earlier {
            let notice = Notice::RequestSubmitted { request_id: request.id.clone() };
            let id = delivery_id(&notice_key(&notice, None), request.created_at, recipient);
            if self.planned.get(&id) == Some(&DeliveryState::Pending) || is_told(&self.journal, &id).await? {
                return Ok(Some(request.id.clone()));
            }
        }
        Ok(None)
    }

    /// Notifies everybody who waited for a decision, a revocation or an end, and gave an address; each address once. Who
    /// has withdrawn is not told.
    pub(crate) fn tell_requesters(
        &mut self,
        event: &Event,
        notice: &Notice,
        request: &Request,
    ) -> Result<(), StoreError> {
        let ended = request.ended.as_ref().filter(|_| matches!(notice, Notice::RequestEnded { .. }));
        let decided = request.decision.as_ref().filter(|decision| decision.outcome != Outcome::Ignored);
        // Another end is another message each time.
        let is_edit = matches!(notice, Notice::ApprovalEdited { .. });
        let edited = decided.and_then(|decision| decision.changed.as_ref()).filter(|_| is_edit);
        let since = ended
            .map(|ended| ended.at)
            .or(edited.map(|edited| edited.at))
            .or(decided.map(|decision| decision.at));
        let Some(since) = since else { return Ok(()) };
        let now = self.journal.clock().now();
        let mut addressed = BTreeSet::new();
        for email in request.waiting().filter_map(|requester| requester.email.as_ref()) {
            let recipient = Recipient::email(email);
            if addressed.insert(recipient.key()) {
                self.deliver(event, &delivery(event, notice, since, recipient, now))?;
            }
        }
        if !addressed.is_empty() {
            self.plan.ensure(&RequesterMail::none(&request.computer_id))?;
        }
        Ok(())
    }

    /// Sends an administrator a message with a link.
    pub(crate) async fn tell_administrator(
        &mut self,
        event: &Event,
        notice: &Notice,
        id: &AdministratorId,
    ) -> Result<(), StoreError> {
        let Some(administrator) = self.journal.load::<Administrator>(id).await? else {
            return Ok(());
        };
        let now = self.journal.clock().now();
        let recipient = Recipient::of(&administrator.value);
        self.deliver(event, &delivery(event, notice, event.at, recipient, now))
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
    Delivery::new(new, now)
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
