//! From a notice to deliveries: to whom, to which address, once each, and collapsed if another message already says the
//! same.

use std::collections::BTreeSet;

use countersign_authority::Recipient;
use countersign_journal::{Due, Event};
use countersign_model::{
    Administrator, AdministratorId, Delivery, DeliveryState, NewDelivery, Notice, NotificationId, Outcome,
    Request, RequestId, RequestStatus,
};
use countersign_store::{RequesterMail, StoreError, keys};
use jiff::Timestamp;
use ulid::Ulid;

use super::Planner;

impl Planner {
    /// Notifies every subscriber who may open the request now, and the addresses of its policy.
    pub(super) async fn tell_of_submission(
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
        self.look_at_waiting_later(event, &request).await?;
        for recipient in self.hearing_first(&request).await? {
            self.tell(event, &request, recipient).await?;
        }
        Ok(())
    }

    /// Makes a delivery, unless its recipient hears of another request that stands for this one.
    pub(super) async fn tell(
        &mut self,
        event: &Event,
        request: &Request,
        recipient: Recipient,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let delivery = submission(event, request, recipient.clone(), now);
        match self.stands_for(request, &recipient).await? {
            Some(other) => {
                self.planned.insert(delivery.id.clone(), DeliveryState::Collapsed);
                self.look_at_joining_later(event, &other);
                self.plan.note(event.number, &delivery.collapsed(&other, now))
            }
            None => {
                self.deliver_paced(event, delivery);
                self.let_stand(request, &recipient).await
            }
        }
    }

    /// Makes a delivery that is due at once.
    pub(super) fn deliver(&mut self, event: &Event, delivery: &Delivery) -> Result<(), StoreError> {
        self.planned.insert(delivery.id.clone(), DeliveryState::Pending);
        self.plan.deliver(event.number, delivery, Due::at_once(delivery.id.as_str()))
    }

    /// Notifies everybody who waited for a decision, a revocation or an end, in vain or not, and gave an address; each address once, now or
    /// in a digest. Who has withdrawn is not told.
    pub(super) fn tell_requesters(
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
        let is_over = matches!(notice, Notice::RequestExpired { .. }) && request.is_undecided();
        let since = since.or(is_over.then_some(request.expires_at));
        let Some(since) = since else { return Ok(()) };
        let now = self.journal.clock().now();
        let mut addressed = BTreeSet::new();
        for email in request.waiting().filter_map(|requester| requester.email.as_ref()) {
            let recipient = Recipient::email(email);
            if addressed.insert(recipient.key()) {
                let message = delivery(event, notice, since, recipient, now);
                self.deliver_to_requester(event, &request.computer_id, message);
            }
        }
        if !addressed.is_empty() {
            self.plan.ensure(&RequesterMail::none(&request.computer_id))?;
        }
        Ok(())
    }

    /// Sends an administrator a message with a link.
    pub(super) async fn tell_administrator(
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

/// The delivery that tells somebody of a request.
pub fn submission(event: &Event, request: &Request, recipient: Recipient, now: Timestamp) -> Delivery {
    let notice = Notice::RequestSubmitted { request_id: request.id.clone() };
    delivery(event, &notice, request.created_at, recipient, now)
}

/// Its id.
pub fn submission_id(request: &Request, recipient: &Recipient) -> NotificationId {
    let notice = Notice::RequestSubmitted { request_id: request.id.clone() };
    id_of(&notice, request, recipient)
}

/// The id of a delivery that there is once for a request.
pub fn id_of(notice: &Notice, request: &Request, recipient: &Recipient) -> NotificationId {
    delivery_id(&notice_key(notice, None), request.created_at, recipient)
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
        recipient: recipient.person,
        notice: notice.clone(),
    };
    Delivery::new(new, now).read_by(recipient.reading).in_place_of(recipient.in_place_of)
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
