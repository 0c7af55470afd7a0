//! Pages of lists, in at most three rounds of reads: heads, blocks and fresh events, whether those count. The records of a page
//! are read in the third.

use std::collections::{BTreeSet, VecDeque};

use countersign_model::ids::OrganizationId;
use countersign_model::permit::Permit;
use futures::future::{try_join, try_join_all};

use crate::Journal;
use crate::event::{Event, partition_prefix};
use crate::lists::log::{Block, Row};
use crate::lists::set::SetBlock;
use crate::lists::{Listed, Listing};
use crate::projection::Projection;
use countersign_model::List;
use countersign_store::StoreError;

/// Refuses a list that the permit does not allow to read.
pub(crate) fn require_readable(permit: &Permit, list: List) -> Result<(), StoreError> {
    match list.readable_by(permit.basis()) {
        true => Ok(()),
        false => Err(StoreError::NotPermitted { what: list.name() }),
    }
}

/// How often a reader begins again because blocks were replaced under its eyes.
pub(crate) const TRIES: usize = 4;

/// Where a page of a log begins: rows before a place, or with a lower number (what was in the tail when the page before was
/// read has got a place since).
struct LogCursor {
    place: u64,
    number: u64,
    block: String,
}

impl LogCursor {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (place, number) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let block = parts.next()?.to_owned();
        block.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(Self { place, number, block })
    }

    fn text(&self) -> String {
        format!("{}.{}.{}", self.place, self.number, self.block)
    }
}

