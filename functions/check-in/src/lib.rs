//! `check-in`: computers enroll, and agents ask for news: policies, grants, maintenance mode.

mod check_in;
mod enroll;
mod hostname;
mod in_force;
mod news;
mod report;
#[cfg(test)]
mod tests;
mod version;
mod wire;

countersign_http::operations![enroll::enroll_computer, check_in::check_in];
