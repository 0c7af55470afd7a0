//! `check-in`: computers enroll, and agents ask for news: policies, grants, maintenance mode.

mod check_in;
mod heard;
mod history;
mod in_force;
mod news;
mod override_key;
mod report;
#[cfg(test)]
mod tests;
mod version;
mod wire;

countersign_http::operations![check_in::check_in];
