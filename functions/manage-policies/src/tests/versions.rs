//! What deploying would change, the versions that it makes, and deploying an earlier one.

use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_model::{Computer, DeployedPolicies, Deployment, DeploymentVersion, Permission};
use countersign_store::DeployedPoliciesId;
use futures::future::join_all;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    async fn get(&self, rest: &str) -> Value {
        let answer = self.app.get(&self.at(rest)).bearer(&self.boss.token).send().await;
        assert_eq!(answer.status, 200, "{rest}: {}", answer.text());
        answer.json()
    }

    async fn policy(&self, name: &str) -> String {
        let body = json!({ "name": name, "group_id": self.group.id, "default_action": "allow",
            "entries": [{ "action": "block", "match": { "by": "path", "values": ["/tmp/**"] } }] });
        let made = self.app.post(&self.at("/policies")).bearer(&self.boss.token).json(body).send().await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    async fn edit(&self, id: &str, body: Value) {
        let path = self.at(&format!("/policies/{id}"));
        let edited = self.app.patch(&path).bearer(&self.boss.token).json(body).send().await;
        assert_eq!(edited.status, 200, "{}", edited.text());
    }

    async fn order(&self, ids: &[&String]) {
        let call = self.app.put(&self.at("/policies/order")).bearer(&self.boss.token);
        assert_eq!(call.json(json!({ "policy_ids": ids })).send().await.status, 200);
    }

    async fn deploy(&self, body: Value) -> TestResponse {
        self.app.post(&self.at("/deploy")).bearer(&self.boss.token).json(body).send().await
    }

    /// What differs in the group, as name and aspects.
    async fn changes(&self, query: &str) -> Vec<(String, Vec<String>)> {
        let found = self.get(&format!("/policies/changes{query}")).await;
        let policies = found["groups"][0]["policies"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let all = |policy: &Value| policy["changes"].as_array().unwrap().iter().map(text).collect();
        policies.iter().map(|policy| (text(&policy["name"]), all(policy))).collect()
    }
}

fn changed(name: &str, aspects: &[&str]) -> (String, Vec<String>) {
    (name.to_owned(), aspects.iter().map(|aspect| (*aspect).to_owned()).collect())
}

#[tokio::test]
async fn what_deploying_would_change_is_shown_by_group_and_policy_with_before_and_after() {
    let story = Story::new();
    let elsewhere = story.world.group(&story.company, "Servers");
    story.world.computer(&elsewhere);
    story.world.computer(&story.group);
    let ids = [story.policy("A").await, story.policy("B").await, story.policy("C").await];
    let first = story.get("/policies/changes").await;
    assert_eq!((&first["from"], &first["to"]), (&json!(0), &Value::Null));
    assert_eq!(first["summary"]["added"], 3);
    assert_eq!((&first["computers"], &first["computers_complete"]), (&json!(2), &json!(true)));
    assert_eq!(first["groups"].as_array().unwrap().len(), 1, "nothing changes for the servers");
    assert_eq!(story.changes("").await[0], changed("A", &["added"]));
    let done = story.deploy(json!({})).await.json();
    assert_eq!((&done["policy_version"], &done["draft_changes"]), (&json!(1), &json!(0)));
    assert_eq!(story.changes("").await, [], "nothing is left to deploy");

    story.edit(&ids[1], json!({ "default_action": "block", "notify": { "enabled": true } })).await;
    story.order(&[&ids[2], &ids[0], &ids[1]]).await;
    let path = story.at(&format!("/policies/{}", ids[0]));
    assert_eq!(story.app.delete(&path).bearer(&story.boss.token).send().await.status, 204);
    let expected =
        [changed("C", &["moved"]), changed("B", &["default_action", "notify"]), changed("A", &["removed"])];
    assert_eq!(story.changes("").await, expected);
    let shown = story.get("/policies/changes").await;
    let edited = &shown["groups"][0]["policies"][1];
    let off = json!({ "enabled": false, "addresses": [] });
    assert_eq!(edited["before"], json!({ "default_action": "allow", "notify": off }), "only what differs");
    assert_eq!(edited["after"]["default_action"], "block");
    assert_eq!(shown["groups"][0]["policies"][2]["after"], Value::Null);
    assert_eq!(shown["groups"][0]["computers"], 2);
    let only = story.get(&format!("/policies/changes?group_id={}", elsewhere.id)).await;
    assert_eq!((&only["groups"], &only["computers"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn the_computers_of_a_small_old_group_are_counted_in_a_large_organization() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    for _ in 0..3 {
        story.world.computer(&story.group);
    }
    for number in 0..2_100 {
        story.world.computer(&servers);
        if number % 100 == 0 {
            story.world.fill_lists(&story.company.id).await;
        }
    }
    story.world.fill_lists(&story.company.id).await;
    story.policy("A").await;
    story.world.memory.reset_counts();
    let shown = story.get("/policies/changes").await;
    let reads = story.world.counts().reads;
    assert_eq!((&shown["groups"][0]["computers"], &shown["computers"]), (&json!(4), &json!(4)));
    assert_eq!(shown["computers_complete"], json!(true));
    assert!(reads <= 40, "{reads} reads");
}

#[tokio::test]
async fn each_deployment_is_a_version_that_says_who_when_and_what_changed() {
    let story = Story::new();
    let id = story.policy("A").await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    story.world.advance(Duration::from_secs(60));
    story.edit(&id, json!({ "name": "B" })).await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let list = story.get("/deployments").await;
    let versions: Vec<_> = list["items"].as_array().unwrap().iter().collect();
    assert_eq!(versions.len(), 2);
    assert_eq!((&versions[0]["policy_version"], &versions[0]["live"]), (&json!(2), &json!(true)));
    assert_eq!((&versions[1]["policy_version"], &versions[1]["live"]), (&json!(1), &json!(false)));
    assert_eq!(versions[0]["deployed_at"], json!(story.world.now()));
    assert_eq!(versions[0]["deployed_by"]["id"], json!(story.boss.record.id));
    let summary = json!({ "policies": 1, "groups": 1, "added": 0, "removed": 0, "moved": 0, "changed": 1 });
    assert_eq!(versions[0]["summary"], summary);

    let opened = story.get("/deployments/1").await;
    assert_eq!(opened["deployment"]["policy_version"], 1);
    assert_eq!(
        opened["groups"][0],
        json!({ "group_id": story.group.id, "name": story.group.name, "policy_count": 1 })
    );
    let of_group = story.get(&format!("/deployments/1?group_id={}", story.group.id)).await;
    let policy = &of_group["groups"][0]["policies"][0];
    assert_eq!((&policy["name"], &policy["default_action"]), (&json!("A"), &json!("allow")));
    assert_eq!(story.changes("?from=1&to=2").await, [changed("B", &["name"])]);
    assert_eq!(story.changes("?from=2&to=1").await, [changed("A", &["name"])]);
    assert_eq!(story.changes("?from=0&to=1").await, [changed("A", &["added"])]);
    for unknown in ["/deployments/3", "/deployments/0", "/deployments/x"] {
        let answer = story.app.get(&story.at(unknown)).bearer(&story.boss.token).send().await;
        assert_eq!(answer.status, 404, "{unknown}");
    }
    let answer = story.app.get(&story.at("/policies/changes?to=9")).bearer(&story.boss.token).send().await;
    assert_eq!((answer.status, answer.pointers()), (422, vec!["/to".to_owned()]));
}

#[tokio::test]
async fn who_deployed_is_shown_only_to_those_who_may_know_of_them() {
    let story = Story::new();
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let reader = story.world.administrator(&story.company, [Permission::EditApplicationControlPolicies]);
    let list = story.app.get(&story.at("/deployments")).bearer(&reader.token).send().await.json();
    assert_eq!(list["items"][0]["policy_version"], 1);
    assert_eq!(list["items"][0]["deployed_by"], Value::Null, "somebody of the organization above");
}

#[tokio::test]
async fn deploying_an_earlier_version_makes_a_new_one_and_leaves_the_drafts() {
    let story = Story::new();
    let id = story.policy("A").await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let path = story.at(&format!("/policies/{id}"));
    assert_eq!(story.app.delete(&path).bearer(&story.boss.token).send().await.status, 204);
    let second = story.policy("B").await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let newer = story.world.group(&story.company, "Newer");
    story.edit(&second, json!({ "name": "C" })).await;
    let done = story.deploy(json!({ "version": 1 })).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let done = done.json();
    assert_eq!((&done["policy_version"], &done["restores"]), (&json!(3), &json!(1)));
    assert_eq!(done["draft_changes"], 2, "A would go again, and C come");
    assert_eq!(story.changes("?from=1&to=3").await, [], "it is as it was");
    let drafts = story.get("/policies").await;
    assert_eq!(drafts["items"].as_array().unwrap().len(), 1, "drafts are left alone");
    assert_eq!(story.changes("").await, [changed("C", &["added"]), changed("A", &["removed"])]);
    let opened = story.get("/deployments/3").await;
    assert_eq!(opened["deployment"]["restores"], 1);
    assert!(opened["groups"].as_array().unwrap().iter().any(|group| group["group_id"] == json!(newer.id)));
    for (version, status) in [(json!(4), 422), (json!(0), 422), (json!(-1), 422), (json!("1"), 422)] {
        story.world.settle().await;
        let before = story.world.memory.dump();
        let refused = story.deploy(json!({ "version": version })).await;
        assert_eq!((refused.status, refused.pointers()), (status, vec!["/version".to_owned()]), "{version}");
        assert!(story.world.memory.dump() == before, "nothing changed");
    }
}

#[tokio::test]
async fn groups_created_since_keep_their_policies_when_an_earlier_version_is_deployed() {
    let story = Story::new();
    story.policy("A").await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let newer = story.world.group(&story.company, "Newer");
    let body = json!({ "name": "N", "group_id": newer.id });
    let made = story.app.post(&story.at("/policies")).bearer(&story.boss.token).json(body).send().await;
    assert_eq!(made.status, 201);
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let done = story.deploy(json!({ "version": 1 })).await.json();
    assert_eq!((&done["summary"]["policies"], &done["summary"]["groups"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn deployments_at_the_same_moment_are_versions_one_after_the_other() {
    let story = Story::new();
    story.policy("A").await;
    let done = join_all((0..2).map(|_| story.deploy(json!({})))).await;
    let made = done.iter().filter(|answer| answer.status == 200).count();
    assert!(made >= 1 && done.iter().all(|answer| [200, 503].contains(&answer.status)));
    let list = story.get("/deployments").await;
    assert_eq!(list["items"].as_array().unwrap().len(), made);
}

#[tokio::test]
async fn the_last_hundred_versions_are_kept_and_the_records_of_older_ones_removed() {
    let story = Story::new();
    story.policy("A").await;
    let journal = &story.world.journal;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let first = journal.load::<Deployment>(&story.company.id).await.unwrap().unwrap().value.generation;
    for _ in 0..Deployment::VERSIONS_MAX {
        assert_eq!(story.deploy(json!({})).await.status, 200);
    }
    let list = story.get("/deployments").await;
    let items = list["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[99]["policy_version"]), (Deployment::VERSIONS_MAX, &json!(2)));
    assert_eq!(story.deploy(json!({ "version": 1 })).await.status, 422, "it is not kept");
    let group = DeployedPoliciesId::new(&first, &story.group.id);
    assert!(journal.load::<DeployedPolicies>(&group).await.unwrap().is_some(), "for a while");
    story.world.advance(Duration::from_secs(4 * 60 * 60));
    for _ in 0..40 {
        journal.sweep(100).await.unwrap();
    }
    assert!(journal.load::<DeployedPolicies>(&group).await.unwrap().is_none());
    assert!(journal.load::<DeploymentVersion>(&first).await.unwrap().is_none());
    assert_eq!(story.get("/deployments").await, list, "the others are there");
}

#[tokio::test]
async fn a_deployment_of_an_earlier_version_of_the_program_is_still_a_version() {
    let story = Story::new();
    story.policy("A").await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    // As it was stored then: without versions, and without a record of its own.
    let old = |old: &Deployment| Ok::<_, ()>(Deployment { versions: Vec::new(), ..old.clone() });
    let live = story.world.journal.update(&story.company.id, old).await.unwrap().value;
    let key = countersign_store::record::key_of::<DeploymentVersion>(&live.generation);
    story.world.journal.kv().delete(&key).await.unwrap();
    let list = story.get("/deployments").await;
    assert_eq!(
        (&list["items"][0]["policy_version"], &list["items"][0]["summary"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(story.get("/deployments/1").await["groups"][0]["policy_count"], 1);
    assert_eq!(story.changes("").await, []);
    assert_eq!(story.deploy(json!({})).await.json()["policy_version"], 2);
    assert_eq!(story.deploy(json!({ "version": 1 })).await.json()["policy_version"], 3);
}

#[tokio::test]
async fn the_rollout_says_how_many_computers_have_the_live_policies_and_which_have_not() {
    let story = Story::new();
    story.policy("A").await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let other = story.world.computer(&story.group);
    let told = |old: &Computer| Ok::<_, ()>(old.with_policy_version(1));
    story.world.journal.update(&story.device.record.id, told).await.unwrap();
    let shown = story.get("/policies/rollout").await;
    let counts = (&shown["policy_version"], &shown["up_to_date"], &shown["behind"], &shown["complete"]);
    assert_eq!(counts, (&json!(1), &json!(1), &json!(1), &json!(true)));
    assert_eq!(shown["computers"][0]["id"], json!(other.record.id));
    assert_eq!(shown["computers"][0]["policy_version"], Value::Null);
    assert_eq!(story.deploy(json!({})).await.status, 200);
    assert_eq!(story.get("/policies/rollout").await["up_to_date"], 0);
    let policies = story.world.administrator(&story.company, [Permission::EditApplicationControlPolicies]);
    let refused = story.app.get(&story.at("/policies/rollout")).bearer(&policies.token).send().await;
    assert_eq!(refused.status, 403, "computers are named to those who may view them");
    let refused = story.app.get(&story.at("/deployments")).bearer(&policies.token).send().await;
    assert_eq!(refused.status, 200);
}

#[tokio::test]
async fn versions_and_differences_are_shown_only_to_those_who_may_view_policies() {
    let story = Story::new();
    story.policy("A").await;
    assert_eq!(story.deploy(json!({})).await.status, 200);
    let nobody = story.world.administrator(&story.company, [Permission::ViewOrganizations]);
    let sibling = story.world.organization(&story.world.root, "Sibling");
    let stranger = story.world.administrator(&sibling, [Permission::SuperAdmin]);
    story.world.settle().await;
    story.world.memory.reset_counts();
    for path in ["/deployments", "/deployments/1", "/policies/changes", "/policies/rollout"] {
        let call = || story.app.get(&story.at(path));
        assert_eq!(call().send().await.status, 401, "{path}");
        assert_eq!(call().bearer(&nobody.token).send().await.status, 403, "{path}");
        assert_eq!(call().bearer(&stranger.token).send().await.status, 404, "{path}");
    }
    assert_eq!(story.world.counts().writes, 0);
}
