//! Pages of lists, in at most three rounds of reads: heads; blocks and fresh events; whether those events count. The
//! records of a page are read in the third round.

use countersign_kv::under_way::try_all;
use std::collections::{BTreeSet, VecDeque};

use countersign_kv::log;
use countersign_model::ids::OrganizationId;
use countersign_model::permit::Permit;
use futures::future::{try_join, try_join3};

use crate::Journal;
use crate::event::{Fresh, partition_prefix};
use crate::lists::cursor::{LogCursor, SetCursor};
use crate::lists::log::Block;
use crate::lists::log_page::LogPage;
use crate::lists::part::Part;
use crate::lists::tree::{KeyRange, Missing, Near, Order, ReadNodes, ReadOptions, TreePage};
use crate::lists::{Listed, Listing};
use crate::projection::Projection;
use countersign_model::{List, ReadableList};
use countersign_store::StoreError;

/// Refuses a list that the permit does not allow to read.
pub(crate) fn require_readable(permit: &Permit, list: List) -> Result<(), StoreError> {
    match list.readable_by(permit.basis()) {
        true => Ok(()),
        false => Err(StoreError::NotPermitted { what: list.name() }),
    }
}

/// How often a reader starts again because blocks were replaced while it read.
pub(crate) const TRIES: usize = 4;

