//! The rules of this crate, tested with a small function that has one operation for each.
mod bodies;
mod cursors;
mod document;
mod identification;
mod probe;
mod repetition;
mod requests;
mod rights;
mod standing;
mod waiting;
