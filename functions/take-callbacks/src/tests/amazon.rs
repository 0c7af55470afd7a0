//! Reports of Amazon SES, signed by Amazon SNS. `sns.json` has some, which OpenSSL signed (`tests/python/sns_reports.py`).
use std::time::Duration;

use bytes::Bytes;
use countersign_http::OutboundError;
use countersign_http::testing::TestRequest;
use countersign_model::{Channel, ProviderPlace};
use futures::lock::{Mutex, MutexGuard};
use http::{Request, Response};
use serde_json::{Value, json};

use super::arrivals::{arrival, message};
use super::{ANN, Deployment, refused, taken};
use crate::amazon;

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:bounces";
const CERTIFICATE: &str =
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem";

/// Certificates are kept for the whole program, so one test after the other.
static ONE: Mutex<()> = Mutex::new(());

async fn alone() -> MutexGuard<'static, ()> {
    let guard = ONE.lock().await;
    amazon::forget();
    guard
}

fn made(name: &str) -> Value {
    serde_json::from_str::<Value>(include_str!("sns.json")).unwrap()[name].clone()
}

/// A deployment with SES and this topic. Amazon answers with the certificate.
fn with_topic(topic: &str) -> Deployment {
    let here = Deployment::new(ProviderPlace::Email, "ses", topic);
    let certificate = Bytes::from(made("certificate").as_str().unwrap().to_owned());
    here.world.outbound.answer(move |request: &Request<Bytes>| {
        let is_certificate = request.uri() == CERTIFICATE;
        Ok(Response::new(if is_certificate { certificate.clone() } else { Bytes::new() }))
    });
    here
}

fn call(here: &Deployment, body: &Value) -> TestRequest {
    let kind = body["Type"].as_str().unwrap_or("Notification").to_owned();
    let body = body.to_string();
    let call = here.app.post("/v1/callbacks/ses").header("x-amz-sns-message-type", &kind);
    call.body("text/plain; charset=UTF-8", body)
}

/// The addresses that were called.
fn called(here: &Deployment) -> Vec<String> {
    here.world.outbound.take_external().iter().map(|sent| sent.request.uri().to_string()).collect()
}

#[tokio::test]
async fn what_lasts_marks_an_address() {
    let _alone = alone().await;
    let cases = [
        ("permanent", Some("smtp; 550 5.1.1 no such user")),
        ("event", Some("smtp; 550 5.1.1 no such user")),
        ("transient", None),
        ("complaint", Some("the recipient complained of spam")),
        ("delivery", None),
    ];
    for (name, expected) in cases {
        let here = with_topic(TOPIC);
        taken(call(&here, &made(name))).await;
        assert_eq!(here.reason().await.as_deref(), expected, "{name}");
    }
    let here = with_topic(TOPIC);
    taken(call(&here, &made("complaint"))).await;
    let other = here.bounce(Channel::Email, "bob@company.example").await.unwrap();
    assert_eq!(other.at.to_string(), "2026-06-01T11:59:58.237Z", "all whom it names, at its time");
    refused(call(&here, &made("no_report")), 400).await;
}

