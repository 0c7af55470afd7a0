//! `/try`: sends a test message. Whoever calls it has checked that the caller may.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{Composed, ToCompose, ToTry, Tried, compose};
use countersign_http::{JsonBody, Problem, Services};
use countersign_kv::log;
use countersign_model::Attempt;

use crate::provider::{About, Posting, Providers};
use crate::sending::SendingError;

/// Sends the message as every other one is sent, once, and says what came back.
pub async fn try_address(
    State(services): State<Services>,
    body: JsonBody<ToTry>,
) -> Result<Json<Tried>, Problem> {
    let ToTry { organization_id, address } = body.value;
    let journal = &services.journal;
    let providers = Providers::load(&services).await.map_err(SendingError::from)?;
    let what = ToCompose::Test { organization_id: organization_id.clone() };
    let message = match compose(services.outbound.as_ref(), &what).await {
        Ok(Composed::Say(message)) => message,
        Ok(Composed::NoLonger { why } | Composed::Impossible { why } | Composed::Damaged { why }) => {
            return Ok(Json(Tried { accepted: false, answer: why }));
        }
        Err(error) => {
            log::line("a test message cannot be composed", &[("error", &error)]);
            let answer = "the message could not be composed".to_owned();
            return Ok(Json(Tried { accepted: false, answer }));
        }
    };
    let (channel, to) = address.by_channel();
    let key = format!("test-{}", journal.random().ulid(journal.clock().now()));
    let posting = Posting { channel, to, message: &message, key };
    let about = About { what: "test", organization_id: &organization_id, request_id: None };
    let (accepted, answer) = match providers.send(&services, &posting, &about).await {
        Attempt::Accepted { answer } => (true, answer),
        Attempt::Refused { answer, .. } | Attempt::Later { answer, .. } | Attempt::NotMade { answer, .. } => {
            (false, answer)
        }
    };
    Ok(Json(Tried { accepted, answer }))
}
