//! Sending what is due in an organization, under a lease of its own, so that slow providers hold up no events.

mod attempt;
mod compose;

use countersign_http::{Services, SettingsError};
use countersign_journal::{Due, delivery_lease};
use countersign_model::{Delivery, DeliveryState, NotificationId, OrganizationId};
use countersign_store::{Lease, StoreError};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};

use crate::provider::Providers;

/// Deliveries sent at once.
const AT_ONCE: usize = 8;
/// Deliveries taken from the outbox at once.
const ROUND: usize = 32;
/// Rounds of one call at most.
const ROUNDS: usize = 64;
/// What one attempt may take: it begins only while the lease holds for so long.
const ATTEMPT_TAKES: SignedDuration = SignedDuration::from_secs(12);

/// Why sending stopped.
#[derive(Debug, thiserror::Error)]
pub enum SendingError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The variables cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// What sending did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Messages a provider took.
    pub sent: usize,
    /// Deliveries refused for good, or given up.
    pub failed: usize,
    /// Whether a delivery that is due was left, for want of time.
    pub more: bool,
}

/// What became of one delivery that was due.
struct Done {
    id: String,
    /// The state it is in, and when it is due again while pending. `None` when it was not touched.
    state: Option<(DeliveryState, Option<Timestamp>)>,
    /// Whether this attempt brought it there.
    tried: bool,
}

/// Sends what is due in an organization, until nothing is, somebody else does it, or `until` has come.
pub async fn send_due(
    services: &Services,
    organization: &OrganizationId,
    until: Option<Timestamp>,
) -> Result<Sent, SendingError> {
    let mut sent = Sent::default();
    let mut lease = None;
    let result = rounds(services, organization, until, &mut lease, &mut sent).await;
    if let Some(lease) = lease {
        services.journal.release(lease).await?;
    }
    result.map(|()| sent)
}

async fn rounds(
    services: &Services,
    organization: &OrganizationId,
    until: Option<Timestamp>,
    lease: &mut Option<Lease>,
    sent: &mut Sent,
) -> Result<(), SendingError> {
    let journal = &services.journal;
    let outbox = journal.outbox(organization);
    let over = |now: Timestamp| until.is_some_and(|until| now >= until);
    for _ in 0..ROUNDS {
        let now = journal.clock().now();
        let due = outbox.due(now, ROUND).await?;
        if due.is_empty() {
            let Some(held) = lease.take() else { return Ok(()) };
            // Whoever came while the lease was held went away again: look once more after giving it back.
            journal.release(held).await?;
            continue;
        }
        if over(now) {
            sent.more = true;
            return Ok(());
        }
        if !lease.as_ref().is_some_and(|lease| lasts(lease, now)) {
            if let Some(old) = lease.take() {
                journal.release(old).await?;
            }
            *lease = journal.lease(&delivery_lease(organization)).await?;
        }
        let Some(held) = lease.as_ref() else { return Ok(()) };
        round(services, organization, held, &over, due, sent).await?;
    }
    sent.more = true;
    Ok(())
}

fn lasts(lease: &Lease, now: Timestamp) -> bool {
    now.checked_add(ATTEMPT_TAKES).is_ok_and(|end| lease.holds(end))
}

async fn round(
    services: &Services,
    organization: &OrganizationId,
    lease: &Lease,
    over: &(impl Fn(Timestamp) -> bool + Sync),
    due: Vec<Due>,
    sent: &mut Sent,
) -> Result<(), SendingError> {
    let providers = Providers::load(services).await?;
    let attempt = async |due: Due| {
        let now = services.journal.clock().now();
        if over(now) || !lasts(lease, now) {
            return Ok(Done { id: due.id, state: None, tried: false });
        }
        one(services, &providers, due.id).await
    };
    let all = crate::at_once(AT_ONCE, due.into_iter().map(|due| attempt(due).boxed()).collect()).await;
    let mut failure = None;
    let mut done = Vec::new();
    for each in all {
        match each {
            Ok(each) => done.push(each),
            Err(error) => failure = Some(error),
        }
    }
    for each in done.iter().filter(|each| each.tried) {
        match each.state {
            Some((DeliveryState::Sent, _)) => sent.sent += 1,
            Some((DeliveryState::Failed, _)) => sent.failed += 1,
            _ => {}
        }
    }
    tidy(services, organization, &done).await?;
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// Makes the attempt that a delivery waits for, if it still waits for one.
async fn one(services: &Services, providers: &Providers, id: String) -> Result<Done, StoreError> {
    let Some(delivery) = services.journal.load_by_record_id::<Delivery>(&id).await? else {
        // Nothing is behind it, so nothing will ever be sent.
        return Ok(Done { id, state: Some((DeliveryState::Skipped, None)), tried: false });
    };
    let delivery = delivery.value;
    if !delivery.is_due(services.journal.clock().now()) {
        return Ok(Done { id, state: Some((delivery.state, delivery.next_attempt_at)), tried: false });
    }
    let after = attempt::attempt(services, providers, &delivery).await?;
    Ok(Done { id, state: Some((after.state, after.next_attempt_at)), tried: true })
}

/// Brings the outbox up to date: settled ones leave it, the others get their next moment.
async fn tidy(services: &Services, organization: &OrganizationId, done: &[Done]) -> Result<(), StoreError> {
    let outbox = services.journal.outbox(organization);
    let mut settled: Vec<&str> = Vec::new();
    let mut later = Vec::new();
    for each in done {
        match each.state {
            Some((DeliveryState::Pending, at)) => {
                let at = at.unwrap_or_else(|| services.journal.clock().now());
                later.push(Due { id: each.id.clone(), at });
            }
            Some(_) => settled.push(&each.id),
            None => {}
        }
    }
    outbox.add(&later).await?;
    if settled.is_empty() {
        return Ok(());
    }
    outbox.remove(&settled).await?;
    // Whoever asked in between for one to be sent again had it put into the outbox before it was taken out.
    let records = services.journal.load_by_record_ids::<Delivery>(&settled).await?;
    let pending = records.into_iter().flatten().filter(|record| record.value.state == DeliveryState::Pending);
    let again: Vec<Due> = pending
        .map(|record| Due {
            id: NotificationId::to_string(&record.value.id),
            at: record.value.next_attempt_at.unwrap_or(record.value.updated_at),
        })
        .collect();
    outbox.add(&again).await
}
