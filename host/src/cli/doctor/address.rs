//! Whether people reach the deployment at its public address, and what time it is there.

use std::time::{Duration, Instant};

use countersign_client::{Api, CallError, Connection};
use http::Method;
use http::header::DATE;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::clock;
use super::finding::Finding;
use crate::clock::HostClock;

/// How long everything may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What time is not told more exactly than. On average, it was half as long ago.
const HALF: SignedDuration = SignedDuration::from_millis(500);

/// What came back from the public address.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reached {
    /// This application, after so long.
    Us(Duration),
    /// Something else, with this status.
    Another(u16),
    /// Nobody who is trusted, in the words of TLS.
    Untrusted(String),
    /// Nothing, and why.
    Nothing(String),
}

/// What `/health/live` answers.
#[derive(Deserialize)]
struct Health {
    status: String,
}

/// Calls `GET /health/live` there.
pub(super) async fn examine(url: &str, time: &HostClock) -> Vec<Finding> {
    let began = (Instant::now(), time.now());
    let answer = match tokio::time::timeout(PATIENCE, call(url)).await {
        Ok(answer) => answer,
        Err(_) => Err(CallError::Unreachable { attempts: 1, cause: "no answer in time".to_owned() }),
    };
    let took = began.0.elapsed();
    let (reached, date) = match answer {
        Ok((live, date)) => (if live { Reached::Us(took) } else { Reached::Another(200) }, date),
        Err(CallError::Refused(problem)) => (Reached::Another(problem.status), None),
        // What TLS says of a certificate that it refuses: `invalid peer certificate: …`.
        Err(CallError::Unreachable { cause, .. }) if cause.contains("certificate") => {
            (Reached::Untrusted(cause), None)
        }
        Err(error) => (Reached::Nothing(words(&error)), None),
    };
    let middle = began.1 + SignedDuration::try_from(took / 2).unwrap_or_default();
    let ahead = date.map(|date| middle.duration_since(date) - HALF);
    let clock = ahead.map(|ahead| clock::finding("the public address", ahead));
    [finding(url, &reached)].into_iter().chain(clock).collect()
}

/// Whether this application answers, and what time it is there.
async fn call(url: &str) -> Result<(bool, Option<Timestamp>), CallError> {
    let program = concat!("countersign/", env!("CARGO_PKG_VERSION"));
    let api = Api::connecting(url, &[], program, &Connection::default())?;
    let answer = api.answered_once(api.call(Method::GET, &["health", "live"])?).await?;
    let date = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
    Ok((answer.read::<Health>("health").is_ok_and(|health| health.status == "live"), date))
}

fn words(error: &CallError) -> String {
    match error {
        CallError::Unreachable { cause, .. } => cause.clone(),
        CallError::Server { .. }
        | CallError::Refused(_)
        | CallError::Unexpected { .. }
        | CallError::Proxy
        | CallError::Certificates { .. }
        | CallError::Random(_) => error.to_string(),
    }
}

fn finding(url: &str, reached: &Reached) -> Finding {
    const CHECK: &str = "public_url answers";
    match reached {
        Reached::Us(took) => Finding::ok(CHECK, format!("this application, in {} ms", took.as_millis())),
        Reached::Another(status @ (502..=504)) => Finding::warning(
            CHECK,
            format!("a proxy ({status}), but not the host behind it"),
            "start the host, or see to which address the proxy passes requests on",
        ),
        Reached::Another(status) => Finding::fault(
            CHECK,
            format!("something else at {url}/health/live ({status})"),
            "see where the name leads, and that the proxy passes every path on to this host",
        ),
        Reached::Untrusted(why) => Finding::fault(
            CHECK,
            format!("browsers and agents refuse it: {why}"),
            "get a certificate for this name from an authority that they trust, and serve those that lead to its root with it",
        ),
        Reached::Nothing(why) => Finding::warning(
            CHECK,
            format!("nothing, as seen from this machine: {why}"),
            "if the host is running, see that the name leads to it, and that no firewall is in between",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn only_this_application_is_the_right_answer() {
        for (reached, state) in [
            (Reached::Us(Duration::from_millis(3)), State::Ok),
            (Reached::Another(502), State::Warning),
            (Reached::Another(200), State::Fault),
            (Reached::Another(404), State::Fault),
            (Reached::Another(308), State::Fault),
            (Reached::Untrusted("invalid peer certificate: Expired".to_owned()), State::Fault),
            (Reached::Nothing("connection refused".to_owned()), State::Warning),
        ] {
            assert_eq!(finding("https://countersign.example", &reached).state, state, "{reached:?}");
        }
    }

    #[tokio::test]
    async fn nothing_at_the_address_is_told_without_a_time() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        drop(taken);
        let found = examine(&format!("http://{address}"), &HostClock::default()).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].state, State::Warning);
    }
}
