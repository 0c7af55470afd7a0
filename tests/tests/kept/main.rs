//! Backup and restore, as an operator does it: the real program is backed up under load, loses its disk and is restored, and every
//! request is accounted for. And moving between backends, verifying a store, recovering an administrator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod drill;
mod recovery;
mod redis;
mod refusals;
mod transfer;