impl Journal {
    /// A page of a list of the permit's organization, newest first. A cursor that this list never gave begins at the top.
    ///
    /// ```text
    /// let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    /// let page = journal.list(&permit, List::Requests, query.cursor.as_deref(), 50).await?;
    /// ```
    pub async fn list(
        &self,
        permit: &Permit,
        list: List,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Listing, StoreError> {
        require_readable(permit, list)?;
        let organization = permit.organization();
        let draft = self.draft_page(organization, list, cursor, limit).await?;
        let uncounted = self.uncounted(organization, &draft.tail).await?;
        Ok(draft.settle(uncounted))
    }

    /// What is in a partition of a set, such as the pending requests for a subject: the ids of at most `limit`, newest first.
    pub async fn partition(
        &self,
        permit: &Permit,
        list: List,
        partition: &str,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        require_readable(permit, list)?;
        let organization = permit.organization();
        let prefix = partition_prefix(partition);
        // No id has a character beyond this one.
        let above = format!("{prefix}~");
        let draft = self.draft_page(organization, list, Some(&above), limit).await?;
        let uncounted = self.uncounted(organization, &draft.tail).await?;
        let rows = draft.settle(uncounted).items.into_iter();
        Ok(rows.map_while(|row| row.id.strip_prefix(&prefix).map(str::to_owned)).collect())
    }

    /// A page as it will be if every fresh event counts.
    pub(crate) async fn draft_page(
        &self,
        organization: &OrganizationId,
        list: List,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Draft, StoreError> {
        let limit = limit.max(1);
        for _ in 0..TRIES {
            let page = if list.is_log() {
                let cursor = cursor.and_then(LogCursor::read);
                self.log_page(organization, list, cursor.as_ref(), limit).await?
            } else {
                self.set_page(organization, list, cursor, limit).await?
            };
            if let Some(page) = page {
                return Ok(page);
            }
        }
        Err(StoreError::Busy)
    }

    async fn heads(&self, organization: &OrganizationId) -> Result<(Projection, u64), StoreError> {
        // The projection may be older than the counter; what is between is in the tail. The other way round nothing would be lost
        // either: the tail would be shorter, and what it lacks is in the blocks.
        let (projection, last) =
            try_join(self.projection(organization), self.last_number(organization)).await?;
        Ok((projection.value, last))
    }

    /// A page of a log; `None` when a block went away while it was read.
    async fn log_page(
        &self,
        organization: &OrganizationId,
        list: List,
        cursor: Option<&LogCursor>,
        limit: usize,
    ) -> Result<Option<Draft>, StoreError> {
        let hint = async {
            match cursor {
                Some(cursor) if !cursor.block.is_empty() => self.log_block(&cursor.block).await,
                _ => Ok(None),
            }
        };
        let ((projection, last), hinted) = try_join(self.heads(organization), hint).await?;
        let head = projection.logs.get(&list).cloned().unwrap_or_default();
        let (place, number) = cursor.map_or((head.count, u64::MAX), |cursor| (cursor.place, cursor.number));
        // Beyond the tail of the page before, the blocks at and below the cursor never change: no need to begin at the top.
        let hinted = hinted.filter(|block| number == 0 && block.end() >= place);
        // The newest block, and the one before it when the page may reach there: both at once.
        let both = place.saturating_sub(head.newest_start()) <= limit as u64;
        let top = [head.newest.as_ref(), head.previous.as_ref().filter(|_| both)];
        let top = top.into_iter().flatten().filter(|_| hinted.is_none()).map(|id| async move {
            Ok::<_, StoreError>(self.log_block(id).await?.map(|block| (id.clone(), block)))
        });
        let tail = async {
            match number {
                0 => Ok(Vec::new()),
                _ => self.tail(&projection, last, organization).await,
            }
        };
        let (top, tail) = try_join(try_join_all(top), tail).await?;
        let Some(top) = top.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let hinted = cursor.map(|cursor| cursor.block.clone()).zip(hinted);
        let mut read: VecDeque<(String, Block)> = hinted.into_iter().chain(top).collect();
        let mut page = LogPage::new(limit, place, number, &tail, list);
        let (mut id, mut block) = read.pop_front().unwrap_or_default();
        while !page.take_block(&block, &id) {
            let Some(previous) = block.previous.clone() else {
                return Ok(Some(Draft::log(page.finish(false), list, tail)));
            };
            (id, block) = match read.pop_front() {
                Some(next) => next,
                None => {
                    let Some(older) = self.log_block(&previous).await? else { return Ok(None) };
                    (previous, older)
                }
            };
        }
        Ok(Some(Draft::log(page.finish(true), list, tail)))
    }

    /// A page of a set; `None` when a block went away while it was read.
    async fn set_page(
        &self,
        organization: &OrganizationId,
        list: List,
        below: Option<&str>,
        limit: usize,
    ) -> Result<Option<Draft>, StoreError> {
        let (projection, last) = self.heads(organization).await?;
        let head = projection.sets.get(&list).cloned().unwrap_or_default();
        let before = |id: &str| below.is_none_or(|below| id < below);
        let blocks = set_blocks(&head.blocks, below, limit);
        let reads = try_join_all(blocks.iter().map(|block| self.set_block(&block.id)));
        let tail = self.tail(&projection, last, organization);
        let (read, tail) = try_join(reads, tail).await?;
        let Some(read) = read.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let more = blocks.last().is_some_and(|block| head.blocks.first() != Some(block));
        // Without the older blocks only ids above what was read are known whole.
        let lowest = blocks.last().filter(|_| more).map(|block| block.first.as_str()).unwrap_or_default();
        let fresh = tail.iter().flat_map(|event| event.entries_in(list)).filter(|id| id.as_str() >= lowest);
        let settled: BTreeSet<String> = read.into_iter().flatten().collect();
        let mut ids: Vec<String> = settled.iter().cloned().chain(fresh).filter(|id| before(id)).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.dedup();
        let cut = ids.len() > limit;
        ids.truncate(limit);
        let next = ids.last().filter(|_| cut || more).cloned();
        let items = ids.into_iter().map(|id| Listed { id, number: None }).collect();
        Ok(Some(Draft { listing: Listing { items, next }, list, settled, tail }))
    }
}

/// A page before it is known which fresh events count.
pub(crate) struct Draft {
    pub(crate) listing: Listing,
    list: List,
    /// Of a set, the ids that stand in its blocks.
    settled: BTreeSet<String>,
    /// The events that are not processed yet.
    pub(crate) tail: Vec<Event>,
}

impl Draft {
    fn log(listing: Listing, list: List, tail: Vec<Event>) -> Self {
        Self { listing, list, settled: BTreeSet::new(), tail }
    }

    /// Tells which rows are there when these numbers do not count.
    pub(crate) fn judge(&self, uncounted: BTreeSet<u64>) -> impl Fn(&Listed) -> bool + '_ {
        let counting = self.tail.iter().filter(|event| !uncounted.contains(&event.number));
        let fresh: BTreeSet<String> = match self.list.is_log() {
            true => BTreeSet::new(),
            false => counting.flat_map(|event| event.entries_in(self.list)).collect(),
        };
        move |row| match row.number {
            Some(number) => !uncounted.contains(&number),
            None => self.settled.contains(&row.id) || fresh.contains(&row.id),
        }
    }

    /// The page without what does not count. It may be short while its cursor goes on.
    fn settle(mut self, uncounted: BTreeSet<u64>) -> Listing {
        let items = std::mem::take(&mut self.listing.items);
        let is_there = self.judge(uncounted);
        let items = items.into_iter().filter(is_there).collect();
        Listing { items, next: self.listing.next }
    }
}

/// The blocks that hold the next `limit` ids below a cursor and one more, newest first.
fn set_blocks(all: &[SetBlock], below: Option<&str>, limit: usize) -> Vec<SetBlock> {
    let mut found = Vec::new();
    let mut sure = 0;
    for block in all.iter().rev().filter(|block| below.is_none_or(|below| block.first.as_str() < below)) {
        // Of the block around the cursor some ids lie above it.
        sure += if below.is_some() && found.is_empty() { 1 } else { block.len };
        found.push(block.clone());
        if sure > limit {
            break;
        }
    }
    found
}

/// A page of a log while it fills.
struct LogPage {
    limit: usize,
    place: u64,
    number: u64,
    /// What the page before did not show of the tail, processed since or not.
    upper: Vec<Row>,
    items: Vec<Listed>,
    /// Where the next page begins.
    next: LogCursor,
}

impl LogPage {
    fn new(limit: usize, place: u64, number: u64, tail: &[Event], list: List) -> Self {
        let fresh = tail.iter().filter(|event| event.number < number);
        let upper = fresh.flat_map(|event| event.entries_in(list).map(|id| Row(event.number, id))).collect();
        let next = LogCursor { place, number, block: String::new() };
        Self { limit, place, number, upper, items: Vec::new(), next }
    }

