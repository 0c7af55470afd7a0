//! Running notifications until nothing is due and no background work is left.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use http::{Request, header};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::app::RunningApp;
use crate::clock::HostClock;
use crate::kv::Counters;
use crate::loopback;

/// More time than any test needs; beyond it, something is sent again and again.
pub(super) const LONGEST: Duration = Duration::from_secs(60);
/// The pause between two calls that did nothing while another caller is at work.
const PAUSE: Duration = Duration::from_millis(20);
/// How often `deliver` must find nothing to do, at the same cost: what another caller has begun may rest for a moment on a busy machine.
const QUIET: usize = 3;

/// The fields of `deliver`'s answer that matter here.
#[derive(Debug, Deserialize)]
struct Delivered {
    events: u64,
    deliveries_sent: u64,
    deliveries_failed: u64,
    next_due_at: Option<Timestamp>,
    more: bool,
}

impl Delivered {
    fn is_quiet(&self, now: Timestamp) -> bool {
        let done = self.events + self.deliveries_sent + self.deliveries_failed;
        done == 0 && !self.more && self.next_due_at.is_none_or(|due| due > now)
    }
}

/// An application whose messages are sent.
pub(super) enum Application<'a> {
    /// In this process.
    Here(&'a RunningApp, &'a Counters),
    /// In another process, at this address.
    At(SocketAddr),
}

/// Calls `deliver` until it finds nothing to do [`QUIET`] times in a row, with the same number of key-value operations: then no other
/// caller, such as a processor woken by an earlier response, was at work in between.
pub(super) async fn settle(
    app: Application<'_>,
    scheduler_token: &str,
    clock: &HostClock,
    longest: Duration,
) -> anyhow::Result<()> {
    let rounds = async {
        let mut quiet: Option<(u64, usize)> = None;
        loop {
            let before = app.operations().await?;
            let delivered = app.deliver(scheduler_token).await?;
            if !delivered.is_quiet(clock.now()) {
                quiet = None;
            } else {
                let cost = app.operations().await? - before;
                let times = quiet.filter(|(before, _)| *before == cost).map_or(0, |(_, times)| times) + 1;
                if times >= QUIET {
                    return Ok(());
                }
                quiet = Some((cost, times));
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(longest, rounds)
        .await
        .with_context(|| format!("notifications do not settle within {longest:?}"))?
}

impl Application<'_> {
    async fn deliver(&self, scheduler_token: &str) -> anyhow::Result<Delivered> {
        let response = match self {
            Self::Here(app, _) => app.tick_once(scheduler_token).await,
            Self::At(address) => {
                let request = Request::post(format!("http://{address}/v1/notifications/deliver"))
                    .header(header::AUTHORIZATION, format!("Bearer {scheduler_token}"))
                    .body(Bytes::new())?;
                loopback::call(request).await
            }
        };
        let response = response.context("cannot call deliver")?;
        let text = String::from_utf8_lossy(response.body());
        ensure!(response.status().is_success(), "deliver answered {}: {text}", response.status());
        serde_json::from_str(&text).with_context(|| format!("deliver answered {text}"))
    }

    /// Key-value operations of all components so far.
    async fn operations(&self) -> anyhow::Result<u64> {
        match self {
            Self::Here(_, counters) => {
                Ok(counters.snapshot().values().flat_map(|counts| counts.operations.values()).sum())
            }
            Self::At(address) => {
                let request = Request::get(format!("http://{address}/_stats")).body(Bytes::new())?;
                let response = loopback::call(request).await.context("cannot read the counts")?;
                let components: serde_json::Map<String, Value> = serde_json::from_slice(response.body())?;
                let operations =
                    components.values().filter_map(|counts| counts.get("operations")?.as_object());
                Ok(operations.flat_map(serde_json::Map::values).filter_map(Value::as_u64).sum())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_is_nothing_done_and_nothing_due() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let quiet = |answer: &str| serde_json::from_str::<Delivered>(answer).unwrap().is_quiet(now);
        let answer = |events, due: &str| {
            let counts =
                format!(r#""organizations":3,"events":{events},"deliveries_sent":0,"deliveries_failed":0"#);
            format!(r#"{{{counts},"next_due_at":{due},"more":false}}"#)
        };
        assert!(quiet(&answer(0, "null")));
        assert!(quiet(&answer(0, r#""2026-01-01T00:00:30Z""#)), "a later attempt is not due");
        assert!(!quiet(&answer(0, r#""2025-12-31T23:59:59Z""#)), "somebody else is sending it");
        assert!(!quiet(&answer(1, "null")));
    }
}
