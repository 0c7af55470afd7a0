//! A store is verified: what is whole has no fault, and each kind of damage is found.

use std::collections::BTreeSet;

use countersign_http::testing::{Device, Memory, World};
use countersign_store::{Abandoned, EventRef, keys};
use serde_json::{Value, json};

/// The faults of a store, as `key what`, as the host's command collects them.
async fn faults(world: &World) -> Vec<String> {
    let app = world.app(crate::router);
    let all: Vec<String> = world.memory.dump().into_keys().collect();
    let mut faults = Vec::new();
    let mut organizations = BTreeSet::new();
    let mut add = |answer: &Value| {
        for fault in answer["faults"].as_array().unwrap() {
            faults.push(format!("{} {}", fault["key"].as_str().unwrap(), fault["what"].as_str().unwrap()));
        }
    };
    for keys in all.chunks(100) {
        let answer = app.post("/verify/keys").json(json!({ "keys": keys })).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        add(&answer.json());
        for id in answer.json()["organizations"].as_array().unwrap() {
            organizations.insert(id.as_str().unwrap().to_owned());
        }
    }
    for organization in organizations {
        let mut part = json!({ "list": 0, "cursor": null });
        while !part.is_null() {
            part["organization_id"] = json!(organization);
            let answer = app.post("/verify/organization").json(&part).send().await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            add(&answer.json());
            part = answer.json()["next"].clone();
        }
    }
    faults
}

async fn company(memory: Memory) -> (World, Device) {
    let world = super::world(memory).await;
    let company = world.organization(&world.root, "Company");
    let group = world.group(&company, "Desks");
    let device = world.computer(&group);
    for organization in [&world.root.id, &company.id] {
        let what = json!({ "organization_id": organization });
        assert_eq!(world.app(process_events::router).post("/process").json(&what).send().await.status, 200);
    }
    (world, device)
}

#[tokio::test]
async fn a_whole_store_has_no_fault() {
    for like in Memory::ALL {
        let (world, _) = company(Memory::new(like)).await;
        // A number may have been given up for any reason.
        for why in [Abandoned::ByWriter, Abandoned::ByLoser, Abandoned::ByProcessor] {
            let number = EventRef { organization_id: world.root.id.clone(), number: 1 };
            world.journal.kv().set_many(vec![number.abandonment(why)]).await.unwrap();
            assert_eq!(faults(&world).await, Vec::<String>::new(), "{like:?} {why:?}");
        }
    }
}

#[tokio::test]
async fn each_kind_of_damage_is_found_and_named() {
    let (world, device) = company(Memory::ideal()).await;
    let (id, organization) = (device.record.id.to_string(), &device.record.organization_id);
    let kv = || world.journal.kv();
    let cases = [
        ("a record that cannot be read", keys::record(&id), Some(b"{}".to_vec()), "cannot be read"),
        ("a record that is gone", keys::record(&id), None, "the list `computers`"),
        (
            "a counter set back",
            keys::counter(organization),
            Some(0_u64.to_le_bytes().to_vec()),
            "the counter of",
        ),
        ("a counter that is none", keys::counter(organization), Some(b"{}".to_vec()), "is no counter"),
        ("an entry that was altered", keys::entry(organization, 1), Some(b"{}".to_vec()), "altered"),
        ("an entry that is gone", keys::entry(organization, 1), None, "missing"),
    ];
    for (what, key, damage, said) in cases {
        let whole = kv().get(&key).await.unwrap().unwrap();
        match damage {
            Some(bytes) => kv().set_many(vec![(key.clone(), bytes)]).await.unwrap(),
            None => kv().delete(&key).await.unwrap(),
        }
        let found = faults(&world).await;
        assert!(found.iter().any(|fault| fault.contains(said)), "{what}: {found:?}");
        kv().set_many(vec![(key, whole)]).await.unwrap();
    }
    let unlisted = keys::record("cmp_00000000000000000000000001");
    let copy = String::from_utf8(kv().get(&keys::record(&id)).await.unwrap().unwrap()).unwrap();
    let copy = copy.replace(&id, "cmp_00000000000000000000000001").into_bytes();
    kv().set_many(vec![(unlisted.clone(), copy)]).await.unwrap();
    let found = faults(&world).await;
    assert!(
        found.iter().any(|fault| fault.starts_with(&unlisted) && fault.contains("is not in the list")),
        "{found:?}"
    );
}
