//! Logs: linked blocks, each written once under a fresh key and referenced only by the projection or a newer block.

use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::lists::BLOCK;
use countersign_kv::log;
use countersign_store::StoreError;
use countersign_store::keys;
use countersign_store::record::{decode, encode};

/// Where a log begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogHead {
    pub(crate) count: u64,
    pub(crate) newest: Option<String>,
    /// The block before the newest, so that a page that needs both reads both at once.
    #[serde(default)]
    pub(crate) previous: Option<String>,
}

impl LogHead {
    /// The place of the first row of the newest block: every other block is full.
    pub(crate) fn newest_start(&self) -> u64 {
        self.count.saturating_sub(1) / BLOCK as u64 * BLOCK as u64
    }
}

/// A row: the event's number in the journal of the list's organization, and what is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row(pub(crate) u64, pub(crate) String);

/// A part of a log, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// The place of the first row in the whole log, from 0. Rows never change places.
    pub(crate) start: u64,
    pub(crate) previous: Option<String>,
    pub(crate) rows: Vec<Row>,
}

impl Block {
    /// The place after the last row.
    pub(crate) fn end(&self) -> u64 {
        self.start.saturating_add(self.rows.len() as u64)
    }
}

/// What a turn of processing writes: new blocks, and those they replace.
#[derive(Default)]
pub(crate) struct Blocks {
    pub(crate) written: Vec<(String, Vec<u8>)>,
    pub(crate) replaced: Vec<String>,
}

impl Journal {
    /// Adds rows to a log whose blocks hold `most`: the newest block is replaced by a copy with the rows, and by further ones
    /// when it is full.
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
                Ok(Some(full)) => Block { start: full.end(), previous: Some(id.clone()), rows: Vec::new() },
                // Damage loses the rows of one block. The log goes on behind them, and verifying finds that they are gone.
                Ok(None) | Err(StoreError::Corrupt { .. }) => {
                    log::line("the newest block of a log is lost", &[("block", id)]);
                    Block { start: head.count, previous: Some(id.clone()), rows: Vec::new() }
                }
                Err(error) => return Err(error),
            },
            None => Block::default(),
        };
        for row in rows {
            if block.rows.len() == most {
                let id = self.put_block(&block, blocks)?;
                block = Block { start: block.end(), previous: Some(id), rows: Vec::new() };
            }
            block.rows.push(row);
            count += 1;
        }
        let newest = Some(self.put_block(&block, blocks)?);
        Ok(LogHead { count, newest, previous: block.previous })
    }

    /// A block of a log; none when it was replaced meanwhile.
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
