use super::PASSWORD;
use countersign_authority::CursorKey;
use countersign_http::testing::{TestApp, TestResponse, World};
use countersign_journal::PermissionEdits;
use countersign_model::Administrator;
use countersign_store::record;
use futures::future::join_all;
use serde_json::{Value, json};

fn body() -> Value {
    json!({
        "setup_token": "open sesame",
        "organization": { "name": "Company A" },
        "administrator": { "email": "ada@company.example", "name": "Ada", "password": PASSWORD },
    })
}

/// A deployment before its set-up.
pub async fn blank() -> World {
    let world = World::new();
    for key in [record::key_of::<PermissionEdits>(&()), record::key_of::<CursorKey>(&())] {
        world.journal.kv().delete(&key).await.unwrap();
    }
    world
}

fn ready(world: &World) -> TestApp {
    world.settings.set("setup_token", "open sesame");
    world.app(crate::router)
}

async fn call(app: &TestApp, body: &Value) -> TestResponse {
    app.post("/v1/setup").json(body).send().await
}

/// Sets up, and returns the first administrator's token.
pub async fn set_up(world: &World) -> String {
    let answer = call(&ready(world), &body()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_first_administrator_is_super_admin_of_the_root() {
    let world = blank().await;
    let app = ready(&world);
    let token = set_up(&world).await;
    let me = app.get("/v1/session").bearer(&token).send().await.json();
    assert_eq!(me["administrator"]["organization"]["name"], "Company A");
    assert_eq!(me["permissions"][0]["permission"], "super-admin");
    let id: countersign_model::AdministratorId = me["administrator"]["id"].as_str().unwrap().parse().unwrap();
    let edits = world.journal.load::<PermissionEdits>(&()).await.unwrap().unwrap().value;
    assert!(edits.super_admins().contains(&id));
    assert!(CursorKey::load(&world.journal).await.is_ok(), "lists can be read page by page");

    let session = json!({ "email": "ADA@company.example", "password": PASSWORD });
    assert_eq!(app.post("/v1/session").json(session).send().await.status, 201);
}

#[tokio::test]
async fn a_deployment_is_set_up_once() {
    let world = blank().await;
    let app = ready(&world);
    set_up(&world).await;
    let again = call(&app, &body()).await;
    assert_eq!((again.status, again.code()), (409, "already-set-up".to_owned()));
    let mut other = body();
    other["administrator"]["email"] = json!("eve@evil.example");
    assert_eq!(call(&app, &other).await.status, 409);
}

#[tokio::test]
async fn nobody_sets_up_without_the_token_and_an_empty_one_matches_nothing() {
    let world = blank().await;
    let app = ready(&world);
    let mut wrong = body();
    for token in ["", "open sesam", "open sesame "] {
        wrong["setup_token"] = json!(token);
        let answer = call(&app, &wrong).await;
        assert_eq!((answer.status, answer.code()), (403, "setup-token-wrong".to_owned()));
    }
    world.settings.set("setup_token", "");
    wrong["setup_token"] = json!("");
    assert_eq!(call(&app, &wrong).await.status, 403);
    assert_eq!(countersign_authority::root(&world.journal).await.unwrap(), None, "nothing was changed");
}

#[tokio::test]
async fn what_is_not_acceptable_is_pointed_at() {
    let world = blank().await;
    let app = ready(&world);
    let cases = [
        ("/organization/name", json!(" ")),
        ("/administrator/name", json!("a\u{7}")),
        ("/administrator/email", json!("nobody")),
        ("/administrator/password", json!("short")),
        ("/administrator/password", json!("password1234")),
        ("/administrator/password", json!("ada@company.example")),
    ];
    for (pointer, value) in cases {
        let mut input = body();
        *input.pointer_mut(pointer).unwrap() = value.clone();
        let answer = call(&app, &input).await;
        assert_eq!(
            (answer.status, answer.pointers()),
            (422, vec![pointer.to_owned()]),
            "{value}: {}",
            answer.text()
        );
    }
    assert_eq!(countersign_authority::root(&world.journal).await.unwrap(), None, "nothing was changed");
}

#[tokio::test]
async fn of_many_who_set_up_at_once_one_organization_is_the_root() {
    let world = blank().await;
    let app = ready(&world);
    world.memory.interleave(true);
    let attempts = (0..8).map(|number| {
        let mut input = body();
        input["organization"]["name"] = json!(format!("Company {number}"));
        let app = app.clone();
        async move { call(&app, &input).await }
    });
    let answers = join_all(attempts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)));
}

#[tokio::test]
async fn a_set_up_that_died_half_way_is_not_completed_by_another_input() {
    let world = blank().await;
    let app = ready(&world);
    world.memory.stop_after_write(4);
    assert_eq!(call(&app, &body()).await.status, 503);
    assert!(world.memory.resume());
    assert!(countersign_authority::root(&world.journal).await.unwrap().is_some(), "it had won");
    for (pointer, value) in [
        ("/administrator/password", "somebody else's idea"),
        ("/administrator/email", "eve@evil.example"),
        ("/organization/name", "Company E"),
    ] {
        let mut other = body();
        *other.pointer_mut(pointer).unwrap() = json!(value);
        assert_eq!(call(&app, &other).await.code(), "already-set-up", "{pointer}");
    }
    assert_eq!(call(&app, &body()).await.status, 201);
}

/// Kills a set-up before or after each of its writes in turn; the same input completes it.
#[tokio::test]
async fn a_set_up_that_died_half_way_is_completed_by_the_same_input() {
    let mut deaths = 0;
    for (write, after) in (1..).flat_map(|write| [(write, false), (write, true)]) {
        let world = blank().await;
        let app = ready(&world);
        if after {
            world.memory.stop_after_write(write);
        } else {
            world.memory.stop_before_write(write);
        }
        let first = call(&app, &body()).await;
        if !world.memory.resume() {
            assert_eq!(first.status, 201);
            break;
        }
        deaths += 1;
        let second = call(&app, &body()).await;
        assert!(matches!(second.status, 201 | 409), "write {write}: {}", second.text());
        let ada = crate::account::Account::load(&world.journal, "ada@company.example").await.unwrap();
        let ada = world.journal.load::<Administrator>(ada.id().unwrap()).await.unwrap().unwrap().value;
        assert!(ada.is_active(), "write {write}: can sign in");
        let edits = world.journal.load::<PermissionEdits>(&()).await.unwrap().unwrap().value;
        assert!(edits.super_admins().contains(&ada.id), "write {write}");
        assert!(CursorKey::load(&world.journal).await.is_ok(), "write {write}");
        let root = countersign_authority::root(&world.journal).await.unwrap();
        assert_eq!(root, Some(ada.organization_id), "write {write}");
    }
    assert!(deaths >= 12, "only {deaths} places to die were tried");
}
