//! A page of a log, newest first, as it is filled block by block.

use crate::event::Fresh;
use crate::lists::cursor::LogCursor;
use crate::lists::log::{Block, Row};
use crate::lists::{Listed, Listing};

/// A page of a log that is being filled.
pub(crate) struct LogPage {
    limit: usize,
    place: u64,
    number: u64,
    /// The rows of the tail that the previous page did not show, whether processed since or not.
    upper: Vec<Row>,
    items: Vec<Listed>,
    /// Where the next page begins.
    next: LogCursor,
}

impl LogPage {
    pub(crate) fn new(limit: usize, place: u64, number: u64, tail: &[Fresh]) -> Self {
        let fresh = tail.iter().filter(|event| event.number < number);
        let upper =
            fresh.flat_map(|event| event.keys.iter().map(|id| Row(event.number, id.clone()))).collect();
        let next = LogCursor { place, number, block: String::new() };
        Self { limit, place, number, upper, items: Vec::new(), next }
    }

    /// Takes the rows of a block, newest first. Returns whether the page is full.
    pub(crate) fn take_block(&mut self, block: &Block, id: &str) -> bool {
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

    /// Takes the rows above the offset at which the page began, by number. Returns whether all of them fitted.
    fn take_upper(&mut self) -> bool {
        let mut rows = std::mem::take(&mut self.upper);
        rows.sort_by_key(|row| std::cmp::Reverse(row.0));
        rows.dedup();
        for row in rows {
            // The next page begins below a number, so the rows of one event stay together.
            if self.items.len() >= self.limit && row.0 < self.next.number {
                return false;
            }
            self.next.number = row.0;
            self.items.push(Listed { id: row.1, number: Some(row.0) });
        }
        self.next.number = 0;
        true
    }

    /// Finishes the page, after the last block or when it is full.
    pub(crate) fn finish(mut self, full: bool) -> Listing {
        let more = full || (self.next.number > 0 && !self.take_upper());
        Listing { next: more.then(|| self.next.text()), items: self.items }
    }
}
