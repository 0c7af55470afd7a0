//! Names that are unique as people see them, also when several are given at once.

use countersign_http::testing::{LOOK_ALIKES, TAKEN, TestRequest};
use countersign_http::{NameClaim, Overtaken};
use countersign_kv::memory::Schedule;
use countersign_model::Group;
use countersign_model::text::name_key;
use futures::FutureExt;
use futures::executor::block_on;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

/// How many orders of steps are tried.
const SEEDS: u64 = 150;

impl Story {
    async fn status(&self, call: TestRequest, body: Value) -> (u16, Value) {
        let answer = call.bearer(&self.boss.token).json(body).send().await;
        (answer.status, answer.json())
    }

    async fn group(&self, name: &str) -> (u16, String) {
        let (status, made) = self.status(self.app.post(&self.at("/groups")), json!({ "name": name })).await;
        (status, self.at(&format!("/groups/{}", made["id"].as_str().unwrap_or_default())))
    }

    async fn rename(&self, path: &str, name: &str) -> u16 {
        self.status(self.app.patch(path), json!({ "name": name })).await.0
    }

    /// Makes calls at the same time, in the order of a seed. Returns their statuses.
    fn at_once(&self, seed: u64, calls: Vec<TestRequest>) -> Vec<u16> {
        self.world.memory.interleave(true);
        let calls = calls.into_iter().map(|call| call.bearer(&self.boss.token).send().boxed()).collect();
        let answers = Schedule::new(seed).run(calls);
        self.world.memory.interleave(false);
        answers.into_iter().map(|answer| answer.unwrap().status).collect()
    }

    /// The names of the groups, as they are compared.
    fn keys(&self) -> Vec<String> {
        let call = self.app.get(&self.at("/groups?limit=200")).bearer(&self.boss.token);
        let page = block_on(call.send()).json();
        let mut keys: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| name_key(group["name"].as_str().unwrap()))
            .collect();
        keys.sort();
        keys
    }

    fn require_unique(&self, why: &str) {
        let keys = self.keys();
        let mut unique = keys.clone();
        unique.dedup();
        assert_eq!(keys, unique, "{why}");
    }
}

#[tokio::test]
async fn a_group_name_is_free_again_when_its_group_is_renamed_or_deleted() {
    let story = Story::new();
    let (_, desk) = story.group("Help desk").await;
    let (_, other) = story.group("Others").await;
    assert_eq!(story.group(TAKEN).await.0, 201);
    for alike in LOOK_ALIKES {
        let (status, problem) =
            story.status(story.app.post(&story.at("/groups")), json!({ "name": alike })).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("name-taken")), "{alike:?}");
        assert_eq!(story.rename(&other, alike).await, 409, "{alike:?}");
    }
    assert_eq!(story.rename(&desk, "HELP DESK").await, 200, "its own name in another form");
    assert_eq!(story.rename(&desk, "Front desk").await, 200);
    assert_eq!(story.rename(&other, "help desk").await, 200, "the old name is free at once");
    assert_eq!(story.rename(&desk, "Help desk").await, 409);
    assert_eq!(story.app.delete(&other).bearer(&story.boss.token).send().await.status, 204);
    assert_eq!(story.rename(&desk, "Help desk").await, 200, "deleted, and back to its first name");
    assert_eq!(story.group("Front desk").await.0, 201);
    assert_eq!(story.group("Help desk").await.0, 409);
}

#[tokio::test]
async fn organizations_have_unique_names_where_they_belong() {
    let story = Story::new();
    let child = |name: &str, parent: &str| json!({ "name": name, "parent_id": parent });
    let parent = story.company.id.as_str();
    let (status, branch) = story.status(story.app.post("/v1/organizations"), child("Branch", parent)).await;
    assert_eq!(status, 201, "{branch}");
    assert_eq!(story.status(story.app.post("/v1/organizations"), child("BRANCH", parent)).await.0, 409);
    let below = branch["id"].as_str().unwrap();
    let nested = story.status(story.app.post("/v1/organizations"), child("Branch", below)).await;
    assert_eq!(nested.0, 201, "elsewhere in the tree: {}", nested.1);
    let (_, office) = story.status(story.app.post("/v1/organizations"), child("Office", parent)).await;
    let office = format!("/v1/organizations/{}", office["id"].as_str().unwrap());
    assert_eq!(story.rename(&office, "branch").await, 409);
    assert_eq!(story.rename(&office, "Office 2").await, 200);
    assert_eq!(story.status(story.app.post("/v1/organizations"), child(TAKEN, parent)).await.0, 201);
    for alike in LOOK_ALIKES {
        let (status, problem) = story.status(story.app.post("/v1/organizations"), child(alike, parent)).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("name-taken")), "{alike:?}");
        assert_eq!(story.rename(&office, alike).await, 409, "{alike:?}");
    }
    assert_eq!(story.rename(&format!("/v1/organizations/{}", story.world.root.id), "Root").await, 200);
}

