//! An organization's queues: notices that are not expanded into deliveries yet, and deliveries that are not settled yet.
//! They are kept apart from the projection, so that neither people's settings nor slow providers delay the processing of
//! events.

mod delivery_log;
mod due;
mod unsent;

use std::collections::BTreeSet;

use countersign_model::ids::OrganizationId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::delivery_log::DeliveryLog;
use crate::Journal;
use crate::lists::log::Blocks;
use countersign_store::record::{Entity, decode};
use countersign_store::{StoreError, UpdateError, keys};

pub(crate) use self::delivery_log::ADDED;
pub use self::due::Due;

/// How many entries the record itself holds; further ones wait in blocks.
const HELD: usize = 256;
/// How many go into one of those blocks.
const SPILLED: usize = 128;
/// How many blocks of a level the record names; when there are more, a block of the next level names some of them.
const NAMED: usize = 16;
/// How many blocks are named in one of the next level.
const GATHERED: usize = 12;
/// More levels than there can be: the eighth would hold billions of entries.
const LEVELS: u8 = 8;
/// How many blocks are moved back into the record at once.
const REFILLS: u8 = 2 * LEVELS;
/// How often an update is tried. It is more than in a request, because nobody waits for it.
const ATTEMPTS: usize = 8;

/// The queues of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Deliveries to be sent.
    Deliveries,
    /// Notices to be expanded into deliveries.
    Notices,
    /// Of the root: organizations where emails failed because of the deployment's account or settings.
    UnsentEmails,
    /// The same of text messages.
    UnsentTexts,
    /// The same of push messages.
    UnsentPushes,
}

impl Kind {
    /// Those that only the root has.
    pub(crate) const UNSENT: [Self; 3] = [Self::UnsentEmails, Self::UnsentTexts, Self::UnsentPushes];
}

/// A queue of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QueueOf {
    organization_id: OrganizationId,
    kind: Kind,
    /// Those due first, in order.
    // INVARIANT: fewer than HELD before something is added, and at most HELD + SPILLED after, but for racing changes.
    due: Vec<Due>,
    /// Blocks of entries that were due last when they were moved there, and blocks that name such blocks.
    // INVARIANT: of each level fewer than NAMED before something is added, and fewer than NAMED + GATHERED after, but for racing
    // changes. So the record has a bound, however much waits.
    spilled: Vec<Spilled>,
    /// Of the notices: the deliveries that were made of them.
    #[serde(default, skip_serializing_if = "DeliveryLog::is_empty")]
    pub(crate) log: DeliveryLog,
}

/// A block of further entries. Blocks are in the order of their first entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Spilled {
    /// The first of them.
    first: Due,
    block: String,
    /// At level 0 it has the entries. At a higher one it names blocks of the level below.
    #[serde(default, skip_serializing_if = "is_lowest")]
    level: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_lowest(level: &u8) -> bool {
    *level == 0
}

impl Entity for QueueOf {
    type Id = (Kind, OrganizationId);

    fn record_id((kind, organization): &Self::Id) -> String {
        match kind {
            Kind::Deliveries => format!("outbox_{organization}"),
            Kind::Notices => format!("notices_{organization}"),
            Kind::UnsentEmails => format!("unsent-emails_{organization}"),
            Kind::UnsentTexts => format!("unsent-texts_{organization}"),
            Kind::UnsentPushes => format!("unsent-pushes_{organization}"),
        }
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&(self.kind, self.organization_id.clone()))
    }
}

impl QueueOf {
    pub(crate) fn new(kind: Kind, organization: &OrganizationId) -> Self {
        Self {
            organization_id: organization.clone(),
            kind,
            due: Vec::new(),
            spilled: Vec::new(),
            log: DeliveryLog::default(),
        }
    }

    fn put(&mut self, new: &[Due]) {
        let ids = set(new.iter().map(|due| due.id.as_str()));
        self.due.retain(|each| !ids.contains(each.id.as_str()));
        self.due.extend_from_slice(new);
        self.due.sort();
    }

    /// When the first entry is due.
    fn next_at(&self) -> Option<Timestamp> {
        let held = self.due.first().map(|due| due.at);
        held.into_iter().chain(self.spilled.iter().map(|spilled| spilled.first.at)).min()
    }

    /// How many entries there are: a block is full when it is moved out.
    fn waiting(&self) -> u64 {
        let in_block = |level: u8| (0..level).fold(SPILLED, |below, _| below.saturating_mul(GATHERED));
        let spilled = self.spilled.iter().map(|each| in_block(each.level));
        spilled.fold(self.due.len(), usize::saturating_add) as u64
    }

