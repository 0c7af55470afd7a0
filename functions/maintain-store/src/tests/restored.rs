//! What a restore leaves: a new epoch, ended sessions, and an entry in every audit.

use countersign_http::testing::{Memory, World};
use countersign_model::act::StoreRestored;
use countersign_model::{Act, Administrator, OrganizationId, Permission, Permit, Who, lists};
use serde_json::{Value, json};

/// What the audit of an organization says of restores, newest first, with who did it.
async fn said(world: &World, organization: &OrganizationId) -> Vec<(Who, StoreRestored)> {
    let permit = Permit::scene(organization);
    let page = world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 200).await.unwrap();
    let mut said = Vec::new();
    for row in page.items {
        let event = world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
        if let Act::StoreRestored(restored) = event.act {
            said.push((event.who, restored));
        }
    }
    said
}

/// Marks the store as restored, as the host's command does.
async fn mark(world: &World) -> usize {
    let app = world.app(crate::router);
    let begun = app.post("/begin-epoch").send().await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    let mut organizations = 0;
    let mut cursor = Value::Null;
    loop {
        let body = json!({ "epoch": begun.json()["epoch"], "backup_made_at": "2026-01-02T03:04:05Z",
            "backup_sha256": "ab", "cursor": cursor });
        // Each page twice, as a caller does whose answer was lost.
        let recorded = app.post("/restored").json(&body).send().await;
        assert_eq!(recorded.status, 200, "{}", recorded.text());
        assert_eq!(app.post("/restored").json(&body).send().await.json(), recorded.json());
        organizations += usize::try_from(recorded.json()["organizations"].as_u64().unwrap()).unwrap();
        cursor = recorded.json()["next"].clone();
        if cursor.is_null() {
            return organizations;
        }
    }
}

#[tokio::test]
async fn every_audit_says_once_for_each_restore_where_its_chain_stood() {
    for like in Memory::ALL {
        let world = super::world(Memory::new(like)).await;
        let mut all = vec![world.root.id.clone()];
        // More than a page.
        all.extend((0..60).map(|number| world.organization(&world.root, &format!("Company {number}")).id));
        for times in 1..=2 {
            assert_eq!(mark(&world).await, all.len(), "{like:?}");
            for organization in &all {
                let said = said(&world, organization).await;
                assert_eq!(said.len(), times, "{like:?}");
                let (who, restored) = &said[0];
                assert_eq!((who, &restored.organization_id), (&Who::Operator, organization));
                assert_eq!(restored.backup_sha256.as_deref(), Some("ab"));
                let head = world.journal.projection(organization).await.unwrap().value.chain_head();
                assert_eq!((restored.chain_count, &restored.chain_head), (head.count, &head.head));
            }
        }
    }
}

#[tokio::test]
async fn every_session_and_api_token_ends_and_the_agents_start_over() {
    let world = super::world(Memory::ideal()).await;
    let people: Vec<_> = (0..3).map(|_| world.administrator(&world.root, [Permission::SuperAdmin])).collect();
    let before = world.journal.epoch().await.unwrap();
    mark(&world).await;
    assert_ne!(world.journal.epoch().await.unwrap(), before);
    let app = world.app(crate::router);
    let keys: Vec<String> = world.memory.dump().into_keys().collect();
    let mut ended = 0;
    for keys in keys.chunks(100) {
        let answer = app.post("/end-sessions").json(json!({ "keys": keys })).send().await;
        ended += usize::try_from(answer.json()["administrators"].as_u64().unwrap()).unwrap();
    }
    assert_eq!(ended, people.len());
    for person in people {
        let now = world.journal.load::<Administrator>(&person.record.id).await.unwrap().unwrap().value;
        assert!(!now.has_api_token(person.record.session_epoch));
    }
}

#[tokio::test]
async fn a_store_that_was_not_set_up_has_nobody_to_tell() {
    let world = World::over(Memory::ideal());
    for key in world.memory.dump().into_keys() {
        world.journal.kv().delete(&key).await.unwrap();
    }
    let inspected = world.app(crate::router).post("/inspect").send().await;
    assert_eq!(inspected.json(), json!({ "is_set_up": false, "missing_key": null }));
    assert_eq!(mark(&world).await, 0);
}

#[tokio::test]
async fn a_store_that_was_written_under_another_key_is_recognized() {
    let world = super::world(Memory::ideal()).await;
    let inspect = || async { world.app(crate::router).post("/inspect").send().await.json() };
    assert_eq!(inspect().await, json!({ "is_set_up": true, "missing_key": null }), "nothing is sealed");
    world.settings.set("secret_key", "first");
    world.organization(&world.root, "Company");
    let what = json!({ "organization_id": world.root.id });
    assert_eq!(world.app(process_events::router).post("/process").json(&what).send().await.status, 200);
    assert_eq!(inspect().await["missing_key"], Value::Null);
    world.settings.set("secret_key", "second");
    assert!(inspect().await["missing_key"].is_string());
    world.settings.set("secret_key", "second,first");
    assert_eq!(inspect().await["missing_key"], Value::Null);
}
