//! The operations of `serve-attachment` over the in-memory store.

mod crashes;
mod download;
mod ranges;
mod story;