#[tokio::test]
async fn a_message_is_known_by_its_header() {
    let _alone = alone().await;
    let at = || Some("2026-06-01T11:59:58.237Z".to_owned());
    let cases = [
        ("delivery", (at(), None)),
        ("delivery_event", (at(), None)),
        ("delivery_without_headers", (None, None)),
        ("returned", (None, at())),
    ];
    for (name, expected) in cases {
        let here = with_topic(TOPIC);
        message(&here, Channel::Email, ANN);
        taken(call(&here, &made(name))).await;
        assert_eq!(arrival(&here).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_certificate_is_fetched_once() {
    let _alone = alone().await;
    let here = with_topic(TOPIC);
    taken(call(&here, &made("transient"))).await;
    taken(call(&here, &made("permanent"))).await;
    assert_eq!(called(&here), [CERTIFICATE]);
    taken(call(&here, &made("permanent"))).await;
    assert_eq!(here.reason().await.as_deref(), Some("smtp; 550 5.1.1 no such user"));
}

#[tokio::test]
async fn whatever_is_changed_in_a_report_it_is_not_signed_any_more() {
    let _alone = alone().await;
    let here = with_topic(TOPIC);
    let fields =
        ["Message", "MessageId", "Timestamp", "TopicArn", "Type", "Subject", "Signature", "SignatureVersion"];
    for field in fields {
        let mut body = made("event");
        let other = match field {
            "Timestamp" => "2026-06-01T12:00:01.000Z".to_owned(),
            "Type" => "SubscriptionConfirmation".to_owned(),
            "Signature" => made("permanent")["Signature"].as_str().unwrap().to_owned(),
            "SignatureVersion" => "1".to_owned(),
            _ => format!("{}x", body[field].as_str().unwrap()),
        };
        body[field] = json!(other);
        refused(call(&here, &body), 401).await;
        body.as_object_mut().unwrap().remove(field);
        refused(call(&here, &body), 401).await;
    }
    for name in ["other_topic", "sha1"] {
        refused(call(&here, &made(name)), 401).await;
    }
    for body in [json!({}), json!(null), json!([1])] {
        refused(call(&here, &body), 401).await;
    }
    assert_eq!(here.reason().await, None);
    refused(here.app.post("/v1/callbacks/ses").json(made("permanent")), 401).await;
}

#[tokio::test]
async fn nothing_is_called_but_the_service_in_the_region_of_the_topic() {
    let _alone = alone().await;
    let hosts = [
        "https://evil.example/SimpleNotificationService-1.pem",
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem",
        "https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com:444/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com/?SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem?x=.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-../x.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-.pem",
        "",
    ];
    let here = with_topic(TOPIC);
    for host in hosts {
        let mut body = made("permanent");
        body["SigningCertURL"] = json!(host);
        refused(call(&here, &body), 401).await;
        assert_eq!(called(&here), Vec::<String>::new(), "{host}");
    }
    for topic in [
        "a-topic",
        "arn:aws:sns:evil.example/:1:x",
        "arn:aws:sqs:eu-west-1:123456789012:bounces",
        "arn:aws:sns",
    ] {
        let here = with_topic(topic);
        let mut body = made("permanent");
        body["TopicArn"] = json!(topic);
        refused(call(&here, &body), 401).await;
        assert_eq!(called(&here), Vec::<String>::new(), "{topic}");
    }
}

#[tokio::test]
async fn a_report_is_taken_for_an_hour_because_amazon_repeats_it_and_counts_once() {
    let _alone = alone().await;
    for (seconds, taken_then) in [(3600, true), (3601, false)] {
        let here = with_topic(TOPIC);
        here.world.advance(Duration::from_secs(seconds));
        let answer = call(&here, &made("permanent")).send().await;
        assert_eq!(answer.status, if taken_then { 204 } else { 401 }, "{seconds}: {}", answer.text());
    }
    let here = with_topic(TOPIC);
    taken(call(&here, &made("permanent"))).await;
    here.world
        .journal
        .clear_bounce(&countersign_store::BouncedAddress::new(Channel::Email, ANN))
        .await
        .unwrap();
    taken(call(&here, &made("permanent"))).await;
    assert_eq!(here.reason().await, None);
}

#[tokio::test]
async fn a_subscription_is_confirmed_if_it_is_signed_and_of_the_topic() {
    let _alone = alone().await;
    let here = with_topic(TOPIC);
    taken(call(&here, &made("confirmation"))).await;
    let confirmed = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription\
        &TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Abounces&Token=2336412f37fb687f5d51e6e2425dacbbaa";
    assert_eq!(called(&here), [CERTIFICATE, confirmed], "not the address that it names");

    let mut other = made("confirmation");
    other["Token"] = json!("another");
    refused(call(&here, &other), 401).await;
    taken(call(&here, &made("unsubscription"))).await;
    assert_eq!(called(&here), Vec::<String>::new(), "nothing is subscribed anew");
    let elsewhere = with_topic(&format!("{TOPIC}2"));
    refused(call(&elsewhere, &made("confirmation")), 401).await;
    assert_eq!(called(&elsewhere), Vec::<String>::new());
}

#[tokio::test]
async fn amazon_is_asked_to_repeat_what_could_not_be_checked() {
    let _alone = alone().await;
    let here = with_topic(TOPIC);
    here.world.outbound.answer_with(500, "");
    refused(call(&here, &made("permanent")), 503).await;
    here.world.outbound.fail_with(OutboundError::TimedOut);
    refused(call(&here, &made("permanent")), 503).await;
    here.world.outbound.answer_with(200, "<html>not a certificate</html>");
    refused(call(&here, &made("permanent")), 401).await;
    assert_eq!(here.reason().await, None);
    let well = with_topic(TOPIC);
    taken(call(&well, &made("permanent"))).await;
    assert!(well.reason().await.is_some(), "what was no certificate is not kept");
}

#[tokio::test]
async fn who_knows_the_topic_cannot_have_amazon_called_without_end() {
    let _alone = alone().await;
    let here = with_topic(TOPIC);
    let mut forged = made("permanent");
    forged["Signature"] = made("event")["Signature"].clone();
    for _ in 0..30 {
        refused(call(&here, &forged), 401).await;
    }
    refused(call(&here, &forged), 503).await;
    assert_eq!(called(&here).len(), 30);
}

#[tokio::test]
async fn a_certificate_that_has_ended_signs_nothing() {
    let _alone = alone().await;
    let here = with_topic(TOPIC);
    here.world.advance(Duration::from_secs(300 * 24 * 60 * 60));
    refused(call(&here, &made("late")), 401).await;
    assert_eq!(called(&here), [CERTIFICATE], "the time of the report is right");
}
