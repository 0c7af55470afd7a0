//! Sets: blocks of ids in order, referenced from the projection, so that ids can also leave.

use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::lists::BLOCK;
use crate::lists::log::Blocks;
use countersign_store::StoreError;
use countersign_store::keys;
use countersign_store::record::decode;

/// The blocks of a set, in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetHead {
    pub(crate) blocks: Vec<SetBlock>,
}

/// A block of a set. INVARIANT: every id in it is at or above `first` and below the `first` of the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetBlock {
    pub(crate) id: String,
    pub(crate) first: String,
    pub(crate) len: usize,
}

/// A set while a turn changes it: ids by block, read when needed.
pub(crate) struct SetDraft {
    parts: Vec<Part>,
}

struct Part {
    block: Option<SetBlock>,
    ids: Option<Vec<String>>,
    changed: bool,
}

impl SetHead {
    pub(crate) fn count(&self) -> u64 {
        self.blocks.iter().map(|block| block.len as u64).sum()
    }
}

impl Part {
    fn first(&self) -> &str {
        let own = self.ids.as_ref().and_then(|ids| ids.first());
        own.or_else(|| self.block.as_ref().map(|block| &block.first)).map_or("", String::as_str)
    }

    fn len(&self) -> usize {
        self.ids.as_ref().map_or_else(|| self.block.as_ref().map_or(0, |block| block.len), Vec::len)
    }
}

impl SetDraft {
    pub(crate) fn new(head: &SetHead) -> Self {
        let part = |block: &SetBlock| Part { block: Some(block.clone()), ids: None, changed: false };
        Self { parts: head.blocks.iter().map(part).collect() }
    }
}

impl Journal {
    /// Puts an id into a set or takes it out; either may have been done already.
    pub(crate) async fn set_member(
        &self,
        set: &mut SetDraft,
        id: &str,
        member: bool,
    ) -> Result<(), StoreError> {
        if set.parts.is_empty() {
            set.parts.push(Part { block: None, ids: Some(Vec::new()), changed: false });
        }
        let place = set.parts.partition_point(|part| part.first() <= id).saturating_sub(1);
        let last = place + 1 == set.parts.len();
        self.fill(set, place).await?;
        let Some(part) = set.parts.get_mut(place) else { return Ok(()) };
        let Some(ids) = &mut part.ids else { return Ok(()) };
        match (ids.binary_search_by(|each| each.as_str().cmp(id)), member) {
            (Err(at), true) => ids.insert(at, id.to_owned()),
            (Ok(at), false) => drop(ids.remove(at)),
            _ => return Ok(()),
        }
        part.changed = true;
        if ids.len() > BLOCK {
            // Ids mostly come in order: a block that grew at its end stays full.
            let at_end = last && ids.last().is_some_and(|newest| newest == id);
            let rest = ids.split_off(if at_end { BLOCK } else { BLOCK / 2 });
            set.parts.insert(place + 1, Part { block: None, ids: Some(rest), changed: true });
        }
        Ok(())
    }

    /// Has the changed blocks written, small neighbours merged.
    pub(crate) async fn finish_set(
        &self,
        mut set: SetDraft,
        blocks: &mut Blocks,
    ) -> Result<SetHead, StoreError> {
        let mut place = 0;
        while let Some(next) = set.parts.get(place + 1) {
            let Some(part) = set.parts.get(place) else { break };
            if !(part.changed || next.changed) || part.len() + next.len() > BLOCK / 2 {
                place += 1;
                continue;
            }
            self.fill(&mut set, place).await?;
            self.fill(&mut set, place + 1).await?;
            let next = set.parts.remove(place + 1);
            blocks.replaced.extend(next.block.map(|block| block.id));
            if let Some(part) = set.parts.get_mut(place) {
                part.ids.get_or_insert_default().extend(next.ids.unwrap_or_default());
                part.changed = true;
            }
        }
        let mut head = SetHead::default();
        for part in set.parts {
            if !part.changed {
                head.blocks.extend(part.block);
                continue;
            }
            blocks.replaced.extend(part.block.map(|block| block.id));
            let ids = part.ids.unwrap_or_default();
            if let Some(first) = ids.first().cloned() {
                let id = self.put_block(&ids, blocks)?;
                head.blocks.push(SetBlock { id, first, len: ids.len() });
            }
        }
        Ok(head)
    }

    async fn fill(&self, set: &mut SetDraft, place: usize) -> Result<(), StoreError> {
        if let Some(part) = set.parts.get_mut(place)
            && part.ids.is_none()
            && let Some(block) = &part.block
        {
            let ids = self
                .set_block(&block.id)
                .await?
                .ok_or_else(|| StoreError::corrupt(&keys::block(&block.id)))?;
            part.ids = Some(ids);
        }
        Ok(())
    }

    /// The ids of a block, in order; none when it was replaced meanwhile.
    pub(crate) async fn set_block(&self, id: &str) -> Result<Option<Vec<String>>, StoreError> {
        let key = keys::block(id);
        self.kv().get(&key).await?.map(|bytes| decode(&key, &bytes)).transpose()
    }
}
