use super::PASSWORD;
use countersign_authority::CursorKey;
use countersign_http::testing::{TestApp, TestResponse, World};
use countersign_journal::PermissionEdits;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::{Administrator, EmailAddress, Permission, Permit, lists};
use countersign_store::record;
use futures::future::{BoxFuture, join_all};
use serde_json::{Value, json};

const OTHER_PASSWORD: &str = "seven quiet boats at noon";

fn body() -> Value {
    json!({
        "setup_token": "open sesame",
        "organization": { "name": "Company A" },
        "administrator": { "email": "ada@company.example", "name": "Ada", "password": PASSWORD },
    })
}

/// A deployment before its set-up.
pub async fn blank() -> World {
    blank_over(Memory::ideal()).await
}

async fn blank_over(memory: Memory) -> World {
    let world = World::over(memory);
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

/// Asks for the set-up.
pub async fn ask_for_set_up(world: &World) -> TestResponse {
    call(&ready(world), &body()).await
}

/// Sets up, and returns the first administrator's token.
pub async fn set_up(world: &World) -> String {
    let answer = ask_for_set_up(world).await;
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
        ("/setup_token", json!("x".repeat(4097))),
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

/// Another input: nothing of the first one is in it.
fn other_body() -> Value {
    json!({
        "setup_token": "open sesame",
        "organization": { "name": "Company B" },
        "administrator": { "email": "bob@company.example", "name": "Bob", "password": OTHER_PASSWORD },
    })
}

/// The one Super Admin and the one root organization are those of this input, which signs in. From now on, the token
/// alone changes nothing.
async fn assert_set_up_as(world: &World, app: &TestApp, input: &Value, why: &str) {
    let person = &input["administrator"];
    let sign_in = json!({ "email": person["email"], "password": person["password"] });
    let signed_in = app.post("/v1/session").json(sign_in).send().await;
    assert_eq!(signed_in.status, 201, "{why}: {}", signed_in.text());
    let me = &signed_in.json()["administrator"];
    assert_eq!((&me["name"], &me["email"]), (&person["name"], &person["email"]), "{why}");
    let id = me["id"].as_str().unwrap().parse().unwrap();
    let before = world.journal.load::<Administrator>(&id).await.unwrap().unwrap();
    assert_eq!(before.value.permissions, [Permission::SuperAdmin], "{why}");
    let edits = world.journal.load::<PermissionEdits>(&()).await.unwrap().unwrap().value;
    assert_eq!(edits.super_admins(), std::slice::from_ref(&id), "{why}");
    assert!(CursorKey::load(&world.journal).await.is_ok(), "{why}");
    let root = countersign_authority::root(&world.journal).await.unwrap().unwrap();
    assert_eq!(root, before.value.organization_id, "{why}");
    let listed = world.journal.list(&Permit::scene(&root), lists::ADMINISTRATORS, None, 10).await.unwrap();
    assert_eq!(listed.items.len(), 1, "{why}");
    for again in [body(), other_body()] {
        assert_eq!(call(app, &again).await.code(), "already-set-up", "{why}");
    }
    let after = world.journal.load::<Administrator>(&id).await.unwrap().unwrap();
    assert_eq!(after, before, "{why}");
}

/// Kills a set-up at each of its writes in turn, and repeats it with this input.
async fn killed_and_repeated(second: &Value) {
    for (like, fails) in [(Like::Sqlite, false), (Like::Redis, true)] {
        for nth in 1.. {
            let why = format!("{like:?} {nth} {}", second["administrator"]);
            let world = blank_over(Memory::new(like)).await;
            let app = ready(&world);
            match fails {
                true => world.memory.fail_write(nth),
                false => world.memory.stop_after_write(nth),
            }
            let first = call(&app, &body()).await;
            if !world.memory.resume() && first.status == 201 {
                assert!(nth > 10, "{why}: not all places to die were tried");
                break;
            }
            let again = call(&app, second).await;
            assert!(matches!(again.status, 201 | 409), "{why}: {}", again.text());
            if again.status == 201 {
                assert_eq!(again.json()["organization"]["name"], second["organization"]["name"], "{why}");
                assert_set_up_as(&world, &app, second, &why).await;
            } else {
                // It is complete; only the answer was lost.
                assert_set_up_as(&world, &app, &body(), &why).await;
            }
        }
    }
}

#[tokio::test]
async fn a_set_up_that_died_at_any_write_is_completed_by_the_same_input() {
    killed_and_repeated(&body()).await;
}

#[tokio::test]
async fn a_set_up_that_died_at_any_write_is_completed_with_another_name_and_password() {
    let mut second = other_body();
    second["administrator"]["email"] = json!("ada@company.example");
    killed_and_repeated(&second).await;
}

#[tokio::test]
async fn a_set_up_that_died_at_any_write_is_completed_by_another_person() {
    killed_and_repeated(&other_body()).await;
}

#[tokio::test]
async fn an_address_with_which_a_set_up_was_only_begun_is_free_for_others() {
    let world = blank().await;
    let app = ready(&world);
    let ada: EmailAddress = "ada@company.example".parse().unwrap();
    // It dies after it has taken the address, and before it is complete.
    world.memory.stop_after_write(7);
    assert_eq!(call(&app, &body()).await.status, 503);
    assert!(world.memory.resume());
    assert!(crate::email::holder(&world.journal, &ada).await.unwrap().is_some(), "it was taken");
    assert_eq!(call(&app, &other_body()).await.status, 201);
    let another = world.administrator(&world.root, []).record.id;
    assert!(crate::email::take(&world.journal, &ada, &another).await.unwrap());
}

#[tokio::test]
async fn of_many_who_complete_a_set_up_at_once_one_becomes_the_administrator() {
    for seed in 0..10 {
        let world = blank().await;
        let app = ready(&world);
        world.memory.stop_after_write(4);
        assert_eq!(call(&app, &body()).await.status, 503);
        assert!(world.memory.resume());
        world.memory.interleave(true);
        let inputs: Vec<Value> = [body(), other_body()].into_iter().collect();
        let calls: Vec<BoxFuture<'_, TestResponse>> =
            inputs.iter().map(|input| Box::pin(call(&app, input)) as BoxFuture<'_, _>).collect();
        let answers: Vec<_> = Schedule::new(seed).run(calls).into_iter().flatten().collect();
        world.memory.interleave(false);
        let won: Vec<bool> = answers.iter().map(|answer| answer.status == 201).collect();
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{seed}: {won:?}");
        assert_set_up_as(&world, &app, &inputs[usize::from(won[1])], &format!("seed {seed}")).await;
    }
}
