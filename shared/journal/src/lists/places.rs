//! A range of a log by offsets: what was added since a reader last looked.

use std::ops::Range;

use crate::Journal;
use crate::lists::log::LogHead;
use crate::lists::page::require_readable;
use crate::projection::Projection;
use countersign_model::List;
use countersign_model::permit::Permit;
use countersign_store::StoreError;

/// How often a reader starts again because a block was replaced while it read.
const TRIES: usize = 4;

impl Journal {
    /// The last `limit` rows of this range of offsets of a log, newest first. Rows never change their offsets, and
    /// [`Projection::count`] is the offset of the next row, so a reader that remembers a count later asks for
    /// `count..new_count`. Only processed rows have an offset.
    ///
    /// Costs one read for each block down to the range, and none if the range is empty.
    pub async fn log_rows(
        &self,
        permit: &Permit,
        projection: &Projection,
        list: List,
        places: Range<u64>,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        require_readable(permit, list)?;
        let mut head = projection.logs.get(&list).cloned().unwrap_or_default();
        for _ in 0..TRIES {
            if let Some(rows) = self.stretch(&head, &places, limit).await? {
                return Ok(rows);
            }
            let now = self.projection(&projection.organization_id).await?.value;
            head = now.logs.get(&list).cloned().unwrap_or_default();
        }
        Err(StoreError::Busy)
    }

    /// The range; `None` if a block was removed while it was read.
    async fn stretch(
        &self,
        head: &LogHead,
        places: &Range<u64>,
        limit: usize,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let mut rows = Vec::new();
        let mut next = head.newest.clone().filter(|_| places.start < places.end.min(head.count));
        while let Some(id) = next {
            let Some(block) = self.log_block(&id).await? else { return Ok(None) };
            for (row, place) in block.rows.iter().rev().zip((block.start..block.end()).rev()) {
                if rows.len() < limit && places.contains(&place) {
                    rows.push(row.1.clone());
                }
            }
            next = block.previous.filter(|_| rows.len() < limit && places.start < block.start);
        }
        Ok(Some(rows))
    }
}
