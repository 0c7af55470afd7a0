//! Committing a turn: records first, then blocks under fresh keys; then one swap of the projection makes everything
//! visible.
//!
//! A processor that dies in between leaves blocks that nothing names. So that they can be removed, the batch that
//! writes blocks also writes a note of their ids; the next turn finds the notes of turns that were not committed.

use std::collections::BTreeMap;

use countersign_kv::log;
use countersign_kv::under_way::{all, try_all};
use countersign_model::ids::{EventId, OrganizationId};
use countersign_store::record::{Read, decode, encode, key_of, raw};
use countersign_store::{Abandoned, EventRef, Expiring, KeyRequests, KeyWeek, Parent, StoreError, keys};
use futures::future::try_join;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::process::next::NextState;
use crate::process::retain::KEPT;
use crate::process::{Consequences, Effects, KeyCounts};
use crate::projection::{Forwarding, Garbage, Projection};
use crate::queue::Due;

/// The most bytes of records, blocks and entries written at once.
const BATCH: usize = 512 * 1024;
/// How many garbage blocks the projection itself names; more are listed in a block of their own.
const FEW: usize = 32;
/// How many such lists are kept while the store refuses to delete. Beyond that, blocks stay for good, which the log
/// says.
const LISTS: usize = 32;

/// A note of the blocks that a turn wrote.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// The revision of the projection that the turn was to replace.
    revision: u64,
    /// The id of the turn.
    turn: String,
    blocks: Vec<String>,
}

/// The result of a turn.
#[derive(Default)]
pub(crate) struct Turn {
    /// Whether it was committed; otherwise another processor was faster.
    pub(crate) committed: bool,
    /// Whether the organization above must be processed first.
    pub(crate) waits: bool,
    pub(crate) events: usize,
    pub(crate) set_aside: usize,
    /// The organization above, if events went there.
    pub(crate) above: Option<OrganizationId>,
}

impl Journal {
    /// Commits the next state in place of the projection that was read. `forwarded` remembers what this caller has
    /// passed on.
    pub(crate) async fn commit(
        &self,
        read: &Read,
        next: NextState,
        again: Vec<u64>,
        effects: &dyn Effects,
        forwarded: &mut Option<Forwarding>,
    ) -> Result<Turn, StoreError> {
        let NextState { mut projection, mut blocks, consequences, onward, events, chain_grew, .. } = next;
        let NextState { tally, forgotten, damage, .. } = next;
        let organization = projection.organization_id.clone();
        self.note_late(&organization, &forgotten).await?;
        let counts: Vec<_> = consequences.iter().flat_map(|each| each.counts.clone()).collect();
        self.write_consequences(&organization, consequences).await?;
        let (stray, above) =
            try_join(self.stray_blocks(&projection, read.envelope.revision), self.above(&organization))
                .await?;
        blocks.replaced.extend(stray);
        let old = std::mem::take(&mut projection.garbage);
        let emptied = self.empty(old).await?;
        projection.garbage = self.collect(emptied, &mut blocks)?;
        projection.turn = self.write_id();
        // Everything is encoded before a number is taken above.
        let onward: Vec<u64> = again.into_iter().chain(onward).collect();
        projection.forwarding = above.filter(|_| !onward.is_empty()).map(|to| Forwarding {
            to,
            first: u64::MAX,
            numbers: onward,
        });
        let key = key_of::<Projection>(&organization);
        raw(&key, &projection)?;
        let written: Vec<_> = blocks.written.iter().map(|(key, _)| key.clone()).collect();
        self.write_blocks(&projection, read.envelope.revision, blocks.written).await?;
        if let Some(forwarding) = &mut projection.forwarding {
            forwarding.first = self.reserve(&forwarding.to, forwarding.numbers.len()).await?;
        }
        let new = read.envelope.next(projection.turn.clone(), None, raw(&key, &projection)?);
        if !self.swap_record(&key, read, &new).await?.0 {
            // Another processor was faster: its projection is scanned next.
            self.take_back(&written, projection.forwarding.as_ref()).await;
            return Ok(Turn::default());
        }
        // After the commit, damage is logged before anything can fail.
        for fault in damage {
            let fields: [(&str, &dyn std::fmt::Display); 3] =
                [("organization", &organization), ("block", &fault.block), ("ids", &fault.keys)];
            log::line("a part of a list is lost", &fields);
        }
        self.count_for_keys(counts).await;
        self.tally(&organization, &tally).await;
        if chain_grew {
            effects.chained(&projection.chain_head());
        }
        if let Some(forwarding) = &projection.forwarding
            && self.forward(&organization, forwarding, false).await?.is_some_and(|again| again.is_empty())
        {
            *forwarded = Some(forwarding.clone());
        }
        let above = projection.forwarding.map(|forwarding| forwarding.to);
        Ok(Turn { committed: true, waits: false, events, set_aside: 0, above })
    }

