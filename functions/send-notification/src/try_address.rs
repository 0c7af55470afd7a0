//! `/try`: sends a test message. Whoever calls it has checked that the caller may.

use axum::Json;
use axum::extract::State;
use countersign_http::functions::{Message, ToTry, Tried};
use countersign_http::{JsonBody, Problem, Services};
use countersign_kv::log;
use countersign_model::{Address, Attempt, Channel, OrganizationId, PushSubscription};

use crate::provider::{About, Posting, Providers, TEST};
use crate::sending::{SendingError, repair, send_due};

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
    let is_push = PushSubscription::owner(&address).is_some();
    let parsed =
        if is_push { None } else { Some(address.parse::<Address>().map_err(|_| Problem::internal())?) };
    let (channel, to) = parsed.as_ref().map_or((Channel::Push, address.as_str()), Address::by_channel);
    let key = format!("test-{}", journal.random().ulid(journal.clock().now()));
    let posting = Posting { channel, to, message: &message(), key };
    let about = About { what: TEST, organization_id: &organization_id, request_id: None };
    let attempt = match providers.turn(&services, channel, to, &organization_id).await {
        Ok(turn) => providers.send(&services, &posting, &about, turn).await.attempt,
        Err(attempt) => attempt,
    };
    if matches!(attempt, Attempt::Accepted { .. }) {
        repair_after_test(&services, &organization_id, (channel, to)).await;
    }
    let (accepted, answer) = match attempt {
        Attempt::Accepted { answer } => (true, answer),
        Attempt::Refused { answer, .. } | Attempt::Later { answer, .. } | Attempt::NotMade { answer, .. } => {
            (false, answer)
        }
    };
    Ok(Json(Tried { accepted, answer }))
}

/// Has what failed before by this way sent in the background; whoever tests a channel need not wait for that.
async fn repair_after_test(services: &Services, organization: &OrganizationId, to: (Channel, &str)) {
    if let Err(error) = repair::after_test(&services.journal, organization, to).await {
        let what = "what failed is not sent again after a test message";
        return log::line(what, &[("organization", organization), ("error", &error)]);
    }
    let (sender, organization) = (services.clone(), organization.clone());
    services.background.spawn(Box::pin(async move {
        if let Err(error) = send_due(&sender, &organization, None).await {
            log::line("deliveries wait", &[("organization", &organization), ("error", &error)]);
        }
    }));
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
