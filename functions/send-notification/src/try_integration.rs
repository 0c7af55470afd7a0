//! `/try`: sends a test message to an integration. Whoever calls it has checked that the caller may.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{Message, ToTry, Tried};
use countersign_http::{JsonBody, Problem, Services};
use countersign_model::Integration;

use crate::provider::hooks::{Hook, call};

/// Sends the message, and says what came back.
pub async fn try_integration(
    State(services): State<Services>,
    body: JsonBody<ToTry>,
) -> Result<Json<Tried>, Problem> {
    let found = services.journal.load::<Integration>(&body.value.integration_id).await?;
    let integration = found.map(|found| found.value).filter(|found| !found.deleted);
    let integration = integration.ok_or_else(Problem::not_found)?;
    let now = services.journal.clock().now();
    let public_url = services.settings.get("public_url").await?;
    let public_url = public_url.trim().trim_end_matches('/');
    let message = Message {
        subject: "Test message".to_owned(),
        text: "This is a test. Requests for permission will be reported here like this.\n".to_owned(),
        ..Message::default()
    };
    let key = format!("test-{}-{}", integration.id, now.as_millisecond());
    let hook = Hook {
        what: "test",
        message: &message,
        key: &key,
        organization_id: &integration.organization_id,
        request_id: None,
        link: (!public_url.is_empty()).then(|| public_url.to_owned()),
        now,
    };
    let answer = call(&services, &integration, &hook).await;
    Ok(Json(Tried { accepted: answer.is_accepted(), answer: answer.shown(None) }))
}
