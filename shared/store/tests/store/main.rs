//! The store as its users see it: racing, dying and stalling callers over stores that behave like the real backends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod attachments;
mod budgets;
mod chain;
mod conformance;
mod crossed_records;
mod crossings;
mod idempotency;
mod journal;
mod lease;
mod lists;
mod outbox;
mod slots;
mod throttle;
mod updates;
mod world;
