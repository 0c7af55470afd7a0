//! The operations of `approve-request` over the in-memory store.

mod anew;
mod budgets;
mod bulk;
mod copy;
mod death;
mod decide;
mod filters;
mod first_use;
mod heard;
mod list;
mod matching;
mod moved;
mod open;
mod opened;
mod preview;
mod race;
mod refusals;
mod revoke;
mod seen;
mod settings;
mod story;
mod twins;
