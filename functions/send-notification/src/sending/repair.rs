//! What failed because of an account or a setting is sent once more when a message by the same way arrives.

use std::collections::BTreeMap;

use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_journal::{Due, Journal};
use countersign_model::unsent::spread;
use countersign_model::{Channel, Delivery, DeliveryState, OrganizationId, Unsent, UnsentId, text};
use countersign_store::{StoreError, UpdateError, keys};
use jiff::Timestamp;

/// There is nothing to change.
struct Unchanged;

/// Which way a delivery goes.
fn way(delivery: &Delivery) -> UnsentId {
    way_of(&delivery.organization_id, delivery.channel, &delivery.address)
}

/// Which way a message to an address goes.
fn way_of(organization: &OrganizationId, channel: Channel, address: &str) -> UnsentId {
    let integration = match channel {
        Channel::Email | Channel::Sms | Channel::Push => None,
        Channel::Chat | Channel::Webhook => Some(keys::digest(&[&text::address_key(address)])),
    };
    UnsentId { organization_id: organization.clone(), channel, integration }
}

/// A test message arrived at this address: what failed before by the same way is sent.
pub async fn after_test(
    journal: &Journal,
    organization: &OrganizationId,
    (channel, address): (Channel, &str),
) -> Result<(), StoreError> {
    let way = way_of(organization, channel, address);
    send_unsent(journal, organization, &way, journal.clock().now()).await.map(|_| ())
}

/// Notes what failed, and has sent what failed before by a way that works now, which it returns. It comes before the deliveries leave the
/// outbox: a sender that dies is followed by one that finds them there, settled, and does the same.
pub async fn follow(
    journal: &Journal,
    organization: &OrganizationId,
    settled: &[&Delivery],
) -> Result<Vec<Due>, StoreError> {
    let now = journal.clock().now();
    let mut failed: BTreeMap<UnsentId, Vec<&Delivery>> = BTreeMap::new();
    for delivery in settled.iter().filter(|delivery| delivery.is_unsent(now)) {
        failed.entry(way(delivery)).or_default().push(delivery);
    }
    for (way, failed) in failed {
        remember(journal, way, &failed, now).await?;
    }
    let mut works: Vec<UnsentId> = Vec::new();
    for way in settled.iter().filter(|each| each.state == DeliveryState::Sent).map(|each| way(each)) {
        if !works.contains(&way) {
            works.push(way);
        }
    }
    let mut repaired = Vec::new();
    for way in works {
        let done = send_unsent(journal, organization, &way, now).await;
        let done = unless_damaged("what failed is not sent again", organization.as_str(), done)?;
        repaired.extend(done.into_iter().flatten());
    }
    Ok(repaired)
}

async fn remember(
    journal: &Journal,
    way: UnsentId,
    failed: &[&Delivery],
    now: Timestamp,
) -> Result<(), StoreError> {
    let with = |old: &Unsent| {
        let new = old.with(failed.iter().map(|delivery| &delivery.id), now);
        if new == *old { Err(Unchanged) } else { Ok(new) }
    };
    match journal.update_or_create(&Unsent::none(way), with).await {
        Ok(_) | Err(UpdateError::Refused(Unchanged)) => Ok(()),
        Err(UpdateError::Store(error)) => Err(error),
    }
}

/// Has everything sent once more that failed by this way. What is no longer true is found out when it is composed.
async fn send_unsent(
    journal: &Journal,
    organization: &OrganizationId,
    way: &UnsentId,
    now: Timestamp,
) -> Result<Vec<Due>, StoreError> {
    let Some(unsent) = journal.load::<Unsent>(way).await? else { return Ok(Vec::new()) };
    let ids: Vec<&str> = unsent.value.deliveries().map(|(id, _)| id.as_str()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (mut due, mut done) = (Vec::new(), ids.clone());
    for (delivery, at) in spread(&load_readable::<Delivery>(journal, &ids).await?, now) {
        let repaired = |old: &Delivery| match old.waits_for_repair(now) {
            true => Ok(old.sent_after_repair(now, at)),
            false => Err(old.due_at()),
        };
        match journal.update(&delivery.id, repaired).await {
            Ok(_) => due.push(Due { id: delivery.id.to_string(), at }),
            // It has just failed again, and waits for the next success.
            Err(UpdateError::Refused(None)) if delivery.is_unsent(now) => {
                done.retain(|id| *id != delivery.id.as_str());
            }
            // A sender that died has changed it, and perhaps not put it into the outbox.
            Err(UpdateError::Refused(waits)) => {
                due.extend(waits.map(|at| Due { id: delivery.id.to_string(), at }));
            }
            Err(UpdateError::Store(error)) => return Err(error),
        }
    }
    journal.outbox(organization).add(&due).await?;
    match journal.update(way, |old: &Unsent| Ok::<_, Unchanged>(old.without(&done))).await {
        Ok(_) | Err(UpdateError::Refused(Unchanged)) => Ok(due),
        Err(UpdateError::Store(error)) => Err(error),
    }
}
