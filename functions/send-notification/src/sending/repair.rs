//! What failed because of an account or a setting is sent once more when a message by the same way arrives: in the organization of that
//! message at once, and by an account of the deployment's in all others, which are woken some at a time.

use std::collections::BTreeMap;

use countersign_authority::root;
use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_journal::{Due, Journal};
use countersign_model::unsent::{REPAIRED_AGAIN_AFTER, spread};
use countersign_model::{Channel, Delivery, DeliveryState, OrganizationId, Unsent, UnsentId, text};
use countersign_store::{StoreError, UpdateError, keys};
use jiff::Timestamp;

/// How the entry of an outbox begins by which an organization is woken. The channel follows, and when the organization was listed.
const WOKEN: &str = "woken/";
/// Organizations that are woken at once. Each of them wakes as many more.
const AT_ONCE: usize = 8;

/// Why what is remembered does not change.
enum Not {
    /// There is nothing to change.
    Changed,
    /// The organization is to be listed before.
    Listed,
}

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
    send_unsent(journal, &way, journal.clock().now()).await?;
    wake_others(journal, channel).await
}

/// The channel of an entry by which another organization has woken this one.
pub fn woken_by(entry: &str) -> Option<Channel> {
    entry.strip_prefix(WOKEN)?.split_once('/')?.0.parse().ok()
}

/// A message of another organization arrived by a provider of the deployment's: what failed before is sent.
pub async fn after_others(
    journal: &Journal,
    organization: &OrganizationId,
    channel: Channel,
) -> Result<(), StoreError> {
    let way = way_of(organization, channel, "");
    let done = send_unsent(journal, &way, journal.clock().now()).await;
    unless_damaged("what failed is not sent again", organization.as_str(), done)?;
    wake_others(journal, channel).await
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
        let ids = || failed.iter().map(|delivery| &delivery.id);
        change(journal, &way, (now, true), |old| old.with(ids(), now)).await?;
    }
    let mut works: Vec<UnsentId> = Vec::new();
    for way in settled.iter().filter(|each| each.state == DeliveryState::Sent).map(|each| way(each)) {
        if !works.contains(&way) {
            works.push(way);
        }
    }
    let mut repaired = Vec::new();
    for way in works {
        let done = send_unsent(journal, &way, now).await;
        let done = unless_damaged("what failed is not sent again", organization.as_str(), done)?;
        repaired.extend(done.into_iter().flatten());
        wake_others(journal, way.channel).await?;
    }
    Ok(repaired)
}

/// Changes what is remembered. If any is left by an account of the deployment's, the organization is listed before, as one that is due
/// at this time, unless the record says so and is `trusted` to.
async fn change(
    journal: &Journal,
    way: &UnsentId,
    (at, trusted): (Timestamp, bool),
    to: impl Fn(&Unsent) -> Unsent + Send + Sync,
) -> Result<(), StoreError> {
    let mut is_listed = None;
    loop {
        let next = |old: &Unsent| {
            let mut new = to(old);
            new.listed = way.integration.is_none() && !new.is_empty();
            if new.listed && !(trusted && old.listed) {
                new.listed = is_listed.ok_or(Not::Listed)?;
            }
            if new == *old { Err(Not::Changed) } else { Ok(new) }
        };
        match journal.update_or_create(&Unsent::none(way.clone()), next).await {
            Ok(_) | Err(UpdateError::Refused(Not::Changed)) => return Ok(()),
            Err(UpdateError::Refused(Not::Listed)) => {
                is_listed = Some(list(journal, way, at).await?);
            }
            Err(UpdateError::Store(error)) => return Err(error),
        }
    }
}

/// Lists an organization among those where messages failed by a channel. `false`: there is no such list yet, in a deployment that was
/// set up before there were any, and the next message that fails tries again.
async fn list(journal: &Journal, way: &UnsentId, at: Timestamp) -> Result<bool, StoreError> {
    let Some(root) = root(journal).await? else { return Ok(false) };
    let Some(listed) = journal.unsent_in(&root, way.channel) else { return Ok(false) };
    match listed.add(&[Due { at, id: way.organization_id.to_string() }]).await {
        Ok(()) => Ok(true),
        Err(StoreError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A message arrived by a channel: if its account is the deployment's, some organizations where messages failed by it are woken to send
/// these. When they do, they wake more. The call after the next success finds who is left, if this one dies or others list organizations
/// at this moment.
async fn wake_others(journal: &Journal, channel: Channel) -> Result<(), StoreError> {
    let Some(root) = root(journal).await? else { return Ok(()) };
    let Some(listed) = journal.unsent_in(&root, channel) else { return Ok(()) };
    let due = match listed.due(journal.clock().now(), AT_ONCE).await {
        // There is no list yet.
        Err(StoreError::NotFound) => return Ok(()),
        due => unless_damaged("what failed elsewhere is not sent again", channel.id(), due)?,
    };
    let due = due.unwrap_or_default();
    if due.is_empty() {
        return Ok(());
    }
    for each in &due {
        let Ok(organization) = each.id.parse::<OrganizationId>() else { continue };
        let entry = Due::at_once(format!("{WOKEN}{channel}/{}", each.at.as_millisecond()));
        let outbox = journal.outbox(&organization);
        unless_damaged("an organization is not woken", &each.id, outbox.add(&[entry]).await)?;
    }
    match listed.remove_as_read(&due).await {
        Ok(()) | Err(StoreError::Busy) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Has everything sent once more that failed by this way. What is no longer true is found out when it is composed.
async fn send_unsent(journal: &Journal, way: &UnsentId, now: Timestamp) -> Result<Vec<Due>, StoreError> {
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
    journal.outbox(&way.organization_id).add(&due).await?;
    // Whoever woke this organization has taken it off the list, so it is listed again for what is left.
    let later = now.saturating_add(REPAIRED_AGAIN_AFTER).unwrap_or(now);
    change(journal, way, (later, false), |old| old.without(&done)).await?;
    Ok(due)
}
