//! Signing in with a device code.
mod races;
mod refused;

use std::time::Duration;

use countersign_http::testing::{TestApp, TestResponse};
use countersign_model::{Act, ActName, Permission, Permit, act::SecondFactor, lists};
use serde_json::{Value, json};

use super::super::audit;
use super::Stage;
use crate::codes::Seed;

/// Where the program runs.
const THERE: &str = "198.51.100.7:4711";

async fn start(app: &TestApp) -> Value {
    let body = json!({ "description": "countersign on pc-7" });
    let answer = app.post("/v1/device-logins").header("spin-client-addr", THERE).json(body).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn ask(app: &TestApp, started: &Value) -> TestResponse {
    let body = json!({ "device_code": started["device_code"] });
    app.post("/v1/device-logins/session").header("spin-client-addr", THERE).json(body).send().await
}

fn path(started: &Value) -> String {
    format!("/v1/device-logins/{}", started["user_code"].as_str().unwrap())
}

async fn show(app: &TestApp, token: &str, started: &Value) -> TestResponse {
    app.get(&path(started)).bearer(token).send().await
}

async fn decide(app: &TestApp, token: &str, started: &Value, outcome: &str) -> TestResponse {
    let call = app.post(&format!("{}/decision", path(started))).bearer(token);
    call.json(json!({ "outcome": outcome })).send().await
}

fn token(answer: &TestResponse) -> String {
    answer.json()["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_program_is_signed_in_as_the_administrator_who_approves_its_code() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    stage.world.settings.set("public_url", "https://countersign.example/");
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "a place they have signed in from");
    let started = start(&stage.app).await;
    let code = started["user_code"].as_str().unwrap();
    assert_eq!(started["verification_url"], "https://countersign.example/device");
    assert_eq!(
        started["verification_url_complete"],
        format!("https://countersign.example/device#{code}").as_str()
    );
    assert_eq!(started["interval_seconds"], 5);
    assert_eq!(started["expires_at"], json!(stage.world.now() + Duration::from_secs(600)));

    let early = ask(&stage.app, &started).await;
    assert_eq!((early.status, early.code()), (409, "device-login-pending".to_owned()));
    assert_eq!(early.header("retry-after"), "5");
    let shown = show(&stage.app, &stage.ada.token, &started).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let shown = shown.json();
    assert_eq!(
        (&shown["description"], &shown["address"]),
        (&json!("countersign on pc-7"), &json!("198.51.100.7"))
    );
    assert_eq!(shown["your_address"], "192.0.2.10");
    assert_eq!(decide(&stage.app, &stage.ada.token, &started, "approved").await.status, 204);

    let answer = ask(&stage.app, &started).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let signed_in = answer.json();
    assert_eq!(signed_in["administrator"]["id"], stage.ada.record.id.as_str());
    let me = stage.app.get("/v1/session").bearer(&token(&answer)).send().await.json();
    assert_eq!(me["permissions"][0]["permission"], "view-reports");
    let sessions = stage.app.get("/v1/sessions").bearer(&stage.ada.token).send().await.json();
    let newest = &sessions["items"][0];
    assert_eq!(
        (&newest["user_agent"], &newest["address"]),
        (&json!("countersign on pc-7"), &json!("198.51.100.7"))
    );
    let path = format!("/v1/sessions/{}", newest["id"].as_str().unwrap());
    assert_eq!(stage.app.delete(&path).bearer(&stage.ada.token).send().await.status, 204);
    assert_eq!(
        stage.app.get("/v1/session").bearer(&token(&answer)).send().await.status,
        401,
        "it ends as others do"
    );
}

#[tokio::test]
async fn both_the_decision_and_the_session_are_on_record() {
    let stage = Stage::new(&[]).await;
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "a place they have signed in from");
    let started = start(&stage.app).await;
    decide(&stage.app, &stage.ada.token, &started, "approved").await;
    ask(&stage.app, &started).await;
    let permit = Permit::scene(&stage.world.root.id);
    let rows = stage.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 2).await.unwrap().items;
    let mut events = Vec::new();
    for row in rows {
        events.push(stage.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap());
    }
    let Act::SessionStarted(session) = &events[0].act else { panic!("{:?}", events[0].act) };
    assert_eq!(session.second_factor, SecondFactor::DeviceCode);
    assert!(session.from_new_place, "they are told of it");
    assert_eq!(events[0].address.as_deref(), Some("198.51.100.7"));
    let Act::DeviceLoginDecided(decided) = &events[1].act else { panic!("{:?}", events[1].act) };
    assert!(decided.approved);
    assert_eq!(decided.description, "countersign on pc-7");
    assert_eq!(decided.address.as_deref(), Some("198.51.100.7"));
    assert_eq!(events[1].address.as_deref(), Some("192.0.2.10"));
}

