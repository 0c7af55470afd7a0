//! Tags, and policies that name them.

use std::time::Duration;

use countersign_http::testing::{LOOK_ALIKES, TAKEN, TestResponse};
use countersign_kv::memory::{Like, Memory};
use countersign_model::{DeployedPolicies, Deployment, Permission, Tag, TagId};
use countersign_store::DeployedPoliciesId;
use futures::future::join_all;
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    async fn call(&self, method: Method, rest: &str, body: Value) -> TestResponse {
        let call = self.app.call(method, &self.at(rest)).bearer(&self.boss.token);
        let call = if body.is_null() { call } else { call.json(body) };
        call.send().await
    }

    async fn tag(&self, name: &str, values: &[&str]) -> TestResponse {
        self.call(Method::POST, "/tags", json!({ "name": name, "by": "domain", "values": values })).await
    }

    async fn id(&self, name: &str, values: &[&str]) -> String {
        let made = self.tag(name, values).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    async fn policy(&self, tag: &str) -> TestResponse {
        let about = json!({ "by": "domain", "tag_id": tag });
        let entries = json!([{ "action": "allow", "match": about }]);
        let body = json!({ "name": "Updates", "group_id": self.group.id, "entries": entries });
        self.call(Method::POST, "/policies", body).await
    }

    /// The values that are live.
    async fn live(&self) -> Vec<String> {
        let journal = &self.world.journal;
        let live = journal.load::<Deployment>(&self.company.id).await.unwrap().unwrap().value;
        let id = DeployedPoliciesId::new(&live.generation, &self.group.id);
        let live = journal.load::<DeployedPolicies>(&id).await.unwrap().unwrap().value;
        live.policies[0].content.entries[0].about.values.clone()
    }

    fn records(&self) -> usize {
        self.world.memory.dump().keys().filter(|key| key.contains("/r/tag_values_")).count()
    }

    async fn sweep(&self) {
        self.world.advance(Duration::from_secs(4 * 60 * 60));
        for _ in 0..40 {
            self.world.journal.sweep(100).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_tag_is_created_renamed_edited_and_deleted() {
    let story = Story::new();
    let made = story.tag(" Update  servers ", &["Updates.Example", "updates.example"]).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"1\""));
    let made = made.json();
    assert_eq!((&made["name"], &made["values"]), (&json!("Update servers"), &json!(["updates.example"])));
    let path = format!("/tags/{}", made["id"].as_str().unwrap());
    let renamed = story.call(Method::PATCH, &path, json!({ "name": "Vendors" })).await.json();
    assert_eq!(
        (&renamed["name"], &renamed["values"], &renamed["revision"]),
        (&json!("Vendors"), &made["values"], &json!(2))
    );
    let again = story.call(Method::PATCH, &path, json!({ "name": "Vendors" })).await;
    assert_eq!(
        (again.status, &again.json()["revision"]),
        (200, &json!(3)),
        "the same name: {}",
        again.text()
    );
    let edited =
        story.call(Method::PUT, &format!("{path}/values"), json!({ "values": ["a.example"] })).await.json();
    assert_eq!((&edited["values"], &edited["revision"]), (&json!(["a.example"]), &json!(4)));
    assert_eq!(story.call(Method::GET, &path, Value::Null).await.json(), edited);
    assert_eq!(story.call(Method::GET, "/tags", Value::Null).await.json()["items"], json!([edited]));
    let stale = story.app.delete(&story.at(&path)).bearer(&story.boss.token).if_match(2).send().await;
    assert_eq!((stale.status, &stale.json()["revision"]), (412, &json!(4)));
    assert_eq!(story.call(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(story.call(Method::GET, &path, Value::Null).await.status, 404);
    assert_eq!(story.call(Method::PATCH, &path, json!({ "name": "X" })).await.status, 404);
    story.sweep().await;
    assert_eq!(story.records(), 0, "no values are left");
}

#[tokio::test]
async fn names_of_tags_are_unique_as_people_see_them() {
    let story = Story::new();
    story.id(TAKEN, &[]).await;
    let other = story.id("Partners", &[]).await;
    let path = format!("/tags/{other}");
    for alike in LOOK_ALIKES {
        assert_eq!(story.tag(alike, &[]).await.code(), "name-taken", "{alike:?}");
        let renamed = story.call(Method::PATCH, &path, json!({ "name": alike })).await;
        assert_eq!(renamed.code(), "name-taken", "{alike:?}");
    }
    assert_eq!(story.call(Method::PATCH, &path, json!({ "name": "PARTNERS" })).await.status, 200, "its own");
    let racing = join_all((0..4).map(|_| story.tag("Raced", &[]))).await;
    assert!(racing.iter().filter(|answer| answer.status == 201).count() <= 1, "of racing ones at most one");
}

#[tokio::test]
async fn a_policy_gets_the_values_of_its_tag_when_it_is_deployed() {
    let story = Story::new();
    let tag = story.id("Vendors", &["a.example"]).await;
    let made = story.policy(&tag).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["entries"][0]["match"], json!({ "by": "domain", "tag_id": tag }));
    assert_eq!(story.call(Method::POST, "/deploy", Value::Null).await.status, 200);
    assert_eq!(story.live().await, ["a.example"]);
    let values = format!("/tags/{tag}/values");
    assert_eq!(story.call(Method::PUT, &values, json!({ "values": ["b.example"] })).await.status, 200);
    assert_eq!(story.live().await, ["a.example"], "not before");
    let changes = story.call(Method::GET, "/policies/changes", Value::Null).await.json();
    let policy = &changes["groups"][0]["policies"][0];
    assert_eq!(policy["changes"], json!(["entries"]));
    assert_eq!(policy["after"]["entries"][0]["match"]["values"], json!(["b.example"]));
    assert_eq!(story.call(Method::POST, "/deploy", Value::Null).await.status, 200);
    assert_eq!(story.live().await, ["b.example"]);
}

#[tokio::test]
async fn a_tag_that_a_policy_names_is_not_deleted_and_a_missing_one_not_deployed() {
    let story = Story::new();
    let tag = story.id("Vendors", &["a.example"]).await;
    assert_eq!(story.policy(&tag).await.status, 201);
    let path = format!("/tags/{tag}");
    let refused = story.call(Method::DELETE, &path, Value::Null).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "tag-in-use"));
    assert!(refused.text().contains("`Updates`"), "{}", refused.text());
    // As somebody who deleted it at the moment when the policy was saved would have left it.
    let id: TagId = tag.parse().unwrap();
    let without = |old: &Deployment| Ok::<_, ()>(old.without_tag(&id));
    story.world.journal.update(&story.company.id, without).await.unwrap();
    let refused = story.call(Method::POST, "/deploy", Value::Null).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "tag-missing"), "{}", refused.text());
    assert_eq!(story.call(Method::GET, "/policies/changes", Value::Null).await.status, 200, "but compared");
}

