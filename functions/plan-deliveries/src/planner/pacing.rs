//! How fast messages about requests go to one recipient: above a limit they are gathered in a digest. What goes by itself
//! and what is gathered is decided at the end of a round and saved before the deliveries, so that a planner that dies is
//! followed by one that decides the same.

use std::convert::Infallible;

use countersign_journal::readable::load_one_readable;
use countersign_journal::{Due, Event};
use countersign_model::pace::{DigestClosed, Limit, ToPace, most_in_a_period};
use countersign_model::{
    ComputerId, Delivery, DeliveryState, Digest, Gathering, InPlaceOf, NewDelivery, Notice, NotificationId,
    Pace, PaceId,
};
use countersign_store::{Entity, Expiring, StoreError, UpdateError, keys};
use jiff::{SignedDuration, Timestamp};

use super::Planner;
use super::standing::delivery_key;

/// How long what a digest sums up is known after it was sent. Until then it can be sent again.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often another digest is begun because the sender has just composed the one that gathered.
const ATTEMPTS: usize = 4;

/// A message that goes by itself or into a digest.
#[derive(Debug, Clone)]
pub struct Paced {
    /// The number of its event.
    number: u64,
    delivery: Delivery,
    /// Whether there is a delivery, which was not made.
    is_old: bool,
    /// Whether it goes to somebody who asked.
    to_requester: bool,
    /// When it goes by itself, if it does so even while its recipient's other messages are gathered because they want none now.
    alone_at: Option<Timestamp>,
}

impl Paced {
    const fn new(number: u64, delivery: Delivery) -> Self {
        Self { number, delivery, is_old: false, to_requester: false, alone_at: None }
    }
}

impl Planner {
    /// Makes a delivery about a request, now or in a digest.
    pub(super) fn deliver_paced(&mut self, event: &Event, delivery: Delivery) {
        self.pace_later(delivery_key(&delivery), Paced::new(event.number, delivery));
    }

    /// Has a delivery about a request sent that was not, now or in a digest.
    pub(super) fn send_anew_paced(&mut self, event: &Event, delivery: Delivery) {
        let paced = Paced { is_old: true, ..Paced::new(event.number, delivery) };
        self.pace_later(delivery_key(&paced.delivery), paced);
    }

    /// Makes a delivery that goes by itself at this time, unless there are too many.
    pub(super) fn deliver_alone_paced(&mut self, event: &Event, delivery: Delivery, at: Timestamp) {
        let paced = Paced { alone_at: Some(at), ..Paced::new(event.number, delivery) };
        self.pace_later(delivery_key(&paced.delivery), paced);
    }

    /// Makes a delivery to somebody who asked for something at a computer, now or in a digest. Each computer has limits of its own.
    pub(super) fn deliver_to_requester(&mut self, event: &Event, computer: &ComputerId, delivery: Delivery) {
        let key = format!("{computer}-{}", delivery_key(&delivery));
        self.pace_later(key, Paced { to_requester: true, ..Paced::new(event.number, delivery) });
    }

    fn pace_later(&mut self, recipient: String, paced: Paced) {
        // Either way its recipient hears of it.
        self.planned.insert(paced.delivery.id.clone(), DeliveryState::Pending);
        self.paced.entry(recipient).or_default().push(paced);
    }

    /// Plans what the round has collected.
    pub(super) async fn pace(&mut self) -> Result<(), StoreError> {
        for (recipient, all) in std::mem::take(&mut self.paced) {
            let Some(first) = all.first() else { continue };
            let limit = match most_in_a_period(first.delivery.channel) {
                Some(_) if first.to_requester => Limit::of_a_requester(),
                Some(most) => {
                    let until = self.gathers_until.get(&recipient).copied();
                    Limit { until, ..Limit::in_a_period(most) }
                }
                None => {
                    self.one_by_one(all).await?;
                    continue;
                }
            };
            self.pace_one(recipient, limit, all).await?;
        }
        Ok(())
    }