    /// Takes the rows of a block, newest first. Whether the page is full.
    fn take_block(&mut self, block: &Block, id: &str) -> bool {
        for (row, place) in block.rows.iter().rev().zip((block.start..block.end()).rev()) {
            if place >= self.place {
                if row.0 < self.number {
                    self.upper.push(row.clone());
                }
                continue;
            }
            if self.next.number > 0 && !self.take_upper() || self.items.len() >= self.limit {
                return true;
            }
            self.items.push(Listed { id: row.1.clone(), number: Some(row.0) });
            self.next.place = place;
            id.clone_into(&mut self.next.block);
        }
        false
    }

    /// Takes what is above the place the page began at, by number. Whether all of it had room.
    fn take_upper(&mut self) -> bool {
        let mut rows = std::mem::take(&mut self.upper);
        rows.sort_by_key(|row| std::cmp::Reverse(row.0));
        rows.dedup();
        for row in rows {
            // The next page begins below a number, so rows of one event stay together.
            if self.items.len() >= self.limit && row.0 < self.next.number {
                return false;
            }
            self.next.number = row.0;
            self.items.push(Listed { id: row.1, number: Some(row.0) });
        }
        self.next.number = 0;
        true
    }

    /// The page, after the last block or when it is full.
    fn finish(mut self, full: bool) -> Listing {
        let more = full || (self.next.number > 0 && !self.take_upper());
        Listing { next: more.then(|| self.next.text()), items: self.items }
    }
}
