//! Recovering an administrator on the machine.

use countersign_http::testing::{Memory, World};
use countersign_model::{Act, Administrator, Permission, Permit, Who, lists};
use countersign_store::Slot;
use serde_json::{Value, json};

#[tokio::test]
async fn a_recovered_administrator_gets_a_link_and_has_no_session_any_more() {
    let world = super::world(Memory::ideal()).await;
    let boss = world.administrator(&world.root, [Permission::SuperAdmin]);
    super::take(&world, &Slot::email(&boss.record.email), boss.record.id.as_str()).await;
    let recovered = recover(&world, boss.record.email.as_str()).await;
    assert_eq!(recovered.0, 200, "{}", recovered.1);
    assert_eq!(recovered.1["name"], boss.record.name.as_str());
    let token = recovered.1["token"].as_str().unwrap();
    assert!(token.starts_with("csr_"), "{token}");
    let now = world.journal.load::<Administrator>(&boss.record.id).await.unwrap().unwrap().value;
    let digest = countersign_store::tokens::parse(token).unwrap().digest;
    assert!(now.is_reset_by(|hash| hash == digest, world.now()));
    assert!(!now.has_api_token(boss.record.session_epoch), "sessions and API tokens have ended");
    let permit = Permit::scene(&world.root.id);
    let page = world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 1).await.unwrap();
    let event = world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap();
    assert_eq!(event.who, Who::Operator);
    assert!(matches!(event.act, Act::AdministratorRecovered(act) if act.administrator_id == boss.record.id));
}

#[tokio::test]
async fn nobody_is_recovered_who_is_not_an_active_administrator() {
    let world = super::world(Memory::ideal()).await;
    let gone = world.administrator_with(&world.root, |new| new.disable().unwrap());
    super::take(&world, &Slot::email(&gone.record.email), gone.record.id.as_str()).await;
    for email in [gone.record.email.as_str(), "nobody@company.example", "nonsense"] {
        let before = world.memory.dump();
        assert_eq!(recover(&world, email).await.0, 404, "{email}");
        assert_eq!(world.memory.dump(), before, "{email}");
    }
}

async fn recover(world: &World, email: &str) -> (u16, Value) {
    let answer = world.app(crate::router).post("/recover").json(json!({ "email": email })).send().await;
    (answer.status, answer.json())
}
