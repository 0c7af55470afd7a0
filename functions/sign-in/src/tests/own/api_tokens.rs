use std::time::Duration;

use super::super::audit;
use super::{PASSWORD, Stage};
use countersign_http::testing::TestResponse;
use countersign_model::{
    ActName, Administrator, ApiToken, ApiTokenId, Credentials, OpenSession, Permission, SessionId,
};

use serde_json::{Value, json};

async fn make(stage: &Stage, permissions: &[&str]) -> TestResponse {
    let expires_at = stage.world.now() + Duration::from_secs(3600);
    let body = json!({ "name": "Report", "permissions": permissions, "expires_at": expires_at, "password": PASSWORD });
    stage.post("/v1/api-tokens", body).await
}

async fn held(stage: &Stage, token: &str) -> Vec<String> {
    let me = stage.app.get("/v1/session").bearer(token).send().await.json();
    let held = me["permissions"].as_array().unwrap().clone();
    held.iter().map(|held| held["permission"].as_str().unwrap().to_owned()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_program_acts_with_part_of_what_its_maker_holds() {
    let stage = Stage::new(&[Permission::ViewApprovals, Permission::ViewReports]).await;
    let made = make(&stage, &["view-approvals"]).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let token = text(&made.json()["token"]);
    assert!(token.starts_with("csp_"));
    assert_eq!(held(&stage, &token).await, ["view-approvals"]);
    let list = stage.app.get("/v1/api-tokens").bearer(&stage.ada.token).send().await.json();
    assert_eq!((&list["items"][0]["name"], list["items"].as_array().unwrap().len()), (&json!("Report"), 1));
    assert!(list["items"][0].get("token").is_none(), "it is shown once");

    let path = format!("/v1/api-tokens/{}", text(&made.json()["id"]));
    assert_eq!(stage.app.delete(&path).bearer(&stage.ada.token).send().await.status, 204);
    assert_eq!(stage.app.get("/v1/session").bearer(&token).send().await.status, 401);
    assert_eq!(stage.app.delete(&path).bearer(&stage.ada.token).send().await.status, 404);
    let acts = audit(&stage.world, &stage.world.root).await;
    assert_eq!(acts[..2], [ActName::ApiTokenRevoked, ActName::ApiTokenCreated]);
}

#[tokio::test]
async fn a_token_says_when_it_was_used_last() {
    let stage = Stage::new(&[Permission::ViewApprovals]).await;
    let made = make(&stage, &["view-approvals"]).await.json();
    assert_eq!(made["last_used_at"], json!(null));
    let used = async || {
        let list = stage.app.get("/v1/api-tokens").bearer(&stage.ada.token).send().await.json();
        list["items"][0]["last_used_at"].clone()
    };
    assert_eq!(used().await, json!(null));
    let token = text(&made["token"]);
    stage.world.advance(Duration::from_secs(1));
    let first = stage.world.now();
    held(&stage, &token).await;
    assert_eq!(used().await, json!(first));
    stage.world.advance(Duration::from_secs(59));
    held(&stage, &token).await;
    assert_eq!(used().await, json!(first), "within a minute");
    stage.world.advance(Duration::from_secs(1));
    held(&stage, &token).await;
    assert_eq!(used().await, json!(stage.world.now()));
}

#[tokio::test]
async fn a_token_is_never_above_its_maker_of_the_moment() {
    let stage = Stage::new(&[Permission::SuperAdmin]).await;
    let token = text(&make(&stage, &["view-approvals", "view-reports"]).await.json()["token"]);
    assert_eq!(held(&stage, &token).await, ["view-approvals", "view-reports"], "part of full control");
    let id = &stage.ada.record.id;
    let only_reports = |old: &Administrator| Ok::<_, ()>(old.with_permissions([Permission::ViewReports]));
    stage.world.journal.update(id, only_reports).await.unwrap();
    assert_eq!(held(&stage, &token).await, ["view-reports"]);
    stage.world.journal.update(id, |old: &Administrator| old.disable()).await.unwrap();
    assert_eq!(stage.app.get("/v1/session").bearer(&token).send().await.status, 401);
}

#[tokio::test]
async fn nobody_makes_a_token_that_carries_what_they_do_not_hold() {
    let stage = Stage::new(&[Permission::ViewApprovals]).await;
    let refused = make(&stage, &["view-approvals", "edit-billing"]).await;
    assert_eq!((refused.status, refused.code()), (403, "not-permitted".to_owned()));
    assert_eq!(refused.json()["missing"][0][0]["permission"], "edit-billing");
    assert!(stage.credentials().await.api_tokens.is_empty());
    assert!(!audit(&stage.world, &stage.world.root).await.contains(&ActName::ApiTokenCreated));
}

#[tokio::test]
async fn a_token_cannot_touch_the_account_it_acts_for() {
    let stage = Stage::new(&[Permission::SuperAdmin]).await;
    let token = text(&make(&stage, &["super-admin"]).await.json()["token"]);
    let gets = ["/v1/sessions", "/v1/api-tokens", "/v1/totp"].map(|path| stage.app.get(path));
    let posts = ["/v1/totp", "/v1/totp/confirmation", "/v1/totp/removal", "/v1/api-tokens"]
        .map(|path| stage.app.post(path).json(json!({})));
    for call in gets.into_iter().chain(posts) {
        let answer = call.bearer(&token).send().await;
        assert_eq!((answer.status, answer.code()), (403, "session-required".to_owned()));
    }
    let cookie = format!("countersign_session={token}");
    let answer = stage.app.get("/v1/session").header("cookie", &cookie).send().await;
    assert_eq!(answer.status, 401, "the cookie holds sessions only");
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_with_a_password_reset() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let token = text(&make(&stage, &["view-reports"]).await.json()["token"]);
    let other = text(&make(&stage, &["view-reports"]).await.json()["token"]);
    stage.world.advance(Duration::from_secs(3600));
    assert_eq!(stage.app.get("/v1/session").bearer(&token).send().await.status, 401);
    let id = &stage.ada.record.id;
    let reset = |old: &Administrator| Ok::<_, ()>(old.with_sessions_ended());
    stage.world.journal.update(id, reset).await.unwrap();
    assert_eq!(stage.app.get("/v1/session").bearer(&other).send().await.status, 401);
}

#[tokio::test]
async fn an_expiry_is_asked_for_and_lies_within_a_year() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let hours = |hours: i64| stage.world.now() + jiff::SignedDuration::from_hours(hours);
    for (expires_at, status) in
        [(hours(-1), 422), (hours(0), 422), (hours(366 * 24 + 1), 422), (hours(366 * 24), 201)]
    {
        let body =
            json!({ "name": "Report", "permissions": [], "expires_at": expires_at, "password": PASSWORD });
        assert_eq!(stage.post("/v1/api-tokens", body).await.status, status, "{expires_at}");
    }
    let never = json!({ "name": "Report", "permissions": [], "expires_at": "9999-12-31T23:59:59Z", "password": PASSWORD });
    let refused = stage.post("/v1/api-tokens", never).await.json();
    assert_eq!(refused["errors"][0]["message"], "must be within 366 days", "a moment, but too late");
    let without = json!({ "name": "Report", "permissions": [], "password": PASSWORD });
    assert_eq!(stage.post("/v1/api-tokens", without).await.status, 422);
}

#[tokio::test]
async fn a_stolen_session_makes_no_token_and_its_guesses_are_on_record() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let expires_at = stage.world.now() + Duration::from_secs(3600);
    let body = |password: &str| json!({ "name": "Report", "permissions": ["view-reports"], "expires_at": expires_at, "password": password });
    for attempt in 0..12 {
        let answer = stage.post("/v1/api-tokens", body("not the password at all")).await;
        assert_eq!(answer.status, if attempt < 10 { 403 } else { 429 }, "{attempt}");
    }
    assert_eq!(stage.post("/v1/api-tokens", body(PASSWORD)).await.status, 429);
    assert!(stage.credentials().await.api_tokens.is_empty());
    let refused = audit(&stage.world, &stage.world.root).await;
    let first = refused.iter().filter(|act| **act == ActName::ProofRefused).count();
    assert_eq!(first, 2, "the first of each reason; the others are counted");
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "its owner is not kept out");
}

