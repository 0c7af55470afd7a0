//! Journals from their users' perspective: racing, dying and stalling callers over stores that behave like the real
//! backends.

mod budgets;
mod chain;
mod crossings;
mod idempotency;
mod journal;
mod lists;
mod parts;
mod permission_edits;
mod plan;
mod queue;
mod refusals;
mod slots;
mod tidy;
mod trail;
mod unstoppable;
mod updates;
pub(crate) mod world;
