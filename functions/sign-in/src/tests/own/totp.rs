use std::time::Duration;

use super::super::{PASSWORD, audit};
use super::Stage;
use countersign_model::{ActName, LoginSettings};

use futures::future::join_all;
use serde_json::json;

const STEP: Duration = Duration::from_secs(30);

#[tokio::test]
async fn once_set_up_a_code_is_asked_for_and_works_once() {
    let stage = Stage::new(&[]).await;
    let begun = stage.post("/v1/totp", json!({ "password": PASSWORD })).await.json();
    let uri = begun["otpauth_uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(begun["secret"].as_str().unwrap()), "{uri}");
    assert!(begun["qr_svg"].as_str().unwrap().contains("<svg"));
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "nothing is asked for before it is confirmed");

    let (seed, recovery) = stage.set_up_totp().await;
    assert_eq!(recovery.len(), 10);
    let missing = stage.sign_in(json!({})).await;
    assert_eq!((missing.status, missing.code()), (401, "totp-missing".to_owned()));
    let used = stage.sign_in(json!({ "totp": seed.code(stage.world.now()) })).await;
    assert_eq!((used.status, used.code()), (401, "totp-wrong".to_owned()), "the code that confirmed it");

    stage.world.advance(STEP);
    let code = seed.code(stage.world.now());
    let signed_in = stage.sign_in(json!({ "totp": code })).await;
    assert_eq!(signed_in.status, 201, "{}", signed_in.text());
    let token = signed_in.json()["token"].as_str().unwrap().to_owned();
    let me = stage.app.get("/v1/session").bearer(&token).send().await.json();
    assert_eq!(me["second_factor"], true);
    assert_eq!(stage.sign_in(json!({ "totp": code })).await.code(), "totp-wrong", "a code works once");
    let acts = audit(&stage.world, &stage.world.root).await;
    assert_eq!(
        acts[..2],
        [ActName::SessionStarted, ActName::SessionRefused],
        "what is missing is not refused, and of several refusals the first is told"
    );
    assert!(acts.contains(&ActName::TotpSetUp));
}

