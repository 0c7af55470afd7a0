//! What there is to do in a journal: which numbers have events that count, which are waited for, which are settled. A
//! scan changes nothing.

use countersign_kv::under_way::try_all;
use countersign_model::ids::OrganizationId;
use countersign_store::record::{Read, decode, key_of};
use countersign_store::{Abandoned, EventRef, StoreError};
use futures::future::try_join;
use jiff::{SignedDuration, Timestamp};

use crate::Journal;
use crate::lists::tail::FoundEntry;
use crate::projection::{Gap, Projection};

/// How long a number without an event that counts is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_secs(30);
/// How long a number is retried that cannot be settled because others keep writing its target.
const PERSISTENCE: SignedDuration = SignedDuration::from_mins(10);
/// How many events one turn takes.
const STEP: u64 = 150;
/// With this many gaps, the horizon stays until some are settled. Together with [`STEP`], this bounds the projection.
const MOST_GAPS: usize = 100;
/// With this many events to be passed on again, no new ones are taken until they are.
const MOST_ONWARD: usize = 400;

/// Of how many unexamined numbers the events are asked for their times. The first may have none yet.
const TIMED: u64 = 8;

/// How far a journal is processed.
pub(crate) struct JournalHead {
    read: Read,
    projection: Projection,
    /// The last number taken.
    last: u64,
}

impl JournalHead {
    /// Whether there are numbers that no turn has examined.
    pub(crate) fn has_new(&self) -> bool {
        self.last > self.projection.horizon
    }
}

/// The state of a journal at the start of a turn.
pub(crate) struct Scan {
    pub(crate) read: Read,
    pub(crate) projection: Projection,
    pub(crate) now: Timestamp,
    pub(crate) entries: Vec<ScannedEntry>,
}

/// What was found for a number.
pub(crate) struct ScannedEntry {
    pub(crate) gap: Gap,
    /// Whether the projection does not know it yet, or does not know since when it waits.
    new: bool,
    pub(crate) found: FoundEntry,
    pub(crate) abandoned: Option<Abandoned>,
}

impl ScannedEntry {
    /// Whether it was waited for long enough.
    pub(crate) fn is_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.gap.since) >= PATIENCE
    }

    /// Whether it was retried long enough.
    pub(crate) fn is_hopeless(&self, now: Timestamp) -> bool {
        now.duration_since(self.gap.since) >= PERSISTENCE
    }

    /// Whether a turn would do anything about it.
    fn is_due(&self, now: Timestamp) -> bool {
        let ready = match self.found {
            FoundEntry::Nothing | FoundEntry::Event(_, false) => false,
            FoundEntry::Event(_, true) => true,
            FoundEntry::Unreadable(_) => return self.new || self.is_hopeless(now),
        };
        self.new || ready || self.gap.skipped || self.abandoned.is_some() || self.is_old(now)
    }
}

impl Scan {
    /// Whether there is nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.projection.forwarding.is_none()
            && self.projection.next_change_at().is_none_or(|at| at > self.now)
            && !self.entries.iter().any(|entry| entry.is_due(self.now))
    }
}

impl Journal {
    /// Reads how far a journal is processed.
    pub(crate) async fn head(&self, organization: &OrganizationId) -> Result<JournalHead, StoreError> {
        let key = key_of::<Projection>(organization);
        let (read, last) = try_join(self.read(&key), self.last_number(organization)).await?;
        let read = read.ok_or(StoreError::NotFound)?;
        let projection: Projection = decode(&key, read.envelope.value.get().as_bytes())?;
        Ok(JournalHead { read, projection, last })
    }

    /// Since when an event of an organization waits to be processed; `None` if none does. A number without an event waits since it was
    /// first examined. Two reads, and up to eight more if there are unexamined numbers.
    ///
    /// # Errors
    /// If the backend fails, or [`StoreError::NotFound`] for an organization that does not exist.
    pub async fn behind_since(&self, organization: &OrganizationId) -> Result<Option<Timestamp>, StoreError> {
        let JournalHead { projection, last, .. } = self.head(organization).await?;
        let next = projection.horizon.saturating_add(1);
        let unexamined =
            (next..=last.min(projection.horizon.saturating_add(TIMED))).map(|number| async move {
                match self.event_in(organization, number).await {
                    // It is set aside later, which is counted apart.
                    Err(StoreError::Corrupt { .. }) => Ok(None),
                    read => read,
                }
            });
        let events = try_all(unexamined).await?;
        let waiting = events.iter().flatten().map(|event| event.at);
        Ok(waiting.chain(projection.waits_since()).min())
    }

    /// Whether a change of an organization that was acknowledged is not processed yet, or not passed on to the organization above.
    /// A number whose writer died does not count, unlike in [`Journal::has_work`]. It costs as much as that.
    ///
    /// # Errors
    /// If the backend fails, or [`StoreError::NotFound`] for an organization that does not exist.
    pub async fn has_unprocessed(&self, organization: &OrganizationId) -> Result<bool, StoreError> {
        let head = self.head(organization).await?;
        let (horizon, last) = (head.projection.horizon, head.last);
        let scan = self.scan(organization, head).await?;
        let reached =
            scan.entries.iter().map(|entry| entry.gap.number).max().unwrap_or_default().max(horizon);
        let waits = |entry: &ScannedEntry| {
            matches!(entry.found, FoundEntry::Event(_, true) | FoundEntry::Unreadable(_))
        };
        Ok(scan.projection.forwarding.is_some() || last > reached || scan.entries.iter().any(waits))
    }

    /// Scans a journal: the gaps, and the next numbers.
    pub(crate) async fn scan(
        &self,
        organization: &OrganizationId,
        head: JournalHead,
    ) -> Result<Scan, StoreError> {
        let JournalHead { read, projection, last } = head;
        let now = self.clock().now();
        let onward = projection.forwarding.as_ref().map_or(0, |forwarding| forwarding.numbers.len());
        let room = projection.gaps.len() < MOST_GAPS && onward < MOST_ONWARD;
        let step = if room { STEP } else { 0 };
        // After a clock is set back, gaps must not wait until it is right again: waiting starts anew, and the
        // projection records it.
        let waited_for = projection
            .gaps
            .iter()
            .map(|gap| (Gap { since: gap.since.min(now), ..gap.clone() }, gap.since > now));
        let fresh = (projection.horizon + 1..=last.min(projection.horizon + step))
            .map(|number| (Gap { number, since: now, skipped: false }, true));
        let all: Vec<_> = waited_for.chain(fresh).collect();
        let found = self.look_at(organization, all.iter().map(|(gap, _)| gap.number)).await?;
        let looked = all.into_iter().zip(found).map(|((gap, new), found)| async move {
            let abandoned = match found {
                FoundEntry::Nothing | FoundEntry::Event(_, false) => {
                    let place = EventRef { organization_id: organization.clone(), number: gap.number };
                    self.abandoned(&place).await?
                }
                FoundEntry::Event(_, true) | FoundEntry::Unreadable(_) => None,
            };
            Ok::<_, StoreError>(ScannedEntry { gap, new, found, abandoned })
        });
        let entries = try_all(looked).await?;
        Ok(Scan { read, projection, now, entries })
    }
}
