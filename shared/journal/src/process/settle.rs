//! What is to be done in a journal: which numbers have events that count, which are waited for, which are given up.

use countersign_model::ids::OrganizationId;
use futures::future::{try_join, try_join_all};
use jiff::{SignedDuration, Timestamp};

use crate::Journal;
use crate::journal::Entry;
use crate::lists::tail::Found;
use crate::projection::{Gap, Projection};
use countersign_store::Abandoned;
use countersign_store::EventRef;
use countersign_store::StoreError;
use countersign_store::record::{Read, decode, key_of};

/// How long a number without an event that counts is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_secs(30);
/// How many events one turn takes.
const STEP: u64 = 200;
/// With so many numbers waited for, the horizon stays until some are settled.
const MOST_OPEN: usize = 400;

/// How far a journal is processed.
pub(crate) struct JournalHead {
    read: Read,
    projection: Projection,
    /// The last number given out.
    last: u64,
}

impl JournalHead {
    /// Whether there are numbers that no turn has looked at.
    pub(crate) fn has_new(&self) -> bool {
        self.last > self.projection.horizon
    }
}

/// A journal as a turn finds it. Taking it changes nothing.
pub(crate) struct Scan {
    pub(crate) read: Read,
    pub(crate) projection: Projection,
    pub(crate) now: Timestamp,
    pub(crate) numbers: Vec<ScannedEntry>,
}

/// What a number is like.
pub(crate) struct ScannedEntry {
    pub(crate) open: Gap,
    /// Whether the projection does not know it yet.
    new: bool,
    found: Found,
    mark: Option<Abandoned>,
}

/// What becomes of a number.
pub(crate) enum Settled {
    /// Its event is processed now. Whether it had been given up before.
    Counts(Box<Entry>, bool),
    /// It is waited for.
    Gap(Gap),
    /// It is over.
    Gone(u64),
}

impl ScannedEntry {
    fn is_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.open.since) >= PATIENCE
    }

    /// Whether a turn would do anything about it.
    fn is_due(&self, now: Timestamp) -> bool {
        let counts = matches!(self.found, Found::Event(_, true));
        self.new || counts || self.open.passed || self.mark.is_some() || self.is_old(now)
    }
}

impl Scan {
    /// Whether there is nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.projection.forwarding.is_none()
            && self.projection.next_change_at().is_none_or(|at| at > self.now)
            && !self.numbers.iter().any(|number| number.is_due(self.now))
    }
}

impl Journal {
    /// Reads how far a journal is processed. Taking it changes nothing.
    pub(crate) async fn head(&self, organization: &OrganizationId) -> Result<JournalHead, StoreError> {
        let key = key_of::<Projection>(organization);
        let (read, last) = try_join(self.read(&key), self.last_number(organization)).await?;
        let read = read.ok_or(StoreError::NotFound)?;
        let projection: Projection = decode(&key, read.envelope.value.get().as_bytes())?;
        Ok(JournalHead { read, projection, last })
    }

    /// Looks at a journal: the numbers waited for, and the next ones.
    pub(crate) async fn scan(
        &self,
        organization: &OrganizationId,
        head: JournalHead,
    ) -> Result<Scan, StoreError> {
        let JournalHead { read, projection, last } = head;
        let now = self.clock().now();
        let step = if projection.open.len() < MOST_OPEN { STEP } else { 0 };
        let fresh = (projection.horizon + 1..=last.min(projection.horizon + step))
            .map(|number| (Gap { number, since: now, passed: false }, true));
        let all: Vec<_> = projection.open.iter().map(|open| (open.clone(), false)).chain(fresh).collect();
        let found = self.look_at(organization, all.iter().map(|(open, _)| open.number)).await?;
        let looked = all.into_iter().zip(found).map(|((open, new), found)| async move {
            let mark = match found {
                Found::Event(_, false) => self.abandoned(&place(organization, open.number)).await?,
                _ => None,
            };
            Ok::<_, StoreError>(ScannedEntry { open, new, found, mark })
        });
        let numbers = try_join_all(looked).await?;
        Ok(Scan { read, projection, now, numbers })
    }

    /// Decides what becomes of a number.
    pub(crate) async fn settle(
        &self,
        organization: &OrganizationId,
        looked: ScannedEntry,
        now: Timestamp,
    ) -> Result<Settled, StoreError> {
        let old = looked.is_old(now);
        let ScannedEntry { mut open, found, mark, .. } = looked;
        match found {
            Found::Event(entry, true) => Ok(Settled::Counts(entry, open.passed)),
            Found::Event(_, false) if mark == Some(Abandoned::ByWriter) => Ok(Settled::Gone(open.number)),
            Found::Event(entry, false) if old || mark.is_some() => {
                self.drop_or_count(organization, *entry, false).await
            }
            Found::Event(..) => Ok(Settled::Gap(open)),
            Found::Nothing if open.passed => self.pass(organization, open.number).await,
            Found::Nothing => {
                // First the projection says that it is passed, then the mark follows: so nobody marks what was processed.
                open.passed = old;
                Ok(Settled::Gap(open))
            }
        }
    }

    /// Ends waiting for a number without an entry: whoever writes it after the mark sees the mark and appends again, and what
    /// was written before is found by looking once more.
    async fn pass(&self, organization: &OrganizationId, number: u64) -> Result<Settled, StoreError> {
        let place = place(organization, number);
        self.abandon(&place, Abandoned::ByProcessor).await?;
        match self.entry(organization, number).await? {
            Some(entry) => self.drop_or_count(organization, entry, true).await,
            None => Ok(Settled::Gone(number)),
        }
    }

    async fn drop_or_count(
        &self,
        organization: &OrganizationId,
        entry: Entry,
        passed: bool,
    ) -> Result<Settled, StoreError> {
        let number = entry.number;
        let dropped = self.drop_event(&place(organization, number), &entry.event.commit).await?;
        Ok(if dropped { Settled::Gone(number) } else { Settled::Counts(Box::new(entry), passed) })
    }
}

fn place(organization: &OrganizationId, number: u64) -> EventRef {
    EventRef { organization_id: organization.clone(), number }
}
