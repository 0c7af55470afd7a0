//! The next state of an organization's processing, as a value: what follows from the events that count, and the
//! projection that makes it visible. Nothing is written here.

use countersign_kv::under_way::try_all;
use std::collections::BTreeMap;

use async_trait::async_trait;
use countersign_kv::log;
use countersign_model::ids::{EventId, OrganizationId};
use countersign_model::{Act, List};
use countersign_store::{EventRef, StoreError, keys};
use jiff::Timestamp;

use crate::Journal;
use crate::event::{Event, IndexEntry};
use crate::lists::BLOCK;
use crate::lists::log::{Blocks, Row};
use crate::lists::tree::{Node, ReadNodes, TreeFault, WriteNodes};
use crate::process::settle::Settlement;
use crate::process::{Consequences, Effects};
use crate::projection::Projection;
use crate::tally::{TurnTally, tallied};

/// Everything that a turn results in.
pub(crate) struct NextState {
    pub(crate) projection: Projection,
    /// New blocks of lists, and the ids of those they replace.
    pub(crate) blocks: Blocks,
    /// What follows besides the lists.
    pub(crate) consequences: Vec<Consequences>,
    /// The numbers of the events to be passed on to the organization above.
    pub(crate) onward: Vec<u64>,
    /// How many events were processed.
    pub(crate) events: usize,
    /// Whether the chain has new rows.
    pub(crate) chain_grew: bool,
    /// What the events add to the counts of requests.
    pub(crate) tally: TurnTally,
    /// Late events that the projection no longer remembers.
    pub(crate) forgotten: Vec<EventId>,
    /// Damage found in the lists; to be logged once this is committed.
    pub(crate) damage: Vec<TreeFault>,
}

impl Journal {
    /// Computes the next state from a settlement. It fails only when the backend fails.
    pub(crate) async fn next_state(
        &self,
        mut projection: Projection,
        settlement: Settlement,
        horizon: u64,
        now: Timestamp,
        effects: &dyn Effects,
    ) -> Result<NextState, StoreError> {
        let Settlement { events, rows, gaps, late, set_aside } = settlement;
        let sealer = effects.sealer();
        let holds = projection.chain_holds(sealer);
        projection.horizon = horizon;
        projection.gaps = gaps;
        let mut forgotten = Vec::new();
        late.iter().for_each(|event| forgotten.extend(projection.remember_late(&event.id)));
        projection.remember_set_aside(set_aside);
        note_trimmed(&mut projection, &events);
        let consequences = consequences(effects, &events).await?;
        let mut blocks = Blocks::default();
        let mut tally = TurnTally {
            from: projection.tallied,
            places: (projection.count(List::UnifiedAudit), 0),
            had_pending: projection.count(List::PendingRequests) > 0,
            events: events.iter().filter_map(tallied).collect(),
        };
        self.fill_logs(&mut projection, &events, &mut blocks).await?;
        tally.places.1 = projection.count(List::UnifiedAudit);
        projection.tallied = projection.tallied.saturating_add(tally.events.len() as u64);
        let damage = self.fill_sets(&mut projection, &events, effects, &mut blocks).await?;
        let length = projection.chain.log.count;
        self.extend_chain(&mut projection, holds, rows, sealer, &mut blocks).await?;
        projection.seal_head(sealer);
        note_agents(&mut projection, &events, now);
        Ok(NextState {
            chain_grew: projection.chain.log.count > length,
            projection,
            blocks,
            consequences,
            onward: events.iter().map(|event| event.number).collect(),
            events: events.len(),
            tally,
            forgotten,
            damage,
        })
    }

