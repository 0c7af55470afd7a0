//! Questions to `authorize`, over the in-memory store.

mod ask;
mod who;

use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_model::{Organization, Role, RoleHolders};
use serde_json::{Value, json};

/// A root organization with Company B below it.
struct Story {
    world: World,
    app: TestApp,
    child: Organization,
}

impl Story {
    fn new() -> Self {
        let world = World::new();
        let child = world.organization(&world.root, "Company B");
        let app = world.app(crate::router);
        Self { world, app, child }
    }

    async fn ask(&self, who: &Person, body: Value) -> TestResponse {
        self.app.post("/v1/authorize").bearer(&who.token).json(body).send().await
    }

    fn question(&self, action: &str, scope: &str) -> Value {
        let resource =
            json!({ "organization_id": self.child.id, "request_kind": "application", "scope": scope });
        json!({ "action": action, "resource": resource })
    }

    async fn who(&self, asker: &Person, query: &str) -> TestResponse {
        self.app.get(&format!("/v1/authorize/who?{query}")).bearer(&asker.token).send().await
    }

    /// Somebody who belongs to `home` and has these roles, each at an organization, and is listed as their holder.
    async fn holder(&self, home: &Organization, roles: &[(&Organization, &Role, &Organization)]) -> Person {
        let assignments: Vec<_> =
            roles.iter().map(|(owner, role, at)| self.world.assignment(owner, role, Some(at))).collect();
        let person = self.world.administrator_with(home, |new| new.with_assignments(assignments));
        for (_, role, _) in roles {
            let id = &person.record.id;
            let listed = |holders: &RoleHolders| holders.with(id.clone(), &[], self.world.now());
            self.world.journal.update(&role.id, listed).await.unwrap();
        }
        person
    }

    fn nothing_happened(&self) {
        assert_eq!(self.world.counts().writes, 0, "nothing was written");
        assert!(self.world.outbound.take().is_empty(), "nothing was sent");
    }
}

/// The message of a refusal about a place of the input.
fn pointed_at(refused: &TestResponse, pointer: &str) -> String {
    let errors = refused.json()["errors"].as_array().cloned().unwrap_or_default();
    let found = errors.iter().find(|error| error["pointer"] == pointer);
    found.unwrap_or_else(|| panic!("nothing at `{pointer}`: {}", refused.text()))["message"].to_string()
}
