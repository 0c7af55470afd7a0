//! Acts: what is derived from each, which permit allows each, and how each is stored.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod details;
mod footprints;
mod integrations;
mod permits;
mod policies;
mod rules;
mod samples;
mod sight;