    async fn fill_logs(
        &self,
        projection: &mut Projection,
        events: &[Event],
        blocks: &mut Blocks,
    ) -> Result<(), StoreError> {
        let mut rows: BTreeMap<List, Vec<Row>> = BTreeMap::new();
        for event in events {
            for entry in event.entries().into_iter().filter(|entry| entry.list.is_log()) {
                rows.entry(entry.list).or_default().push(Row(event.number, entry.key));
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
        projection: &mut Projection,
        events: &[Event],
        effects: &dyn Effects,
        blocks: &mut Blocks,
    ) -> Result<Vec<TreeFault>, StoreError> {
        let mut touched: Vec<IndexEntry> =
            events.iter().flat_map(Event::entries).filter(|entry| !entry.list.is_log()).collect();
        touched.sort_unstable();
        touched.dedup();
        let organization = projection.organization_id.clone();
        let asked = touched.iter().map(|entry| belongs(effects, &organization, entry));
        let members = try_all(asked).await?;
        let mut changes: BTreeMap<List, BTreeMap<String, bool>> = BTreeMap::new();
        for (entry, member) in touched.into_iter().zip(members) {
            changes.entry(entry.list).or_default().insert(entry.key, member);
        }
        let mut damage = Vec::new();
        for (list, changes) in changes {
            let root = projection.sets.get(&list).cloned().unwrap_or_default();
            let mut writer = TreeWriter { journal: self, blocks };
            let applied = root.apply(changes, self, &mut writer).await?;
            damage.extend(applied.faults);
            for key in applied.refused {
                log::line("an id is too long for a list", &[("list", &list.name()), ("id", &key)]);
            }
            projection.sets.insert(list, applied.root);
        }
        Ok(damage)
    }
}

/// Whether an id belongs to a set. An unreadable record belongs to no set, and does not stop the turn.
async fn belongs(
    effects: &dyn Effects,
    organization: &OrganizationId,
    entry: &IndexEntry,
) -> Result<bool, StoreError> {
    match effects.belongs(organization, entry).await {
        Ok(member) => Ok(member),
        Err(error @ (StoreError::Kv(_) | StoreError::Busy)) => Err(error),
        Err(error) => {
            let fields: [(&str, &dyn std::fmt::Display); 3] =
                [("list", &entry.list.name()), ("id", &entry.id), ("error", &error)];
            log::line("a record is left out of a list", &fields);
            Ok(false)
        }
    }
}

/// The consequences of each event. If an event's consequences fail for a reason of their own, they are left out and
/// logged.
async fn consequences(effects: &dyn Effects, events: &[Event]) -> Result<Vec<Consequences>, StoreError> {
    let each = events.iter().map(|event| async move {
        if event.propagated_from.is_some() || !effects.has_consequences(event) {
            return Ok(Consequences::default());
        }
        match effects.event(event).await {
            Ok(consequences) => {
                let organization_id = event.organization_id.clone();
                let of = Some(EventRef { organization_id, number: event.number });
                Ok(Consequences { of, ..consequences })
            }
            Err(error @ (StoreError::Kv(_) | StoreError::Busy)) => Err(error),
            Err(error) => {
                log::line("an event has no effects", &[("event", &event.id), ("error", &error)]);
                Ok(Consequences::default())
            }
        }
    });
    try_all(each).await
}

/// From here on it is no fault that old entries are missing: the head says so, sealed, before they go.
fn note_trimmed(projection: &mut Projection, events: &[Event]) {
    for event in events.iter().filter(|event| event.propagated_from.is_none()) {
        if let Act::AuditTrimmed(trimmed) = &event.act {
            projection.chain.trimmed = projection.chain.trimmed.max(trimmed.up_to);
        }
    }
}

fn note_agents(projection: &mut Projection, events: &[Event], now: Timestamp) {
    for event in events.iter().filter(|event| event.propagated_from.is_none()) {
        let agents = event.footprint().agents;
        if agents.now {
            projection.agent_version += 1;
        }
        if let Some(at) = agents.at {
            projection.add_moment(at);
        }
    }
    // A scheduled moment may have come before its event did.
    projection.pass_moments(now);
}

#[async_trait]
impl ReadNodes for Journal {
    async fn read(&self, block: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kv().get(&keys::block(block)).await?)
    }
}

/// Has the nodes of a tree written together with the other blocks of a turn.
struct TreeWriter<'a> {
    journal: &'a Journal,
    blocks: &'a mut Blocks,
}

impl WriteNodes for TreeWriter<'_> {
    fn write(&mut self, node: &Node) -> Result<String, StoreError> {
        self.journal.put_block(node, self.blocks)
    }

    fn replaced(&mut self, block: String) {
        self.blocks.replaced.push(block);
    }
}
