//! The names of policies are unique as people see them.

use countersign_http::testing::{LOOK_ALIKES, TAKEN, TestRequest};
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    async fn status(&self, call: TestRequest, body: Value) -> (u16, Value) {
        let answer = call.bearer(&self.boss.token).json(body).send().await;
        (answer.status, answer.json())
    }
}

#[tokio::test]
async fn policies_have_unique_names_in_their_organization() {
    let story = Story::new();
    let policy =
        |name: &str| json!({ "name": name, "group_id": story.group.id, "notify": { "enabled": false } });
    let policies = story.at("/policies");
    let (status, first) = story.status(story.app.post(&policies), policy(TAKEN)).await;
    assert_eq!(status, 201, "{first}");
    let (_, second) = story.status(story.app.post(&policies), policy("Editors")).await;
    let path = format!("{policies}/{}", second["id"].as_str().unwrap());
    for alike in LOOK_ALIKES {
        let (status, problem) = story.status(story.app.post(&policies), policy(alike)).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("name-taken")), "{alike:?}");
        assert_eq!(story.status(story.app.patch(&path), json!({ "name": alike })).await.0, 409, "{alike:?}");
    }
    let notify = json!({ "notify": { "enabled": true, "addresses": [] } });
    assert_eq!(story.status(story.app.patch(&path), notify).await.0, 200, "another change needs no name");
    assert_eq!(story.status(story.app.patch(&path), json!({ "name": "Office" })).await.0, 200);
}