#[tokio::test]
async fn a_renaming_that_was_not_carried_out_holds_no_name() {
    let story = Story::new();
    let (_, desk) = story.group("Desks").await;
    let claim = async |name: &str| {
        let id = desk.rsplit('/').next().unwrap();
        let group = story.world.journal.load_by_record_id::<Group>(id).await.unwrap().unwrap().value;
        NameClaim::take(&story.world.journal, &group, name.to_owned()).await.unwrap()
    };
    claim("Labs").await;
    assert_eq!(story.rename(&desk, "Labs").await, 200, "for the group itself");
    let halls = claim("Halls").await;
    assert_eq!(story.group("Halls").await.0, 201, "for others");
    let id = desk.rsplit('/').next().unwrap();
    let group = story.world.journal.load_by_record_id::<Group>(id).await.unwrap().unwrap().value;
    assert_eq!(halls.carry_out(&group), Err(Overtaken), "too late for the one who had it");
    let stale = story.app.patch(&desk).if_match(1).bearer(&story.boss.token).json(json!({ "name": "Rooms" }));
    let before = story.world.memory.dump();
    assert_eq!(stale.send().await.status, 412);
    assert!(story.world.memory.dump() == before, "a refusal claims nothing");
    assert_eq!(story.rename(&desk, "Halls").await, 409);
    assert_eq!(story.rename(&desk, "Desks").await, 200, "its first name");
    assert_eq!(story.group("Labs").await.0, 201);
}

#[test]
fn of_racing_creations_one_gets_the_name() {
    for seed in 0..SEEDS {
        let story = Story::new();
        let create = |name: &str| story.app.post(&story.at("/groups")).json(json!({ "name": name }));
        let mut statuses = story.at_once(seed, vec![create("Desks"), create("desks"), create("DESKS")]);
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409], "seed {seed}");
        assert_eq!(story.keys(), ["desks"]);
    }
}

#[test]
fn of_racing_renamings_and_a_creation_one_gets_the_name() {
    let mut won = [0; 4];
    for seed in 0..SEEDS {
        let story = Story::new();
        let made = ["One", "Two"].map(|name| story.world.group(&story.company, name));
        let path = |group: &Group| story.at(&format!("/groups/{}", group.id));
        let rename = |group: &Group, name: &str| story.app.patch(&path(group)).json(json!({ "name": name }));
        let [one, two] = &made;
        let create = story.app.post(&story.at("/groups")).json(json!({ "name": "desks" }));
        let calls = vec![rename(one, "Desks"), rename(two, "DESKS"), create, rename(one, "Labs")];
        let statuses = story.at_once(seed, calls);
        assert!(statuses.iter().all(|status| [200, 201, 409, 503].contains(status)), "{statuses:?}");
        story.require_unique(&format!("seed {seed}: {statuses:?}"));
        for (count, status) in won.iter_mut().zip(statuses) {
            *count += u32::from(status < 300);
        }
        // Whatever was left half done, the names can still be given.
        for (group, name) in [(two, "Two again"), (one, "One again")] {
            assert_eq!(block_on(story.rename(&path(group), name)), 200, "seed {seed}");
        }
        assert!([201, 409].contains(&block_on(story.group("Desks")).0));
        assert_eq!(story.keys().iter().filter(|key| *key == "desks").count(), 1, "seed {seed}");
    }
    assert!(won.iter().all(|count| *count > 0), "each comes first in some order: {won:?}");
}

#[test]
fn two_groups_that_exchange_their_names_never_have_one_together() {
    for seed in 0..SEEDS {
        let story = Story::new();
        let made = ["One", "Two"].map(|name| block_on(story.group(name)).1);
        let rename = |path: &String, name: &str| story.app.patch(path).json(json!({ "name": name }));
        let [one, two] = &made;
        let calls = vec![rename(one, "Two"), rename(two, "Three"), rename(one, "Three"), rename(two, "One")];
        let statuses = story.at_once(seed, calls);
        assert!(statuses.iter().all(|status| [200, 409, 503].contains(status)), "seed {seed}: {statuses:?}");
        story.require_unique(&format!("seed {seed}: {statuses:?}"));
    }
}
