//! `/try`: sends a test message. Whoever calls it has checked that the caller may.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{Message, ToTry, Tried};
use countersign_http::{JsonBody, Problem, Services};
use countersign_model::Attempt;

use crate::provider::{About, Posting, Providers};
use crate::sending::SendingError;

/// What stands above it.
const TITLE: &str = "Test message";
/// What it says.
const SAYS: &str = "This is a test. Requests for permission will be reported here like this.";

/// Sends the message as every other one is sent, once, and says what came back.
pub async fn try_address(
    State(services): State<Services>,
    body: JsonBody<ToTry>,
) -> Result<Json<Tried>, Problem> {
    let ToTry { organization_id, address } = body.value;
    let journal = &services.journal;
    let providers = Providers::load(&services).await.map_err(SendingError::from)?;
    let (channel, to) = address.by_channel();
    let key = format!("test-{}", journal.random().ulid(journal.clock().now()));
    let posting = Posting { channel, to, message: &message(), key };
    let about = About { what: "test", organization_id: &organization_id, request_id: None };
    let attempt = match providers.turn(&services, channel, to, &organization_id).await {
        Ok(turn) => providers.send(&services, &posting, &about, turn).await.attempt,
        Err(attempt) => attempt,
    };
    let (accepted, answer) = match attempt {
        Attempt::Accepted { answer } => (true, answer),
        Attempt::Refused { answer, .. } | Attempt::Later { answer, .. } | Attempt::NotMade { answer, .. } => {
            (false, answer)
        }
    };
    Ok(Json(Tried { accepted, answer }))
}

fn message() -> Message {
    Message {
        subject: TITLE.to_owned(),
        title: TITLE.to_owned(),
        text: format!("{SAYS}\n"),
        html: format!("<!doctype html>\n<html lang=\"en\"><body><p>{SAYS}</p></body></html>\n"),
        short: SAYS.to_owned(),
        short_is_gsm: true,
        // Nobody's automatic reply answers it (RFC 3834).
        headers: vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())],
        ..Message::default()
    }
}
