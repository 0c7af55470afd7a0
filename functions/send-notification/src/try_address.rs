//! `/try`: sends a test message. Whoever calls it has checked that the caller may.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{ToTry, Tried};
use countersign_http::{JsonBody, Problem, Services};
use countersign_model::Attempt;

use crate::brand::Brand;
use crate::message;
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
    let brand = Brand::of_organization(journal, &organization_id, "a test message").await?;
    let (channel, to) = address.by_channel();
    let posting = Posting {
        channel,
        to,
        message: &brand.on(message::trial()),
        brand: &brand,
        secret: None,
        key: format!("test-{}", journal.random().ulid(journal.clock().now())),
    };
    let about = About { what: "test", organization_id: &organization_id, request_id: None };
    let (accepted, answer) = match providers.send(&services, &posting, &about).await {
        Attempt::Accepted { answer } => (true, answer),
        Attempt::Refused { answer } | Attempt::Later { answer, .. } | Attempt::NotMade { answer, .. } => {
            (false, answer)
        }
    };
    Ok(Json(Tried { accepted, answer }))
}
