//! The log of an organization's deliveries: the newest rows in the record of its notices, earlier ones in blocks of a fixed
//! size under keys that follow from their place. A block is written from rows that are committed, so whoever writes it
//! writes the same.

use countersign_kv::log;
use countersign_kv::under_way::try_all;
use countersign_model::ids::OrganizationId;
use countersign_store::record::{decode, encode};
use countersign_store::{StoreError, keys};
use serde::{Deserialize, Serialize};

use super::Queue;
use crate::Journal;
use crate::lists::log::Row;
use crate::lists::{Listed, Listing};

/// How many rows a block has.
const BLOCK: usize = 100;
/// How many rows are added at once.
pub(crate) const ADDED: usize = 200;

/// The end of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeliveryLog {
    /// The offset of the first row here, a multiple of BLOCK.
    start: u64,
    /// The newest rows, oldest first.
    // INVARIANT: at most BLOCK + ADDED.
    rows: Vec<Row>,
}

impl DeliveryLog {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds rows; one that is among the newest already is not added again.
    pub(crate) fn extend(&mut self, rows: &[Row]) {
        for row in rows {
            if !self.rows.contains(row) {
                self.rows.push(row.clone());
            }
        }
    }

    fn end(&self) -> u64 {
        self.start.saturating_add(self.rows.len() as u64)
    }
}

impl Queue<'_> {
    /// Moves full blocks of the log out of the record.
    pub(crate) async fn move_log(&self) -> Result<(), StoreError> {
        let log = self.load().await?.log;
        let full: Vec<(u64, &[Row])> =
            (log.start / BLOCK as u64..).zip(log.rows.chunks_exact(BLOCK)).collect();
        if full.is_empty() {
            return Ok(());
        }
        let organization = &self.id.1;
        let blocks = full.iter().map(|(index, rows)| {
            let key = keys::delivery_rows(organization, *index);
            let value = encode(&key, rows)?;
            Ok::<_, StoreError>((key, value))
        });
        self.journal.write(blocks.collect::<Result<_, _>>()?).await?;
        let moved = full.len() * BLOCK;
        let change = self.change(|queue| {
            if queue.log.start == log.start {
                queue.log.rows.drain(..moved);
                queue.log.start += moved as u64;
            }
            Ok(())
        });
        change.await
    }
}

impl Journal {
    /// A page of the log, newest first. The cursor is the offset after the last row to show.
    pub(crate) async fn delivery_page(
        &self,
        organization: &OrganizationId,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Listing, StoreError> {
        let log = self.notices(organization).load().await?.log;
        let end =
            cursor.and_then(|cursor| cursor.parse().ok()).map_or(log.end(), |end: u64| end.min(log.end()));
        let begin = end.saturating_sub(limit as u64);
        let blocks = begin / BLOCK as u64..end.min(log.start).div_ceil(BLOCK as u64);
        let earlier = try_all(blocks.map(|index| self.delivery_rows(organization, index))).await?;
        let held = (log.start..).zip(log.rows);
        let mut rows: Vec<(u64, Row)> = earlier.into_iter().flatten().chain(held).collect();
        rows.retain(|(place, _)| (begin..end).contains(place));
        let items = rows.into_iter().rev().map(|(_, Row(number, id))| Listed { id, number: Some(number) });
        Ok(Listing { items: items.collect(), next: (begin > 0).then(|| begin.to_string()) })
    }

    /// The rows of a block with their offsets; none if it is damaged.
    async fn delivery_rows(
        &self,
        organization: &OrganizationId,
        index: u64,
    ) -> Result<Vec<(u64, Row)>, StoreError> {
        let key = keys::delivery_rows(organization, index);
        let rows = self.kv().get(&key).await?.and_then(|bytes| decode::<Vec<Row>>(&key, &bytes).ok());
        if rows.is_none() {
            log::line(
                "a block of the deliveries is lost",
                &[("organization", organization), ("block", &index)],
            );
        }
        Ok((index * BLOCK as u64..).zip(rows.unwrap_or_default()).collect())
    }
}
