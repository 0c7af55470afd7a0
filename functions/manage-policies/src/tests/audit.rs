//! What the audit says of each change: who, what, before and after, from where, when.

use countersign_model::ActName;
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

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
    let first = story.made(&format!("{path}/policies"), new("A")).await;
    let second = story.made(&format!("{path}/policies"), new("B")).await;
    assert_eq!(
        story.recorded(&at, ActName::PolicyCreated).await,
        json!({ "policy_id": second, "after": policy("B", 1) })
    );
    story.done(Method::PATCH, &format!("{path}/policies/{second}"), json!({ "name": "C" })).await;
    let detail = json!({ "policy_id": second, "before": policy("B", 1), "after": policy("C", 1) });
    assert_eq!(story.recorded(&at, ActName::PolicyEdited).await, detail);
    story.done(Method::PUT, &format!("{path}/policies/order"), json!({ "policy_ids": [second] })).await;
    let detail =
        json!({ "policy_id": first, "name": "A", "before": { "order": 0 }, "after": { "order": 1 } });
    assert_eq!(story.recorded(&at, ActName::PolicyMoved).await, detail);
    story.done(Method::POST, &format!("{path}/deploy"), Value::Null).await;
    let now = story.world.now();
    let before = json!({ "policy_version": 0, "deployed_at": null });
    let summary = json!({ "policies": 2, "groups": 1, "added": 2, "removed": 0, "moved": 0, "changed": 0 });
    let after = json!({ "policy_version": 1, "deployed_at": now, "policies": 2, "summary": summary });
    let detail = json!({ "organization_id": at, "before": before, "after": after });
    assert_eq!(story.recorded(&at, ActName::PoliciesDeployed).await, detail);
    story.done(Method::POST, &format!("{path}/deploy"), json!({ "version": 1 })).await;
    assert_eq!(story.recorded(&at, ActName::PoliciesDeployed).await["after"]["restores"], 1);
    story.done(Method::DELETE, &format!("{path}/policies/{first}"), Value::Null).await;
    assert_eq!(
        story.recorded(&at, ActName::PolicyDeleted).await,
        json!({ "policy_id": first, "before": policy("A", 1) })
    );
}
