//! The operations of `manage-policies` over the in-memory store.

use countersign_http::testing::TestResponse;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.app.post(path).bearer(&self.boss.token).json(body).send().await
    }

    async fn policy(&self, name: &str) -> String {
        let body = json!({ "name": name, "group_id": self.group.id,
            "notify": { "enabled": true, "addresses": ["desk@example.test", "sms:+15550100"] } });
        let made = self.post(&self.at("/policies"), body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }
}

fn names(page: &TestResponse) -> Vec<String> {
    let items = page.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_policy_is_a_draft_until_deployed() {
    let story = Story::new();
    let policy = story.policy("Default").await;
    let path = story.at(&format!("/policies/{policy}"));
    let edited = json!({ "notify": { "enabled": false, "addresses": [] } });
    let edited = story.app.patch(&path).bearer(&story.boss.token).json(edited).send().await;
    assert_eq!((edited.status, edited.json()["name"].as_str()), (200, Some("Default")));
    let deploy = || story.app.post(&story.at("/deploy")).bearer(&story.boss.token).send();
    assert_eq!(deploy().await.json()["policy_version"], 1);
    assert_eq!(deploy().await.json()["policy_version"], 2);
    assert_eq!(story.app.delete(&path).bearer(&story.boss.token).send().await.status, 204);
    assert!(names(&story.get(&story.at("/policies")).await).is_empty());
}

#[tokio::test]
async fn policies_are_put_in_order() {
    let story = Story::new();
    let (first, second, third) = (story.policy("A").await, story.policy("B").await, story.policy("C").await);
    let order = |ids: Value| {
        story
            .app
            .put(&story.at("/policies/order"))
            .bearer(&story.boss.token)
            .json(json!({ "policy_ids": ids }))
            .send()
    };
    assert_eq!(names(&order(json!([third, first])).await), ["C", "A", "B"]);
    let doubled = order(json!([second, second])).await;
    assert_eq!((doubled.status, doubled.pointers()), (422, vec!["/policy_ids/1".to_owned()]));
}

#[tokio::test]
async fn addresses_are_checked_each_at_its_place() {
    let story = Story::new();
    let body = json!({ "name": "P", "group_id": story.group.id, "notify": { "enabled": true, "addresses": ["a@b.example", "sms:12"] } });
    let refused = story.post(&story.at("/policies"), body).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/notify/addresses/1".to_owned()]));
    assert!(names(&story.get(&story.at("/policies")).await).is_empty());
}

#[tokio::test]
async fn whoever_is_not_identified_or_not_permitted_changes_nothing() {
    let story = Story::new();
    let policy = story.policy("Default").await;
    let writes = [
        ("POST", story.at("/policies"), json!({ "name": "X", "group_id": story.group.id })),
        ("PATCH", story.at(&format!("/policies/{policy}")), json!({ "name": "X" })),
        ("PUT", story.at("/policies/order"), json!({ "policy_ids": [policy] })),
        ("DELETE", story.at(&format!("/policies/{policy}")), Value::Null),
        ("DELETE", story.at(&format!("/policies/{policy}/draft")), Value::Null),
        ("POST", story.at("/deploy"), json!({})),
    ];
    story.denied_to_others(&writes).await;
}
