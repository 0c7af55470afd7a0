//! The outcome of each number of a scan: its event counts, it is waited for, or it is over. A number that cannot be
//! settled is set aside, and the numbers after it continue.

use countersign_kv::under_way::try_all;
use countersign_model::ids::OrganizationId;
use countersign_store::{Abandoned, EventRef, StoreError};
use jiff::Timestamp;

use crate::Journal;
use crate::chain::{ChainRow, RowKind};
use crate::event::Event;
use crate::journal::JournalEntry;
use crate::lists::tail::FoundEntry;
use crate::process::scan::ScannedEntry;
use crate::projection::{Gap, Projection, SetAside};

/// The outcome of a number.
enum NumberOutcome {
    /// Its event is processed now; and whether the number had been skipped before.
    Counts(Box<JournalEntry>, bool),
    /// It is waited for.
    Waits(Gap),
    /// It came to nothing.
    Hole(u64),
    /// Its entry can neither be processed nor dropped.
    SetAside {
        number: u64,
        /// The digest of the stored bytes.
        digest: String,
        why: String,
    },
}

/// The outcomes of all numbers of a scan, in the order of the numbers.
#[derive(Default)]
pub(crate) struct Settlement {
    /// The events that count.
    pub(crate) events: Vec<Event>,
    /// The rows of the chain.
    pub(crate) rows: Vec<ChainRow>,
    /// The numbers still waited for.
    pub(crate) gaps: Vec<Gap>,
    /// Events found after their number was skipped.
    pub(crate) late: Vec<Event>,
    /// The numbers set aside.
    pub(crate) set_aside: Vec<SetAside>,
}

impl Journal {
    /// Settles every number of a scan. It fails only when the backend fails.
    pub(crate) async fn settle(
        &self,
        organization: &OrganizationId,
        projection: &Projection,
        entries: Vec<ScannedEntry>,
        now: Timestamp,
    ) -> Result<Settlement, StoreError> {
        let each = entries.into_iter().map(|entry| self.settle_one(organization, entry, now));
        let mut settlement = Settlement::default();
        for outcome in try_all(each).await? {
            settlement.take(projection, outcome, now);
        }
        Ok(settlement)
    }

    async fn settle_one(
        &self,
        organization: &OrganizationId,
        entry: ScannedEntry,
        now: Timestamp,
    ) -> Result<NumberOutcome, StoreError> {
        let (gap, hopeless) = (entry.gap.clone(), entry.is_hopeless(now));
        let digest = match &entry.found {
            FoundEntry::Event(entry, _) => entry.digest.clone(),
            FoundEntry::Unreadable(digest) => digest.clone(),
            FoundEntry::Nothing => String::new(),
        };
        match self.outcome(organization, entry, now).await {
            Ok(outcome) => Ok(outcome),
            Err(error @ StoreError::Kv(_)) => Err(error),
            // Others keep writing its target: it is retried, but not for ever.
            Err(StoreError::Busy) if !hopeless => Ok(NumberOutcome::Waits(gap)),
            Err(error) => Ok(NumberOutcome::SetAside { number: gap.number, digest, why: error.to_string() }),
        }
    }

    async fn outcome(
        &self,
        organization: &OrganizationId,
        entry: ScannedEntry,
        now: Timestamp,
    ) -> Result<NumberOutcome, StoreError> {
        let (old, hopeless) = (entry.is_old(now), entry.is_hopeless(now));
        let ScannedEntry { mut gap, found, abandoned, .. } = entry;
        match (found, abandoned) {
            (FoundEntry::Event(entry, true), _) => Ok(NumberOutcome::Counts(entry, gap.skipped)),
            // It may be the entry of a newer version of this program, which is about to take over.
            (FoundEntry::Unreadable(_), _) if !hopeless => Ok(NumberOutcome::Waits(gap)),
            (FoundEntry::Unreadable(digest), _) => {
                let why = "the entry cannot be read".to_owned();
                Ok(NumberOutcome::SetAside { number: gap.number, digest, why })
            }
            // Its writer has marked it, and never commits afterwards.
            (FoundEntry::Event(..) | FoundEntry::Nothing, Some(Abandoned::ByWriter | Abandoned::ByLoser)) => {
                Ok(NumberOutcome::Hole(gap.number))
            }
            (FoundEntry::Event(entry, false), abandoned) if old || abandoned.is_some() => {
                self.drop_or_count(organization, *entry, false).await
            }
            (FoundEntry::Event(..), _) => Ok(NumberOutcome::Waits(gap)),
            (FoundEntry::Nothing, _) if gap.skipped => self.skip(organization, gap.number).await,
            (FoundEntry::Nothing, _) => {
                // First the projection says that it is skipped, then the mark follows: so a processed number is never
                // marked.
                gap.skipped = old;
                Ok(NumberOutcome::Waits(gap))
            }
        }
    }

    /// Stops waiting for a number without an entry. A writer that comes after the mark sees it and appends again; an
    /// entry written before is found by looking once more.
    async fn skip(&self, organization: &OrganizationId, number: u64) -> Result<NumberOutcome, StoreError> {
        let place = EventRef { organization_id: organization.clone(), number };
        self.abandon(&place, Abandoned::ByProcessor).await?;
        match self.entry(organization, number).await? {
            Some(entry) => self.drop_or_count(organization, entry, true).await,
            None => Ok(NumberOutcome::Hole(number)),
        }
    }

    async fn drop_or_count(
        &self,
        organization: &OrganizationId,
        entry: JournalEntry,
        skipped: bool,
    ) -> Result<NumberOutcome, StoreError> {
        let place = EventRef { organization_id: organization.clone(), number: entry.number };
        let dropped = self.drop_event(&place, &entry.event.commit).await?;
        Ok(if dropped {
            NumberOutcome::Hole(entry.number)
        } else {
            NumberOutcome::Counts(Box::new(entry), skipped)
        })
    }
}

impl Settlement {
    fn take(&mut self, projection: &Projection, outcome: NumberOutcome, now: Timestamp) {
        let row = match outcome {
            NumberOutcome::Waits(gap) => return self.gaps.push(gap),
            NumberOutcome::Hole(number) => ChainRow::hole(number),
            NumberOutcome::SetAside { number, digest, why } => {
                self.set_aside.push(SetAside { number, at: now, why });
                ChainRow { number, kind: RowKind::SetAside, digest }
            }
            // The writer of an event found late may have appended it again: only one of the two counts.
            NumberOutcome::Counts(entry, _) if self.is_known(projection, &entry.event) => {
                ChainRow::hole(entry.number)
            }
            NumberOutcome::Counts(entry, skipped) => {
                let JournalEntry { number, event, digest } = *entry;
                let kind = RowKind::from(event.footprint().audit);
                if skipped {
                    self.late.push(event.clone());
                }
                self.events.push(event);
                ChainRow { number, kind, digest }
            }
        };
        self.rows.push(row);
    }

    fn is_known(&self, projection: &Projection, event: &Event) -> bool {
        projection.late.contains(&event.id) || self.late.iter().any(|late| late.id == event.id)
    }
}