#[tokio::test]
async fn racing_sign_ins_with_one_code_begin_one_session() {
    let stage = Stage::new(&[]).await;
    let (seed, _) = stage.set_up_totp().await;
    stage.world.advance(STEP);
    let code = seed.code(stage.world.now());
    let answers = join_all((0..5).map(|_| stage.sign_in(json!({ "totp": code })))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
}

#[tokio::test]
async fn a_recovery_code_works_once_and_new_ones_replace_the_old() {
    let stage = Stage::new(&[]).await;
    let state = async || stage.app.get("/v1/totp").bearer(&stage.ada.token).send().await.json();
    let none = json!({ "set_up": false, "since": null, "recovery_codes_left": 0 });
    assert_eq!(state().await, none);
    let set_up_at = stage.world.now();
    let (seed, recovery) = stage.set_up_totp().await;
    let left = |number: u8| json!({ "set_up": true, "since": set_up_at, "recovery_codes_left": number });
    assert_eq!(state().await, left(10));
    let typed = recovery[0].to_lowercase();
    assert_eq!(stage.sign_in(json!({ "recovery_code": typed })).await.status, 201);
    assert_eq!(state().await, left(9));
    assert_eq!(stage.sign_in(json!({ "recovery_code": recovery[0] })).await.code(), "totp-wrong");
    stage.world.advance(STEP);
    let code = json!({ "totp": seed.code(stage.world.now()) });
    let new = stage.post("/v1/totp/recovery-codes", code).await;
    assert_eq!(new.status, 200, "{}", new.text());
    assert_eq!(state().await, left(10));
    assert_eq!(stage.sign_in(json!({ "recovery_code": recovery[1] })).await.code(), "totp-wrong");
    let code = new.json()["recovery_codes"][0].clone();
    assert_eq!(stage.sign_in(json!({ "recovery_code": code })).await.status, 201);
    let wrong = |length: usize| json!({ "recovery_code": "0".repeat(length) });
    assert_eq!(stage.sign_in(wrong(64)).await.code(), "totp-wrong");
    assert_eq!(stage.sign_in(wrong(65)).await.pointers(), ["/recovery_code"]);
}

#[tokio::test]
async fn a_stolen_session_cannot_touch_one_time_codes() {
    let stage = Stage::new(&[]).await;
    let wrong = stage.post("/v1/totp", json!({ "password": "not the password at all" })).await;
    assert_eq!((wrong.status, wrong.code()), (403, "wrong-password".to_owned()));
    assert_eq!(stage.credentials().await.new_totp, None);
    stage.set_up_totp().await;
    let again = stage.post("/v1/totp", json!({ "password": PASSWORD })).await;
    assert_eq!((again.status, again.code()), (409, "totp-exists".to_owned()));
    let without = stage.post("/v1/totp/removal", json!({ "password": PASSWORD })).await;
    assert_eq!((without.status, without.code()), (401, "totp-missing".to_owned()));
    let wrong = stage.post("/v1/totp/removal", json!({ "password": PASSWORD, "totp": "000000" })).await;
    assert_eq!(wrong.status, 401);
    assert!(stage.credentials().await.totp.is_some());
}

#[tokio::test]
async fn what_was_begun_can_be_confirmed_for_half_an_hour_with_the_right_code() {
    let stage = Stage::new(&[]).await;
    let nothing = stage.post("/v1/totp/confirmation", json!({ "totp": "123456" })).await;
    assert_eq!((nothing.status, nothing.code()), (409, "totp-not-begun".to_owned()));
    let begun = stage.post("/v1/totp", json!({ "password": PASSWORD })).await.json();
    let seed = super::Seed::from_text(begun["secret"].as_str().unwrap());
    let wrong = stage.post("/v1/totp/confirmation", json!({ "totp": "000000" })).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    stage.world.advance(Duration::from_secs(30 * 60));
    let late = stage.post("/v1/totp/confirmation", json!({ "totp": seed.code(stage.world.now()) })).await;
    assert_eq!((late.status, late.code()), (409, "totp-not-begun".to_owned()));
}

#[tokio::test]
async fn removed_codes_are_not_asked_for() {
    let stage = Stage::new(&[]).await;
    let (seed, _) = stage.set_up_totp().await;
    stage.world.advance(STEP);
    let code = seed.code(stage.world.now());
    let removed = stage.post("/v1/totp/removal", json!({ "password": PASSWORD, "totp": code })).await;
    assert_eq!(removed.status, 204, "{}", removed.text());
    assert_eq!(stage.sign_in(json!({})).await.status, 201);
}

#[tokio::test]
async fn where_codes_are_required_a_session_without_one_can_only_set_them_up() {
    let stage = Stage::new(&[]).await;
    let id = &stage.world.root.id;
    let require = |old: &LoginSettings| Ok::<_, ()>(LoginSettings { require_totp: true, ..old.clone() });
    stage.world.journal.update(id, require).await.unwrap();

    let signed_in = stage.sign_in(json!({})).await.json();
    assert_eq!(signed_in["totp_required"], true);
    let token = signed_in["token"].as_str().unwrap().to_owned();
    let get = |path: &'static str| stage.app.get(path).bearer(&token).send();
    for path in ["/v1/session", "/v1/sessions", "/v1/api-tokens"] {
        let refused = get(path).await;
        assert_eq!((refused.status, refused.code()), (403, "totp-required".to_owned()), "{path}");
    }
    let other = stage.app.get("/v1/session").bearer(&stage.ada.token).send().await;
    assert_eq!(other.status, 200, "a session that began before goes on by what it has read, for a minute");
    stage.world.advance(Duration::from_secs(60));
    let other = stage.app.get("/v1/session").bearer(&stage.ada.token).send().await;
    assert_eq!((other.status, other.code()), (403, "totp-required".to_owned()));

    let begun = stage.app.post("/v1/totp").bearer(&token).json(json!({ "password": PASSWORD })).send().await;
    let seed = super::Seed::from_text(begun.json()["secret"].as_str().unwrap());
    let code = json!({ "totp": seed.code(stage.world.now()) });
    let confirmed = stage.app.post("/v1/totp/confirmation").bearer(&token).json(code).send().await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    assert_eq!(get("/v1/session").await.status, 200, "the session that set them up is as good as any");
    stage.world.advance(STEP);
    let body = json!({ "password": PASSWORD, "totp": seed.code(stage.world.now()) });
    let removal = stage.app.post("/v1/totp/removal").bearer(&token).json(body).send().await;
    assert_eq!((removal.status, removal.code()), (409, "totp-compulsory".to_owned()));
}

#[tokio::test]
async fn without_a_secret_key_nothing_is_kept() {
    let stage = Stage::new(&[]).await;
    stage.world.settings.set("secret_key", "");
    let begun = stage.post("/v1/totp", json!({ "password": PASSWORD })).await;
    assert_eq!((begun.status, begun.code()), (409, "not-configured".to_owned()));
    assert_eq!(stage.credentials().await.new_totp, None);
}

#[tokio::test]
async fn a_stolen_session_does_not_keep_its_owner_from_signing_in() {
    let stage = Stage::new(&[]).await;
    let (seed, _) = stage.set_up_totp().await;
    for _ in 0..12 {
        stage.post("/v1/totp/confirmation", json!({ "totp": "000000" })).await;
        stage.post("/v1/totp/recovery-codes", json!({ "totp": "000000" })).await;
    }
    let blocked = stage.post("/v1/totp/recovery-codes", json!({ "totp": "000000" })).await;
    assert_eq!(blocked.status, 429);
    stage.world.advance(STEP);
    assert_eq!(stage.sign_in(json!({ "totp": seed.code(stage.world.now()) })).await.status, 201);
}

#[tokio::test]
async fn asking_for_the_code_is_no_failure() {
    let stage = Stage::new(&[]).await;
    let (_, recovery) = stage.set_up_totp().await;
    for _ in 0..12 {
        assert_eq!(stage.sign_in(json!({})).await.code(), "totp-missing");
        stage.world.advance(Duration::from_secs(1));
    }
    assert_eq!(stage.sign_in(json!({ "recovery_code": recovery[0] })).await.status, 201);
    assert!(!audit(&stage.world, &stage.world.root).await.contains(&ActName::SessionRefused));
}
