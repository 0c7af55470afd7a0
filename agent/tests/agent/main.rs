//! The agent against a small in-process server, which records requests and sends the answers of the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod authority;
mod calls;
mod command_line;
mod connections;
mod executable;
mod fake;
mod first_use;
mod more_commands;
mod signatures;
mod uploads;
mod watching;
