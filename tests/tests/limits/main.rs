//! The limits that keep one computer, one enrollment key or one crowd of strangers from taking what others need, on the real
//! components.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod computers;
mod keys;
mod organizations;
mod strangers;

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::Answer;

/// A host with a variable, such as `computer_limits`.
async fn host(backend: Backend, variables: [(&str, String); 1]) -> TestHost {
    println!("on {backend:?}");
    let variables = variables.map(|(name, value)| (name.to_owned(), value));
    let options = Options { variables: BTreeMap::from(variables), ..Options::default() };
    TestHost::start(backend, options).await.unwrap()
}

/// Moves the clock to the beginning of a minute, so that none begins while a few calls are made.
fn begin_a_minute(host: &TestHost) {
    let into_it = host.clock.now().as_millisecond().rem_euclid(60_000);
    host.advance(Duration::from_millis(60_000 - u64::try_from(into_it).unwrap()));
}

/// Requires that a call was refused for as many seconds as this at most.
fn require_later(answer: &Answer, code: &str, at_most: u64) {
    assert_eq!(answer.problem(429), code);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=at_most).contains(&seconds), "{seconds}");
}