#[tokio::test]
async fn a_denied_program_gets_nothing_and_the_first_decision_counts() {
    let stage = Stage::new(&[]).await;
    let started = start(&stage.app).await;
    assert_eq!(decide(&stage.app, &stage.ada.token, &started, "denied").await.status, 204);
    let answer = ask(&stage.app, &started).await;
    assert_eq!((answer.status, answer.code()), (403, "device-login-denied".to_owned()));
    for outcome in ["approved", "denied"] {
        let again = decide(&stage.app, &stage.ada.token, &started, outcome).await;
        assert_eq!((again.status, again.code()), (409, "device-login-decided".to_owned()));
    }
    assert_eq!(show(&stage.app, &stage.ada.token, &started).await.status, 409);
    assert_eq!(ask(&stage.app, &started).await.status, 403);
    let acts = audit(&stage.world, &stage.world.root).await;
    assert_eq!(acts.iter().filter(|act| **act == ActName::DeviceLoginDecided).count(), 1);
    assert!(stage.credentials().await.sessions.is_empty());
}

#[tokio::test]
async fn a_device_code_works_once() {
    let stage = Stage::new(&[]).await;
    let started = start(&stage.app).await;
    decide(&stage.app, &stage.ada.token, &started, "approved").await;
    assert_eq!(ask(&stage.app, &started).await.status, 201);
    let again = ask(&stage.app, &started).await;
    assert_eq!((again.status, again.code()), (401, "device-code-not-valid".to_owned()));
    assert_eq!(stage.credentials().await.sessions.len(), 1);
    let other = json!({ "device_code": format!("{}A", &started["device_code"].as_str().unwrap()[..73]) });
    let other = stage.app.post("/v1/device-logins/session").json(other).send().await;
    assert_eq!((other.status, other.code()), (401, "device-code-not-valid".to_owned()));
    let secret = started["device_code"].as_str().unwrap().to_owned();
    let kept = stage
        .world
        .memory
        .dump()
        .into_values()
        .any(|value| String::from_utf8_lossy(&value).contains(&secret));
    assert!(!kept, "only its digest is stored");
}

#[tokio::test]
async fn after_ten_minutes_it_is_over_for_both() {
    let stage = Stage::new(&[]).await;
    let (pending, approved) = (start(&stage.app).await, start(&stage.app).await);
    decide(&stage.app, &stage.ada.token, &approved, "approved").await;
    stage.world.advance(Duration::from_secs(600));
    for started in [&pending, &approved] {
        let answer = ask(&stage.app, started).await;
        assert_eq!((answer.status, answer.code()), (410, "device-login-expired".to_owned()));
    }
    assert_eq!(show(&stage.app, &stage.ada.token, &pending).await.status, 404);
    assert_eq!(decide(&stage.app, &stage.ada.token, &pending, "approved").await.status, 404);
    assert!(stage.credentials().await.sessions.is_empty());
}

#[tokio::test]
async fn the_session_has_the_second_factor_of_the_one_that_approved_it() {
    let stage = Stage::new(&[]).await;
    let without = start(&stage.app).await;
    decide(&stage.app, &stage.ada.token, &without, "approved").await;
    let (seed, _): (Seed, _) = stage.set_up_totp().await;
    let without = ask(&stage.app, &without).await;
    stage.world.advance(Duration::from_secs(60));
    let own = stage.sign_in(json!({ "totp": seed.code(stage.world.now()) })).await;
    let with = start(&stage.app).await;
    assert_eq!(decide(&stage.app, &token(&own), &with, "approved").await.status, 204);
    let with = ask(&stage.app, &with).await;
    for (answer, expected) in [(without, false), (with, true)] {
        let me = stage.app.get("/v1/session").bearer(&token(&answer)).send().await.json();
        assert_eq!(me["second_factor"], expected);
    }
}
