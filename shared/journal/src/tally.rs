//! Counts of requests, which the processor keeps in records of their own.
//!
//! Every event that counts gets a place in the order of what is tallied. The projection says how many there are (`tallied`), so
//! the swap that commits a turn decides which events exist. Each record of counts says how many of them it contains
//! (`counted`), and is changed together with that number by one swap. So whatever dies or runs twice, an event is in a record
//! once: a turn adds to a record only if that has exactly what came before the turn. If a processor died between its turn and the
//! counts, the missing events are read from the audit's log.
//!
//! The pending counts follow each turn. The reports follow when some events have gathered, or a minute has passed.

mod records;
#[cfg(test)]
pub(crate) mod tests;

use countersign_kv::log;
use countersign_kv::under_way::try_all;
use countersign_model::ids::OrganizationId;
use countersign_model::tally::{PendingCounts, Tallied, day_of, month_of};
use countersign_model::{Action, List, Permit};
use countersign_store::record::{Entity, Envelope, encode, raw};
use countersign_store::{StoreError, Stored, UpdateError, keys};
use futures::future::try_join;
use jiff::{SignedDuration, Timestamp};

use crate::Journal;
use crate::event::Event;
use crate::projection::Projection;

pub use records::{RequestCounts, RequestReport, RequestTops};

/// How many events gather before they are added to the reports.
const GATHERED: usize = 40;
/// How long an event waits at most to be added to the reports.
const REPORTED_WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// How often an update is tried. It is more than in a request, because nobody waits for it.
const ATTEMPTS: usize = 8;
/// How many blocks of the audit's log are read at a time for events that are not counted.
const BLOCKS: usize = 20;

/// The events that a turn adds to the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct TurnTally {
    /// How many had been tallied before.
    pub(crate) from: u64,
    /// The end of the audit's log before the turn, and after it.
    pub(crate) places: (u64, u64),
    /// Whether requests were pending before.
    pub(crate) had_pending: bool,
    pub(crate) events: Vec<Tallied>,
}

/// Pending requests of an organization and of those below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// All of them, as in their list.
    pub total: u64,
    /// Those that are counted by kind and organization. Requests that were pending before counting began are not among them.
    pub counts: PendingCounts,
}

/// What an event adds to the counts of the organization in whose journal it is.
pub(crate) fn tallied(event: &Event) -> Option<Tallied> {
    // Of an event that an earlier version passed on, it is not known which organization below it belongs to.
    if event.propagated_from.is_some() && event.via.is_none() {
        return None;
    }
    let tallied = Tallied::of(&event.act, &event.who, event.at)?;
    Some(Tallied { via: event.via.clone(), ..tallied })
}

impl Journal {
    /// The pending requests of the permit's organization and of those below, counted: two reads in one round.
    ///
    /// # Errors
    /// [`StoreError::NotPermitted`] if the permit does not allow reading the list of pending requests.
    pub async fn pending_requests(&self, permit: &Permit) -> Result<Pending, StoreError> {
        crate::lists::page::require_readable(permit, List::PendingRequests)?;
        let organization = permit.organization();
        let (projection, counts) =
            try_join(self.projection(organization), self.load::<RequestCounts>(organization)).await?;
        let counts = counts.map(|counts| counts.value.pending).unwrap_or_default();
        Ok(Pending { total: projection.value.count(List::PendingRequests), counts })
    }

    /// The counts of the days of the permit's organization, with everything below it; `None` if nothing was counted yet.
    ///
    /// # Errors
    /// [`StoreError::NotPermitted`] if it is no permit to view reports.
    pub async fn request_report(&self, permit: &Permit) -> Result<Option<RequestReport>, StoreError> {
        require_reports(permit)?;
        Ok(self.load::<RequestReport>(permit.organization()).await?.map(|report| report.value))
    }

    /// What there was most of in a month; `None` if nothing was counted.
    ///
    /// # Errors
    /// [`StoreError::NotPermitted`] if it is no permit to view reports.
    pub async fn request_tops(
        &self,
        permit: &Permit,
        month: &str,
    ) -> Result<Option<RequestTops>, StoreError> {
        require_reports(permit)?;
        let id = (permit.organization().clone(), month.to_owned());
        Ok(self.load::<RequestTops>(&id).await?.map(|tops| tops.value))
    }

    /// Adds a turn that is committed to the counts. What goes wrong is made good by the next turn, or by
    /// [`Journal::catch_up_counts`].
    pub(crate) async fn tally(&self, organization: &OrganizationId, turn: &TurnTally) {
        if let Err(error) = self.try_tally(organization, turn).await {
            log::line("requests are counted later", &[("organization", organization), ("error", &error)]);
        }
    }

    async fn try_tally(&self, organization: &OrganizationId, turn: &TurnTally) -> Result<(), StoreError> {
        let Some(first) = turn.events.first() else { return Ok(()) };
        let Some(counts) = self.load::<RequestCounts>(organization).await? else {
            // What happened before counting began is not counted. Two processors may begin at once: both records are written
            // together, so they agree, and what the later writer lacks is counted again.
            let since = turn.had_pending.then_some(first.at);
            let began = RequestCounts::beginning(organization, turn.from, turn.places.0, since);
            let report = RequestReport::empty(organization);
            self.write(vec![first_entry(self, &began)?, first_entry(self, &report)?]).await?;
            return self.count(began, turn.from, &turn.events, turn.places.1).await;
        };
        match counts.value.counted == turn.from {
            true => self.count(counts.value, turn.from, &turn.events, turn.places.1).await,
            false => self.catch_up_counts(&self.projection(organization).await?).await,
        }
    }

