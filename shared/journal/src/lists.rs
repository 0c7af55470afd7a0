//! Lists derived from events: what a page shows, the part not processed yet included.

mod cursor;
pub(crate) mod log;
pub(crate) mod page;
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
    /// What is listed: a record's id, or an event's in the audits.
    pub id: String,
    /// In a log, the number of the event in this organization's journal: [`crate::Journal::event`] reads it.
    pub number: Option<u64>,
}

/// A page of a list. A set's page may name an id that has just left the set: look at the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The rows, newest first.
    pub items: Vec<Listed>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}
