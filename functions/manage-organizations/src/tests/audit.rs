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
async fn changes_of_an_organization_and_its_groups_say_before_and_after() {
    let story = Story::new();
    let root = story.world.root.id.clone();
    let created = story.id("/v1/organizations", json!({ "name": "Company", "parent_id": root })).await;
    let after = json!({ "name": "Company", "parent_id": root });
    assert_eq!(
        story.last(&root, ActName::OrganizationCreated).await,
        json!({ "organization_id": created, "after": after })
    );
    let at: OrganizationId = created.parse().unwrap();
    let path = format!("/v1/organizations/{at}");
    story.call(Method::PATCH, &path, json!({ "name": "Company & Co" })).await;
    let detail = json!({ "organization_id": at, "before": { "name": "Company" }, "after": { "name": "Company & Co" } });
    assert_eq!(story.last(&at, ActName::OrganizationEdited).await, detail);

    let group = story.id(&format!("{path}/groups"), json!({ "name": "Desks" })).await;
    assert_eq!(
        story.last(&at, ActName::GroupCreated).await,
        json!({ "group_id": group, "after": { "name": "Desks" } })
    );
    let of_group = format!("{path}/groups/{group}");
    let key = story.call(Method::POST, &format!("{of_group}/enrollment-keys"), Value::Null).await;
    let detail = story.last(&at, ActName::EnrollmentKeyCreated).await;
    let made = json!({ "enrollment_keys_made_at": [story.world.now()] });
    let before = json!({ "enrollment_keys_made_at": [] });
    let one =
        json!({ "enrollment_key_id": key.json()["id"], "name": null, "expires_at": null, "max_uses": null });
    let expected = |before: &Value, after: &Value| json!({ "group_id": group, "group": "Desks", "before": before, "after": after, "key": one });
    assert_eq!(detail, expected(&before, &made));
    assert!(!detail.to_string().contains(key.json()["key"].as_str().unwrap()), "never the key itself");
    let revoked = story.call(Method::POST, &format!("{of_group}/enrollment-keys"), Value::Null).await.json();
    let id = revoked["id"].as_str().unwrap();
    story.call(Method::DELETE, &format!("{of_group}/enrollment-keys/{id}"), Value::Null).await;
    let detail = story.last(&at, ActName::EnrollmentKeyDeleted).await;
    assert_eq!((&detail["after"], &detail["key"]["enrollment_key_id"]), (&made, &json!(id)));
    story.call(Method::DELETE, &of_group, Value::Null).await;
    let before = json!({ "name": "Desks", "enrollment_keys": 1 });
    assert_eq!(story.last(&at, ActName::GroupDeleted).await, json!({ "group_id": group, "before": before }));

    let empty = story.id("/v1/organizations", json!({ "name": "Empty", "parent_id": root })).await;
    story.call(Method::DELETE, &format!("/v1/organizations/{empty}"), Value::Null).await;
    let before = json!({ "name": "Empty", "parent_id": root });
    let detail = story.last(&empty.parse().unwrap(), ActName::OrganizationDeleted).await;
    assert_eq!(detail, json!({ "organization_id": empty, "before": before }));
}
