//! The operations of `approve-request` over the in-memory store.

mod attachment;
mod budgets;
mod bulk;
mod death;
mod decide;
mod filters;
mod list;
mod matching;
mod moved;
mod open;
mod preview;
mod race;
mod refusals;
mod revoke;
mod story;
mod twins;
