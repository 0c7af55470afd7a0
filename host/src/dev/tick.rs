//! The tick: asks the application every few seconds to send due messages. In other deployments a scheduler does this.

use std::sync::Weak;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::BodyExt;

use crate::body::full;
use crate::server::dispatch::Served;
use crate::variables::several;

/// The time between two ticks.
const EVERY: Duration = Duration::from_secs(5);

/// Asks once, in this process, with the first token of the variable, and returns the answer.
pub(crate) async fn once(app: &Served, scheduler_token: &str) -> anyhow::Result<Response<Bytes>> {
    let scheduler_token = several(scheduler_token).next().unwrap_or_default();
    let request = Request::post("http://localhost/v1/notifications/deliver")
        .header(header::AUTHORIZATION, format!("Bearer {scheduler_token}"))
        .body(full(Bytes::new()))?;
    let (head, body) = app.answer_own(request).await.into_parts();
    Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
}

/// Asks for as long as the application and the task live. A failure is logged when it begins, not every time.
pub(crate) async fn run(app: Weak<Served>, scheduler_token: String) {
    let mut pause = tokio::time::interval(EVERY);
    pause.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    pause.tick().await;
    let mut well = true;
    loop {
        pause.tick().await;
        let Some(app) = app.upgrade() else { return };
        let failure = match once(&app, &scheduler_token).await {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("answered {}", answer.status())),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = failure.as_ref().filter(|_| well) {
            tracing::warn!("the notification tick failed: {reason}");
        }
        well = failure.is_none();
    }
}
