//! Who may not approve, who is slowed down, and approvals that no longer count.
use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_model::{Administrator, DeviceLogin, DeviceLoginState, LoginSettings, Permission};
use serde_json::{Value, json};

use super::super::super::with_password;
use super::super::PASSWORD;
use super::{Stage, ask, decide, path, show, start, token};
use crate::device_decision::GUESSES;
use crate::device_login::{PACE, STRANGERS};

/// Nobody has decided.
async fn require_pending(stage: &Stage, started: &Value) {
    let code = started["user_code"].as_str().unwrap().parse().unwrap();
    let login = stage.world.journal.load::<DeviceLogin>(&code).await.unwrap().unwrap().value;
    assert_eq!(login.state, DeviceLoginState::Pending);
}

fn code(answer: &TestResponse) -> (u16, String) {
    (answer.status, answer.code())
}

#[tokio::test]
async fn neither_an_api_token_nor_a_session_of_a_device_code_approves_another() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let expires_at = stage.world.now() + Duration::from_secs(3600);
    let body = json!({ "name": "Report", "permissions": ["view-reports"], "expires_at": expires_at, "password": PASSWORD });
    let program = token(&stage.post("/v1/api-tokens", body).await);
    let first = start(&stage.app).await;
    decide(&stage.app, &stage.ada.token, &first, "approved").await;
    let device = token(&ask(&stage.app, &first).await);
    let started = start(&stage.app).await;
    for token in [&program, &device] {
        assert_eq!(code(&show(&stage.app, token, &started).await), (403, "session-required".to_owned()));
        for outcome in ["approved", "denied"] {
            let answer = decide(&stage.app, token, &started, outcome).await;
            assert_eq!(code(&answer), (403, "session-required".to_owned()));
        }
    }
    let nobody =
        stage.app.post(&format!("{}/decision", path(&started))).json(json!({ "outcome": "approved" }));
    assert_eq!(nobody.send().await.status, 401);
    let elsewhere = stage.app.post(&format!("{}/decision", path(&started))).cookie(&stage.ada.token);
    let elsewhere = elsewhere.header("origin", "https://evil.example").json(json!({ "outcome": "approved" }));
    assert_eq!(elsewhere.send().await.code(), "foreign-origin");
    require_pending(&stage, &started).await;
}

#[tokio::test]
async fn who_has_to_set_up_one_time_codes_first_approves_nothing() {
    let stage = Stage::new(&[]).await;
    let require = |old: &LoginSettings| Ok::<_, ()>(LoginSettings { require_totp: true, ..old.clone() });
    stage.world.journal.update(&stage.world.root.id, require).await.unwrap();
    stage.world.advance(Duration::from_secs(60));
    let started = start(&stage.app).await;
    let answer = decide(&stage.app, &stage.ada.token, &started, "approved").await;
    assert_eq!(code(&answer), (403, "totp-required".to_owned()));
    require_pending(&stage, &started).await;
}

#[tokio::test]
async fn an_approval_ends_with_the_sessions_of_who_gave_it() {
    let stage = Stage::new(&[]).await;
    let changes: [fn(&Administrator) -> Administrator; 2] =
        [Administrator::with_sessions_ended, |old| old.disable().unwrap()];
    for change in changes {
        let other = with_password(&stage.world, &stage.world.root, &[]).await;
        let started = start(&stage.app).await;
        assert_eq!(decide(&stage.app, &other.token, &started, "approved").await.status, 204);
        let change = |old: &Administrator| Ok::<_, ()>(change(old));
        stage.world.journal.update(&other.record.id, change).await.unwrap();
        assert_eq!(code(&ask(&stage.app, &started).await), (401, "device-code-not-valid".to_owned()));
    }
}

#[tokio::test]
async fn a_program_on_a_network_that_is_not_allowed_gets_no_session() {
    let stage = Stage::new(&[]).await;
    let started = start(&stage.app).await;
    decide(&stage.app, &stage.ada.token, &started, "approved").await;
    let ranges = ["192.0.2.0/24".parse().unwrap()];
    let restrict =
        |old: &LoginSettings| Ok::<_, ()>(LoginSettings { allowed_ranges: ranges.to_vec(), ..old.clone() });
    stage.world.journal.update(&stage.world.root.id, restrict).await.unwrap();
    assert_eq!(code(&ask(&stage.app, &started).await), (403, "address-not-allowed".to_owned()));
    assert!(stage.credentials().await.sessions.is_empty());
    let within = json!({ "device_code": started["device_code"] });
    let within = stage.app.post("/v1/device-logins/session").json(within).send().await;
    assert_eq!(within.status, 201, "it was not used up: {}", within.text());
}

