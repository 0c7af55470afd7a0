//! The operations over a store in memory.
mod reach;
mod read;
mod verify;
