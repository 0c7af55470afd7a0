//! A deployment with one of everything.

use countersign_host::harness::TestHost;
use serde_json::{Value, json};

use crate::Deployment;

/// The contents of an integration.
pub fn integration() -> Value {
    json!({ "name": "Desk", "kind": "webhook", "url": "https://hooks.company.example/countersign" })
}

/// The contents of a rule.
pub fn rule() -> Value {
    let criteria = json!({ "kinds": ["application"], "username": "nobody" });
    json!({ "name": "Nobody", "effect": "deny", "criteria": criteria })
}

/// A deployment with one of everything.
pub struct Company {
    /// The deployment.
    pub world: Deployment,
    /// The placeholders of paths, and the id of one of each.
    pub ids: Vec<(&'static str, String)>,
}

impl Company {
    /// Sets it up.
    pub async fn on(host: &TestHost) -> Self {
        let world = Deployment::on(host).await;
        let asked = world.submit(&world.request_for(b"x"), "one").await.expect(201).text_at("/id");
        let other = world.submit(&world.request_for(b"y"), "two").await.expect(201).text_at("/id");
        let approval = world.decide(&world.boss, &other, &json!({ "outcome": "approved" })).await;
        let grant = approval.expect(200).text_at("/decision/grant_id");
        let role =
            json!({ "organization_id": world.company, "name": "Viewer", "permissions": ["view-approvals"] });
        let role = world
            .api
            .post("/v1/roles")
            .bearer(&world.boss)
            .json(&role)
            .send()
            .await
            .expect(201)
            .text_at("/id");
        let path = format!("/v1/requests/{asked}/notes");
        let note = world.api.post(&path).bearer(&world.boss).json(&json!({ "text": "Asked the vendor." }));
        let note = note.send().await.expect(201).text_at("/id");
        let rule = json!({ "organization_id": world.company, "rule": rule() });
        let rule = world.api.post("/v1/rules").bearer(&world.boss).json(&rule).send().await;
        let rule = rule.expect(201).text_at("/id");
        host.settle().await.unwrap();
        let path = format!("/v1/notifications?organization_id={}", world.company);
        let notification =
            world.api.get(&path).bearer(&world.boss).send().await.expect(200).text_at("/items/0/id");
        let path = format!("/v1/organizations/{}/groups/{}/enrollment-keys", world.company, world.group);
        let key = world.api.get(&path).bearer(&world.boss).send().await.expect(200).text_at("/items/0/id");
        let path = format!("/v1/organizations/{}/tags", world.company);
        let tag = json!({ "name": "Vendors", "by": "path", "values": ["/x"] });
        let tag =
            world.api.post(&path).bearer(&world.boss).json(&tag).send().await.expect(201).text_at("/id");
        let path = format!("/v1/organizations/{}/integrations", world.company);
        let integration = world.api.post(&path).bearer(&world.boss).json(&integration()).send().await;
        let integration = integration.expect(201).text_at("/id");
        let ids = vec![
            ("{request_id}", asked),
            ("{note_id}", note),
            ("{role_id}", role),
            ("{rule_id}", rule),
            ("{notification_id}", notification),
            ("{administrator_id}", world.clerk.clone()),
            ("{organization_id}", world.company.clone()),
            ("{group_id}", world.group.clone()),
            ("{policy_id}", world.policy.clone()),
            ("{computer_id}", world.computer.clone()),
            ("{enrollment_key_id}", key),
            ("{grant_id}", grant),
            ("{tag_id}", tag),
            ("{integration_id}", integration),
            // Of the deployment that the world begins with.
            ("{version}", "1".to_owned()),
        ];
        Self { world, ids }
    }

    /// A path with the ids of what there is.
    pub fn with_ids(&self, path: &str) -> String {
        self.ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id))
    }
}