    async fn pace_one(&mut self, recipient: String, limit: Limit, all: Vec<Paced>) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let id = PaceId { organization_id: self.organization.clone(), recipient };
        let known = self.journal.load::<Pace>(&id).await?.map(|found| found.value);
        let mut rest = self.without_gathered(known.as_ref(), limit, all, now).await?;
        let mut closed: Option<NotificationId> = None;
        for _ in 0..ATTEMPTS {
            if rest.is_empty() {
                return Ok(());
            }
            let pace = self.paced_with(&id, &rest, limit, closed.as_ref(), now).await?;
            let (alone, gathered): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|each| pace.is_by_itself(&each.delivery.id));
            self.one_by_one(alone).await?;
            let Some(gathering) = pace.digest().filter(|_| !gathered.is_empty()) else { return Ok(()) };
            if self.gather(gathering, &gathered, now).await? {
                return Ok(());
            }
            closed = Some(gathering.id.clone());
            rest = gathered;
        }
        Err(StoreError::Busy)
    }

    /// Takes out what a planner that died has put into a digest, if that gathers no more, or might not get it once more: it stays there.
    async fn without_gathered(
        &mut self,
        pace: Option<&Pace>,
        limit: Limit,
        all: Vec<Paced>,
        now: Timestamp,
    ) -> Result<Vec<Paced>, StoreError> {
        let has_alone = all.iter().any(|each| each.alone_at.is_some());
        let past = pace.and_then(Pace::digest).filter(|digest| has_alone || !digest.is_open_at(now, limit));
        let Some(past) = past else { return Ok(all) };
        let Some(digest) = self.journal.load::<Digest>(&past.id).await? else { return Ok(all) };
        let is_gathered = |each: &Paced| {
            let about = each.delivery.request_id.as_ref();
            digest.value.reaches(each.number)
                && about.is_some_and(|id| digest.value.contains(each.delivery.notice.name(), id))
        };
        let (gathered, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(is_gathered);
        if !gathered.is_empty() {
            self.gather(past, &gathered, now).await?;
        }
        Ok(rest)
    }

    /// Saves which of these go by themselves.
    async fn paced_with(
        &self,
        id: &PaceId,
        all: &[Paced],
        limit: Limit,
        closed: Option<&NotificationId>,
        now: Timestamp,
    ) -> Result<Pace, StoreError> {
        let fresh = NotificationId::from_ulid(self.journal.random().ulid(now));
        let with = |old: &Pace| {
            let messages = all.iter().map(|each| {
                let Paced { number, alone_at, .. } = *each;
                ToPace { id: &each.delivery.id, number, alone_at }
            });
            let new = old.with(messages, limit, &fresh, closed, now);
            // Boxed, because a result is as large as its larger part.
            if new == *old { Err(Box::new(new)) } else { Ok(new) }
        };
        match self.journal.update_or_create(&Pace::none(id.clone()), with).await {
            Ok(new) => Ok(new),
            Err(UpdateError::Refused(unchanged)) => Ok(*unchanged),
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// Puts messages into a digest; `false` if that was composed meanwhile.
    async fn gather(
        &mut self,
        gathering: &Gathering,
        all: &[Paced],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(first) = all.first() else { return Ok(true) };
        let begins = all.iter().any(|each| each.number == gathering.number);
        if begins {
            let key = keys::record(&Digest::record_id(&gathering.id));
            let end = gathering.due_at.checked_add(KEPT).unwrap_or(gathering.due_at);
            self.journal.expire_after(end, &Expiring::Key { key }).await?;
        }
        let with = |old: &Digest| {
            let about = all.iter().filter_map(|each| {
                let request = each.delivery.request_id.as_ref()?;
                Some((each.delivery.notice.name(), request, each.number))
            });
            old.with(about)
        };
        match self.journal.update_or_create(&Digest::none(gathering.id.clone()), with).await {
            Ok(_) => {}
            Err(UpdateError::Refused(DigestClosed)) => return Ok(false),
            Err(UpdateError::Store(error)) => return Err(error),
        }
        let due = Due { at: gathering.due_at, id: gathering.id.to_string() };
        let instead = all.iter().find_map(|each| each.delivery.in_place_of.clone());
        match begins {
            true => {
                let digest = digest(gathering, &first.delivery, now).in_place_of(instead);
                let digest = Delivery { to_requester: first.to_requester, ..digest };
                self.plan.deliver(gathering.number, &digest, due)?;
            }
            false => {
                self.plan.again(due);
                if instead.is_some() {
                    self.let_stand_in(&gathering.id, instead).await?;
                }
            }
        }
        for each in all {
            if each.is_old {
                self.change(&each.delivery.id, &|old| old.digested(&gathering.id, gathering.due_at, now))
                    .await?;
            } else {
                self.plan.note(each.number, &each.delivery.digested(&gathering.id, gathering.due_at, now))?;
            }
        }
        Ok(true)
    }

    async fn one_by_one(&mut self, all: Vec<Paced>) -> Result<(), StoreError> {
        for each in all {
            if each.is_old {
                self.send_anew(&each.delivery).await?;
            } else {
                let at = each.alone_at.filter(|at| *at > self.journal.clock().now());
                let (id, delivery) = (each.delivery.id.to_string(), each.delivery);
                match at {
                    Some(at) => self.plan.deliver(each.number, &delivery.due_from(at), Due { at, id })?,
                    None => self.plan.deliver(each.number, &delivery, Due::at_once(id))?,
                }
            }
        }
        Ok(())
    }

    /// Has a delivery sent that was not.
    pub(super) async fn send_anew(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        self.change(&delivery.id, &|old| old.resent(now)).await?;
        self.planned.insert(delivery.id.clone(), DeliveryState::Pending);
        self.plan.again(Due::at_once(delivery.id.as_str()));
        Ok(())
    }

    /// A digest has something that its recipient gets in the place of somebody who is away. Whether they may still hear of it is judged by that
    /// when it is composed. A planner that died may not have made the digest's delivery yet.
    async fn let_stand_in(
        &self,
        digest: &NotificationId,
        instead: Option<InPlaceOf>,
    ) -> Result<(), StoreError> {
        let found = load_one_readable::<Delivery>(&self.journal, digest.as_str()).await?;
        if found.is_none_or(|found| found.in_place_of.is_some()) {
            return Ok(());
        }
        self.change(digest, &|old| old.clone().in_place_of(old.in_place_of.clone().or(instead.clone()))).await
    }

    async fn change(
        &self,
        id: &NotificationId,
        change: &(dyn Fn(&Delivery) -> Delivery + Send + Sync),
    ) -> Result<(), StoreError> {
        match self.journal.update(id, |old: &Delivery| Ok::<_, Infallible>(change(old))).await {
            Ok(_) => Ok(()),
            Err(UpdateError::Refused(never)) => match never {},
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// Whether a delivery's recipient has heard of its request, or will: from it or from the digest that has it.
    pub(super) async fn is_told(&self, delivery: &Delivery) -> Result<bool, StoreError> {
        let goes_out = |state| matches!(state, DeliveryState::Pending | DeliveryState::Sent);
        let digest = self.digest_of(delivery).await?;
        Ok(goes_out(digest.map_or(delivery.state, |digest| digest.state)))
    }

    /// The delivery of the digest that a delivery is in.
    pub(super) async fn digest_of(&self, delivery: &Delivery) -> Result<Option<Delivery>, StoreError> {
        let Some(id) = &delivery.digest_id else { return Ok(None) };
        load_one_readable::<Delivery>(&self.journal, id.as_str()).await
    }
}

/// The delivery of a digest, to the recipient of a message that it has.
fn digest(gathering: &Gathering, first: &Delivery, now: Timestamp) -> Delivery {
    let new = NewDelivery {
        id: gathering.id.clone(),
        organization_id: first.organization_id.clone(),
        event_id: first.event_id.clone(),
        channel: first.channel,
        address: first.address.clone(),
        recipient_organization_id: first.recipient_organization_id.clone(),
        recipient: first.recipient.clone(),
        notice: Notice::Digest,
    };
    Delivery::new(new, now).read_by(first.reading.clone()).due_from(gathering.due_at)
}
