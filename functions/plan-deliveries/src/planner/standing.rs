//! Which request a message to somebody stands for the others that wait for the same: of these, each recipient hears of one at a
//! time (DESIGN §6).

use std::collections::BTreeMap;
use std::convert::Infallible;

use countersign_authority::Recipient;
use countersign_journal::readable::load_one_readable;
use countersign_model::{Channel, Delivery, DeliveryState, Request, RequestId, RequestStatus, text};
use countersign_store::{Entity, StoreError, UpdateError, keys};
use serde::{Deserialize, Serialize};

use super::Planner;
use super::step::Step;
use super::tell::submission_id;

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
    changed: BTreeMap<String, RequestId>,
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

/// The same of a message that is an escalation.
pub fn told_by(step: Option<Step>, recipient: String) -> String {
    match step {
        Some(step) => format!("{}{recipient}", step.prefix()),
        None => recipient,
    }
}

fn key_of(channel: Channel, address: &str) -> String {
    let digest = keys::digest(&[channel.id(), address]);
    digest.get(..20).unwrap_or(&digest).to_owned()
}

/// By what a recipient is remembered: their address, themselves, and in whose place they are told.
pub fn keys_of(recipient: &Recipient) -> Vec<String> {
    let away = recipient.in_place_of.as_ref().map(|away| &away.administrator_id);
    let people = recipient.administrator_id().into_iter().chain(away);
    let mut keys = vec![recipient_key(recipient)];
    keys.extend(people.map(ToString::to_string));
    keys
}

impl Planner {
    /// The request of which the recipient was told, if that stands for this one, too: it is pending, and the message was sent or
    /// will be.
    pub(super) async fn stands_for(
        &mut self,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<Option<RequestId>, StoreError> {
        self.stands_by(None, request, recipient).await
    }

    /// The same, of the messages of an escalation.
    pub(super) async fn stands_by(
        &mut self,
        step: Option<Step>,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<Option<RequestId>, StoreError> {
        let key = told_by(step, recipient_key(recipient));
        let told = self.standing(request, request.unconfirmed).await?.now.told.get(&key).cloned();
        let Some(other) = told.filter(|other| *other != request.id) else { return Ok(None) };
        let found = load_one_readable::<Request>(&self.journal, other.as_str()).await?;
        let now = self.journal.clock().now();
        let speaks = |other: &Request| {
            other.status_at(now) == RequestStatus::Pending
                && other.matches(request)
                && other.unconfirmed == request.unconfirmed
                && (step != Some(Step::Untaken) || other.assignee.is_none())
        };
        let Some(found) = found.filter(speaks) else { return Ok(None) };
        let id = match step {
            Some(step) => step.id(&found, recipient),
            None => submission_id(&found, recipient),
        };
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
        self.let_stand_by(None, request, recipient).await
    }

    /// The same, of the messages of an escalation.
    pub(super) async fn let_stand_by(
        &mut self,
        step: Option<Step>,
        request: &Request,
        recipient: &Recipient,
    ) -> Result<(), StoreError> {
        let keys = match step {
            Some(_) => vec![told_by(step, recipient_key(recipient))],
            None => keys_of(recipient),
        };
        let standing = self.standing(request, request.unconfirmed).await?;
        for key in keys {
            standing.now.set(key.clone(), &request.id);
            standing.changed.insert(key, request.id.clone());
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
            self.standing.insert(id.clone(), Remembered { stored, now, changed: BTreeMap::new() });
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
