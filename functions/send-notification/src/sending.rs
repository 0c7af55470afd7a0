//! Sending what is due in an organization, under a lease of its own, so that slow providers do not delay the processing
//! of events.
//!
//! The lease only avoids duplicate work: when clocks differ, two senders may hold it. What prevents a message from
//! being sent twice is the claim in the delivery's own record. The outbox keeps a delivery until it is settled, so when
//! a sender dies, the next one sends its message.

mod attempt;
pub mod repair;

use std::collections::BTreeMap;

use countersign_http::functions::Sent;
use countersign_http::{Services, SettingsError};
use countersign_journal::{Due, delivery_lease};
use countersign_model::{Delivery, DeliveryState, NotDue, NotificationId, OrganizationId};
use countersign_store::{Lease, StoreError, Watched};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use self::attempt::Looked;
use crate::provider::{Providers, ProvidersError};
use countersign_journal::readable::{load_one_readable, load_readable};

/// Deliveries that are sent concurrently.
const AT_ONCE: usize = 8;
/// Deliveries taken from the outbox at once.
const ROUND: usize = 32;
/// The most rounds of one call.
const ROUNDS: usize = 64;
/// The time that one attempt may take. An attempt begins only if the lease holds for that long.
const ATTEMPT_TAKES: SignedDuration = SignedDuration::from_secs(13);

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

impl From<ProvidersError> for SendingError {
    fn from(error: ProvidersError) -> Self {
        match error {
            ProvidersError::Settings(error) => error.into(),
            ProvidersError::Store(error) => error.into(),
        }
    }
}

/// The result for one due delivery.
struct Done {
    id: String,
    /// Its state, and when it is due again while pending. `None` if it was not touched.
    state: Option<(DeliveryState, Option<Timestamp>)>,
    /// Whether this attempt brought it to that state.
    tried: bool,
    /// As it was read last.
    delivery: Option<Box<Delivery>>,
    /// What those who watch the deployment count of it.
    watched: Option<Watched>,
}

/// Sends what is due in an organization until nothing is left, another sender is at work, or `until` has come.
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
            // A sender that came while the lease was held went away again, so look once more after releasing it.
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
            return Ok(Done { id: due.id, state: None, tried: false, delivery: None, watched: None });
        }
        one(services, organization, &providers, due.id).await
    };
    let all = stream::iter(due.into_iter().map(attempt)).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
    let mut failure = None;
    let mut done = Vec::new();
    for each in all {
        match each {
            Ok(each) => done.push(each),
            Err(error) => failure = Some(error),
        }
    }
    services.journal.count_watched(sums(&done)).await;
    for each in done.iter().filter(|each| each.tried) {
        match each.state {
            Some((DeliveryState::Sent, _)) => sent.sent += 1,
            Some((DeliveryState::Failed, _)) => sent.failed += 1,
            Some((
                DeliveryState::Pending
                | DeliveryState::Collapsed
                | DeliveryState::Skipped
                | DeliveryState::Digested,
                _,
            ))
            | None => {}
        }
    }
    tidy(services, organization, &done).await?;
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// Examines one due delivery, and makes the attempt if there is one to make.
async fn one(
    services: &Services,
    organization: &OrganizationId,
    providers: &Providers,
    id: String,
) -> Result<Done, StoreError> {
    if let Some(channel) = repair::woken_by(&id) {
        repair::after_others(&services.journal, organization, channel).await?;
        let state = Some((DeliveryState::Sent, None));
        return Ok(Done { id, state, tried: false, delivery: None, watched: None });
    }
    let looked = match id.parse::<NotificationId>() {
        Ok(delivery) => attempt::attempt(services, providers, &delivery).await?,
        Err(_) => Looked::Gone,
    };
    let watched = watched(&looked);
    let (state, tried, delivery) = match looked {
        Looked::Tried { after, .. } => ((after.state, after.due_at()), true, Some(after)),
        Looked::Left(delivery) => ((delivery.state, delivery.due_at()), false, Some(delivery)),
        Looked::NotDue(NotDue::Settled(state)) => {
            // By a sender that died before it was out of the outbox.
            let found = load_one_readable::<Delivery>(&services.journal, id.as_str()).await?;
            ((state, None), false, found)
        }
        Looked::NotDue(NotDue::Before(at)) => ((DeliveryState::Pending, Some(at)), false, None),
        Looked::Gone => ((DeliveryState::Skipped, None), false, None),
    };
    Ok(Done { id, state: Some(state), tried, delivery: delivery.map(Box::new), watched })
}

/// What counts of it: the end of a delivery, or that an attempt is repeated.
fn watched(looked: &Looked) -> Option<Watched> {
    match looked {
        Looked::Tried { after, made: true } if after.state == DeliveryState::Pending => {
            Some(Watched::Retries(after.channel))
        }
        Looked::Tried { after, made: true } => Some(Watched::Deliveries(after.channel, after.state)),
        Looked::Left(left) if left.state == DeliveryState::Skipped => {
            Some(Watched::Deliveries(left.channel, left.state))
        }
        Looked::Tried { .. } | Looked::Left(_) | Looked::NotDue(_) | Looked::Gone => None,
    }
}

/// How often each was counted.
fn sums(done: &[Done]) -> BTreeMap<Watched, u64> {
    let mut sums = BTreeMap::new();
    for watched in done.iter().filter_map(|each| each.watched) {
        *sums.entry(watched).or_default() += 1;
    }
    sums
}

/// Updates the outbox: settled deliveries leave it, the others get the time of their next attempt.
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
    // Before they leave the outbox: a sender that dies in between is followed by one that finds them settled.
    let known: Vec<&Delivery> = done.iter().filter_map(|each| each.delivery.as_deref()).collect();
    let repaired = repair::follow(&services.journal, organization, &known).await?;
    settled.retain(|id| !repaired.iter().any(|due| due.id == *id));
    let lost = done
        .iter()
        .filter(|each| matches!(each.state, Some((DeliveryState::Failed | DeliveryState::Skipped, _))));
    let lost: Vec<Due> = lost.map(|each| Due::at_once(format!("{}{}", Due::FAILED, each.id))).collect();
    services.journal.notices(organization).add(&lost).await?;
    if settled.is_empty() {
        return Ok(());
    }
    outbox.remove(&settled).await?;
    // A delivery that an administrator asked to resend meanwhile was put into the outbox before it was taken out here.
    let records = load_readable::<Delivery>(&services.journal, &settled).await?;
    let due = |record: &Delivery| record.due_at().map(|at| Due { id: record.id.to_string(), at });
    let again: Vec<Due> = records.iter().filter_map(due).collect();
    outbox.add(&again).await
}
