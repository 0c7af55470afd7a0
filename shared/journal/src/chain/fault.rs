//! The problems of a chain, in words.

use thiserror::Error;

/// A problem found in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The number in the journal that it is about, if it is about one.
    pub number: Option<u64>,
    /// The problem.
    pub fault: Fault,
}

/// The kinds of problems.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// The entry's bytes are not the sealed ones.
    #[error("the entry was altered since it was sealed")]
    EntryAltered,
    /// There is no entry under the number.
    #[error("the sealed entry is missing")]
    EntryMissing,
    /// An audit lacks an entry of the chain, or shows it elsewhere.
    #[error("the {audit} does not show the entry at its place in the chain: it was hidden or moved")]
    Hidden {
        /// Which audit.
        audit: &'static str,
    },
    /// An audit shows an entry that the chain does not have at this place.
    #[error("the {audit} shows an entry that is not in the chain, or at the wrong place, or twice")]
    Shown {
        /// Which audit.
        audit: &'static str,
    },
    /// A part of an audit's list is missing or unreadable.
    #[error("a part of the list of the {audit} is missing or in the wrong place")]
    AuditBroken {
        /// Which audit.
        audit: &'static str,
    },
    /// The row's seal does not match this row and the one before it.
    #[error(
        "the row is not the one sealed here: it, or the one before it, was altered, dropped, added or moved"
    )]
    RowWrong,
    /// The row is not in a form that this program writes.
    #[error("the row cannot be read")]
    RowUnreadable,
    /// An unsealed row is above a sealed one.
    #[error("the row was written without a key although the one before it is sealed")]
    SealingStopped,
    /// The processor could not settle a number and continued without it.
    #[error(
        "the entry under the number could not be settled and was set aside: it is in no list, and nobody was notified of it"
    )]
    SetAside,
    /// The processor found a head that did not match, and continued from there.
    #[error(
        "the chain was broken before this row: its head had been altered or set back, or was sealed under a key that was missing"
    )]
    Broken,
    /// Seals that cannot be judged.
    #[error("{rows} rows are sealed under the key `{key}`, which `secret_key` does not have")]
    UnknownKey {
        /// The key's id.
        key: String,
        /// How many rows of the page.
        rows: usize,
    },
    /// A block claims other boundaries than its neighbours.
    #[error("the rows from {from} to {to} of the chain are in the wrong place: some were dropped or added")]
    RowsMissing {
        /// An offset, from 1.
        from: u64,
        /// An offset.
        to: u64,
    },
    /// A block is missing or unreadable.
    #[error("the rows up to {to} of the chain are missing, so nothing before them can be checked")]
    BlockMissing {
        /// An offset, from 1.
        to: u64,
    },
    /// The head's seal does not match this head.
    #[error(
        "the head of the chain does not match its seal: the projection was altered, or set back to cut off the newest rows"
    )]
    HeadWrong,
    /// The head's seal cannot be judged.
    #[error("the head of the chain is sealed under the key `{key}`, which `secret_key` does not have")]
    HeadKey {
        /// The key's id.
        key: String,
    },
    /// The head is unsealed although its newest row is sealed.
    #[error("the head of the chain was written without a key although its newest row is sealed")]
    HeadUnsealed,
    /// There are fewer rows than settled numbers.
    #[error(
        "{numbers} processed numbers have no row: rows were cut off, or the numbers are older than the chain"
    )]
    WithoutRow {
        /// How many numbers.
        numbers: u64,
    },
    /// The newest row is not the one named in the head.
    #[error("the newest row is not the one named by the head of the chain: rows were cut off or added")]
    CutOff,
    /// The counter was set back, so that new entries would replace old ones.
    #[error("the journal's counter stands at {last}, below the {horizon} numbers that were processed")]
    CounterBack {
        /// The last number taken.
        last: u64,
        /// The last number processed.
        horizon: u64,
    },
    /// The chain is shorter than noted.
    #[error(
        "{noted} rows were noted, but the chain has {count}: rows were cut off, or the store was restored to an earlier state"
    )]
    NotedShort {
        /// The noted count.
        noted: u64,
        /// The stored count.
        count: u64,
    },
    /// At the noted count there is another row.
    #[error(
        "row {noted} is not the one noted: the chain was rewritten, or the store was restored to an earlier state and continued from there"
    )]
    NotedDiffers {
        /// The noted count.
        noted: u64,
    },
}

impl Fault {
    /// This fault of a number.
    pub(crate) fn of(self, number: u64) -> Flaw {
        Flaw { number: Some(number), fault: self }
    }

    /// This fault of the chain as a whole.
    pub(crate) fn alone(self) -> Flaw {
        Flaw { number: None, fault: self }
    }
}
