//! Reading a range of a chain downwards. Stored data is not trusted: blocks may be missing, overlap or form a ring.

use crate::Journal;
use crate::chain::fault::{Fault, Flaw};
use crate::lists::log::{Block, LogHead, Row};
use countersign_store::StoreError;

/// Where a page begins: rows of a log before an offset, last seen in a block.
#[derive(Default)]
pub(super) struct Mark {
    pub(super) place: u64,
    pub(super) block: String,
}

/// Rows of a chain, newest first.
#[derive(Default)]
pub(super) struct Stretch {
    /// Each row with its offset, from 0. INVARIANT: offsets only decrease.
    pub(super) rows: Vec<(u64, Row)>,
    /// Whether the rows before the last one are unknown.
    pub(super) cut: bool,
    /// The block of the last row.
    pub(super) block: String,
    /// The offset below which it was to begin.
    below: u64,
    /// The block of the first row; until that is found, the last block searched.
    first: String,
    /// Whether the first row is further down than was searched.
    pub(super) further: bool,
    /// Problems of the blocks.
    pub(super) flaws: Vec<Flaw>,
}

/// Which rows to read.
pub(super) struct Wanted<'a> {
    /// Rows before this offset.
    pub(super) below: u64,
    /// How many rows.
    pub(super) rows: usize,
    /// The most blocks to search before the first row, and the most to read from there.
    pub(super) blocks: usize,
    /// The block where they were last seen, or a block above.
    pub(super) hint: Option<&'a str>,
}

impl Mark {
    pub(super) fn read(place: &str, block: &str) -> Option<Self> {
        let fits = block.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then_some(Self { place: place.parse().ok()?, block: block.to_owned() })
    }

    pub(super) fn text(&self) -> String {
        format!("{}.{}", self.place, self.block)
    }

    /// The rows of a log that begin here.
    pub(super) fn wanted<'a>(
        mark: Option<&'a Self>,
        head: &LogHead,
        rows: usize,
        blocks: usize,
    ) -> Wanted<'a> {
        Wanted {
            below: mark.map_or(head.count, |mark| mark.place.min(head.count)),
            rows,
            blocks,
            hint: mark.map(|mark| mark.block.as_str()).filter(|block| !block.is_empty()),
        }
    }
}

impl Journal {
    /// Reads a range of a chain. The last row may only serve to tell what the row above it was sealed over.
    pub(super) async fn stretch_of_chain(
        &self,
        head: &LogHead,
        wanted: &Wanted<'_>,
    ) -> Result<Stretch, StoreError> {
        let mut stretch = Stretch { below: wanted.below, ..Stretch::default() };
        if wanted.below == 0 {
            return Ok(stretch);
        }
        // Below the newest block, blocks never change, so rows seen there are still there.
        let hinted = match wanted.hint {
            Some(hint) => self.chain_block(hint).await?.map(|block| (hint.to_owned(), block)),
            None => None,
        };
        let hinted = hinted.filter(|(_, block)| wanted.below <= block.end());
        let mut end = if hinted.is_some() { None } else { Some(head.count) };
        let mut next = hinted.as_ref().map(|(id, _)| id.clone()).or_else(|| head.newest.clone());
        let mut read = hinted.map(|(_, block)| block);
        let (mut above, mut within) = (0, 0);
        while let Some(id) = next {
            if stretch.rows.len() >= wanted.rows {
                return Ok(stretch);
            }
            let blocks = if stretch.rows.is_empty() { &mut above } else { &mut within };
            if *blocks == wanted.blocks {
                stretch.stop(end.unwrap_or(wanted.below));
                return Ok(stretch);
            }
            *blocks += 1;
            let block = match read.take() {
                Some(block) => Some(block),
                None => self.chain_block(&id).await?,
            };
            let Some(block) = block.filter(|block| end.is_none_or(|end| block.start < end)) else {
                stretch.lose(end.unwrap_or(wanted.below));
                return Ok(stretch);
            };
            if let Some(end) = end.filter(|end| *end != block.end()) {
                let (from, to) = (block.end().min(end) + 1, block.end().max(end));
                stretch.flaws.push(Fault::RowsMissing { from, to }.alone());
            }
            let below = end.map_or(wanted.below, |end| end.min(wanted.below));
            stretch.take(&block, &id, below, wanted.rows);
            end = Some(block.start);
            next = block.previous;
        }
        if let Some(end) = end.filter(|end| *end > 0) {
            stretch.lose(end);
        }
        Ok(stretch)
    }

    /// A block of a chain; `None` if it is missing or unreadable.
    async fn chain_block(&self, id: &str) -> Result<Option<Block>, StoreError> {
        match self.log_block(id).await {
            Err(StoreError::Corrupt { .. }) => Ok(None),
            other => other,
        }
    }
}

impl Stretch {
    fn take(&mut self, block: &Block, id: &str, below: u64, most: usize) {
        if self.rows.is_empty() {
            id.clone_into(&mut self.first);
        }
        let places = (block.start..block.end()).rev();
        for (row, place) in block.rows.iter().rev().zip(places).filter(|(_, place)| *place < below) {
            if self.rows.len() == most {
                return;
            }
            self.rows.push((place, row.clone()));
            id.clone_into(&mut self.block);
        }
    }

    /// Where the search for the same rows starts again.
    pub(super) fn start(&self) -> Mark {
        Mark { place: self.below, block: self.first.clone() }
    }

    /// Enough blocks were searched. The wanted rows are in few blocks, unless somebody made empty blocks.
    fn stop(&mut self, end: u64) {
        if self.rows.is_empty() {
            self.further = true;
            self.cut = true;
        } else {
            self.lose(end);
        }
    }

    fn lose(&mut self, to: u64) {
        self.cut = true;
        self.flaws.push(Fault::BlockMissing { to }.alone());
    }
}
