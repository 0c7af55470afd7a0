//! The operations over the in-memory store.
mod audit;
mod bounds;
mod content;
mod crashes;
mod discard;
mod meanwhile;
mod names;
mod operations;
mod repeated;
mod tags;
mod versions;
