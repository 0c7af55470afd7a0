//! The operations over the in-memory store.
mod examples;
mod export;
mod filter;
mod reach;
mod read;
mod sight;
mod verify;
