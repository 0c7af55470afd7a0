//! What providers report, signed as they sign.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_http::testing::{TestApp, TestRequest, World};
use countersign_model::{Bounce, Channel, ProviderPlace};
use countersign_store::{BouncedAddress, keys};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

mod amazon;
mod arrivals;
mod signatures;
mod vonage;

const ANN: &str = "ann@company.example";
const KEY: &str = "the-signing-key";

/// A deployment with this provider at a place, and its key for callbacks.
struct Deployment {
    world: World,
    app: TestApp,
}

impl Deployment {
    fn new(place: ProviderPlace, provider: &str, key: &str) -> Self {
        let world = World::new();
        let app = world.app(crate::router);
        world.settings.set("public_url", "https://approvals.example/");
        world.settings.set(&format!("{place}_provider"), provider);
        world.settings.set(&format!("{place}_callback_key"), key);
        Self { world, app }
    }

    fn now(&self) -> i64 {
        self.world.now().as_second()
    }

    async fn bounce(&self, channel: Channel, address: &str) -> Option<Bounce> {
        self.world.journal.bounces(&[BouncedAddress::new(channel, address)]).await.unwrap().pop().unwrap()
    }

    async fn reason(&self) -> Option<String> {
        self.bounce(Channel::Email, ANN).await.map(|bounce| bounce.reason)
    }

    fn mailgun(&self, token: &str, at: i64, event: &Value) -> TestRequest {
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
        mac.update(format!("{at}{token}").as_bytes());
        let signature = keys::hex(&mac.finalize().into_bytes());
        let signature = json!({ "timestamp": at.to_string(), "token": token, "signature": signature });
        let body = json!({ "signature": signature, "event-data": event });
        self.app.post("/v1/callbacks/mailgun").json(&body)
    }

    fn postmark(&self, login: &str, body: &Value) -> TestRequest {
        let login = format!("Basic {}", STANDARD.encode(login));
        self.app.post("/v1/callbacks/postmark").header("authorization", &login).json(body)
    }
}

fn failed(severity: &str) -> Value {
    json!({ "event": "failed", "severity": severity, "recipient": ANN, "timestamp": 1_600_000_000.5,
        "reason": "bounce", "delivery-status": { "code": 550, "message": "550 no such user", "description": "" } })
}

