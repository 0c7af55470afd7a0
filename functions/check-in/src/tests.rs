//! The operations of `check-in` over the store in memory: what they answer, what they cost, and what waits.

mod check_in;
mod enroll;
mod grants;
mod story;
