//! The operations with a budget (`docs/design.md` §4), and how much each may cost.

use crate::cost::{ANY, Cost};
use crate::narrowed::Filter;

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
    /// A page of requests that is narrowed by a filter.
    Narrowed {
        filter: Filter,
        oldest_first: bool,
        following: bool,
    },
    /// How many requests are pending, by kind and organization.
    Counts,
    /// A page of the grants in force.
    Grants {
        following: bool,
    },
    /// A page of computers.
    Computers {
        narrowed: bool,
    },
    /// A report, by day or by organization.
    Report {
        by_organization: bool,
    },
    Submit,
    Decide,
    Authorize,
    CheckIn,
    /// The numbers of the deployment, for Prometheus.
    Scrape,
    /// Whether the deployment is ready.
    Ready,
    /// Finding what is due to be sent in an organization, when nothing is.
    Due,
    /// The scheduler's call when there is nothing to do, for each organization.
    Deliver,
    /// Processing one new request, until the call of `process-events` is answered.
    Wake,
    /// The same with the message that follows from it.
    WakeAndSend,
}

impl Operation {
    /// What it is called in the table.
    pub fn name(self) -> String {
        let name = match self {
            Self::Page { pending: false, following: false } => "page of 50, all: first",
            Self::Page { pending: false, following: true } => "page of 50, all: in the middle",
            Self::Page { pending: true, following: false } => "page of 50, pending: first",
            Self::Page { pending: true, following: true } => "page of 50, pending: in the middle",
            Self::Submit => "submit",
            Self::Decide => "decide",
            Self::Authorize => "authorize about oneself",
            Self::CheckIn => "unchanged check-in",
            Self::Scrape => "numbers of the deployment",
            Self::Ready => "readiness",
            Self::Due => "messages that are due: none",
            Self::Deliver => "deliver, nothing due: an organization",
            Self::Wake => "wake for a request, before the answer",
            Self::WakeAndSend => "wake for a request, until it is quiet",
            Self::Narrowed { filter, oldest_first, following } => {
                let order = if oldest_first { "oldest" } else { "newest" };
                let place = if following { "following" } else { "first" };
                return format!("page by {}, {order}: {place}", filter.name());
            }
            Self::Counts => "counts of pending requests",
            Self::Grants { following: false } => "page of 50 grants: first",
            Self::Grants { following: true } => "page of 50 grants: following",
            Self::Computers { narrowed: false } => "page of 50 computers",
            Self::Computers { narrowed: true } => "page of computers by state",
            Self::Report { by_organization: false } => "report by day",
            Self::Report { by_organization: true } => "report by organization, 50",
        };
        name.to_owned()
    }

    /// The most it may cost.
    pub fn budget(self) -> Cost {
        let any = Cost { reads: ANY, writes: ANY, swaps: ANY, rounds: ANY };
        match self {
            Self::Page { .. } => Cost { reads: 2 * PAGE + 10, writes: 0, swaps: 0, rounds: 4 },
            // It looks at twice as many requests as it has room for. The oldest first, each of the two parts begins at the top of a tree or at
            // the newest block of a log: from there, eleven jumps lead to the oldest of the two thousand blocks of a million requests.
            Self::Narrowed { oldest_first, .. } => {
                let rounds = if oldest_first { 16 } else { 8 };
                Cost { reads: 2 * (2 * PAGE + 10), writes: 0, swaps: 0, rounds }
            }
            // A name for each organization.
            Self::Counts => Cost { reads: PAGE + 10, writes: 0, swaps: 0, rounds: 4 },
            // Those for a computer alone. For the groups and organizations of a page, their computers are read as well, at most a thousand.
            Self::Grants { .. } => Cost { reads: 2 * PAGE + 10, writes: 0, swaps: 0, rounds: 8 },
            // Each with its last check-in. With a filter, 200 are looked at.
            Self::Computers { narrowed: false } => Cost { reads: 2 * PAGE + 14, writes: 0, swaps: 0, ..any },
            Self::Computers { narrowed: true } => Cost { reads: 200 + 14, writes: 0, swaps: 0, ..any },
            // Two for each organization, and those for the files, publishers and deciders of two months.
            Self::Report { .. } => Cost { reads: 2 * PAGE + 25, writes: 0, swaps: 0, ..any },
            Self::Submit => Cost { writes: 4, ..any },
            Self::Decide => Cost { writes: 3, ..any },
            Self::Authorize => Cost { reads: 4, writes: 0, swaps: 0, rounds: 2 },
            Self::CheckIn => Cost { reads: 3, writes: 0, swaps: 0, ..any },
            Self::Scrape => Cost { reads: 40, writes: 0, swaps: 0, rounds: 8 },
            Self::Ready => Cost { reads: 6, writes: 0, swaps: 0, rounds: 4 },
            Self::Due => Cost { reads: 3, writes: 0, swaps: 0, rounds: 3 },
            Self::Deliver => Cost { reads: 20, ..any },
            Self::Wake | Self::WakeAndSend => any,
        }
    }

    /// By how much the columns may differ.
    pub fn tolerance(self) -> Cost {
        match self {
            // Where the list is no more than a leaf, that stands in the second round; otherwise in the third. A page that begins in one
            // leaf or block and ends in another reads both.
            Self::Page { .. } => Cost { reads: 3, rounds: 1, ..Cost::default() },
            // There is not the same to be found or looked at in each column: computers, grants, organizations, and as many requests as
            // fill two pages. The budget is what holds.
            Self::Narrowed { .. }
            | Self::Counts
            | Self::Grants { .. }
            | Self::Computers { .. }
            | Self::Report { .. } => Cost { reads: ANY, rounds: ANY, ..Cost::default() },
            Self::Submit | Self::Decide | Self::Authorize | Self::CheckIn | Self::Ready | Self::Due => {
                Cost::default()
            }
            // What a call costs in any case is shared by more organizations, and more rounds follow each other.
            Self::Deliver => Cost { reads: 10, writes: 2, swaps: 2, rounds: ANY },
            // The oldest pending request is in the first leaf of a tree.
            Self::Scrape => Cost { reads: 3, rounds: 3, ..Cost::default() },
            // Up to three levels more in three trees: those of pending and of matching requests here, and of pending ones in the root. Each
            // level is read in a round of its own, and what it replaces is deleted. Matching requests are looked up as well.
            Self::Wake | Self::WakeAndSend => Cost { reads: 15, writes: 6, swaps: 0, rounds: 12 },
        }
    }
}
