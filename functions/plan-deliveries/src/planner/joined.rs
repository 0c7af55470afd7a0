//! Others ask for the same while a request is pending: those who were told of it hear that once in a while, not each time.

use countersign_authority::Recipient;
use countersign_journal::readable::load_one_readable;
use countersign_journal::{Due, Event};
use countersign_model::act::{RequestJoined, RequestSubmitted};
use countersign_model::{
    Act, Delivery, DeliveryState, Notice, NoticeKind, Request, RequestId, RequestStatus,
};
use countersign_store::StoreError;
use jiff::Timestamp;

use super::Planner;
use super::step::Step;
use super::tell::delivery;

/// How the entry of the queue begins that looks at such an event when its period is over. The event's number follows.
pub const LATER: &str = "joined/";
/// The seconds of a period, at the end of which its events are told of in one message: 15 minutes.
const PERIOD: i64 = 15 * 60;

/// The number of the period in which something happened.
fn period(at: Timestamp) -> i64 {
    at.as_second().div_euclid(PERIOD)
}

/// When a period begins.
fn beginning(period: i64) -> Timestamp {
    Timestamp::from_second(period.saturating_mul(PERIOD)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The request that the event is about, by which somebody asks for what another request asks for already.
fn about(event: &Event) -> Option<&RequestId> {
    if let Act::RequestJoined(RequestJoined(detail)) = &event.act {
        return Some(&detail.request_id);
    }
    let Act::RequestSubmitted(RequestSubmitted(detail)) = &event.act else { return None };
    Some(&detail.request_id)
}

impl Planner {
    /// Has an event looked at again at the end of its period: another user joined `request`, or another computer asks for
    /// what that asks for. One event of each request and period is enough for a call.
    pub(super) fn look_at_joining_later(&mut self, event: &Event, request: &RequestId) {
        let period = period(event.at);
        if self.joined.insert((request.clone(), period)) {
            let id = format!("{LATER}{:020}", event.number);
            self.plan.look_again(Due { at: beginning(period.saturating_add(1)), id });
        }
    }

    /// Tells those who were told of a request before the event that others ask for it, too.
    pub(super) async fn tell_of_joining(&mut self, event: &Event) -> Result<(), StoreError> {
        let Some(id) = about(event) else { return Ok(()) };
        let found = load_one_readable::<Request>(&self.journal, id.as_str()).await?;
        let Some(request) = found else { return Ok(()) };
        for recipient in self.hearing(&request, NoticeKind::Joined).await? {
            self.tell_of_joining_to(event, &request, recipient).await?;
        }
        Ok(())
    }

    async fn tell_of_joining_to(
        &mut self,
        event: &Event,
        request: &Request,
        recipient: Recipient,
    ) -> Result<(), StoreError> {
        let told_of = if matches!(event.act, Act::RequestJoined(_)) {
            Some(request.id.clone())
        } else {
            // Whoever was told of this one meanwhile knows.
            self.stands_for_any(request, &recipient).await?
        };
        let Some(told_of) = told_of else { return Ok(()) };
        let found = load_one_readable::<Request>(&self.journal, told_of.as_str()).await?;
        let now = self.journal.clock().now();
        let Some(request) = found.filter(|found| found.status_at(now) == RequestStatus::Pending) else {
            return Ok(());
        };
        // A message that is sent after the event names everybody already.
        let told_at = self.told_by_any_at(&request, &recipient).await?;
        if told_at.is_none_or(|told_at| told_at >= event.at) {
            return Ok(());
        }
        let others = self.waiting_with(&request).await?.len();
        let computers = u32::try_from(others.saturating_add(1)).unwrap_or(u32::MAX);
        if computers == 1 && request.others_waiting() == 0 {
            return Ok(());
        }
        let notice = Notice::RequestJoined { request_id: request.id.clone(), computers };
        let message = delivery(event, &notice, beginning(period(event.at)), recipient, now);
        if self.planned.contains_key(&message.id) {
            return Ok(());
        }
        let found = load_one_readable::<Delivery>(&self.journal, message.id.as_str()).await?;
        // An earlier attempt to expand this notice may have written it, and died before it was listed.
        if found.is_none_or(|found| found.event_id == event.id) {
            self.deliver_paced(event, message);
        }
        Ok(())
    }

    /// When the message about a request, or that it waits for too long, was sent to somebody, by itself or in a digest.
    pub(super) async fn told_at(
        &self,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<Option<Timestamp>, StoreError> {
        let told = self.telling(request, recipient, |message| message.state == DeliveryState::Sent).await?;
        Ok(told.map(|message| message.updated_at))
    }

    /// Whether somebody was told of a request before a moment, or is being told. What is sent by itself is about a request that waits;
    /// a digest leaves out what does not wait when it is sent.
    pub(super) async fn hears_before(
        &self,
        request: &Request,
        recipient: &Recipient,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_told = |message: &Delivery| message.state == DeliveryState::Sent || message.sending.is_some();
        let told = self.telling(request, recipient, is_told).await?;
        Ok(told.is_some_and(|message| message.notice != Notice::Digest || message.updated_at <= at))
    }

    /// The message by which somebody is told of a request, by itself or a digest, if it counts.
    async fn telling(
        &self,
        request: &Request,
        recipient: &Recipient,
        counts: impl Fn(&Delivery) -> bool + Copy + Send,
    ) -> Result<Option<Delivery>, StoreError> {
        for step in Step::FIRST {
            if step != Step::New && self.audience.settings(request).await?.escalation.is_none() {
                break;
            }
            let id = step.id(request, recipient);
            let Some(found) = load_one_readable::<Delivery>(&self.journal, id.as_str()).await? else {
                continue;
            };
            let sent = self.digest_of(&found).await?.unwrap_or(found);
            if counts(&sent) {
                return Ok(Some(sent));
            }
        }
        Ok(None)
    }
}
