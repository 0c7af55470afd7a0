//! The operations with a budget (`docs/design.md` §4), and how much each may cost.

use crate::cost::{ANY, Cost};

/// Rows of a page.
pub const PAGE: usize = 50;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A page of requests.
    Page {
        pending: bool,
        following: bool,
    },
    Submit,
    Decide,
    Authorize,
    CheckIn,
    /// Processing one new request, until the call of `process-events` is answered.
    Wake,
    /// The same with the message that follows from it.
    WakeAndSend,
}

impl Operation {
    /// What it is called in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page { pending: false, following: false } => "page of 50, all: first",
            Self::Page { pending: false, following: true } => "page of 50, all: in the middle",
            Self::Page { pending: true, following: false } => "page of 50, pending: first",
            Self::Page { pending: true, following: true } => "page of 50, pending: in the middle",
            Self::Submit => "submit",
            Self::Decide => "decide",
            Self::Authorize => "authorize about oneself",
            Self::CheckIn => "unchanged check-in",
            Self::Wake => "wake for a request, before the answer",
            Self::WakeAndSend => "wake for a request, until it is quiet",
        }
    }

    /// The most it may cost.
    pub fn budget(self) -> Cost {
        let any = Cost { reads: ANY, writes: ANY, swaps: ANY, rounds: ANY };
        match self {
            Self::Page { .. } => Cost { reads: 2 * PAGE + 10, writes: 0, swaps: 0, rounds: 4 },
            Self::Submit => Cost { writes: 4, ..any },
            Self::Decide => Cost { writes: 3, ..any },
            Self::Authorize => Cost { reads: 4, writes: 0, swaps: 0, rounds: 2 },
            Self::CheckIn => Cost { reads: 3, writes: 0, swaps: 0, ..any },
            Self::Wake | Self::WakeAndSend => any,
        }
    }

    /// By how much the columns may differ.
    pub fn tolerance(self) -> Cost {
        match self {
            // Where the list is no more than a leaf, that stands in the second round; otherwise in the third. A page that begins in one
            // leaf or block and ends in another reads both.
            Self::Page { .. } => Cost { reads: 3, rounds: 1, ..Cost::default() },
            Self::Submit | Self::Decide | Self::Authorize | Self::CheckIn => Cost::default(),
            // Two levels more in three trees: those of pending and of matching requests here, and of pending ones in the root. Each
            // level is read in a round of its own, and what it replaces is deleted. Matching requests are looked up as well.
            Self::Wake | Self::WakeAndSend => Cost { reads: 10, writes: 6, swaps: 0, rounds: 8 },
        }
    }
}