#[tokio::test]
async fn with_codes_set_up_a_token_asks_for_one() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let (_, recovery) = stage.set_up_totp().await;
    assert_eq!(make(&stage, &["view-reports"]).await.code(), "totp-missing");
    let expires_at = stage.world.now() + Duration::from_secs(3600);
    let body = json!({ "name": "Report", "permissions": ["view-reports", "view-reports"], "expires_at": expires_at,
        "password": PASSWORD, "recovery_code": recovery[0] });
    assert_eq!(stage.post("/v1/api-tokens", &body).await.status, 201);
    assert_eq!(stage.post("/v1/api-tokens", &body).await.code(), "totp-wrong", "a recovery code works once");
    assert_eq!(stage.credentials().await.api_tokens[0].permissions, [Permission::ViewReports], "each once");
}

#[tokio::test]
async fn credentials_at_every_limit_leave_room_to_sign_in() {
    let stage = Stage::new(&[Permission::SuperAdmin]).await;
    let (_, recovery) = stage.set_up_totp().await;
    let (now, wide) = (stage.world.now(), "\u{1f3e2}");
    let expires_at = now + Duration::from_secs(3600);
    let fill = |old: &Credentials| {
        let token = ApiToken {
            id: ApiTokenId::from_ulid(stage.world.ulid()),
            name: wide.repeat(200),
            digest: "0".repeat(64),
            epoch: 0,
            permissions: Permission::ALL.to_vec(),
            created_at: now,
            expires_at,
        };
        let session = OpenSession {
            id: SessionId::from_ulid(stage.world.ulid()),
            digest: "0".repeat(64),
            epoch: 0,
            created_at: now,
            expires_at,
            address: Some("2001:0db8:0000:0000:0000:0000:0000:0001".to_owned()),
            user_agent: Some(wide.repeat(120)),
        };
        let mut full = old.clone();
        full.api_tokens = vec![token; Credentials::API_TOKENS_MAX];
        full.sessions = vec![session; Credentials::SESSIONS_MAX];
        full.places = (0..Credentials::PLACES_MAX).map(|place| format!("{place:064}")).collect();
        Ok::<_, ()>(full)
    };
    stage.world.journal.update(&stage.ada.record.id, fill).await.unwrap();
    let signed_in = stage.sign_in(json!({ "recovery_code": recovery[0] })).await;
    assert_eq!(signed_in.status, 201, "{}", signed_in.text());
    let body = json!({ "name": "One more", "permissions": [], "expires_at": expires_at, "password": PASSWORD,
        "recovery_code": recovery[1] });
    let token = signed_in.json()["token"].as_str().unwrap().to_owned();
    let refused = stage.app.post("/v1/api-tokens").bearer(&token).json(body).send().await;
    assert_eq!((refused.status, refused.code()), (409, "too-many-api-tokens".to_owned()));
}

#[tokio::test]
async fn a_list_of_more_permissions_than_there_are_is_refused() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let refused = make(&stage, &["view-reports"; 41]).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/permissions".to_owned()]));
    assert_eq!(make(&stage, &["view-reports"; 40]).await.status, 201);
}
