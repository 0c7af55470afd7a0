//! `check-in`: computers enroll, and agents ask for news: policies, grants, maintenance mode.

mod check_in;
mod enroll;
mod first_use;
mod history;
mod hostname;
mod news;
mod override_key;
mod report;
#[cfg(test)]
mod tests;
mod version;
mod wire;

countersign_http::operations![enroll::enroll_computer, check_in::check_in, first_use::use_grant];
