//! The operations of `manage-grants` over the in-memory store.

mod below;
mod change;
mod death;
mod list;
mod reach;
mod story;
