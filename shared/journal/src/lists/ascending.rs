//! Logs from a place on: pages oldest first, and pages that begin at an age. The blocks of a log name the ones before them, so
//! a place is found from the newest block downwards; jumps over many blocks make that a few steps.

use countersign_kv::log;
use countersign_model::List;
use countersign_store::StoreError;

use crate::Journal;
use crate::lists::cursor::LogCursor;
use crate::lists::log::{Block, LogHead, Row};
use crate::lists::page::{Heads, PageDraft};
use crate::lists::part::Part;
use crate::lists::tree::Missing;
use crate::lists::{BLOCK, Listed, Listing};

/// What a search for a block of a log found.
enum Search {
    /// The block, with its id.
    Found(String, Block),
    /// It is missing: replaced since, or lost. The place of the first row above it.
    Missing(u64),
}

impl Journal {
    /// A page of a log's processed rows, oldest first; `None` if a block was replaced while it was read.
    pub(crate) async fn ascending_page(
        &self,
        heads: &Heads,
        list: List,
        cursor: Option<&LogCursor>,
        hint: Option<Block>,
        part: &Part<'_>,
        missing: Missing,
    ) -> Result<Option<PageDraft>, StoreError> {
        let head = heads.projection.logs.get(&list).cloned().unwrap_or_default();
        let place = match (cursor, part.from) {
            (Some(cursor), _) => cursor.place,
            (None, Some(from)) => self.first_place_from(&head, from).await?.0,
            (None, None) => 0,
        };
        let page = |items, next: Option<LogCursor>| {
            let next = next.filter(|next| next.place < head.count).map(|next| next.text());
            Some(PageDraft::log(Listing { items, next }, list, Vec::new()))
        };
        if place >= head.count {
            return Ok(page(Vec::new(), None));
        }
        let hint = cursor.map(|cursor| cursor.block.clone()).zip(hint);
        let found = match hint.filter(|(_, block)| block.holds(place)) {
            Some((id, block)) => Search::Found(id, block),
            None => self.block_at(&head, place).await?,
        };
        let (id, block) = match found {
            Search::Found(id, block) => (id, block),
            Search::Missing(_) if missing == Missing::Stops => return Ok(None),
            Search::Missing(above) => {
                log::line("a block of a log is lost", &[("list", &list.name()), ("place", &place)]);
                let next = LogCursor { place: above, number: 0, block: String::new() };
                return Ok(page(Vec::new(), Some(next)));
            }
        };
        let skipped = usize::try_from(place.saturating_sub(block.start)).unwrap_or(usize::MAX);
        let rows = block.rows.iter().skip(skipped).take(part.limit.max(1));
        let items: Vec<_> = rows.map(|row| Listed { id: row.1.clone(), number: Some(row.0) }).collect();
        let place = place.saturating_add(items.len() as u64);
        Ok(page(items, Some(LogCursor { place, number: 0, block: id })))
    }

    /// Where a page newest first begins that wants nothing from about this id on, with the block; `None` for the top.
    pub(crate) async fn descend_from(
        &self,
        heads: &Heads,
        list: List,
        below: Option<&str>,
    ) -> Result<Option<(LogCursor, Block)>, StoreError> {
        let Some(below) = below else { return Ok(None) };
        let head = heads.projection.logs.get(&list).cloned().unwrap_or_default();
        let (place, found) = self.first_place_from(&head, below).await?;
        // Everything is older: the page begins with what is not processed yet.
        let found = found.filter(|_| place < head.count);
        Ok(found.map(|(block, rows)| (LogCursor { place, number: 0, block }, rows)))
    }

    /// The processed rows of a log from a place on, as far as one block has them, and the place after them. If the block is
    /// missing, replaced since or lost, the place of the first row above it.
    pub(crate) async fn rows_from(
        &self,
        head: &LogHead,
        place: u64,
    ) -> Result<(Option<Vec<Row>>, u64), StoreError> {
        if place >= head.count {
            return Ok((Some(Vec::new()), head.count));
        }
        Ok(match self.block_at(head, place).await? {
            Search::Missing(above) => (None, above),
            Search::Found(_, block) => {
                let end = block.end();
                let skipped = usize::try_from(place.saturating_sub(block.start)).unwrap_or(usize::MAX);
                (Some(block.rows.into_iter().skip(skipped).collect()), end)
            }
        })
    }

    /// The block that holds a place.
    async fn block_at(&self, head: &LogHead, place: u64) -> Result<Search, StoreError> {
        let (mut next, mut above) = (head.newest.clone(), head.count);
        let mut instead = None;
        while let Some(id) = next.take().or_else(|| instead.take()) {
            let Some(block) = self.readable_block(&id).await? else { continue };
            if block.holds(place) {
                return Ok(Search::Found(id, block));
            }
            if block.end() <= place {
                break;
            }
            above = block.start;
            // Every block below the newest one is full.
            let jump = block.jump.filter(|jump| jump.start.saturating_add(BLOCK as u64) > place);
            next = jump.map(|jump| jump.id);
            instead = block.previous;
        }
        Ok(Search::Missing(above))
    }

    /// The first place whose rows have about this id or a higher one, and the block there. It is the place after the last row
    /// with a lower id in that block: ids are not strictly in order, because events of the organizations below arrive late.
    async fn first_place_from(
        &self,
        head: &LogHead,
        from: &str,
    ) -> Result<(u64, Option<(String, Block)>), StoreError> {
        let (mut next, mut found) = (head.newest.clone(), None);
        let mut place = head.count;
        while let Some(id) = next.take() {
            let Some(block) = self.readable_block(&id).await? else { break };
            let lower = block.rows.iter().rposition(|row| row.1.as_str() < from);
            place = block.start.saturating_add(lower.map_or(0, |last| last as u64 + 1));
            if lower.is_none() {
                let jump = block.jump.as_ref().filter(|jump| jump.first.as_str() >= from);
                next = jump.map(|jump| jump.id.clone()).or_else(|| block.previous.clone());
            }
            found = Some((id, block));
        }
        Ok((place, found))
    }
}

#[cfg(test)]
mod tests;
