//! The operations of `check-in` over the store in memory: what they answer, what they cost, and what waits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod check_in;
mod enroll;
mod grants;
mod story;