    /// Counts the requests of each enrollment key and week at once. The counters only bound what its computers may do,
    /// so a failure does not stop the turn.
    async fn count_for_keys(&self, counts: KeyCounts) {
        let mut sums: BTreeMap<KeyWeek, KeyRequests> = BTreeMap::new();
        for (of, requests) in counts {
            let sum = sums.entry(of).or_default();
            *sum = sum.and(requests);
        }
        let counted = all(sums.iter().map(|(of, requests)| self.count_key_requests(of, *requests))).await;
        for error in counted.into_iter().filter_map(Result::err) {
            log::line("requests of an enrollment key were not counted", &[("error", &error)]);
        }
    }

    /// Notes that late events count, before the projection forgets them. The organization below that passed one on may ask only later.
    async fn note_late(&self, organization: &OrganizationId, events: &[EventId]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let until = self.clock().now().saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        let keys: Vec<_> = events.iter().map(|event| keys::found_late(organization, event)).collect();
        let notes = keys
            .iter()
            .map(|key| async move { self.expire_after(until, &Expiring::Key { key: key.clone() }).await });
        try_all(notes).await?;
        self.write_parts(keys.into_iter().map(|key| (key, b"1".to_vec())).collect()).await
    }

    async fn above(&self, organization: &OrganizationId) -> Result<Option<OrganizationId>, StoreError> {
        Ok(self.load::<Parent>(organization).await?.and_then(|stored| stored.value.parent_id))
    }

    /// Records first, then the outbox, then the projection: after a crash in between, the next turn does the same
    /// again.
    async fn write_consequences(
        &self,
        organization: &OrganizationId,
        consequences: Vec<Consequences>,
    ) -> Result<(), StoreError> {
        self.write_parts(self.earlier_entries(&consequences).await?).await?;
        // The numbers of a turn that died before may be there already, or be expanded: planning is idempotent.
        let notices = consequences.iter().filter(|each| each.notice).filter_map(|each| each.of.as_ref());
        let due: Vec<Due> = notices.map(|event| Due::event(event.number)).collect();
        self.notices(organization).add(&due).await
    }

    /// Writes blocks; the first batch also writes the note of their ids.
    async fn write_blocks(
        &self,
        projection: &Projection,
        revision: u64,
        blocks: Vec<(String, Vec<u8>)>,
    ) -> Result<(), StoreError> {
        if blocks.is_empty() {
            return Ok(());
        }
        let names = blocks.iter().filter_map(|(key, _)| key.rsplit('/').next().map(str::to_owned));
        let note = Note { revision, turn: projection.turn.clone(), blocks: names.collect() };
        let key = keys::turn(&projection.organization_id, revision % 2);
        let note = (key.clone(), encode(&key, &note)?);
        self.write_parts([note].into_iter().chain(blocks).collect()).await
    }

