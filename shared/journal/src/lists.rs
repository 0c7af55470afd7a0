//! Lists derived from events. Pages include events that are not processed yet.

mod ascending;
mod cursor;
pub(crate) mod log;
mod log_page;
pub(crate) mod page;
pub(crate) mod part;
mod partition;
pub(crate) mod places;
pub(crate) mod records;
pub(crate) mod tail;
pub(crate) mod tree;

/// The most ids in one block.
pub(crate) const BLOCK: usize = 500;

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The listed id: a record's, or in the audits an event's.
    pub id: String,
    /// In a log, the event's number in this organization's journal: [`crate::Journal::event`] reads it.
    pub number: Option<u64>,
}

/// A page of a list. A page of a set may name an id that has just left the set: check the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The rows, newest first.
    pub items: Vec<Listed>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}
