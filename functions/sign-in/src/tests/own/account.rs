//! One's own name and password.

use countersign_model::{Act, ActName, Administrator, Permission, Permit, lists};
use http::Method;
use serde_json::json;

use super::super::{audit, sign_in_body};
use super::{PASSWORD, Stage};

const NEW: &str = "another horse, another battery";

impl Stage {
    async fn change(&self, token: &str, present: &str, new: &str) -> countersign_http::testing::TestResponse {
        let body = json!({ "password": present, "new_password": new });
        self.app.put("/v1/session/password").bearer(token).json(body).send().await
    }

    async fn is_open(&self, token: &str) -> bool {
        self.app.get("/v1/session").bearer(token).send().await.status == 200
    }

    async fn session(&self) -> String {
        self.world.advance(std::time::Duration::from_secs(1));
        self.sign_in(json!({})).await.json()["token"].as_str().unwrap().to_owned()
    }

    async fn newest(&self) -> Act {
        let permit = Permit::scene(&self.world.root.id);
        let page = self.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap();
        self.world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap().act
    }
}

#[tokio::test]
async fn the_own_password_needs_the_present_one_and_no_permission() {
    let stage = Stage::new(&[]).await;
    let (other, here) = (stage.session().await, stage.session().await);
    let api_token = {
        let expires_at = stage.world.now() + jiff::SignedDuration::from_hours(1);
        let body =
            json!({ "name": "Report", "permissions": [], "expires_at": expires_at, "password": PASSWORD });
        stage.post("/v1/api-tokens", body).await.json()["token"].as_str().unwrap().to_owned()
    };
    let wrong = stage.change(&here, "not the password at all", NEW).await;
    assert_eq!((wrong.status, wrong.code()), (403, "wrong-password".to_owned()));
    assert!(stage.is_open(&other).await, "nothing ended");
    let changed = stage.change(&here, PASSWORD, NEW).await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    assert!(stage.is_open(&here).await, "the session in which it was changed goes on");
    assert!(!stage.is_open(&other).await && !stage.is_open(&stage.ada.token).await);
    assert!(stage.is_open(&api_token).await, "programs go on");
    let Act::PasswordChanged(act) = stage.newest().await else { panic!("{:?}", stage.newest().await) };
    assert_eq!(act.administrator_id, stage.ada.record.id);

    stage.world.advance(std::time::Duration::from_secs(1));
    let listed = stage.app.get("/v1/sessions").bearer(&here).send().await.json();
    let listed = listed["items"].as_array().unwrap().clone();
    assert_eq!((listed.len(), &listed[0]["current"]), (1, &json!(true)), "{listed:?}");
    assert_eq!(stage.sign_in(json!({})).await.status, 401, "the password of before");
    let body = sign_in_body(&stage.ada, NEW);
    assert_eq!(stage.app.post("/v1/session").json(body).send().await.status, 201);
    assert!(stage.is_open(&here).await, "signing in elsewhere ends nothing");
    assert_eq!(stage.change(&here, NEW, PASSWORD).await.status, 204, "and once more");
    assert!(stage.is_open(&here).await && stage.is_open(&api_token).await);
}

#[tokio::test]
async fn a_weak_password_or_a_program_changes_nothing() {
    let stage = Stage::new(&[]).await;
    let weak = stage.change(&stage.ada.token, PASSWORD, "short").await;
    assert_eq!((weak.status, weak.pointers()), (422, vec!["/new_password".to_owned()]));
    let own = stage.change(&stage.ada.token, PASSWORD, stage.ada.record.email.as_str()).await;
    assert_eq!(own.pointers(), ["/new_password"]);
    let anonymous = json!({ "password": PASSWORD, "new_password": NEW });
    assert_eq!(stage.app.put("/v1/session/password").json(anonymous).send().await.status, 401);
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "unchanged");
    assert!(!audit(&stage.world, &stage.world.root).await.contains(&ActName::PasswordChanged));
}

#[tokio::test]
async fn guessing_the_present_password_is_limited_within_the_session() {
    let stage = Stage::new(&[]).await;
    for attempt in 0..12 {
        let answer = stage.change(&stage.ada.token, "not the password at all", NEW).await;
        assert_eq!(answer.status, if attempt < 10 { 403 } else { 429 }, "{attempt}: {}", answer.text());
        stage.world.advance(std::time::Duration::from_secs(1));
    }
    assert_eq!(stage.change(&stage.ada.token, PASSWORD, NEW).await.status, 429, "the right one, too");
}

#[tokio::test]
async fn of_two_changes_at_once_one_counts() {
    let stage = Stage::new(&[]).await;
    let (one, other) = (stage.session().await, stage.session().await);
    stage.world.memory.interleave(true);
    let answers = futures::future::join(
        stage.change(&one, PASSWORD, NEW),
        stage.change(&other, PASSWORD, "a third horse and battery"),
    );
    let (first, second) = answers.await;
    stage.world.memory.interleave(false);
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 204, "{} {}", first.text(), second.text());
    assert!([401, 403].contains(&statuses[1]), "{} {}", first.text(), second.text());
    assert!(stage.is_open(if first.status == 204 { &one } else { &other }).await);
    assert!(!stage.is_open(if first.status == 204 { &other } else { &one }).await);
}

#[tokio::test]
async fn a_reset_ends_the_kept_session_and_the_programs_as_well() {
    let stage = Stage::new(&[]).await;
    assert_eq!(stage.change(&stage.ada.token, PASSWORD, NEW).await.status, 204);
    let end = |old: &Administrator| Ok::<_, ()>(old.with_sessions_ended());
    stage.world.journal.update(&stage.ada.record.id, end).await.unwrap();
    assert!(!stage.is_open(&stage.ada.token).await);
}

#[tokio::test]
async fn everybody_changes_their_own_name_and_only_that() {
    let stage = Stage::new(&[Permission::ViewReports]).await;
    let put = |body: serde_json::Value| {
        stage.app.call(Method::PUT, "/v1/session/name").bearer(&stage.ada.token).json(body).send()
    };
    let renamed = put(json!({ "name": "  Ada King " })).await;
    assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Ada King")), "{}", renamed.text());
    let Act::AdministratorEdited(act) = stage.newest().await else { panic!("{:?}", stage.newest().await) };
    assert_eq!((act.before.name, act.after.name), (stage.ada.record.name.clone(), "Ada King".to_owned()));
    let who = stage.app.get("/v1/session").bearer(&stage.ada.token).send().await.json();
    assert_eq!(who["administrator"]["name"], "Ada King");
    for (body, pointer) in [
        (json!({ "name": " " }), "/name"),
        (json!({ "name": "x".repeat(201) }), "/name"),
        (json!({ "name": "Ada", "phone": "+15550100" }), "/phone"),
    ] {
        let refused = put(body.clone()).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
}
