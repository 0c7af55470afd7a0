//! The operations of `approve-request` over the store in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod attachment;
mod budgets;
mod bulk;
mod death;
mod decide;
mod list;
mod open;
mod race;
mod refusals;
mod revoke;
mod story;
