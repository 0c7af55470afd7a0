//! What is to be done in a journal: which numbers have events that count, which are waited for, which are given up.

use countersign_model::ids::OrganizationId;
use futures::future::{try_join, try_join_all};
use jiff::{SignedDuration, Timestamp};

use crate::event::EventPlace;
use crate::journal::{Entry, Mark};
use crate::ledger::{Ledger, Open};
use crate::lists::tail::Found;
use crate::record::{Read, decode};
use crate::{Store, StoreError, keys};

/// How long a number without an event that counts is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_secs(30);
/// How many events one turn takes.
const STEP: u64 = 200;
/// With so many numbers waited for, the horizon stays until some are settled.
const MOST_OPEN: usize = 400;

/// How far a journal is processed.
pub(crate) struct Glance {
    read: Read,
    ledger: Ledger,
    /// The last number given out.
    last: u64,
}

impl Glance {
    /// Whether there are numbers that no turn has looked at.
    pub(crate) fn has_new(&self) -> bool {
        self.last > self.ledger.horizon
    }
}

/// A journal as a turn finds it. Taking it changes nothing.
pub(crate) struct Survey {
    pub(crate) read: Read,
    pub(crate) ledger: Ledger,
    pub(crate) now: Timestamp,
    pub(crate) numbers: Vec<Looked>,
}

/// What a number is like.
pub(crate) struct Looked {
    pub(crate) open: Open,
    /// Whether the ledger does not know it yet.
    new: bool,
    found: Found,
    mark: Option<Mark>,
}

/// What becomes of a number.
pub(crate) enum Settled {
    /// Its event is processed now. Whether it had been given up before.
    Counts(Box<Entry>, bool),
    /// It is waited for.
    Open(Open),
    /// It is over.
    Gone(u64),
}

impl Looked {
    fn is_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.open.since) >= PATIENCE
    }

    /// Whether a turn would do anything about it.
    fn is_due(&self, now: Timestamp) -> bool {
        let counts = matches!(self.found, Found::Event(_, true));
        self.new || counts || self.open.passed || self.mark.is_some() || self.is_old(now)
    }
}

impl Survey {
    /// Whether there is nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.ledger.forwarding.is_none()
            && self.ledger.next_change_at().is_none_or(|at| at > self.now)
            && !self.numbers.iter().any(|number| number.is_due(self.now))
    }
}

impl Store {
    /// Reads how far a journal is processed. Taking it changes nothing.
    pub(crate) async fn glance(&self, organization: &OrganizationId) -> Result<Glance, StoreError> {
        let key = keys::record(&Ledger::id(organization));
        let (read, last) = try_join(self.read(&key), self.last_number(organization)).await?;
        let read = read.ok_or(StoreError::NotFound)?;
        let ledger: Ledger = decode(&key, read.envelope.value.get().as_bytes())?;
        Ok(Glance { read, ledger, last })
    }

    /// Looks at a journal: the numbers waited for, and the next ones.
    pub(crate) async fn survey(
        &self,
        organization: &OrganizationId,
        glance: Glance,
    ) -> Result<Survey, StoreError> {
        let Glance { read, ledger, last } = glance;
        let now = self.clock.now();
        let step = if ledger.open.len() < MOST_OPEN { STEP } else { 0 };
        let fresh = (ledger.horizon + 1..=last.min(ledger.horizon + step))
            .map(|number| (Open { number, since: now, passed: false }, true));
        let all: Vec<_> = ledger.open.iter().map(|open| (open.clone(), false)).chain(fresh).collect();
        let found = self.look_at(organization, all.iter().map(|(open, _)| open.number)).await?;
        let looked = all.into_iter().zip(found).map(|((open, new), found)| async move {
            let mark = match found {
                Found::Event(_, false) => self.mark(&place(organization, open.number)).await?,
                _ => None,
            };
            Ok::<_, StoreError>(Looked { open, new, found, mark })
        });
        let numbers = try_join_all(looked).await?;
        Ok(Survey { read, ledger, now, numbers })
    }

    /// Decides what becomes of a number.
    pub(crate) async fn settle(
        &self,
        organization: &OrganizationId,
        looked: Looked,
        now: Timestamp,
    ) -> Result<Settled, StoreError> {
        let old = looked.is_old(now);
        let Looked { mut open, found, mark, .. } = looked;
        match found {
            Found::Event(entry, true) => Ok(Settled::Counts(entry, open.passed)),
            Found::Event(_, false) if mark == Some(Mark::GivenUp) => Ok(Settled::Gone(open.number)),
            Found::Event(entry, false) if old || mark.is_some() => {
                self.drop_or_count(organization, *entry, false).await
            }
            Found::Event(..) => Ok(Settled::Open(open)),
            Found::Nothing if open.passed => self.pass(organization, open.number).await,
            Found::Nothing => {
                // First the ledger says that it is passed, then the mark follows: so nobody marks what was processed.
                open.passed = old;
                Ok(Settled::Open(open))
            }
        }
    }

    /// Ends waiting for a number without an entry: whoever writes it after the mark sees the mark and appends again, and what
    /// was written before is found by looking once more.
    async fn pass(&self, organization: &OrganizationId, number: u64) -> Result<Settled, StoreError> {
        let place = place(organization, number);
        self.set_mark(&place, Mark::Dropped).await?;
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

fn place(organization: &OrganizationId, number: u64) -> EventPlace {
    EventPlace { organization_id: organization.clone(), number }
}
