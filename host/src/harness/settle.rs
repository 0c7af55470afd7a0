//! Driving notifications until nothing is due.

use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use http::{Request, header};

use crate::loopback;

/// More rounds than any test needs; beyond them something is sent again and again.
const ROUNDS: usize = 200;

/// Calls `deliver` until it reports that it did nothing.
pub(super) async fn settle(app: SocketAddr, scheduler_token: &str) -> anyhow::Result<()> {
    for _ in 0..ROUNDS {
        let request = Request::post(format!("http://{app}/v1/notifications/deliver"))
            .header(header::AUTHORIZATION, format!("Bearer {scheduler_token}"))
            .body(Bytes::new())?;
        let response = loopback::call(request).await.context("cannot call deliver")?;
        let text = String::from_utf8_lossy(response.body()).into_owned();
        ensure!(response.status().is_success(), "deliver answered {}: {text}", response.status());
        if did_nothing(&text)? {
            return Ok(());
        }
    }
    bail!("notifications do not settle: {ROUNDS} rounds each did something")
}

/// The answer counts what was done; all zeros is nothing.
fn did_nothing(answer: &str) -> anyhow::Result<bool> {
    if answer.is_empty() {
        return Ok(true);
    }
    let answer: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(answer).context("deliver answered no JSON object")?;
    Ok(answer.values().all(|value| value.as_u64().is_none_or(|count| count == 0)))
}
