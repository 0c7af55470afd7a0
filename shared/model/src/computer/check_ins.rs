//! The check-ins of a computer: a ring of the newest ones, in blocks.
//!
//! The newest block is read at every check-in, so it is small. When it is full, it becomes one of the earlier blocks, and
//! takes the place of the oldest.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest version of an agent, in characters.
pub const AGENT_VERSION_MAX: usize = 64;

/// Whether a text can be the version of an agent: 1 to 64 letters, digits, `.`, `+`, `-`, `_` or `~`.
#[must_use]
pub fn is_agent_version(text: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || b".+-_~".contains(&c);
    (1..=AGENT_VERSION_MAX).contains(&text.len()) && text.bytes().all(fits)
}

/// What somebody is told whose text is not the version of an agent.
pub const NOT_AN_AGENT_VERSION: &str = "must be 1 to 64 letters, digits, `.`, `+`, `-`, `_` or `~`";

/// How many check-ins a block has.
pub const BLOCK: usize = 25;
/// How many earlier blocks are kept: 500 check-ins.
pub const BLOCKS: u64 = 20;
/// How far a clock may be ahead of another one. A check-in that is later than this is one from before a clock was set back.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// One check-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInEntry {
    /// When it arrived.
    #[serde(rename = "t", with = "jiff::fmt::serde::timestamp::second::required")]
    pub at: Timestamp,
    /// The client's address, if it is known.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The version that the agent told.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<String>,
    /// The number of the deployment whose policies the agent had; `None` if it asked for everything.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub policy_version: Option<u64>,
}

/// The newest check-ins of a computer, and how many there were before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIns {
    /// The number of this block, from 0.
    #[serde(rename = "n", default)]
    block: u64,
    /// The version that the agent told last, or when it enrolled.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    agent_version: Option<String>,
    /// The check-ins of this block, oldest first. At most [`BLOCK`].
    #[serde(rename = "e", default)]
    entries: Vec<CheckInEntry>,
}

/// A block that is full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInBlock {
    /// Its number, from 0. Another block with the same place has another number.
    #[serde(rename = "n")]
    pub number: u64,
    /// Its check-ins, oldest first.
    #[serde(rename = "e")]
    pub entries: Vec<CheckInEntry>,
}

impl CheckInBlock {
    /// The place of a block in the ring, below [`BLOCKS`].
    #[must_use]
    pub const fn place(number: u64) -> u64 {
        number % BLOCKS
    }
}

impl CheckIns {
    /// Those of a computer that has not checked in yet.
    #[must_use]
    pub fn none(agent_version: Option<String>) -> Self {
        Self { agent_version, ..Self::default() }
    }

    /// The newest one.
    #[must_use]
    pub fn last(&self) -> Option<&CheckInEntry> {
        self.entries.last()
    }

    /// The version that the agent told last.
    #[must_use]
    pub fn agent_version(&self) -> Option<&str> {
        self.agent_version.as_deref()
    }

    /// Whether a check-in at this moment is noted: at most one a minute is. Clocks of hosts differ, so one that is behind
    /// notes nothing in the minutes that another one has noted.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        let Some(last) = self.last() else { return true };
        let minute = |at: Timestamp| at.as_second().div_euclid(60);
        minute(now) > minute(last.at) || last.at.duration_since(now) > SKEW
    }

    /// These and one more. The second value is the block that has become full before.
    #[must_use]
    pub fn with(&self, entry: CheckInEntry) -> (Self, Option<CheckInBlock>) {
        let agent_version = entry.agent_version.clone().or_else(|| self.agent_version.clone());
        if self.entries.len() < BLOCK {
            let entries = self.entries.iter().cloned().chain([entry]).collect();
            return (Self { block: self.block, agent_version, entries }, None);
        }
        let full = CheckInBlock { number: self.block, entries: self.entries.clone() };
        (Self { block: self.block + 1, agent_version, entries: vec![entry] }, Some(full))
    }

    /// How many check-ins there were in all. They are counted from 0.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.begin_of(self.block).saturating_add(self.entries.len() as u64)
    }

    /// The numbers of the full blocks that hold check-ins from `below` downwards, newest first, as far as `limit` check-ins
    /// reach.
    #[must_use]
    pub fn blocks_below(&self, below: u64, limit: usize) -> Vec<u64> {
        let oldest = self.block.saturating_sub(BLOCKS);
        let least = below.saturating_sub(limit as u64);
        let holds = |number: &u64| self.begin_of(*number) < below && self.begin_of(*number + 1) > least;
        (oldest..self.block).rev().filter(holds).collect()
    }

    /// A page of check-ins below a number, newest first, from this block and the earlier blocks that were found. The second
    /// value is where the next page begins.
    #[must_use]
    pub fn page(
        &self,
        earlier: Vec<CheckInBlock>,
        below: u64,
        limit: usize,
    ) -> (Vec<CheckInEntry>, Option<u64>) {
        let newest = CheckInBlock { number: self.block, entries: self.entries.clone() };
        let blocks = std::iter::once(newest).chain(earlier);
        let numbered = blocks.flat_map(|block| {
            let begin = self.begin_of(block.number);
            let entries = block.entries.into_iter().enumerate().rev();
            entries.map(move |(nth, entry)| (begin.saturating_add(nth as u64), entry))
        });
        let page: Vec<(u64, CheckInEntry)> =
            numbered.filter(|(number, _)| *number < below).take(limit).collect();
        let oldest = self.begin_of(self.block.saturating_sub(BLOCKS));
        // A block that is lost hides what it held; the ones below it are still found.
        let reached = page.last().map_or(below.saturating_sub(limit as u64), |(number, _)| *number);
        (page.into_iter().map(|(_, entry)| entry).collect(), (reached > oldest).then_some(reached))
    }

    fn begin_of(&self, block: u64) -> u64 {
        block.saturating_mul(BLOCK as u64)
    }
}
