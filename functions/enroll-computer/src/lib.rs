//! `enroll-computer`: a computer joins a group with one of its enrollment keys.

mod enroll;
#[cfg(test)]
mod tests;
mod wire;

countersign_http::operations![enroll::enroll_computer];
