//! One turn of processing: what follows from events is written under fresh keys and shows with one swap of the projection.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::ids::OrganizationId;
use futures::future::{join_all, try_join_all};

use crate::Journal;
use crate::chain::Settlement;
use crate::event::{Event, IndexEntry};
use crate::journal::Entry;
use crate::lists::BLOCK;
use crate::lists::log::{Blocks, Row};
use crate::lists::set::SetDraft;
use crate::process::settle::{Scan, Settled};
use crate::process::{Consequences, Effects};
use crate::projection::{Forwarding, Projection};
use countersign_model::List;
use countersign_store::Parent;
use countersign_store::record::{Read, key_of, raw};
use countersign_store::{StoreError, keys};

/// The most bytes of records, blocks and entries written at once.
const BATCH: usize = 512 * 1024;
/// How many blocks that could not be deleted are remembered, so that the projection stays small.
const GARBAGE: usize = 200;

/// What a turn did.
#[derive(Default)]
pub(crate) struct Turn {
    pub(crate) events: usize,
    pub(crate) above: Option<OrganizationId>,
}

impl Journal {
    /// One turn over a scan. `forwarded` remembers what this caller has passed on already.
    pub(crate) async fn turn(
        &self,
        organization: &OrganizationId,
        scan: Scan,
        effects: &dyn Effects,
        forwarded: &mut Option<Forwarding>,
    ) -> Result<Turn, StoreError> {
        let Scan { read, mut projection, now, numbers } = scan;
        let sealer = effects.sealer();
        let holds = projection.chain_holds(sealer);
        let again = self.finish_forwarding(organization, &projection, forwarded).await?;
        let horizon =
            numbers.iter().map(|looked| looked.open.number).max().unwrap_or(0).max(projection.horizon);
        let settled =
            try_join_all(numbers.into_iter().map(|looked| self.settle(organization, looked, now))).await?;
        projection.horizon = horizon;
        let (events, settled) = take(&mut projection, settled);
        projection.pass_moments(now);
        let consequences = consequences(effects, &events).await?;
        let mut blocks = Blocks::default();
        self.fill_logs(&mut projection, &events, &consequences, &mut blocks).await?;
        self.fill_sets(organization, &mut projection, &events, effects, &mut blocks).await?;
        let rows = projection.chain.log.count;
        self.extend_chain(&mut projection, holds, settled, sealer, &mut blocks).await?;
        projection.seal_head(sealer);
        self.note_agents(&mut projection, &events);
        self.write_consequences(organization, consequences).await?;
        let onward = again.into_iter().chain(events.iter().map(|event| event.number)).collect();
        projection.forwarding = self.onward(organization, onward).await?;
        if !self.commit_turn(&read, &mut projection, blocks).await? {
            // Another processor was faster; its projection is the next scan.
            return Ok(Turn::default());
        }
        if projection.chain.log.count > rows {
            effects.chained(&projection.chain_head());
        }
        if let Some(forwarding) = &projection.forwarding
            && self.forward(organization, forwarding, false).await?.is_empty()
        {
            *forwarded = Some(forwarding.clone());
        }
        Ok(Turn { events: events.len(), above: projection.forwarding.map(|forwarding| forwarding.to) })
    }

