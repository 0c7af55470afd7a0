//! Policies that one administrator deletes while another changes them.

use countersign_http::testing::in_many_orders;
use countersign_model::{ActName, Policy, PolicyId};
use countersign_store::record::key_of;
use futures::executor::block_on;
use serde_json::json;

countersign_http::story!(Office, crate::router);

#[test]
fn a_policy_deleted_meanwhile_is_not_edited() {
    in_many_orders(|seed| {
        let story = Story::new();
        let made = story.app.post(&story.at("/policies")).bearer(&story.boss.token);
        let made = block_on(made.json(json!({ "name": "A", "group_id": story.group.id })).send()).json();
        let id: PolicyId = made["id"].as_str().unwrap().parse().unwrap();
        let path = story.at(&format!("/policies/{id}"));
        let edited =
            story.race(seed, story.app.patch(&path).json(json!({ "notify": { "enabled": true } })), &path);
        let record = block_on(story.world.journal.read(&key_of::<Policy>(&id))).unwrap().unwrap().envelope;
        if record.open::<Policy>("").unwrap().value.deleted {
            let last = block_on(story.world.journal.event_of(&record.event.unwrap())).unwrap().unwrap();
            assert_eq!(last.act.name(), ActName::PolicyDeleted, "seed {seed}: nothing comes after it");
        }
        edited
    });
}
