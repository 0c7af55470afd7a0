//! Which request a message to somebody stands for the others that wait for the same: of these, each recipient hears of one at a
//! time, and of the next one as soon as the first ends without settling it, or its message could not be sent (DESIGN §6).

use std::collections::BTreeMap;
use std::convert::Infallible;

use countersign_authority::Recipient;
use countersign_journal::Event;
use countersign_journal::readable::{load_one_readable, load_readable};
use countersign_model::act::RequestCancelled;
use countersign_model::{
    Act, Channel, Computer, Delivery, DeliveryState, List, Notice, NoticeKind, Permit, ProcessorOnly,
    Request, RequestId, RequestStatus, Whereabouts, text,
};
use countersign_store::{Entity, StoreError, UpdateError, keys};
use serde::{Deserialize, Serialize};

use super::Planner;
use super::tell::submission_id;

/// How many recipients are remembered for a subject. Further ones hear of every request.
const REMEMBERED: usize = 1_000;
/// How many requests that wait for the same are looked through for one that takes the place of another.
const LOOKED_AT: usize = 100;

/// For one subject of an organization: the request that stands for all of them with each recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The record's id.
    id: String,
    /// By a digest of channel and address.
    // INVARIANT: at most REMEMBERED.
    told: BTreeMap<String, RequestId>,
}

impl Standing {
    fn none(id: String) -> Self {
        Self { id, told: BTreeMap::new() }
    }

    fn set(&mut self, recipient: String, request: &RequestId) {
        if self.told.len() < REMEMBERED || self.told.contains_key(&recipient) {
            self.told.insert(recipient, request.clone());
        }
    }
}

impl Entity for Standing {
    type Id = str;

    fn record_id(id: &Self::Id) -> String {
        id.to_owned()
    }

    fn own_record_id(&self) -> String {
        self.id.clone()
    }
}

/// What a round changes in one of these records.
#[derive(Debug)]
pub struct Remembered {
    /// As it was read; `None` if there was none.
    stored: Option<Standing>,
    now: Standing,
    changed: BTreeMap<String, RequestId>,
}

/// A message about an unconfirmed computer does not speak for one that people know, and the reverse.
fn standing_id(request: &Request) -> String {
    let confirmed = if request.unconfirmed { "unconfirmed" } else { "confirmed" };
    let digest = keys::digest(&[&request.subject.key(), confirmed]);
    format!("told_{}_{digest}", request.organization_id)
}

/// The digest by which a recipient is compared.
pub fn recipient_key(recipient: &Recipient) -> String {
    key_of(recipient.channel, &recipient.key())
}

/// The digest by which the recipient of a delivery is compared.
pub fn delivery_key(delivery: &Delivery) -> String {
    key_of(delivery.channel, &text::address_key(&delivery.address))
}

fn key_of(channel: Channel, address: &str) -> String {
    let digest = keys::digest(&[channel.id(), address]);
    digest.get(..20).unwrap_or(&digest).to_owned()
}

/// The request that an event ended, in whichever way.
pub fn ended(event: &Event) -> Option<&RequestId> {
    if let Act::RequestCancelled(RequestCancelled(detail)) = &event.act {
        return Some(&detail.request_id);
    }
    if let Act::RequestExpired(expired) = &event.act {
        return Some(&expired.request_id);
    }
    if let Act::RequestEnded(ended) = &event.act {
        return Some(&ended.request_id);
    }
    if let Act::RequestDecided(decided) = &event.act {
        return Some(&decided.request_id);
    }
    let Act::RequestSettled(settled) = &event.act else { return None };
    Some(&settled.request_id)
}

/// Whether the message never reached its recipient.
fn is_lost(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Failed | DeliveryState::Skipped)
}

fn is_submission(delivery: &Delivery) -> bool {
    matches!(delivery.notice, Notice::RequestSubmitted { .. })
}