    /// The block with entries that are due, and before the last of so many that are held.
    fn first_spilled(&self, now: Timestamp, limit: usize) -> Option<&Spilled> {
        let next = self.spilled.iter().min()?;
        let enough = self.due.get(limit.saturating_sub(1)).is_some_and(|held| *held <= next.first);
        (next.first.at <= now && !enough).then_some(next)
    }

    /// The names of the blocks that one of this level can name, in order.
    fn named(&self, level: u8) -> Vec<Spilled> {
        let below = self.spilled.iter().filter(|each| each.level + 1 == level);
        let mut named: Vec<_> = below.cloned().collect();
        named.sort();
        named
    }

    /// Removes what is done.
    pub(crate) fn remove(&mut self, ids: &[&str]) {
        let ids = set(ids.iter().copied());
        self.due.retain(|due| !ids.contains(due.id.as_str()));
    }

    /// Whether it still holds all of these.
    pub(crate) fn holds(&self, ids: &[&str]) -> bool {
        let held = set(self.due.iter().map(|due| due.id.as_str()));
        ids.iter().all(|id| held.contains(id))
    }
}

/// Collecting into a set would sort first, and the code for that takes more bytes of a component than it saves time.
fn set<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut set = BTreeSet::new();
    set.extend(ids);
    set
}

/// Takes some out, and tells whether all were there: what another call has taken out meanwhile must not come back.
fn take<T: PartialEq>(from: &mut Vec<T>, some: &[T]) -> bool {
    let there = some.iter().all(|each| from.contains(each));
    from.retain(|each| !some.contains(each));
    there
}

/// The name of the lease under which an organization's deliveries are sent.
pub fn delivery_lease(organization: &OrganizationId) -> String {
    format!("deliver/{organization}")
}

/// A queue of an organization; [`Journal::outbox`], [`Journal::notices`].
pub struct Queue<'a> {
    pub(crate) journal: &'a Journal,
    pub(crate) id: (Kind, OrganizationId),
}

impl Journal {
    /// The deliveries of an organization that are to be sent.
    pub fn outbox(&self, organization: &OrganizationId) -> Queue<'_> {
        Queue { journal: self, id: (Kind::Deliveries, organization.clone()) }
    }

    /// What is to be expanded into deliveries: numbers of events, and what a planner put there itself.
    pub fn notices(&self, organization: &OrganizationId) -> Queue<'_> {
        Queue { journal: self, id: (Kind::Notices, organization.clone()) }
    }
}

