//! From a notice to deliveries: to whom, to which address, once each, and collapsed if another message already says the
//! same.

use std::collections::BTreeSet;

use countersign_authority::Recipient;
use countersign_journal::{Due, Event};
use countersign_model::{
    Administrator, AdministratorId, Delivery, DeliveryState, NewDelivery, Notice, Outcome, Request,
    RequestId, RequestStatus,
};
use countersign_store::{RequesterMail, StoreError};
use jiff::Timestamp;

use super::Planner;
use super::ids::id_at;
use super::step::Step;

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
            self.tell(event, Step::New, &request, recipient).await?;
        }
        Ok(())
    }

    /// Makes a delivery that may be the first of a request to its recipient, unless they hear of another one that stands for this one.
    pub(super) async fn tell(
        &mut self,
        event: &Event,
        step: Step,
        request: &Request,
        recipient: Recipient,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let notice = step.notice(request.id.clone());
        let delivery = delivery(event, &notice, request.created_at, recipient.clone(), now);
        match self.stands_for(step, request, &recipient).await? {
            Some(other) => {
                self.planned.insert(delivery.id.clone(), DeliveryState::Collapsed);
                if step == Step::New {
                    self.look_at_joining_later(event, &other);
                }
                self.plan.note(event.number, &delivery.collapsed(&other, now))
            }
            None => {
                self.deliver_paced(event, delivery);
                self.let_stand(step, request, &recipient).await
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

pub fn delivery(
    event: &Event,
    notice: &Notice,
    since: Timestamp,
    recipient: Recipient,
    now: Timestamp,
) -> Delivery {
    let new = NewDelivery {
        id: id_at(event, notice, since, &recipient),
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
