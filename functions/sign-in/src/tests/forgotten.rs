//! Asking for a link when the password is forgotten.

use std::time::Duration;

use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_model::{Act, ActName, Administrator, Permit, Who, lists};
use serde_json::json;

use super::{audit, with_password};
use crate::forgotten::{ADDRESS, STRANGERS};

async fn ask_from(app: &TestApp, client: &str, email: &str) -> TestResponse {
    let call = app.post("/v1/password-resets").header("spin-client-addr", client);
    call.json(json!({ "email": email })).send().await
}

/// How many links were asked for and will be sent.
async fn asked(world: &World) -> usize {
    world.settle().await;
    let acts = audit(world, &world.root).await;
    acts.iter().filter(|act| **act == ActName::PasswordResetRequested).count()
}

async fn stage() -> (World, TestApp, Person) {
    let world = World::new();
    let app = world.app(crate::router);
    let person = with_password(&world, &world.root, &[]).await;
    (world, app, person)
}

#[tokio::test]
async fn a_known_address_gets_a_link_and_an_unknown_one_the_same_answer() {
    let (world, app, person) = stage().await;
    let known = ask_from(&app, "192.0.2.1:1", &person.record.email.to_string().to_uppercase()).await;
    let told =
        |answer: &TestResponse| (answer.status, answer.text(), answer.header("content-type").to_owned());
    let unknown = ask_from(&app, "192.0.2.1:1", "nobody@example.test").await;
    assert_eq!(told(&unknown), told(&known));
    assert_eq!(told(&known).0, 202);
    assert_eq!(asked(&world).await, 1);
    let permit = Permit::scene(&world.root.id);
    let page = world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap();
    let event = world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap();
    assert_eq!((&event.who, event.address.as_deref()), (&Who::Anonymous, Some("192.0.2.1")));
    let Act::PasswordResetRequested(act) = event.act else { panic!("{:?}", event.act) };
    assert_eq!(act.administrator_id, person.record.id);
}

#[tokio::test]
async fn nothing_differs_before_the_answer() {
    let (world, app, person) = stage().await;
    ask_from(&app, "192.0.2.1:1", "first-call-writes-more@example.test").await;
    world.settle().await;
    let counted = async |email: &str| {
        let before = world.counts();
        ask_from(&app, "192.0.2.1:1", email).await;
        let after = world.counts();
        (after.reads - before.reads, after.writes - before.writes)
    };
    let known = counted(person.record.email.as_str()).await;
    assert_eq!(counted("nobody@example.test").await, known);
}

#[tokio::test]
async fn an_address_gets_a_few_links_an_hour_and_a_client_asks_for_a_few() {
    let (world, app, person) = stage().await;
    for client in 0..ADDRESS.most + 2 {
        let answer = ask_from(&app, &format!("198.51.100.{client}:1"), person.record.email.as_str()).await;
        assert_eq!(answer.status, 202, "the same answer");
    }
    assert_eq!(asked(&world).await as u64, ADDRESS.most);
    world.advance(Duration::from_secs(3600));
    for ask in 0..=STRANGERS.client.most {
        let answer = ask_from(&app, "192.0.2.1:1", &format!("nobody{ask}@example.test")).await;
        assert_eq!(answer.status, if ask < STRANGERS.client.most { 202 } else { 429 }, "{ask}");
        if answer.status == 429 {
            assert!((1..=3600).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
        }
    }
    assert_eq!(
        ask_from(&app, "192.0.2.2:1", person.record.email.as_str()).await.status,
        202,
        "another client"
    );
    assert_eq!(asked(&world).await as u64, ADDRESS.most + 1);
}

#[tokio::test]
async fn nobody_who_cannot_sign_in_gets_a_link() {
    let (world, app, person) = stage().await;
    let disable = |old: &Administrator| old.disable();
    world.journal.update(&person.record.id, disable).await.unwrap();
    assert_eq!(ask_from(&app, "192.0.2.1:1", person.record.email.as_str()).await.status, 202);
    let (invited, _) = super::invitation::invite(&world, &world.root, "bob@company.example");
    assert_eq!(ask_from(&app, "192.0.2.1:1", invited.email.as_str()).await.status, 202);
    assert_eq!(asked(&world).await, 0);
}

#[tokio::test]
async fn a_body_that_is_no_address_at_all_is_refused() {
    let (world, app, person) = stage().await;
    let email = person.record.email.as_str();
    for (body, pointer) in [
        (json!({ "mail": email }), "/mail"),
        (json!({ "email": 7 }), "/email"),
        (json!({ "email": "kim" }), "/email"),
        (json!({ "email": format!("{}@company.example", "k".repeat(254)) }), "/email"),
        (json!({ "email": email, "password": "x" }), "/password"),
    ] {
        let answer = app.post("/v1/password-resets").json(&body).send().await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
    assert_eq!(asked(&world).await, 0);
}
