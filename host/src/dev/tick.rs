//! The tick: asks the application every few seconds to send due messages. In other deployments a scheduler does this.

use std::net::SocketAddr;
use std::time::Duration;

use crate::loopback;

/// The time between two ticks.
pub const EVERY: Duration = Duration::from_secs(5);

/// Asks once and returns the status of the answer.
pub async fn once(app: SocketAddr, scheduler_token: &str) -> anyhow::Result<http::StatusCode> {
    let request = http::Request::post(format!("http://{app}/v1/notifications/deliver"))
        .header(http::header::AUTHORIZATION, format!("Bearer {scheduler_token}"))
        .body(bytes::Bytes::new())?;
    Ok(loopback::call(request).await?.status())
}

/// Asks for as long as the task lives. A failure is logged when it begins, not every time.
pub async fn run(app: SocketAddr, scheduler_token: String) {
    let mut pause = tokio::time::interval(EVERY);
    pause.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    pause.tick().await;
    let mut well = true;
    loop {
        pause.tick().await;
        let failure = match once(app, &scheduler_token).await {
            Ok(status) if status.is_success() => None,
            Ok(status) => Some(format!("answered {status}")),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = failure.as_ref().filter(|_| well) {
            tracing::warn!("the notification tick failed: {reason}");
        }
        well = failure.is_none();
    }
}