#[tokio::test]
async fn codes_are_not_guessed_and_a_session_that_tries_blocks_only_itself() {
    let stage = Stage::new(&[]).await;
    let started = start(&stage.app).await;
    let other = stage.world.session(&stage.ada.record);
    let wrong = json!({ "user_code": "BBBB-BBBB" });
    for attempt in 0..=GUESSES.most {
        let answer = show(&stage.app, &stage.ada.token, &wrong).await;
        assert_eq!(answer.status, if attempt < GUESSES.most { 404 } else { 429 }, "{attempt}");
    }
    let blocked = decide(&stage.app, &stage.ada.token, &started, "approved").await;
    assert_eq!(blocked.status, 429, "also the right one");
    let seconds: u32 = blocked.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
    require_pending(&stage, &started).await;
    for _ in 0..2 * GUESSES.most {
        assert_eq!(show(&stage.app, &other, &started).await.status, 200, "right ones do not count");
    }
    let typed =
        json!({ "user_code": started["user_code"].as_str().unwrap().replace('-', "").to_lowercase() });
    assert_eq!(show(&stage.app, &other, &typed).await.status, 200, "as people type it");
    assert_eq!(show(&stage.app, &other, &json!({ "user_code": "nonsense" })).await.status, 404);
}

#[tokio::test]
async fn programs_that_ask_are_limited_by_address_and_in_all() {
    let stage = Stage::new(&[]).await;
    for _ in 0..STRANGERS.client.most {
        start(&stage.app).await;
    }
    let body = json!({ "description": "countersign on pc-7" });
    let from =
        |address: &str| stage.app.post("/v1/device-logins").header("spin-client-addr", address).json(&body);
    let refused = from("198.51.100.7:1").send().await;
    assert_eq!(code(&refused), (429, "too-many-requests".to_owned()));
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 600);
    assert_eq!(from("198.51.100.8:1").send().await.status, 201);
    for _ in 1..STRANGERS.all.most {
        stage.world.journal.count_try(&STRANGERS.all, &[]).await.unwrap();
    }
    assert_eq!(from("198.51.100.9:1").send().await.status, 429, "its block has asked often");
    assert_eq!(from("203.0.113.9:1").send().await.status, 201, "this one has not");
    stage.world.advance(Duration::from_secs(600));
    assert_eq!(from("198.51.100.7:1").send().await.status, 201);
}

#[tokio::test]
async fn a_program_that_asks_too_often_is_told_to_wait() {
    let stage = Stage::new(&[]).await;
    let started = start(&stage.app).await;
    for attempt in 0..=PACE.most {
        assert_eq!(
            ask(&stage.app, &started).await.status,
            if attempt < PACE.most { 409 } else { 429 },
            "{attempt}"
        );
    }
    let slow = ask(&stage.app, &started).await;
    assert!(slow.header("retry-after").parse::<u32>().unwrap() <= 60);
    let other = start(&stage.app).await;
    assert_eq!(ask(&stage.app, &other).await.status, 409, "others are not held up");
    stage.world.advance(Duration::from_secs(60));
    assert_eq!(ask(&stage.app, &started).await.status, 409);
}

#[tokio::test]
async fn what_a_program_calls_itself_is_bounded_and_inert() {
    let stage = Stage::new(&[]).await;
    for wrong in ["", " ", "a\nb", "a".repeat(101).as_str()] {
        let answer = stage.app.post("/v1/device-logins").json(json!({ "description": wrong })).send().await;
        assert_eq!((answer.status, answer.pointers()), (422, vec!["/description".to_owned()]), "{wrong:?}");
    }
    let body = json!({ "description": "pc\u{202e}7" });
    let started = stage.app.post("/v1/device-logins").json(body).send().await.json();
    let shown = show(&stage.app, &stage.ada.token, &started).await.json();
    assert_eq!(shown["description"], "pc\\u{202e}7");
}