async fn taken(call: TestRequest) {
    let answer = call.send().await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

async fn refused(call: TestRequest, status: u16) {
    let answer = call.send().await;
    assert_eq!(answer.status, status, "{}", answer.text());
}

#[tokio::test]
async fn a_permanent_failure_that_mailgun_reports_marks_the_address() {
    let here = Deployment::new(ProviderPlace::Email, "mailgun", KEY);
    let now = here.now();
    taken(here.mailgun("one", now, &failed("temporary"))).await;
    taken(here.mailgun("two", now, &json!({ "event": "delivered", "recipient": ANN }))).await;
    assert_eq!(here.reason().await, None);
    taken(here.mailgun("three", now, &failed("permanent"))).await;
    let bounce = here.bounce(Channel::Email, "Ann@company.example").await.unwrap();
    assert_eq!((bounce.reason.as_str(), bounce.at.as_millisecond()), ("550 no such user", 1_600_000_000_500));
}

#[tokio::test]
async fn a_token_of_mailgun_counts_once_because_nothing_else_is_signed() {
    let here = Deployment::new(ProviderPlace::Email, "mailgun", KEY);
    taken(here.mailgun("one", here.now(), &json!({ "event": "delivered", "recipient": ANN }))).await;
    taken(here.mailgun("one", here.now(), &failed("permanent"))).await;
    assert_eq!(here.reason().await, None, "somebody else's event under a signature that was seen");
}

#[tokio::test]
async fn an_old_report_and_one_of_the_future_are_refused() {
    let here = Deployment::new(ProviderPlace::Email, "mailgun", KEY);
    for seconds in [-301, 301] {
        refused(here.mailgun("one", here.now() + seconds, &failed("permanent")), 401).await;
    }
    assert_eq!(here.reason().await, None);
    taken(here.mailgun("one", here.now() - 300, &failed("permanent"))).await;
    assert!(here.reason().await.is_some());
}

#[tokio::test]
async fn what_is_not_signed_with_the_key_is_refused_before_anything_else() {
    let here = Deployment::new(ProviderPlace::Email, "mailgun", "another key");
    refused(here.mailgun("one", here.now(), &failed("permanent")), 401).await;
    for body in ["", "{", "null", "[]", "{\"signature\":{}}"] {
        let call = here.app.post("/v1/callbacks/mailgun").body("application/json", body);
        refused(call, 401).await;
    }
    assert_eq!(here.reason().await, None);
}

#[tokio::test]
async fn a_provider_without_a_key_or_that_is_not_configured_is_not_there() {
    let here = Deployment::new(ProviderPlace::Email, "mailgun", "");
    refused(here.mailgun("one", here.now(), &failed("permanent")), 404).await;
    let here = Deployment::new(ProviderPlace::Email, "postmark", KEY);
    refused(here.mailgun("one", here.now(), &failed("permanent")), 404).await;
    for unknown in ["pigeon", "Mailgun", "sns"] {
        refused(here.app.post(&format!("/v1/callbacks/{unknown}")).json(json!({})), 404).await;
    }
}

#[tokio::test]
async fn a_fallback_provider_reports_too() {
    let here = Deployment::new(ProviderPlace::EmailFallback, "mailgun", KEY);
    taken(here.mailgun("one", here.now(), &failed("permanent"))).await;
    assert!(here.reason().await.is_some());
}

#[tokio::test]
async fn an_address_that_was_put_right_stays_so_when_the_same_is_reported_again() {
    let here = Deployment::new(ProviderPlace::Email, "mailgun", KEY);
    taken(here.mailgun("one", here.now(), &failed("permanent"))).await;
    here.world.journal.clear_bounce(&BouncedAddress::new(Channel::Email, ANN)).await.unwrap();
    taken(here.mailgun("two", here.now(), &failed("permanent"))).await;
    assert_eq!(here.reason().await, None);
}

#[tokio::test]
async fn postmark_logs_in_and_says_whether_it_sends_nothing_more() {
    let here = Deployment::new(ProviderPlace::Email, "postmark", "countersign:a-password");
    let bounce = |inactive: bool| {
        json!({ "RecordType": "Bounce", "Type": "HardBounce", "Email": ANN, "Inactive": inactive,
            "Description": "The server was unable to deliver your message", "Details": "smtp;550 5.1.1 no such user",
            "BouncedAt": "2026-01-01T00:00:00Z", "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483" })
    };
    refused(here.postmark("countersign:another", &bounce(true)), 401).await;
    refused(here.app.post("/v1/callbacks/postmark").json(bounce(true)), 401).await;
    taken(here.postmark("countersign:a-password", &bounce(false))).await;
    assert_eq!(here.reason().await, None, "the next message may arrive");
    taken(here.postmark("countersign:a-password", &bounce(true))).await;
    assert_eq!(here.reason().await.as_deref(), Some("smtp;550 5.1.1 no such user"));
    refused(here.postmark("countersign:a-password", &json!({})), 400).await;
}

#[tokio::test]
async fn a_report_that_could_not_be_noted_is_taken_when_it_is_repeated() {
    let here = Deployment::new(ProviderPlace::Email, "postmark", "countersign:a-password");
    let damaged = keys::record(&<Bounce as countersign_store::Entity>::record_id(&BouncedAddress::new(
        Channel::Email,
        ANN,
    )));
    here.world.journal.kv().set_many(vec![(damaged.clone(), b"{".to_vec())]).await.unwrap();
    let complaint = json!({ "RecordType": "SpamComplaint", "Email": ANN });
    let failed = here.postmark("countersign:a-password", &complaint).send().await;
    assert!(failed.status >= 500, "{}", failed.text());
    here.world.journal.kv().delete(&damaged).await.unwrap();
    taken(here.postmark("countersign:a-password", &complaint)).await;
    assert_eq!(here.reason().await.as_deref(), Some("the recipient complained of spam"));
}

#[tokio::test]
async fn a_report_that_is_too_large_is_refused() {
    let here = Deployment::new(ProviderPlace::Email, "postmark", "countersign:a-password");
    let large = json!({ "RecordType": "Bounce", "Email": "x".repeat(1_100_000) });
    refused(here.postmark("countersign:a-password", &large), 413).await;
}
