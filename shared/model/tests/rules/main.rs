//! The rules of the model, as cases and properties.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod accounts;
mod catalogue;
mod check_ins;
mod decisions;
mod deliveries;
mod endings;
mod giving;
mod instances;
mod lives;
mod maintenance;
mod managing;
mod narrowing;
mod properties;
mod reported;
mod requesters;
mod sequences;
mod texts;
mod tree;
mod twins;