impl Planner {
    /// The request of which the recipient was told, if that stands for this one, too: it is pending, and the message was sent or
    /// will be.
    pub(super) async fn stands_for(
        &mut self,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<Option<RequestId>, StoreError> {
        let told = self.standing(request).await?.now.told.get(&recipient_key(recipient)).cloned();
        let Some(other) = told.filter(|other| *other != request.id) else { return Ok(None) };
        let found = load_one_readable::<Request>(&self.journal, other.as_str()).await?;
        let now = self.journal.clock().now();
        let speaks = |other: &Request| {
            other.status_at(now) == RequestStatus::Pending
                && other.matches(request)
                && other.unconfirmed == request.unconfirmed
        };
        let Some(found) = found.filter(speaks) else { return Ok(None) };
        let id = submission_id(&found, recipient);
        if let Some(state) = self.planned.get(&id) {
            return Ok((*state == DeliveryState::Pending).then_some(other));
        }
        let Some(delivery) = load_one_readable::<Delivery>(&self.journal, id.as_str()).await? else {
            return Ok(None);
        };
        Ok(self.is_told(&delivery).await?.then_some(other))
    }

    /// From now on this request stands for the others with the recipient.
    pub(super) async fn let_stand(
        &mut self,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<(), StoreError> {
        let key = recipient_key(recipient);
        let standing = self.standing(request).await?;
        standing.now.set(key.clone(), &request.id);
        standing.changed.insert(key, request.id.clone());
        Ok(())
    }

    /// A request has ended: whoever heard of it in place of others hears of the next one that waits.
    pub(super) async fn replace(&mut self, event: &Event, id: &RequestId) -> Result<(), StoreError> {
        let Some(ended) = load_one_readable::<Request>(&self.journal, id.as_str()).await? else {
            return Ok(());
        };
        let standing = self.standing(&ended).await?;
        let stands = standing.now.told.values().any(|told| told == id);
        if ended.status_at(self.journal.clock().now()) == RequestStatus::Pending || self.is_unknown(&ended) {
            return Ok(());
        }
        let waiting = self.waiting_with(&ended).await?;
        if waiting.is_empty() {
            return self.forget(&ended).await;
        }
        if !stands {
            return Ok(());
        }
        let Some(next) = self.first_not_settled(&ended, waiting).await? else { return Ok(()) };
        for recipient in self.hearing(&next, NoticeKind::NewRequest).await? {
            let told = self.standing(&ended).await?.now.told.get(&recipient_key(&recipient)).cloned();
            if told.as_ref() == Some(id) {
                self.tell_if_untold(event, &next, recipient).await?;
            }
        }
        Ok(())
    }

    /// A message could not be sent: if it stood for other requests, its recipient hears of the next one instead.
    pub(super) async fn replace_failed(&mut self, id: &str) -> Result<(), StoreError> {
        let found = load_one_readable::<Delivery>(&self.journal, id).await?;
        let Some(delivery) = found.filter(is_lost) else { return Ok(()) };
        // The next one would fail for the same reason, and this one is sent when the channel works again.
        if delivery.waits_for_repair(self.journal.clock().now()) {
            return Ok(());
        }
        let Some(request) = delivery.request_id.as_ref().filter(|_| is_submission(&delivery)) else {
            return Ok(());
        };
        let found = load_one_readable::<Request>(&self.journal, request.as_str()).await?;
        let Some(request) = found else { return Ok(()) };
        let recipient = Recipient::listed(delivery.channel, delivery.address);
        let key = recipient_key(&recipient);
        if self.standing(&request).await?.now.told.get(&key) != Some(&request.id) {
            return Ok(());
        }
        for other in self.waiting_with(&request).await? {
            let id = submission_id(&other, &recipient);
            let found = load_one_readable::<Delivery>(&self.journal, id.as_str()).await?;
            let collapsed = found.filter(|found| found.state == DeliveryState::Collapsed);
            if let Some(collapsed) = collapsed
                && self
                    .hearing(&other, NoticeKind::NewRequest)
                    .await?
                    .iter()
                    .any(|each| recipient_key(each) == key)
            {
                self.send_anew(&collapsed).await?;
                return self.let_stand(&other, &recipient).await;
            }
        }
        Ok(())
    }

    /// The pending requests of other computers for the same as one, oldest first.
    pub(super) async fn waiting_with(&self, request: &Request) -> Result<Vec<Request>, StoreError> {
        let permit = Permit::processor(&request.organization_id, ProcessorOnly);
        let (list, subject) = (List::MatchingRequests, request.subject.key());
        let ids = self.journal.oldest_in_partition(&permit, list, &subject, None, LOOKED_AT).await?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let now = self.journal.clock().now();
        let mut found = load_readable::<Request>(&self.journal, &ids).await?;
        found.retain(|other| {
            other.id != request.id
                && other.status_at(now) == RequestStatus::Pending
                && other.subject.key() == subject
                && other.unconfirmed == request.unconfirmed
        });
        Ok(found)
    }

    /// The first that is not about to be settled along with the one that has ended.
    async fn first_not_settled(
        &self,
        ended: &Request,
        waiting: Vec<Request>,
    ) -> Result<Option<Request>, StoreError> {
        for other in waiting {
            if !self.settles(ended, &other).await? {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    async fn settles(&self, ended: &Request, other: &Request) -> Result<bool, StoreError> {
        let Some(scope) = ended.decision.as_ref().and_then(|decision| decision.settles_within()) else {
            return Ok(false);
        };
        let computer = load_readable::<Computer>(&self.journal, &[other.computer_id.as_str()]).await?;
        Ok(ended.settles(scope, other, &Whereabouts::of_computer(computer.first())))
    }

    async fn standing(&mut self, request: &Request) -> Result<&mut Remembered, StoreError> {
        let id = standing_id(request);
        if !self.standing.contains_key(&id) {
            let stored = load_one_readable::<Standing>(&self.journal, id.as_str()).await?;
            let now = stored.clone().unwrap_or_else(|| Standing::none(id.clone()));
            self.standing.insert(id.clone(), Remembered { stored, now, changed: BTreeMap::new() });
        }
        self.standing.get_mut(&id).ok_or(StoreError::NotFound)
    }

    /// Whether nobody is remembered for what a request asks for.
    fn is_unknown(&self, request: &Request) -> bool {
        let standing = self.standing.get(&standing_id(request));
        standing.is_none_or(|standing| standing.now.told.is_empty())
    }

    /// Nobody waits for it any more.
    async fn forget(&mut self, request: &Request) -> Result<(), StoreError> {
        let id = standing_id(request);
        let known = self.standing.remove(&id);
        if known.is_some_and(|known| known.stored.is_some()) {
            self.journal.kv().delete(&keys::record(&id)).await?;
        }
        Ok(())
    }

    /// Has what the round changed saved, before its deliveries: a planner that dies in between is followed by one that finds
    /// that the message it makes is the one that stands.
    pub(super) async fn remember(&mut self) -> Result<(), StoreError> {
        for (id, Remembered { stored, now, changed }) in std::mem::take(&mut self.standing) {
            if changed.is_empty() {
                continue;
            }
            if stored.is_none() {
                self.plan.ensure(&now)?;
                continue;
            }
            let change = |old: &Standing| {
                let mut new = old.clone();
                for (recipient, request) in &changed {
                    new.set(recipient.clone(), request);
                }
                Ok::<_, Infallible>(new)
            };
            match self.journal.update(id.as_str(), change).await {
                // Another planner has forgotten it meanwhile.
                Err(UpdateError::Store(StoreError::NotFound)) => self.plan.ensure(&now)?,
                Err(UpdateError::Store(error)) => return Err(error),
                Err(UpdateError::Refused(never)) => match never {},
                Ok(_) => {}
            }
        }
        Ok(())
    }
}
