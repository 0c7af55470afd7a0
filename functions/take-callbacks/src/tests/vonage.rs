//! Delivery receipts of Vonage, signed with a JSON Web Token.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_http::testing::TestRequest;
use countersign_model::{Channel, ProviderPlace};
use countersign_store::keys;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Deployment, KEY, refused, taken};

const NUMBER: &str = "+447700900000";

fn here() -> Deployment {
    Deployment::new(ProviderPlace::Sms, "vonage", KEY)
}

fn receipt(status: &str, title: Value) -> Value {
    json!({ "message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab", "to": "447700900000", "from": "447700900001",
        "timestamp": "2026-06-01T11:59:00Z", "status": status, "channel": "sms", "error": {
            "type": "https://developer.vonage.com/api-errors/messages#1190", "title": title,
            "detail": "Absent Subscriber Permanent" } })
}

fn token(header: &Value, claims: &Value, key: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn claims(here: &Deployment, id: &str, body: &Value) -> Value {
    json!({ "iat": here.now(), "jti": id, "iss": "Vonage", "api_key": "a1b2c3d",
        "payload_hash": keys::sha256(body.to_string().as_bytes()) })
}

fn hs256() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

fn call(here: &Deployment, token: &str, body: &Value) -> TestRequest {
    let call = here.app.post("/v1/callbacks/vonage").header("authorization", &format!("Bearer {token}"));
    call.body("application/json", body.to_string())
}

fn signed(here: &Deployment, id: &str, body: &Value) -> TestRequest {
    call(here, &token(&hs256(), &claims(here, id, body), KEY), body)
}

#[tokio::test]
async fn what_lasts_marks_a_number() {
    let cases = [
        ("rejected", json!(1190), true),
        ("undeliverable", json!("1240"), true),
        ("undeliverable", json!(1180), false),
        ("delivered", json!(1190), false),
        ("submitted", json!(null), false),
    ];
    for (status, title, expected) in cases {
        let here = here();
        let body = receipt(status, title);
        taken(signed(&here, "one", &body)).await;
        let bounce = here.bounce(Channel::Sms, NUMBER).await;
        let expected = expected.then(|| "Absent Subscriber Permanent".to_owned());
        assert_eq!(bounce.map(|bounce| bounce.reason), expected, "{body}");
    }
    let here = here();
    refused(signed(&here, "one", &json!({ "msisdn": "447700900000" })), 400).await;
}

/// Made with PyJWT 2.10: `jwt.encode(claims, key, algorithm="HS256")`.
#[tokio::test]
async fn a_token_of_another_implementation_is_right() {
    let here = here();
    let body = r#"{"to":"447700900000","status":"rejected","error":{"title":1190,"detail":"gone"}}"#;
    let token = include_str!("vonage.jwt").trim();
    let call = here.app.post("/v1/callbacks/vonage").header("authorization", &format!("Bearer {token}"));
    taken(call.body("application/json", body)).await;
    assert_eq!(here.bounce(Channel::Sms, NUMBER).await.unwrap().reason, "gone");
}

#[tokio::test]
async fn a_token_counts_for_its_body_with_its_key_and_algorithm_now() {
    let here = here();
    let body = receipt("rejected", json!(1190));
    let right = claims(&here, "one", &body);
    let with = |name: &str, value: Value| {
        let mut claims = right.clone();
        claims[name] = value;
        claims
    };
    let none = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
        URL_SAFE_NO_PAD.encode(right.to_string())
    );
    let whole = token(&hs256(), &right, KEY);
    let wrong = [
        token(&hs256(), &right, "another key"),
        token(&json!({ "alg": "HS512" }), &right, KEY),
        token(&json!({}), &right, KEY),
        token(&hs256(), &with("payload_hash", json!(keys::sha256(b"{}"))), KEY),
        token(&hs256(), &with("payload_hash", json!("")), KEY),
        token(&hs256(), &with("iat", json!(here.now() - 301)), KEY),
        token(&hs256(), &with("iat", json!(here.now() + 301)), KEY),
        token(&hs256(), &json!({ "iat": here.now(), "jti": "one" }), KEY),
        none,
        format!("{whole}.{whole}"),
        whole.rsplit_once('.').unwrap().0.to_owned(),
        String::new(),
    ];
    for token in wrong {
        refused(call(&here, &token, &body), 401).await;
    }
    refused(here.app.post("/v1/callbacks/vonage").json(&body), 401).await;
    assert_eq!(here.bounce(Channel::Sms, NUMBER).await, None);
    taken(call(&here, &whole, &body)).await;
    assert!(here.bounce(Channel::Sms, NUMBER).await.is_some());
}

#[tokio::test]
async fn a_receipt_counts_once() {
    let here = here();
    let body = receipt("rejected", json!(1190));
    taken(signed(&here, "one", &body)).await;
    here.world
        .journal
        .clear_bounce(&countersign_store::BouncedAddress::new(Channel::Sms, NUMBER))
        .await
        .unwrap();
    taken(signed(&here, "one", &body)).await;
    assert_eq!(here.bounce(Channel::Sms, NUMBER).await, None);
}
