use super::{PASSWORD, audit, sign_in_body, with_password};
use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_model::{ActName, Administrator, LoginSettings};

use countersign_store::tokens::{self, Kind};
use futures::future::join_all;
use serde_json::json;

const NEW: &str = "another horse, another battery";

pub async fn ask(world: &World, person: &Person) -> String {
    let (text, token) = tokens::mint(Kind::PasswordReset, person.record.id.ulid(), world.journal.random());
    let asked = |old: &Administrator| old.with_password_reset(token.digest.clone(), world.now());
    world.journal.update(&person.record.id, asked).await.unwrap();
    text
}

pub async fn complete(app: &TestApp, token: &str, password: &str) -> TestResponse {
    let body = json!({ "token": token, "password": password });
    app.post("/v1/password-resets/complete").json(body).send().await
}

#[tokio::test]
async fn a_reset_sets_the_password_and_ends_every_session() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let token = ask(&world, &person).await;
    assert_eq!(complete(&app, &token, NEW).await.status, 204);
    assert_eq!(app.get("/v1/session").bearer(&person.token).send().await.status, 401);
    assert_eq!(app.post("/v1/session").json(sign_in_body(&person, PASSWORD)).send().await.status, 401);
    assert_eq!(app.post("/v1/session").json(sign_in_body(&person, NEW)).send().await.status, 201);
    assert!(audit(&world, &world.root).await.contains(&ActName::PasswordResetCompleted));
}

#[tokio::test]
async fn a_reset_works_once_and_for_an_hour() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let token = ask(&world, &person).await;
    world.memory.interleave(true);
    let answers = join_all((0..4).map(|_| complete(&app, &token, NEW))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(complete(&app, &token, NEW).await.code(), "password-reset-not-valid");

    let late = ask(&world, &person).await;
    world.advance(std::time::Duration::from_secs(3600));
    assert_eq!(complete(&app, &late, PASSWORD).await.status, 401);
    assert_eq!(
        app.post("/v1/session").json(sign_in_body(&person, NEW)).send().await.status,
        201,
        "unchanged"
    );
}

#[tokio::test]
async fn each_link_that_was_sent_works_until_one_is_used() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let (first, second) = (ask(&world, &person).await, ask(&world, &person).await);
    assert_eq!(complete(&app, &first, NEW).await.status, 204, "the one that was delivered first");
    assert_eq!(complete(&app, &second, PASSWORD).await.code(), "password-reset-not-valid");
    assert_eq!(app.post("/v1/session").json(sign_in_body(&person, NEW)).send().await.status, 201);
}

#[tokio::test]
async fn wrong_tokens_and_weak_passwords_change_nothing() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let (never_asked, _) = tokens::mint(Kind::PasswordReset, person.record.id.ulid(), world.journal.random());
    for wrong in ["", "csr_", &never_asked, &person.token] {
        assert_eq!(complete(&app, wrong, NEW).await.code(), "password-reset-not-valid", "{wrong}");
    }
    let token = ask(&world, &person).await;
    let weak = complete(&app, &token, "short").await;
    assert_eq!((weak.status, weak.pointers()), (422, vec!["/password".to_owned()]));
    assert_eq!(app.get("/v1/session").bearer(&person.token).send().await.status, 200);
    assert_eq!(complete(&app, &token, NEW).await.status, 204, "the link still works after that");
}

#[tokio::test]
async fn a_reset_and_an_invitation_count_only_from_a_network_that_is_allowed() {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    let token = ask(&world, &person).await;
    let (invited, invitation) = super::invitation::invite(&world, &world.root, "bob@company.example");
    let ranges = vec!["192.0.2.0/24".parse().unwrap()];
    let restrict =
        |old: &LoginSettings| Ok::<_, ()>(LoginSettings { allowed_ranges: ranges.clone(), ..old.clone() });
    world.journal.update(&world.root.id, restrict).await.unwrap();
    let calls = [("/v1/password-resets/complete", &token, 204), ("/v1/invitations/accept", &invitation, 201)];
    for (path, token, done) in calls {
        let body = json!({ "token": token, "password": NEW });
        let from = |address: &str| app.post(path).header("spin-client-addr", address).json(&body).send();
        let outside = from("198.51.100.1:1").await;
        assert_eq!((outside.status, outside.code()), (403, "address-not-allowed".to_owned()), "{path}");
        assert_eq!(from("192.0.2.1:1").await.status, done, "{path}");
    }
    let active = world.journal.load::<Administrator>(&invited.id).await.unwrap().unwrap().value;
    assert!(active.is_active());
}
