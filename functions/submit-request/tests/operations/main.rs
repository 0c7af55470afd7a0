//! The operations of `submit-request` over the store in memory: what they answer, what they cost, and what survives a crash.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod attachment;
mod crashes;
mod status;
mod story;
mod submit;