impl Journal {
    /// A page of a list of the permit's organization, newest first. A cursor that this list never returned starts at
    /// the top.
    ///
    /// ```text
    /// let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    /// let page = journal.list(&permit, lists::REQUESTS, query.cursor.as_deref(), 50).await?;
    /// ```
    pub async fn list(
        &self,
        permit: &Permit,
        list: ReadableList,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Listing, StoreError> {
        self.listing(permit, list, &Part::newest(cursor, limit)).await
    }

    /// The same for any part of a list, in either order.
    pub async fn listing(
        &self,
        permit: &Permit,
        list: ReadableList,
        part: &Part<'_>,
    ) -> Result<Listing, StoreError> {
        require_readable(permit, list.list)?;
        let organization = permit.organization();
        let draft = self.draft_page(organization, list, part).await?;
        let uncounted = self.uncounted_of(organization, &draft).await?;
        Ok(draft.settle(uncounted))
    }

    /// The contents of a partition of a set, such as the pending requests for a subject: at most `limit` ids above `after`,
    /// oldest first.
    pub async fn partition(
        &self,
        permit: &Permit,
        list: ReadableList,
        partition: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let prefix = partition_prefix(partition);
        let whole = KeyRange::prefix(&prefix);
        let rest = after.map(|id| whole.clone().after(&format!("{prefix}{id}")));
        let KeyRange { from, below } = rest.unwrap_or(whole);
        let part =
            Part { cursor: None, limit, oldest_first: true, from: Some(&from), below: below.as_deref() };
        self.part_of_partition(permit, list, &prefix, &part).await
    }

    /// The same, newest first: at most `limit` ids below `before`.
    pub async fn newest_in_partition(
        &self,
        permit: &Permit,
        list: ReadableList,
        partition: &str,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let prefix = partition_prefix(partition);
        let KeyRange { from, below } = KeyRange::prefix(&prefix);
        let below = before.map(|id| format!("{prefix}{id}")).or(below);
        let part = Part { from: Some(&from), below: below.as_deref(), ..Part::newest(None, limit) };
        self.part_of_partition(permit, list, &prefix, &part).await
    }

    async fn part_of_partition(
        &self,
        permit: &Permit,
        list: ReadableList,
        prefix: &str,
        part: &Part<'_>,
    ) -> Result<Vec<String>, StoreError> {
        require_readable(permit, list.list)?;
        let organization = permit.organization();
        let draft = self.draft_page(organization, list, part).await?;
        let uncounted = self.uncounted_of(organization, &draft).await?;
        let rows = draft.settle(uncounted).items.into_iter();
        Ok(rows.map_while(|row| row.id.strip_prefix(prefix).map(str::to_owned)).collect())
    }

    /// The page, on the assumption that every fresh event counts.
    pub(crate) async fn draft_page(
        &self,
        organization: &OrganizationId,
        list: ReadableList,
        part: &Part<'_>,
    ) -> Result<PageDraft, StoreError> {
        if list.list == List::Notifications {
            let listing = self.delivery_page(organization, part.cursor, part.limit.max(1)).await?;
            return Ok(PageDraft::log(listing, list.list, Vec::new()));
        }
        let begin = part.cursor.filter(|_| !list.list.is_log()).map(SetCursor::read);
        let range = part.range(begin.as_ref());
        // Oldest first, the nodes near the page are not remembered.
        let near_ids = begin.filter(|_| !part.oldest_first).map(|begin| begin.near).unwrap_or_default();
        let (order, limit) = (part.order(), part.limit.max(1));
        let mut place = part.cursor.filter(|_| list.list.is_log()).and_then(LogCursor::read);
        let mut before = None;
        for _ in 0..TRIES {
            let hint = async {
                match &place {
                    Some(place) if !place.block.is_empty() => self.readable_block(&place.block).await,
                    _ => Ok(None),
                }
            };
            let near = self.near(&near_ids);
            let (heads, mut hint, near) = try_join3(self.heads(organization), hint, near).await?;
            // A missing block was replaced meanwhile; if the projection has not changed, it is lost.
            let missing = match before == Some(heads.revision) {
                true => Missing::IsLeftOut,
                false => Missing::Stops,
            };
            before = Some(heads.revision);
            let page = match (list.list.is_log(), part.oldest_first) {
                (true, true) => {
                    self.ascending_page(&heads, list.list, place.as_ref(), hint, part, missing).await?
                }
                (true, false) => {
                    if place.is_none() {
                        (place, hint) = self.descend_from(&heads, list.list, part.below).await?.unzip();
                    }
                    self.log_page(&heads, list, place.as_ref().map(|place| (place, hint)), limit, missing)
                        .await?
                }
                (false, _) => {
                    let options = ReadOptions { order, limit, missing };
                    self.set_page(&heads, list, &range, options, near).await?
                }
            };
            if let Some(page) = page {
                return Ok(page);
            }
        }
        Err(StoreError::Busy)
    }

    /// The numbers of a draft's fresh events that do not count.
    pub(crate) async fn uncounted_of(
        &self,
        organization: &OrganizationId,
        draft: &PageDraft,
    ) -> Result<BTreeSet<u64>, StoreError> {
        match &draft.uncounted {
            Some(uncounted) => Ok(uncounted.clone()),
            None => self.uncounted(organization, &draft.tail).await,
        }
    }

    async fn heads(&self, organization: &OrganizationId) -> Result<Heads, StoreError> {
        // The projection may be older than the counter: the numbers in between are in the tail. Were it newer, nothing
        // would be lost either: the tail would be shorter, and the blocks have the rest.
        let (projection, last) =
            try_join(self.projection(organization), self.last_number(organization)).await?;
        Ok(Heads { revision: projection.revision, projection: projection.value, last })
    }

    /// The nodes that a cursor names, as far as they are still there.
    async fn near(&self, ids: &[String]) -> Result<Near, StoreError> {
        let nodes = try_all(ids.iter().map(|id| ReadNodes::read(self, id))).await?;
        Ok(Near::new(ids.iter().cloned().zip(nodes).filter_map(|(id, bytes)| Some((id, bytes?)))))
    }

    /// A block of a log; `None` if it is missing or unreadable.
    pub(crate) async fn readable_block(&self, id: &str) -> Result<Option<Block>, StoreError> {
        match self.log_block(id).await {
            Err(StoreError::Corrupt { .. }) => Ok(None),
            read => read,
        }
    }

    /// A page of a log; `None` if a block was removed while it was read. Rows behind a lost block are not found.
    async fn log_page(
        &self,
        heads: &Heads,
        list: ReadableList,
        cursor: Option<(&LogCursor, Option<Block>)>,
        limit: usize,
        missing: Missing,
    ) -> Result<Option<PageDraft>, StoreError> {
        let projection = &heads.projection;
        let head = projection.logs.get(&list.list).cloned().unwrap_or_default();
        let (cursor, hinted) = cursor.map_or((None, None), |(cursor, hinted)| (Some(cursor), hinted));
        let (place, number) = cursor.map_or((head.count, u64::MAX), |cursor| (cursor.place, cursor.number));
        // Beyond the tail of the previous page, the blocks at and below the cursor never change, so there is no need to
        // start at the top.
        let hinted = hinted.filter(|block| number == 0 && block.end() >= place);
        // The newest block, and the one before it if the page may reach that far, concurrently.
        let both = place.saturating_sub(head.newest_start()) <= limit as u64;
        let top = [head.newest.as_ref(), head.previous.as_ref().filter(|_| both)];
        let top = top.into_iter().flatten().filter(|_| hinted.is_none()).map(|id| async move {
            Ok::<_, StoreError>(self.readable_block(id).await?.map(|block| (id.clone(), block)))
        });
        let tail = async {
            match number {
                0 => Ok(Vec::new()),
                _ => self.tail(projection, heads.last, list).await,
            }
        };
        let (top, tail) = try_join(try_all(top), tail).await?;
        if missing == Missing::Stops && top.iter().any(Option::is_none) {
            return Ok(None);
        }
        let hinted = cursor.map(|cursor| cursor.block.clone()).zip(hinted);
        let mut read: VecDeque<(String, Block)> =
            hinted.into_iter().chain(top.into_iter().map_while(|block| block)).collect();
        let mut page = LogPage::new(limit, place, number, &tail);
        let (mut id, mut block) = read.pop_front().unwrap_or_default();
        while !page.take_block(&block, &id) {
            let Some(previous) = block.previous.clone() else {
                return Ok(Some(PageDraft::log(page.finish(false), list.list, tail)));
            };
            (id, block) = match read.pop_front() {
                Some(next) => next,
                None => match (self.readable_block(&previous).await?, missing) {
                    (Some(older), _) => (previous, older),
                    (None, Missing::Stops) => return Ok(None),
                    (None, Missing::IsLeftOut) => {
                        log::line(
                            "a block of a log is lost",
                            &[("list", &list.list.name()), ("block", &previous)],
                        );
                        return Ok(Some(PageDraft::log(page.finish(false), list.list, tail)));
                    }
                },
            };
        }
        Ok(Some(PageDraft::log(page.finish(true), list.list, tail)))
    }

    /// A page of a set; `None` if a block was removed while it was read.
    async fn set_page(
        &self,
        heads: &Heads,
        list: ReadableList,
        range: &KeyRange,
        options: ReadOptions,
        near: Near,
    ) -> Result<Option<PageDraft>, StoreError> {
        let projection = &heads.projection;
        let root = projection.sets.get(&list.list).cloned().unwrap_or_default();
        let organization = &projection.organization_id;
        // Both are known by the time the tree is read, unless the tree is a single leaf.
        let tail = async {
            let tail = self.tail(projection, heads.last, list).await?;
            let uncounted = self.uncounted(organization, &tail).await?;
            Ok((tail, uncounted))
        };
        let (page, (tail, uncounted)) = try_join(root.read_near(self, range, options, near), tail).await?;
        let Some(TreePage { keys, more, faults }) = page else { return Ok(None) };
        for fault in faults {
            log::line("a part of a list is lost", &[("list", &list.list.name()), ("block", &fault.block)]);
        }
        // Beyond the last key read, it is unknown which further keys there are.
        let edge = keys.last().filter(|_| more).cloned();
        let within = |id: &String| {
            range.contains(id)
                && edge.as_ref().is_none_or(|edge| match options.order {
                    Order::NewestFirst => id >= edge,
                    Order::OldestFirst => id <= edge,
                })
        };
        let fresh = tail.iter().flat_map(|event| event.keys.iter().cloned());
        let fresh = fresh.filter(within);
        // Inserted one by one, here and below: `collect` sorts first, and each sort is 3 KB of a component.
        let mut settled = BTreeSet::new();
        settled.extend(keys);
        let mut ids = settled.clone();
        ids.extend(fresh);
        let cut = ids.len() > options.limit;
        let mut ids: Vec<String> = match options.order {
            Order::NewestFirst => ids.into_iter().rev().collect(),
            Order::OldestFirst => ids.into_iter().collect(),
        };
        ids.truncate(options.limit);
        let next = ids.last().filter(|_| cut || more);
        let near = |key: &str| match options.order {
            Order::NewestFirst => root.near(key),
            Order::OldestFirst => Vec::new(),
        };
        let next = next.map(|key| SetCursor { key: key.clone(), near: near(key) }.text());
        let items = ids.into_iter().map(|id| Listed { id, number: None }).collect();
        Ok(Some(PageDraft {
            listing: Listing { items, next },
            list: list.list,
            settled,
            tail,
            uncounted: Some(uncounted),
        }))
    }
}

/// The projection and the journal's counter as a page finds them.
pub(crate) struct Heads {
    revision: u64,
    pub(crate) projection: Projection,
    /// The last number taken.
    last: u64,
}

/// A page for which it is not known yet which fresh events count.
pub(crate) struct PageDraft {
    pub(crate) listing: Listing,
    list: List,
    /// The ids in the blocks of a set.
    settled: BTreeSet<String>,
    /// The events that are not processed yet and update the list.
    pub(crate) tail: Vec<Fresh>,
    /// The numbers of those that do not count, if already known.
    uncounted: Option<BTreeSet<u64>>,
}

impl PageDraft {
    pub(crate) fn log(listing: Listing, list: List, tail: Vec<Fresh>) -> Self {
        Self { listing, list, settled: BTreeSet::new(), tail, uncounted: None }
    }

    /// Says which rows exist if these numbers do not count.
    pub(crate) fn judge(&self, uncounted: BTreeSet<u64>) -> impl Fn(&Listed) -> bool + '_ {
        let counting = self.tail.iter().filter(|event| !uncounted.contains(&event.number));
        let mut fresh = BTreeSet::new();
        if !self.list.is_log() {
            fresh.extend(counting.flat_map(|event| event.keys.iter().cloned()));
        }
        move |row| match row.number {
            Some(number) => !uncounted.contains(&number),
            None => self.settled.contains(&row.id) || fresh.contains(&row.id),
        }
    }

    /// The page without events that do not count. It may be short although its cursor is set.
    fn settle(mut self, uncounted: BTreeSet<u64>) -> Listing {
        let items = std::mem::take(&mut self.listing.items);
        let is_there = self.judge(uncounted);
        let items = items.into_iter().filter(is_there).collect();
        Listing { items, next: self.listing.next }
    }
}
