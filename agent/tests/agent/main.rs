//! The agent against a small server in this process that notes what it is sent and answers what a test tells it to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod calls;
mod command_line;
mod fake;
