//! Deploying again under the same `Idempotency-Key`, after the answer was lost.

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory};
use countersign_model::{Deployment, Permission};
use futures::future::join_all;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

/// The writes of a deployment: the note of what expires has two; number, batch, swap.
const WRITES: usize = 5;

impl Story {
    async fn deploy_as(&self, token: &str, key: &str, body: Value) -> TestResponse {
        self.app.post(&self.at("/deploy")).bearer(token).idempotency_key(key).json(body).send().await
    }

    async fn deploy(&self, key: &str, body: Value) -> TestResponse {
        self.deploy_as(&self.boss.token, key, body).await
    }

    async fn policy(&self, name: &str) {
        let body = json!({ "name": name, "group_id": self.group.id });
        let made = self.app.post(&self.at("/policies")).bearer(&self.boss.token).json(body).send().await;
        assert_eq!(made.status, 201, "{}", made.text());
    }

    async fn version(&self) -> u64 {
        self.world.journal.load::<Deployment>(&self.company.id).await.unwrap().unwrap().value.version
    }
}

#[tokio::test]
async fn a_repeated_deployment_is_answered_with_the_version_of_the_first() {
    let story = Story::new();
    story.policy("A").await;
    let first = story.deploy("k-1", json!({})).await;
    assert_eq!((first.status, &first.json()["policy_version"]), (200, &json!(1)), "{}", first.text());
    story.world.settle().await;
    let before = story.world.memory.dump();
    let again = story.deploy("k-1", json!({})).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    assert!(story.world.memory.dump() == before, "nothing changed");

    story.policy("B").await;
    let later = story.deploy("k-2", json!({ "version": 1 })).await.json();
    assert_eq!((&later["policy_version"], &later["restores"]), (&json!(2), &json!(1)));
    let again = story.deploy("k-1", json!({})).await.json();
    assert_eq!((&again["policy_version"], &again["summary"]), (&json!(1), &first.json()["summary"]));
    assert_eq!(again["draft_changes"], 1, "as things are now");
    assert_eq!(story.deploy("k-2", json!({ "version": 1 })).await.json(), later);
    assert_eq!(story.version().await, 2);
}

#[tokio::test]
async fn a_key_is_for_one_body_one_caller_and_one_organization() {
    let story = Story::new();
    story.policy("A").await;
    assert_eq!(story.deploy("k", json!({})).await.json()["policy_version"], 1);
    let other_body = story.deploy("k", json!({ "version": 1 })).await;
    assert_eq!((other_body.status, other_body.code().as_str()), (422, "idempotency-key-reused"));
    assert_eq!(story.version().await, 1);
    let colleague = story.world.administrator(&story.company, [Permission::SuperAdmin]);
    assert_eq!(story.deploy_as(&colleague.token, "k", json!({})).await.json()["policy_version"], 2);
    let root = format!("/v1/organizations/{}/deploy", story.world.root.id);
    let call = story.app.post(&root).bearer(&story.boss.token).idempotency_key("k");
    assert_eq!(call.json(json!({})).send().await.json()["policy_version"], 1, "the root's first");
    let nobody = story.world.administrator(&story.company, []);
    assert_eq!(story.deploy_as(&nobody.token, "k", json!({})).await.status, 403);
    let long = story.deploy(&"k".repeat(201), json!({})).await;
    assert_eq!((long.status, long.code().as_str()), (400, "invalid-idempotency-key"));
}

#[tokio::test]
async fn of_attempts_under_one_key_at_once_one_is_a_version() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        story.policy("A").await;
        story.world.memory.interleave(true);
        let answers = join_all((0..5).map(|_| story.deploy("k", json!({})))).await;
        story.world.memory.interleave(false);
        for answer in &answers {
            assert!([200, 503].contains(&answer.status), "{like:?}: {}", answer.text());
            assert!(answer.status == 503 || answer.json()["policy_version"] == 1, "{like:?}");
        }
        assert_eq!(story.deploy("k", json!({})).await.json()["policy_version"], 1, "{like:?}");
        assert_eq!(story.version().await, 1, "{like:?}");
    }
}

#[tokio::test]
async fn a_deployment_that_died_at_any_write_is_one_version_after_the_retry() {
    for like in Memory::ALL {
        for after in [false, true] {
            for nth in 1..=WRITES {
                let why = format!("{like:?} {after} {nth}");
                let story = Story::over(Memory::new(like));
                story.policy("A").await;
                story.world.settle().await;
                story.world.memory.stop_at_write(nth, after);
                let died = story.deploy("k", json!({})).await;
                assert!(story.world.memory.resume() && died.status == 503, "{why}: {}", died.text());
                let again = story.deploy("k", json!({})).await;
                assert_eq!(again.json()["policy_version"], 1, "{why}: {}", again.text());
                assert_eq!(story.version().await, 1, "{why}");
            }
        }
    }
}