#[tokio::test]
async fn what_is_no_tag_is_refused_at_its_place() {
    let story = Story::new();
    let tag = story.id("Vendors", &["a.example"]).await;
    let many: Vec<String> = (0..201).map(|number| format!("{number}.example")).collect();
    let long: Vec<String> = (0..70).map(|number| format!("{number}.{}", "a".repeat(240))).collect();
    story.world.settle().await;
    let before = story.world.memory.dump();
    for (body, pointer) in [
        (json!({ "name": "x".repeat(51), "by": "domain", "values": [] }), "/name"),
        (json!({ "name": " ", "by": "domain", "values": [] }), "/name"),
        (json!({ "name": "A", "by": "domain", "values": ["a.example", "a b"] }), "/values/1"),
        (json!({ "name": "A", "by": "domain", "values": many }), "/values"),
        (json!({ "name": "A", "by": "domain", "values": long }), "/values"),
        (json!({ "name": "A", "by": "colour", "values": [] }), "/by"),
    ] {
        let refused = story.call(Method::POST, "/tags", body).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec![pointer.to_owned()]),
            "{}",
            refused.text()
        );
    }
    let entries = |about: Value| json!({ "name": "A", "group_id": story.group.id, "entries": [{ "action": "block", "match": about }] });
    for (about, pointer) in [
        (json!({ "by": "path", "tag_id": tag }), "/entries/0/match/tag_id"),
        (json!({ "by": "domain", "tag_id": "tag_01J00000000000000000000000" }), "/entries/0/match/tag_id"),
        (json!({ "by": "domain", "tag_id": tag, "values": ["b.example"] }), "/entries/0/match/values"),
        (json!({ "by": "domain" }), "/entries/0/match/values"),
    ] {
        let refused = story.call(Method::POST, "/policies", entries(about)).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec![pointer.to_owned()]),
            "{}",
            refused.text()
        );
    }
    assert!(story.world.memory.dump() == before, "nothing changed");
}

