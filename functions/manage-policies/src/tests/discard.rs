//! Discarding a draft.

use countersign_http::testing::TestResponse;
use countersign_model::ActName;
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

impl Story {
    async fn call(&self, method: Method, rest: &str, body: Value) -> TestResponse {
        let call = self.app.call(method, &self.at(rest)).bearer(&self.boss.token);
        let call = if body.is_null() { call } else { call.json(body) };
        call.send().await
    }

    async fn policy(&self, name: &str, entries: Value) -> String {
        let body = json!({ "name": name, "group_id": self.group.id, "entries": entries });
        self.made(&self.at("/policies"), body).await
    }

    async fn discard(&self, id: &str) -> TestResponse {
        self.call(Method::DELETE, &format!("/policies/{id}/draft"), Value::Null).await
    }

    async fn shown(&self, id: &str) -> Value {
        let mut shown = self.get(&self.at(&format!("/policies/{id}"))).await.json();
        shown.as_object_mut().unwrap().remove("revision");
        shown
    }

    async fn differ(&self) -> usize {
        let found = self.get(&self.at("/policies/changes")).await.json();
        found["groups"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn a_discarded_draft_is_again_what_is_live() {
    let story = Story::new();
    let tag = json!({ "name": "Updates", "by": "domain", "values": ["updates.example"] });
    let tag = story.made(&story.at("/tags"), tag).await;
    let entries = json!([{ "action": "allow", "match": { "by": "domain", "tag_id": tag } }]);
    let (first, second) = (story.policy("A", entries).await, story.policy("B", json!([])).await);
    story.done(Method::POST, &story.at("/deploy"), json!({})).await;
    let live = story.shown(&first).await;
    let edit = json!({ "name": "Z", "description": "other", "default_action": "allow", "entries": [],
        "notify": { "enabled": true, "addresses": ["desk@example.test"] } });
    story.done(Method::PATCH, &story.at(&format!("/policies/{first}")), edit).await;
    let order = json!({ "policy_ids": [second, first] });
    story.done(Method::PUT, &story.at("/policies/order"), order).await;
    assert_eq!(story.differ().await, 1);

    let discarded = story.discard(&first).await;
    assert_eq!(discarded.status, 200, "{}", discarded.text());
    assert_eq!(story.shown(&first).await, live, "with the tag, and without its values");
    let detail = story.recorded(&story.company.id, ActName::PolicyEdited).await;
    assert_eq!((&detail["before"]["name"], &detail["after"]["name"]), (&json!("Z"), &json!("A")));
    assert_eq!(story.discard(&second).await.status, 200);
    assert_eq!(story.differ().await, 0, "nothing is left to deploy");
    let revision = |answer: &TestResponse| answer.json()["revision"].clone();
    let (once, again) = (story.discard(&first).await, story.discard(&first).await);
    assert_eq!((once.status, revision(&once)), (200, revision(&again)), "nothing to discard changes nothing");
}

#[tokio::test]
async fn what_is_not_live_has_nothing_to_go_back_to() {
    let story = Story::new();
    let policy = story.policy("A", json!([])).await;
    let never = story.discard(&policy).await;
    assert_eq!((never.status, never.code()), (409, "policy-not-live".to_owned()));
    story.done(Method::POST, &story.at("/deploy"), json!({})).await;
    story.done(Method::DELETE, &story.at(&format!("/policies/{policy}")), Value::Null).await;
    assert_eq!(story.discard(&policy).await.status, 404, "a deleted draft does not come back");
}

#[tokio::test]
async fn a_name_or_a_tag_that_is_gone_keeps_the_draft() {
    let story = Story::new();
    let tag = json!({ "name": "Updates", "by": "domain", "values": ["updates.example"] });
    let tag = story.made(&story.at("/tags"), tag).await;
    let entries = json!([{ "action": "allow", "match": { "by": "domain", "tag_id": tag } }]);
    let (tagged, named) = (story.policy("A", entries).await, story.policy("B", json!([])).await);
    story.done(Method::POST, &story.at("/deploy"), json!({})).await;
    let path = |id: &str| story.at(&format!("/policies/{id}"));
    story.done(Method::PATCH, &path(&tagged), json!({ "entries": [] })).await;
    story.done(Method::DELETE, &story.at(&format!("/tags/{tag}")), Value::Null).await;
    story.done(Method::PATCH, &path(&named), json!({ "name": "C" })).await;
    story.policy("B", json!([])).await;
    for (id, code) in [(&tagged, "tag-missing"), (&named, "name-taken")] {
        let before = story.shown(id).await;
        let refused = story.discard(id).await;
        assert_eq!((refused.status, refused.code()), (409, code.to_owned()));
        assert_eq!(story.shown(id).await, before);
    }
}

#[tokio::test]
async fn a_draft_that_somebody_edited_meanwhile_is_not_discarded() {
    let story = Story::new();
    let policy = story.policy("A", json!([])).await;
    story.done(Method::POST, &story.at("/deploy"), json!({})).await;
    story.done(Method::PATCH, &story.at(&format!("/policies/{policy}")), json!({ "description": "x" })).await;
    let path = story.at(&format!("/policies/{policy}/draft"));
    let late = story.app.delete(&path).bearer(&story.boss.token).if_match(1).send().await;
    assert_eq!(late.status, 412);
    assert_eq!(story.shown(&policy).await["description"], "x");
}
