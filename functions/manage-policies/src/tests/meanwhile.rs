//! Policies that one administrator deletes while another changes them.

use countersign_http::testing::TestRequest;
use countersign_kv::memory::Schedule;
use countersign_model::{ActName, Policy, PolicyId};
use countersign_store::record::key_of;
use futures::FutureExt;
use futures::executor::block_on;
use serde_json::json;

countersign_http::story!(Office, crate::router);

/// How many orders of steps are tried.
const SEEDS: u64 = 60;

impl Story {
    /// Makes a change and a deletion at the same time, in the order of a seed. Returns the answer to the change.
    fn race(&self, seed: u64, change: TestRequest, deleted: &str) -> u16 {
        let delete = self.app.delete(deleted).bearer(&self.boss.token);
        self.world.memory.interleave(true);
        let tasks = vec![change.bearer(&self.boss.token).send().boxed(), delete.send().boxed()];
        let mut answers = Schedule::new(seed).run(tasks).into_iter().map(|answer| answer.unwrap().status);
        self.world.memory.interleave(false);
        let changed = answers.next().unwrap();
        assert!([200, 201, 404, 503].contains(&changed), "{changed}");
        let deleted = answers.next().unwrap();
        assert!([204, 503].contains(&deleted), "{deleted}");
        changed
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/organizations/{}/{rest}", self.company.id)
    }
}

/// Runs a race in many orders; in some the change must come first, in others too late.
fn in_many_orders(race: impl Fn(u64) -> u16) {
    let answers: Vec<u16> = (0..SEEDS).map(race).collect();
    for expected in [404, 200] {
        assert!(answers.iter().any(|status| status / 100 == expected / 100), "{expected}: {answers:?}");
    }
}

#[test]
fn a_policy_deleted_meanwhile_is_not_edited() {
    in_many_orders(|seed| {
        let story = Story::new();
        let made = story.app.post(&story.path("policies")).bearer(&story.boss.token);
        let made = block_on(made.json(json!({ "name": "A", "group_id": story.group.id })).send()).json();
        let id: PolicyId = made["id"].as_str().unwrap().parse().unwrap();
        let path = story.path(&format!("policies/{id}"));
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