#[tokio::test]
async fn an_organization_has_a_greatest_number_of_tags_and_deploys_with_all_of_them() {
    let story = Story::new();
    let longest = |number: usize| format!("{number:03}{}", "\u{1d11e}".repeat(Tag::NAME_MAX - 3));
    for number in 0..Tag::MAX {
        story.id(&longest(number), &[]).await;
    }
    let refused = story.tag("One more", &[]).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec![String::new()]));
    for _ in 0..3 {
        assert_eq!(story.call(Method::POST, "/deploy", Value::Null).await.status, 200);
    }
    let live = story.world.journal.load::<Deployment>(&story.company.id).await.unwrap().unwrap().value;
    assert_eq!((live.tags.len(), live.version), (Tag::MAX, 3));
    let bytes = serde_json::to_vec(&live).unwrap().len();
    assert!(bytes + 72 * Deployment::VERSIONS_MAX < 48 * 1024, "{bytes}");
}

#[tokio::test]
async fn an_edit_that_died_at_any_write_is_made_or_leaves_nothing() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let mut made = [0, 0];
        for nth in 1..=8 {
            let story = Story::over(Memory::new(like));
            let path = format!("/tags/{}", story.id("Vendors", &["a.example"]).await);
            story.world.memory.stop_before_write(nth);
            story.call(Method::PUT, &format!("{path}/values"), json!({ "values": ["b.example"] })).await;
            story.world.memory.resume();
            let shown = story.call(Method::GET, &path, Value::Null).await.json()["values"].clone();
            assert!([json!(["a.example"]), json!(["b.example"])].contains(&shown), "{like:?} {nth}: {shown}");
            made[usize::from(shown == json!(["b.example"]))] += 1;
            story.sweep().await;
            assert_eq!(story.records(), 1, "{like:?} {nth}");
            assert_eq!(
                story.call(Method::GET, &path, Value::Null).await.json()["values"],
                shown,
                "{like:?} {nth}"
            );
        }
        assert!(made.iter().all(|count| *count > 0), "{like:?}: {made:?}");
    }
}

#[tokio::test]
async fn tags_need_the_permission_to_manage_them() {
    let story = Story::new();
    let tag = story.id("Vendors", &["a.example"]).await;
    let nobody = story.world.administrator(&story.company, [Permission::EditApplicationControlPolicies]);
    let manager = story.world.administrator(&story.company, [Permission::ManageTags]);
    let path = format!("/tags/{tag}");
    let calls = [
        (Method::GET, "/tags".to_owned(), Value::Null),
        (Method::POST, "/tags".to_owned(), json!({ "name": "X", "by": "path", "values": ["/x"] })),
        (Method::GET, path.clone(), Value::Null),
        (Method::PATCH, path.clone(), json!({ "name": "Y" })),
        (Method::PUT, format!("{path}/values"), json!({ "values": [] })),
        (Method::DELETE, path.clone(), Value::Null),
    ];
    story.world.settle().await;
    story.world.memory.reset_counts();
    for (method, path, body) in &calls {
        let call = || {
            let call = story.app.call(method.clone(), &story.at(path));
            if body.is_null() { call } else { call.json(body) }
        };
        assert_eq!(call().send().await.status, 401, "{method} {path}");
        assert_eq!(call().bearer(&nobody.token).send().await.status, 403, "{method} {path}");
    }
    assert_eq!(story.world.counts().writes, 0, "nothing changed");
    for (method, path, body) in &calls {
        let call = story.app.call(method.clone(), &story.at(path)).bearer(&manager.token);
        let answer = if body.is_null() { call } else { call.json(body) }.send().await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.text());
    }
}