    /// The blocks of uncommitted turns at this revision of the projection or the previous one. They may belong to a
    /// processor that is still at work; if that one is faster, this turn is not committed, and nothing is deleted.
    async fn stray_blocks(&self, projection: &Projection, revision: u64) -> Result<Vec<String>, StoreError> {
        let notes = [0, 1].map(|parity| async move {
            let key = keys::turn(&projection.organization_id, parity);
            let bytes = self.kv().get(&key).await?;
            Ok::<_, StoreError>(bytes.and_then(|bytes| decode::<Note>(&key, &bytes).ok()))
        });
        let notes = try_all(notes).await?.into_iter().flatten();
        let stray = notes.filter(|note| {
            let before = note.revision + 1 == revision && note.turn != projection.turn;
            before || note.revision == revision
        });
        Ok(stray.flat_map(|note| note.blocks).collect())
    }

    /// Deletes what the previous turn replaced, which nothing names any more. What cannot be deleted is left to the
    /// next turn.
    async fn empty(&self, garbage: Garbage) -> Result<Garbage, StoreError> {
        let mut left = Garbage { blocks: self.delete_blocks(garbage.blocks).await, lists: Vec::new() };
        for list in garbage.lists {
            let key = keys::block(&list);
            let bytes = self.kv().get(&key).await?;
            let blocks = bytes.and_then(|bytes| decode::<Vec<String>>(&key, &bytes).ok()).unwrap_or_default();
            match self.delete_blocks(blocks).await.is_empty() {
                true => left.blocks.extend(self.delete_blocks(vec![list]).await),
                false => left.lists.push(list),
            }
        }
        Ok(left)
    }

    /// Adds what this turn replaces.
    fn collect(
        &self,
        mut garbage: Garbage,
        blocks: &mut crate::lists::log::Blocks,
    ) -> Result<Garbage, StoreError> {
        garbage.blocks.append(&mut blocks.replaced);
        if garbage.blocks.len() > FEW {
            let many = std::mem::take(&mut garbage.blocks);
            for part in many.chunks(1_000) {
                garbage.lists.push(self.put_block(&part, blocks)?);
            }
        }
        let surplus = garbage.lists.len().saturating_sub(LISTS);
        for list in garbage.lists.drain(..surplus) {
            log::line("replaced blocks could not be deleted", &[("list", &list)]);
        }
        Ok(garbage)
    }

    /// Deletes as many of these blocks as possible. Returns the remaining ones.
    async fn delete_blocks(&self, blocks: Vec<String>) -> Vec<String> {
        let gone = all(blocks.iter().map(|id| async move { self.kv().delete(&keys::block(id)).await })).await;
        blocks.into_iter().zip(gone).filter(|(_, gone)| gone.is_err()).map(|(id, _)| id).collect()
    }

    /// Removes the blocks of a turn that was not committed, and marks the numbers that it took above.
    async fn take_back(&self, written: &[String], forwarding: Option<&Forwarding>) {
        all(written.iter().map(|key| self.kv().delete(key))).await;
        let Some(forwarding) = forwarding else { return };
        let places =
            forwarding.places().map(|number| EventRef { organization_id: forwarding.to.clone(), number });
        let marks = places.map(|place| place.abandonment(Abandoned::ByWriter)).collect();
        if let Err(error) = self.write(marks).await {
            // The processor above finds out by waiting.
            log::line(
                "numbers taken above could not be marked",
                &[("organization", &forwarding.to), ("error", &error)],
            );
        }
    }

    /// Writes entries that need not be written together, in batches of limited size.
    pub(crate) async fn write_parts(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), StoreError> {
        let mut batch = Vec::new();
        let mut size = 0;
        for entry in entries {
            size += entry.1.len();
            batch.push(entry);
            if size > BATCH {
                self.write(std::mem::take(&mut batch)).await?;
                size = 0;
            }
        }
        if batch.is_empty() { Ok(()) } else { self.write(batch).await }
    }
}
