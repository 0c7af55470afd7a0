//! The rules of the model, as cases and properties.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod accounts;
mod catalogue;
mod decisions;
mod deliveries;
mod endings;
mod giving;
mod instances;
mod lives;
mod managing;
mod narrowing;
mod policies;
mod properties;
mod reported;
mod requesters;
mod sequences;
mod texts;
mod tree;
mod twins;