    /// Completes what an earlier turn began to pass on. Returns the numbers that need new places.
    async fn finish_forwarding(
        &self,
        organization: &OrganizationId,
        projection: &Projection,
        forwarded: &Option<Forwarding>,
    ) -> Result<Vec<u64>, StoreError> {
        match &projection.forwarding {
            Some(forwarding) if Some(forwarding) != forwarded.as_ref() => {
                self.forward(organization, forwarding, true).await
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn onward(
        &self,
        organization: &OrganizationId,
        numbers: Vec<u64>,
    ) -> Result<Option<Forwarding>, StoreError> {
        if numbers.is_empty() {
            return Ok(None);
        }
        match self.load::<Parent>(organization).await?.and_then(|stored| stored.value.parent_id) {
            Some(to) => self.prepare_forwarding(to, numbers).await,
            None => Ok(None),
        }
    }

    async fn fill_logs(
        &self,
        projection: &mut Projection,
        events: &[Event],
        consequences: &[Consequences],
        blocks: &mut Blocks,
    ) -> Result<(), StoreError> {
        let mut rows: BTreeMap<List, Vec<Row>> = BTreeMap::new();
        for (event, consequences) in events.iter().zip(consequences) {
            for entry in event.entries().into_iter().filter(|entry| entry.list.is_log()) {
                rows.entry(entry.list).or_default().push(Row(event.number, entry.key));
            }
            for id in &consequences.listed {
                rows.entry(List::Notifications).or_default().push(Row(event.number, id.clone()));
            }
        }
        for (list, rows) in rows {
            let head = projection.logs.get(&list).cloned().unwrap_or_default();
            let head = self.extend_log(&head, rows, BLOCK, blocks).await?;
            projection.logs.insert(list, head);
        }
        Ok(())
    }

    async fn fill_sets(
        &self,
        organization: &OrganizationId,
        projection: &mut Projection,
        events: &[Event],
        effects: &dyn Effects,
        blocks: &mut Blocks,
    ) -> Result<(), StoreError> {
        let entries = events.iter().flat_map(Event::entries).filter(|entry| !entry.list.is_log());
        let touched: BTreeSet<IndexEntry> = entries.collect();
        let asked = touched.iter().map(|entry| effects.belongs(organization, entry.list, &entry.id));
        let members = try_join_all(asked).await?;
        let mut drafts: BTreeMap<List, SetDraft> = BTreeMap::new();
        for (IndexEntry { list, key, .. }, member) in touched.into_iter().zip(members) {
            let head = projection.sets.get(&list).cloned().unwrap_or_default();
            let draft = drafts.entry(list).or_insert_with(|| SetDraft::new(&head));
            self.set_member(draft, &key, member).await?;
        }
        for (list, draft) in drafts {
            let head = self.finish_set(draft, blocks).await?;
            projection.sets.insert(list, head);
        }
        Ok(())
    }

    fn note_agents(&self, projection: &mut Projection, events: &[Event]) {
        for event in events.iter().filter(|event| event.propagated_from.is_none()) {
            let agents = event.footprint().agents;
            if agents.now {
                projection.agent_version += 1;
            }
            if let Some(at) = agents.at {
                projection.add_moment(at);
            }
        }
        // A moment may have come before its event did.
        projection.pass_moments(self.clock().now());
    }

    /// Records first, then the outbox, then the projection: who dies in between does the same again.
    async fn write_consequences(
        &self,
        organization: &OrganizationId,
        consequences: Vec<Consequences>,
    ) -> Result<(), StoreError> {
        let mut records = Vec::new();
        let mut due = Vec::new();
        for each in consequences {
            records.extend(each.records);
            due.extend(each.due);
        }
        // A delivery that exists was made by a turn that died, and may have been sent since: it keeps its state.
        let present = try_join_all(records.iter().map(|(key, _)| self.kv().get(key))).await?;
        let absent = records.into_iter().zip(&present).filter(|(_, present)| present.is_none());
        self.write_parts(absent.map(|(record, _)| record).collect()).await?;
        // It goes to the outbox in any case: the turn may have died before it did, and the sender looks at its state.
        self.outbox(organization).add(&due).await
    }

    /// The swap with which everything shows; what it replaced goes with the next turn.
    async fn commit_turn(
        &self,
        read: &Read,
        projection: &mut Projection,
        blocks: Blocks,
    ) -> Result<bool, StoreError> {
        let written: Vec<_> = blocks.written.iter().map(|(key, _)| key.clone()).collect();
        self.write_parts(blocks.written).await?;
        // Nothing names what the turn before replaced. What cannot be deleted is left to the next turn: nobody waits for that.
        let garbage: Vec<_> = projection.garbage.iter().map(|id| keys::block(id)).collect();
        let mut gone = self.delete_all(&garbage).await.into_iter();
        projection.garbage.retain(|_| gone.next() == Some(false));
        projection.garbage.truncate(GARBAGE);
        projection.garbage.extend(blocks.replaced);
        let key = key_of::<Projection>(&projection.organization_id);
        let new = read.envelope.next(self.write_id(), None, raw(&key, projection)?);
        let (made, _) = self.swap_record(&key, read, &new).await?;
        if !made {
            self.delete_all(&written).await;
        }
        // Once it is made nothing may fail: the caller has yet to tell of it.
        Ok(made)
    }

    /// Deletes as much of this as can be. Which of it is gone.
    async fn delete_all(&self, keys: &[String]) -> Vec<bool> {
        join_all(keys.iter().map(|key| async move { self.kv().delete(key).await.is_ok() })).await
    }

    /// Writes entries that need not be there together, in batches of a size.
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

/// Notes in the projection what became of the numbers. Returns the events that count, and what each number that is over is
/// sealed as, both in the order of the numbers.
fn take(projection: &mut Projection, settled: Vec<Settled>) -> (Vec<Event>, Vec<Settlement>) {
    let mut events = Vec::new();
    let mut over = Vec::new();
    projection.open.clear();
    for each in settled {
        let (number, entry) = match each {
            Settled::Gap(open) => {
                projection.open.push(open);
                continue;
            }
            Settled::Gone(number) => (number, None),
            // The writer of an event found after all may have appended it again: one of the two is enough.
            Settled::Counts(entry, _) if projection.late.contains(&entry.event.id) => (entry.number, None),
            Settled::Counts(entry, passed) => {
                if passed {
                    projection.remember_late(&entry.event.id);
                }
                let Entry { number, event, digest } = *entry;
                let audit = event.footprint().audit;
                events.push(event);
                (number, Some((audit, digest)))
            }
        };
        over.push(Settlement { number, entry });
    }
    (events, over)
}

async fn consequences(effects: &dyn Effects, events: &[Event]) -> Result<Vec<Consequences>, StoreError> {
    let each = events.iter().map(|event| async move {
        if event.propagated_from.is_none() && event.footprint().notice.is_some() {
            effects.event(event).await
        } else {
            Ok(Consequences::default())
        }
    });
    try_join_all(each).await
}
