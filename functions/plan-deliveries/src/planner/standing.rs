//! Which request a message to somebody stands for the others that wait for the same: of these, each recipient hears of one at a
//! time (DESIGN §6).

use std::collections::BTreeMap;
use std::convert::Infallible;

use countersign_authority::Recipient;
use countersign_journal::Journal;
use countersign_journal::readable::load_one_readable;
use countersign_model::{Channel, Delivery, DeliveryState, Request, RequestId, RequestStatus, text};
use countersign_store::{Entity, StoreError, UpdateError, keys};
use serde::{Deserialize, Serialize};

use super::Planner;
use super::step::Step;

/// How many recipients are remembered for a subject. Further ones hear of every request.
const REMEMBERED: usize = 1_000;

/// For one subject of an organization: the request that stands for all of them with each recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The record's id.
    id: String,
    /// By a digest of channel and address, and by the id of an administrator: whoever has another address or comes back is known by
    /// that. Before a digest stands the step, if the message is an escalation.
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
    /// Saved before the deliveries.
    changed: BTreeMap<String, RequestId>,
    /// In the place of what is over or was lost. Saved after the deliveries.
    replaced: BTreeMap<String, RequestId>,
}

/// A message about an unconfirmed computer does not speak for one that people know, and the reverse.
fn standing_id(request: &Request, unconfirmed: bool) -> String {
    let confirmed = if unconfirmed { "unconfirmed" } else { "confirmed" };
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

/// By what it is remembered that somebody was told by a step.
pub fn told_by(step: Step, recipient: &str) -> String {
    format!("{}{recipient}", step.prefix())
}

fn key_of(channel: Channel, address: &str) -> String {
    let digest = keys::digest(&[channel.id(), address]);
    digest.get(..20).unwrap_or(&digest).to_owned()
}

/// By what a recipient is remembered who was told by a step: their address; of a new request also themselves, and in whose place they are
/// told.
pub fn keys_of(step: Step, recipient: &Recipient) -> Vec<String> {
    let mut keys = vec![told_by(step, &recipient_key(recipient))];
    if step != Step::New {
        return keys;
    }
    let away = recipient.in_place_of.as_ref().map(|away| &away.administrator_id);
    let people = recipient.administrator_id().into_iter().chain(away);
    keys.extend(people.map(ToString::to_string));
    keys
}

impl Planner {
    /// The request of which the recipient was told by this step, if that stands for this one, too: it is pending, and the message was sent or
    /// will be.
    pub(super) async fn stands_for(
        &mut self,
        step: Step,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<Option<RequestId>, StoreError> {
        let key = told_by(step, &recipient_key(recipient));
        let told = self.standing(request, request.unconfirmed).await?.now.told.get(&key).cloned();
        let Some(other) = told.filter(|other| *other != request.id) else { return Ok(None) };
        let found = load_one_readable::<Request>(&self.journal, other.as_str()).await?;
        let now = self.journal.clock().now();
        let speaks = |other: &Request| {
            other.status_at(now) == RequestStatus::Pending
                && other.matches(request)
                && other.unconfirmed == request.unconfirmed
                && (step != Step::Untaken || other.assignee.is_none())
        };
        let Some(found) = found.filter(speaks) else { return Ok(None) };
        let id = step.id(&found, recipient);
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
        step: Step,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<(), StoreError> {
        let replaces = self.replaces;
        let standing = self.standing(request, request.unconfirmed).await?;
        for key in keys_of(step, recipient) {
            standing.now.set(key.clone(), &request.id);
            let (saved, other) = match replaces {
                true => (&mut standing.replaced, &mut standing.changed),
                false => (&mut standing.changed, &mut standing.replaced),
            };
            other.remove(&key);
            saved.insert(key, request.id.clone());
        }
        Ok(())
    }

    /// What is known of the subject of a request, among unconfirmed computers or among the others.
    async fn standing(
        &mut self,
        request: &Request,
        unconfirmed: bool,
    ) -> Result<&mut Remembered, StoreError> {
        let id = standing_id(request, unconfirmed);
        if !self.standing.contains_key(&id) {
            let stored = load_one_readable::<Standing>(&self.journal, id.as_str()).await?;
            let now = stored.clone().unwrap_or_else(|| Standing::none(id.clone()));
            self.standing.insert(
                id.clone(),
                Remembered { stored, now, changed: BTreeMap::new(), replaced: BTreeMap::new() },
            );
        }
        self.standing.get_mut(&id).ok_or(StoreError::NotFound)
    }

    /// For which recipients a request stands, and whether any are remembered for its subject. It may have been unconfirmed when they
    /// were told.
    pub(super) async fn stood_with(&mut self, request: &Request) -> Result<(Vec<String>, bool), StoreError> {
        let (mut with, mut is_known) = (Vec::new(), false);
        for unconfirmed in [false, true] {
            let told = &self.standing(request, unconfirmed).await?.now.told;
            is_known |= !told.is_empty();
            with.extend(told.iter().filter(|(_, told)| **told == request.id).map(|(key, _)| key.clone()));
        }
        Ok((with, is_known))
    }

    /// Nobody waits for it any more.
    pub(super) async fn forget(&mut self, request: &Request, unconfirmed: bool) -> Result<(), StoreError> {
        let id = standing_id(request, unconfirmed);
        let known = self.standing.remove(&id);
        if known.is_some_and(|known| known.stored.is_some()) {
            self.journal.kv().delete(&keys::record(&id)).await?;
        }
        Ok(())
    }

    /// Has saved which of the round's messages stand for others, before the deliveries: a planner that dies in between is followed by one that
    /// finds that the message it makes is the one that stands.
    pub(super) async fn remember(&mut self) -> Result<(), StoreError> {
        for (id, Remembered { stored, now, changed, replaced }) in &mut self.standing {
            let changed = std::mem::take(changed);
            if stored.is_none() && !(changed.is_empty() && replaced.is_empty()) {
                self.plan.ensure(now)?;
                replaced.clear();
            } else if !save(&self.journal, id, &changed).await? {
                // Another planner has forgotten it meanwhile.
                self.plan.ensure(now)?;
            }
        }
        Ok(())
    }

    /// Has saved which messages stand for others in the place of what is over or was lost, after the deliveries: until then, a planner that
    /// follows one that died finds who is to be told.
    pub async fn remember_replaced(&mut self) -> Result<(), StoreError> {
        for (id, Remembered { replaced, .. }) in std::mem::take(&mut self.standing) {
            save(&self.journal, &id, &replaced).await?;
        }
        Ok(())
    }
}

/// Saves a change of such a record; `false` if there is none any more.
async fn save(
    journal: &Journal,
    id: &str,
    changed: &BTreeMap<String, RequestId>,
) -> Result<bool, StoreError> {
    if changed.is_empty() {
        return Ok(true);
    }
    let change = |old: &Standing| {
        let mut new = old.clone();
        for (recipient, request) in changed {
            new.set(recipient.clone(), request);
        }
        Ok::<_, Infallible>(new)
    };
    match journal.update(id, change).await {
        Ok(_) => Ok(true),
        Err(UpdateError::Store(StoreError::NotFound)) => Ok(false),
        Err(UpdateError::Store(error)) => Err(error),
        Err(UpdateError::Refused(never)) => match never {},
    }
}