    /// Counts what a processor that died had not counted, and adds what has waited long enough to the reports. It costs nothing in
    /// an organization without requests, and otherwise one read if there is nothing to do.
    ///
    /// # Errors
    /// If the store fails, or a turn was made meanwhile.
    pub async fn catch_up_counts(&self, projection: &Stored<Projection>) -> Result<(), StoreError> {
        if projection.value.tallied == 0 {
            return Ok(());
        }
        let counts = self.load::<RequestCounts>(&projection.value.organization_id).await?;
        let Some(mut counts) = counts.map(|counts| counts.value) else { return Ok(()) };
        for _ in 0..BLOCKS {
            if counts.counted >= projection.value.tallied {
                break;
            }
            counts = self.count_from_log(projection, counts).await?;
        }
        let oldest = counts.gathered.first().map(|(_, event)| event.at);
        let is_due = |at| self.clock().now().duration_since(at) >= REPORTED_WITHIN;
        if oldest.is_some_and(is_due) {
            let reported = self.reported(counts.clone(), 0).await?;
            self.replace(&counts, &reported).await?;
        }
        Ok(())
    }

    /// Counts the events of one block of the audit's log.
    async fn count_from_log(
        &self,
        projection: &Stored<Projection>,
        counts: RequestCounts,
    ) -> Result<RequestCounts, StoreError> {
        let Stored { revision, value: projection } = projection;
        let organization = projection.organization_id.clone();
        let head = projection.logs.get(&List::UnifiedAudit).cloned().unwrap_or_default();
        let (rows, place) = self.rows_from(&head, counts.place).await?;
        // A missing block was replaced meanwhile; if the projection has not changed, it is lost.
        if rows.is_none() && self.projection(&organization).await?.revision != *revision {
            return Err(StoreError::Busy);
        }
        let rows = rows.unwrap_or_default();
        let reads = rows.iter().map(|row| async {
            match self.event_in(&organization, row.0).await {
                Err(StoreError::Corrupt { .. }) => Ok(None),
                read => read,
            }
        });
        let events = try_all(reads).await?;
        let events: Vec<_> = events.iter().flatten().filter_map(tallied).collect();
        let mut next = counts.with(counts.counted, &events, place);
        if place >= head.count {
            // Rows of the log may be lost.
            next.counted = projection.tallied;
        }
        let next = self.reported(next, GATHERED).await?;
        self.replace(&counts, &next).await?;
        Ok(next)
    }

    async fn count(
        &self,
        counts: RequestCounts,
        from: u64,
        events: &[Tallied],
        place: u64,
    ) -> Result<(), StoreError> {
        let next = self.reported(counts.with(from, events, place), GATHERED).await?;
        self.replace(&counts, &next).await
    }

    /// The counts without the events that have gathered, if these are more than so many: the reports have them.
    async fn reported(&self, counts: RequestCounts, most: usize) -> Result<RequestCounts, StoreError> {
        if counts.gathered.len() <= most && !counts.is_large() {
            return Ok(counts);
        }
        let organization = &counts.organization_id;
        let mut months: Vec<String> =
            counts.gathered.iter().map(|(_, event)| month_of(day_of(event.at))).collect();
        months.sort_unstable();
        months.dedup();
        for month in months {
            let id = (organization.clone(), month);
            if self.load::<RequestTops>(&id).await?.is_none() {
                // Two processors may do so at once. Then what one has added may be lost: these counts are estimates.
                self.write(vec![first_entry(self, &RequestTops::empty(&id.0, &id.1))?]).await?;
            }
            self.change(&id, |tops: &RequestTops| tops.with(&counts.gathered)).await?;
        }
        self.change(organization, |report: &RequestReport| report.with(&counts.gathered)).await?;
        Ok(RequestCounts { gathered: Vec::new(), ..counts })
    }

    /// Replaces the counts, unless another processor has changed them since.
    async fn replace(&self, old: &RequestCounts, new: &RequestCounts) -> Result<(), StoreError> {
        let same = |found: &RequestCounts| {
            let is_same = found.counted == old.counted && found.place == old.place;
            (is_same && found.gathered.len() == old.gathered.len()).then(|| new.clone())
        };
        self.change(&old.organization_id, same).await
    }

    /// Changes a record, unless there is nothing to change.
    async fn change<T: Entity>(
        &self,
        id: &T::Id,
        change: impl Fn(&T) -> Option<T> + Send + Sync,
    ) -> Result<(), StoreError> {
        let transition = |old: &T| change(old).ok_or(());
        match self.update_within(ATTEMPTS, id, transition).await {
            Ok(_) | Err(UpdateError::Refused(())) => Ok(()),
            Err(UpdateError::Store(error)) => Err(error),
        }
    }
}

/// A record that is written for the first time.
fn first_entry<T: Entity>(journal: &Journal, record: &T) -> Result<(String, Vec<u8>), StoreError> {
    let key = keys::record(&record.own_record_id());
    let envelope = Envelope::first(journal.write_id(), None, raw(&key, record)?);
    let value = encode(&key, &envelope)?;
    Ok((key, value))
}

fn require_reports(permit: &Permit) -> Result<(), StoreError> {
    match permit.allows(Action::ReportsView) {
        true => Ok(()),
        false => Err(StoreError::NotPermitted { what: "reports" }),
    }
}

/// When the counts of a report were complete, as far as they are known: a minute ago at the latest.
#[must_use]
pub fn reported_up_to(now: Timestamp) -> Timestamp {
    now.saturating_sub(REPORTED_WITHIN).unwrap_or(now)
}
