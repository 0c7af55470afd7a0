//! What the audit says of each change: who, what, before and after, from where, when.

use countersign_http::testing::TestResponse;
use countersign_journal::Event;
use countersign_model::{ActName, List, OrganizationId, Permit, Who};
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    async fn call(&self, method: Method, path: &str, body: Value) -> TestResponse {
        let call = self.app.call(method, path).bearer(&self.boss.token);
        let call = if body.is_null() { call } else { call.json(body) };
        let answer = call.send().await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text());
        answer
    }

    async fn id(&self, path: &str, body: Value) -> String {
        self.call(Method::POST, path, body).await.json()["id"].as_str().unwrap().to_owned()
    }

    /// The newest event of an organization, which the administrator caused from the address tests call from.
    async fn last(&self, at: &OrganizationId, act: ActName) -> Value {
        let permit = Permit::scene(at);
        let page = self.world.journal.list(&permit, List::SystemAudit, None, 1).await.unwrap();
        let number = page.items[0].number.unwrap();
        let event: Event = self.world.journal.event(&permit, number).await.unwrap().unwrap();
        assert_eq!(event.act.name(), act);
        let Who::Administrator { id, name, .. } = &event.who else { panic!("{:?}", event.who) };
        assert_eq!((id, name), (&self.boss.record.id, &self.boss.record.name));
        assert_eq!(event.address.as_deref(), Some("192.0.2.10"));
        assert_eq!(event.at, self.world.now());
        assert!(!event.footprint().concerns.is_empty(), "it says what it is about");
        serde_json::to_value(&event.act).unwrap()["detail"].clone()
    }
}

#[tokio::test]
async fn changes_of_policies_and_their_deployment_say_before_and_after() {
    let story = Story::new();
    let at = story.world.root.id.clone();
    let group = story.world.group(&story.world.root, "Desks");
    let path = format!("/v1/organizations/{at}");
    let off = json!({ "enabled": false, "addresses": [] });
    let new = |name: &str| json!({ "name": name, "group_id": group.id, "notify": off });
    let policy =
        |name: &str, order: u32| json!({ "name": name, "group_id": group.id, "notify": off, "order": order });
    let first = story.id(&format!("{path}/policies"), new("A")).await;
    let second = story.id(&format!("{path}/policies"), new("B")).await;
    assert_eq!(
        story.last(&at, ActName::PolicyCreated).await,
        json!({ "policy_id": second, "after": policy("B", 1) })
    );
    story.call(Method::PATCH, &format!("{path}/policies/{second}"), json!({ "name": "C" })).await;
    let detail = json!({ "policy_id": second, "before": policy("B", 1), "after": policy("C", 1) });
    assert_eq!(story.last(&at, ActName::PolicyEdited).await, detail);
    story.call(Method::PUT, &format!("{path}/policies/order"), json!({ "policy_ids": [second] })).await;
    let detail =
        json!({ "policy_id": first, "name": "A", "before": { "order": 0 }, "after": { "order": 1 } });
    assert_eq!(story.last(&at, ActName::PolicyMoved).await, detail);
    story.call(Method::POST, &format!("{path}/deploy"), Value::Null).await;
    let now = story.world.now();
    let before = json!({ "policy_version": 0, "deployed_at": null });
    let summary = json!({ "policies": 2, "groups": 1, "added": 2, "removed": 0, "moved": 0, "changed": 0 });
    let after = json!({ "policy_version": 1, "deployed_at": now, "policies": 2, "summary": summary });
    let detail = json!({ "organization_id": at, "before": before, "after": after });
    assert_eq!(story.last(&at, ActName::PoliciesDeployed).await, detail);
    story.call(Method::POST, &format!("{path}/deploy"), json!({ "version": 1 })).await;
    assert_eq!(story.last(&at, ActName::PoliciesDeployed).await["after"]["restores"], 1);
    story.call(Method::DELETE, &format!("{path}/policies/{first}"), Value::Null).await;
    assert_eq!(
        story.last(&at, ActName::PolicyDeleted).await,
        json!({ "policy_id": first, "before": policy("A", 1) })
    );
}