impl Queue<'_> {
    /// Adds entries, or changes the time of those that are already there.
    ///
    /// # Errors
    /// When the backend fails, or others change the queue all the time.
    pub async fn add(&self, new: &[Due]) -> Result<(), StoreError> {
        for part in new.chunks(SPILLED) {
            self.spill().await?;
            self.change(|queue| {
                queue.put(part);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// The due entries, longest due first, at most `limit`.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        let mut queue = self.load().await?;
        // One block of each level is enough, but for racing changes and for blocks whose entries lie between one another's.
        for _ in 0..REFILLS {
            let Some(spilled) = queue.first_spilled(now, limit).cloned() else { break };
            queue = self.refill(&queue, &spilled).await?;
        }
        let mut due: Vec<_> = queue.due.into_iter().filter(|due| due.at <= now).collect();
        due.truncate(limit);
        Ok(due)
    }

    /// When the next entry is due; `None` if nothing is outstanding.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn next_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.load().await?.next_at())
    }

    /// When the next entry is due, and how many there are.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn outlook(&self) -> Result<(Option<Timestamp>, u64), StoreError> {
        let queue = self.load().await?;
        Ok((queue.next_at(), queue.waiting()))
    }

    /// How many entries are due, at least: a block that is moved out counts as one. None are due if and only if this is 0.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn due_at_least(&self, now: Timestamp) -> Result<u64, StoreError> {
        let queue = self.load().await?;
        let held = queue.due.iter().filter(|due| due.at <= now).count();
        let blocks = queue.spilled.iter().filter(|spilled| spilled.first.at <= now).count();
        Ok(held.saturating_add(blocks) as u64)
    }

    /// Removes all entries, also those that are not due yet, and returns how many there were. If it fails, some are left, and it can be
    /// called again.
    ///
    /// # Errors
    /// When the backend fails, or others change the queue all the time.
    pub async fn clear(&self) -> Result<usize, StoreError> {
        let mut removed = 0;
        loop {
            let all = self.due(Timestamp::MAX, SPILLED).await?;
            if all.is_empty() {
                return Ok(removed);
            }
            removed += all.len();
            let ids: Vec<&str> = all.iter().map(|due| due.id.as_str()).collect();
            self.remove(&ids).await?;
        }
    }

    /// Removes what is done, with whatever outcome.
    ///
    /// # Errors
    /// When the backend fails, or others change the queue all the time.
    pub async fn remove(&self, ids: &[&str]) -> Result<(), StoreError> {
        self.change(|queue| {
            queue.remove(ids);
            Ok(())
        })
        .await
    }

    /// Moves the entries due last into a block, when the record is full.
    async fn spill(&self) -> Result<(), StoreError> {
        let queue = self.load().await?;
        if queue.due.len() < HELD {
            return Ok(());
        }
        let (_, last) = queue.due.split_at(queue.due.len().saturating_sub(SPILLED));
        for level in 1..LEVELS {
            self.gather(&queue, level).await?;
        }
        let Some(first) = last.first() else { return Ok(()) };
        self.move_out(last, first, 0, |queue| take(&mut queue.due, last)).await
    }

    /// Moves the names of the blocks due last of the level below into a block of this level, when the record names too many.
    async fn gather(&self, queue: &QueueOf, level: u8) -> Result<(), StoreError> {
        let names = queue.named(level);
        if names.len() < NAMED {
            return Ok(());
        }
        let (_, last) = names.split_at(names.len().saturating_sub(GATHERED));
        let Some(next) = last.first() else { return Ok(()) };
        self.move_out(last, &next.first, level, |queue| take(&mut queue.spilled, last)).await
    }

    /// Moves entries, or the names of blocks of the level below, into a block of this level, whose name is put in their place. `take`
    /// takes them out of the record, and tells whether all were there.
    async fn move_out<T: Serialize + Sync>(
        &self,
        moved: &[T],
        first: &Due,
        level: u8,
        take: impl Fn(&mut QueueOf) -> bool + Send + Sync,
    ) -> Result<(), StoreError> {
        let mut blocks = Blocks::default();
        let block = self.journal.put_block(&moved, &mut blocks)?;
        self.journal.write(blocks.written).await?;
        let changed = self.change(|queue| {
            if !take(queue) {
                return Err(StoreError::Busy);
            }
            queue.spilled.push(Spilled { first: first.clone(), block: block.clone(), level });
            Ok(())
        });
        match changed.await {
            // The record is larger than it should be for a while, which its bound allows for.
            Err(StoreError::Busy) => Ok(self.journal.kv().delete(&keys::block(&block)).await?),
            changed => changed,
        }
    }

    /// Moves a block into the record: further entries, or the names of further blocks.
    async fn refill(&self, queue: &QueueOf, spilled: &Spilled) -> Result<QueueOf, StoreError> {
        let key = keys::block(&spilled.block);
        let Some(bytes) = self.journal.kv().get(&key).await? else { return self.load().await };
        let (mut entries, mut names): (Vec<Due>, Vec<Spilled>) = (Vec::new(), Vec::new());
        if spilled.level == 0 {
            entries = decode(&key, &bytes)?;
            self.spill().await?;
        } else {
            names = decode(&key, &bytes)?;
            self.gather(queue, spilled.level).await?;
        }
        let changed = self.change(|queue| {
            if !queue.spilled.contains(spilled) {
                return Err(StoreError::Busy);
            }
            queue.spilled.retain(|each| each != spilled);
            queue.spilled.extend_from_slice(&names);
            queue.put(&entries);
            Ok(())
        });
        match changed.await {
            Ok(()) => self.journal.kv().delete(&key).await?,
            // Another call has moved it since: into the record, or its name into a block. It is not ours to delete.
            Err(StoreError::Busy) => {}
            Err(error) => return Err(error),
        }
        self.load().await
    }

    pub(crate) async fn load(&self) -> Result<QueueOf, StoreError> {
        let stored = self.journal.load::<QueueOf>(&self.id).await?.ok_or(StoreError::NotFound)?;
        Ok(stored.value)
    }

    pub(crate) async fn change(
        &self,
        change: impl Fn(&mut QueueOf) -> Result<(), StoreError> + Send + Sync,
    ) -> Result<(), StoreError> {
        let transition = |old: &QueueOf| {
            let mut new = old.clone();
            change(&mut new)?;
            Ok::<_, StoreError>(new)
        };
        match self.journal.update_within(ATTEMPTS, &self.id, transition).await {
            Ok(_) => Ok(()),
            Err(UpdateError::Refused(error) | UpdateError::Store(error)) => Err(error),
        }
    }
}
