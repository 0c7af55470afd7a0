//! Asking `send-notification` to send what is due in an organization.

use std::time::Duration;

use bytes::Bytes;
use countersign_http::Services;
use countersign_kv::log;
use countersign_model::OrganizationId;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a call may take that waits for providers: longer than the attempts of one round.
const TAKES: Duration = Duration::from_secs(30);

/// What to send.
#[derive(Serialize)]
struct ToSend<'a> {
    organization_id: &'a OrganizationId,
    /// Until when new attempts may begin. With it, the answer comes when everything is sent, otherwise at once.
    until: Option<Timestamp>,
}

/// The result of sending.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
pub struct Sent {
    /// Messages that a provider accepted.
    pub sent: usize,
    /// Deliveries that were refused for good or given up.
    pub failed: usize,
    /// Whether a due delivery was left for lack of time.
    pub more: bool,
}

/// Has everything sent that is due. A failure is logged, and nothing is lost: the outbox keeps what is due.
pub async fn send(services: &Services, organization: &OrganizationId, until: Option<Timestamp>) -> Sent {
    call(services, &ToSend { organization_id: organization, until }).await.unwrap_or_else(|reason| {
        log::line("deliveries wait", &[("organization", organization), ("error", &reason)]);
        Sent::default()
    })
}

async fn call(services: &Services, what: &ToSend<'_>) -> Result<Sent, String> {
    let body = serde_json::to_vec(what).map_err(|error| error.to_string())?;
    let request = http::Request::post("http://send-notification.spin.internal/send")
        .header(CONTENT_TYPE, "application/json")
        .body(Bytes::from(body))
        .map_err(|error| error.to_string())?;
    let answer = services.outbound.send(request, TAKES).await.map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Err(format!("it answered {}", answer.status()));
    }
    serde_json::from_slice(answer.body()).map_err(|error| error.to_string())
}
