//! The operations over the in-memory store.
mod reach;
mod read;
mod sight;
mod verify;
