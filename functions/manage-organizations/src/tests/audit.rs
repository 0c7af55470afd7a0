//! What the audit says of each change: who, what, before and after, from where, when.

use countersign_model::{ActName, OrganizationId};
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

#[tokio::test]
async fn changes_of_an_organization_and_its_groups_say_before_and_after() {
    let story = Story::new();
    let root = story.world.root.id.clone();
    let created = story.made("/v1/organizations", json!({ "name": "Company", "parent_id": root })).await;
    let after = json!({ "name": "Company", "parent_id": root });
    assert_eq!(
        story.recorded(&root, ActName::OrganizationCreated).await,
        json!({ "organization_id": created, "after": after })
    );
    let at: OrganizationId = created.parse().unwrap();
    let path = format!("/v1/organizations/{at}");
    story.done(Method::PATCH, &path, json!({ "name": "Company & Co" })).await;
    let detail = json!({ "organization_id": at, "before": { "name": "Company" }, "after": { "name": "Company & Co" } });
    assert_eq!(story.recorded(&at, ActName::OrganizationEdited).await, detail);

    let group = story.made(&format!("{path}/groups"), json!({ "name": "Desks" })).await;
    assert_eq!(
        story.recorded(&at, ActName::GroupCreated).await,
        json!({ "group_id": group, "after": { "name": "Desks" } })
    );
    let of_group = format!("{path}/groups/{group}");
    let key = story.done(Method::POST, &format!("{of_group}/enrollment-keys"), Value::Null).await;
    let detail = story.recorded(&at, ActName::EnrollmentKeyCreated).await;
    let made = json!({ "enrollment_keys_made_at": [story.world.now()] });
    let before = json!({ "enrollment_keys_made_at": [] });
    let one =
        json!({ "enrollment_key_id": key.json()["id"], "name": null, "expires_at": null, "max_uses": null });
    let expected = |before: &Value, after: &Value| json!({ "group_id": group, "group": "Desks", "before": before, "after": after, "key": one });
    assert_eq!(detail, expected(&before, &made));
    assert!(!detail.to_string().contains(key.json()["key"].as_str().unwrap()), "never the key itself");
    let revoked = story.done(Method::POST, &format!("{of_group}/enrollment-keys"), Value::Null).await.json();
    let id = revoked["id"].as_str().unwrap();
    story.done(Method::DELETE, &format!("{of_group}/enrollment-keys/{id}"), Value::Null).await;
    let detail = story.recorded(&at, ActName::EnrollmentKeyDeleted).await;
    assert_eq!((&detail["after"], &detail["key"]["enrollment_key_id"]), (&made, &json!(id)));
    story.done(Method::DELETE, &of_group, Value::Null).await;
    let before = json!({ "name": "Desks", "enrollment_keys": 1 });
    assert_eq!(
        story.recorded(&at, ActName::GroupDeleted).await,
        json!({ "group_id": group, "before": before })
    );

    let empty = story.made("/v1/organizations", json!({ "name": "Empty", "parent_id": root })).await;
    story.done(Method::DELETE, &format!("/v1/organizations/{empty}"), Value::Null).await;
    let before = json!({ "name": "Empty", "parent_id": root });
    let detail = story.recorded(&empty.parse().unwrap(), ActName::OrganizationDeleted).await;
    assert_eq!(detail, json!({ "organization_id": empty, "before": before }));
}
