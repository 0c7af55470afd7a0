//! Logs: linked blocks, each written once under a fresh key and referenced only by the projection or a newer block.

use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::lists::BLOCK;
use countersign_kv::log;
use countersign_store::StoreError;
use countersign_store::keys;
use countersign_store::record::{decode, encode};

/// The head of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogHead {
    pub(crate) count: u64,
    pub(crate) newest: Option<String>,
    /// The block before the newest one, so that a page that needs both reads them concurrently.
    #[serde(default)]
    pub(crate) previous: Option<String>,
}

impl LogHead {
    /// The offset of the first row of the newest block. Every other block is full.
    pub(crate) fn newest_start(&self) -> u64 {
        self.count.saturating_sub(1) / BLOCK as u64 * BLOCK as u64
    }
}

/// A row: the event's number in the journal of the list's organization, and the listed id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row(pub(crate) u64, pub(crate) String);

/// A block of a log, oldest row first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// The offset of the first row in the whole log, from 0. Rows never change their offsets.
    pub(crate) start: u64,
    pub(crate) previous: Option<String>,
    /// A block far before it. Blocks of earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) jump: Option<Jump>,
    pub(crate) rows: Vec<Row>,
}

/// A reference from a block to one that may be far before it, so that a place is found in a number of steps that is
/// logarithmic in the number of blocks (a skew-binary list).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Jump {
    pub(crate) id: String,
    /// The offset of its first row.
    pub(crate) start: u64,
    /// The id of its first row.
    pub(crate) first: String,
}

impl Block {
    /// The offset after the last row.
    pub(crate) fn end(&self) -> u64 {
        self.start.saturating_add(self.rows.len() as u64)
    }

    /// Whether it has the row of an offset.
    pub(crate) fn holds(&self, place: u64) -> bool {
        self.start <= place && place < self.end()
    }
}

/// What a turn writes: new blocks, and the ids of those they replace.
#[derive(Default)]
pub(crate) struct Blocks {
    pub(crate) written: Vec<(String, Vec<u8>)>,
    pub(crate) replaced: Vec<String>,
}

impl Journal {
    /// Adds rows to a log whose blocks hold `most` rows. The newest block is replaced by a copy with the new rows,
    /// followed by further blocks when it is full.
    pub(crate) async fn extend_log(
        &self,
        head: &LogHead,
        rows: Vec<Row>,
        most: usize,
        blocks: &mut Blocks,
    ) -> Result<LogHead, StoreError> {
        let mut count = head.count;
        let mut block = match &head.newest {
            Some(id) => match self.log_block(id).await {
                Ok(Some(block)) if block.rows.len() < most => {
                    blocks.replaced.push(id.clone());
                    block
                }
                Ok(Some(full)) => self.block_after(id.clone(), &full).await?,
                // Damage loses the rows of one block. The log continues after them, and verification reports them as
                // missing.
                Ok(None) | Err(StoreError::Corrupt { .. }) => {
                    log::line("the newest block of a log is lost", &[("block", id)]);
                    Block { start: head.count, previous: Some(id.clone()), ..Block::default() }
                }
                Err(error) => return Err(error),
            },
            None => Block::default(),
        };
        for row in rows {
            if block.rows.len() == most {
                let id = self.put_block(&block, blocks)?;
                block = self.block_after(id, &block).await?;
            }
            block.rows.push(row);
            count += 1;
        }
        let newest = Some(self.put_block(&block, blocks)?);
        Ok(LogHead { count, newest, previous: block.previous })
    }

    /// The empty block after a full one. It jumps as far as that one's jump does if both jumps there have the same length, and
    /// otherwise just to that one: so the lengths of jumps double.
    async fn block_after(&self, id: String, full: &Block) -> Result<Block, StoreError> {
        let first = full.rows.first().map(|row| row.1.clone()).unwrap_or_default();
        let mut jump = Jump { id: id.clone(), start: full.start, first };
        if let Some(near) = &full.jump
            && let Some(Block { jump: Some(far), .. }) = self.readable_block(&near.id).await?
            && full.start.saturating_sub(near.start) == near.start.saturating_sub(far.start)
        {
            jump = far;
        }
        Ok(Block { start: full.end(), previous: Some(id), jump: Some(jump), rows: Vec::new() })
    }

    /// A block of a log; `None` if it was replaced meanwhile.
    pub(crate) async fn log_block(&self, id: &str) -> Result<Option<Block>, StoreError> {
        let key = keys::block(id);
        self.kv().get(&key).await?.map(|bytes| decode(&key, &bytes)).transpose()
    }

    /// Has a block written under a fresh id.
    pub(crate) fn put_block<T: Serialize>(
        &self,
        block: &T,
        blocks: &mut Blocks,
    ) -> Result<String, StoreError> {
        let id = self.random().ulid(self.clock().now()).to_string();
        let key = keys::block(&id);
        let value = encode(&key, block)?;
        blocks.written.push((key, value));
        Ok(id)
    }
}
