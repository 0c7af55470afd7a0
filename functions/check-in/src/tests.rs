//! The operations of `check-in` over the in-memory store: their answers, their costs, and waiting.

mod check_in;
mod epoch;
mod first_use;
mod grants;
mod heard;
mod history;
mod override_key;
mod report;
mod story;
