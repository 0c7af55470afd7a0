//! `/send`: `process-events` calls it when messages are due in an organization.

use axum::Json;
use axum::extract::State;
use countersign_http::{JsonBody, Problem, Services};
use countersign_kv::log;

use crate::sending::{SendingError, Sent, send_due};
use crate::wire::ToSend;

/// Sends what is due in an organization. A caller that gives a time gets the result; for others, sending continues after
/// the answer, because they need not wait for providers.
pub async fn send(State(services): State<Services>, body: JsonBody<ToSend>) -> Result<Json<Sent>, Problem> {
    let ToSend { organization_id, until } = body.value;
    if until.is_some() {
        return Ok(Json(send_due(&services, &organization_id, until).await?));
    }
    let sender = services.clone();
    services.background.spawn(Box::pin(async move {
        if let Err(error) = send_due(&sender, &organization_id, None).await {
            log::line("deliveries wait", &[("organization", &organization_id), ("error", &error)]);
        }
    }));
    Ok(Json(Sent::default()))
}

impl From<SendingError> for Problem {
    fn from(error: SendingError) -> Self {
        match error {
            SendingError::Store(error) => error.into(),
            SendingError::Settings(error) => error.into(),
        }
    }
}
