//! The operations over a store in memory.
mod change;
mod read;
mod super_admins;

use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_model::{Act, AdministratorId, Organization, Permission, Role, RoleBook, RoleHolders};
use countersign_store::{List, role_book_id};
use serde_json::{Value, json};

pub struct Scene {
    pub world: World,
    pub app: TestApp,
    pub child: Organization,
}

pub fn scene() -> Scene {
    let world = World::new();
    let app = world.app(crate::router);
    let child = world.organization(&world.root, "Company B");
    Scene { world, app, child }
}

impl Scene {
    pub fn somebody(&self, at: &Organization, permissions: &[Permission]) -> Person {
        self.world.administrator(at, permissions.iter().copied())
    }

    /// Somebody who has a role, and is listed as its holder.
    pub async fn holder(&self, at: &Organization, owner: &Organization, role: &Role) -> Person {
        let assignment = self.world.assignment(owner, role, None);
        let person = self.world.administrator_with(at, |new| new.with_assignments([assignment]));
        let id: AdministratorId = person.record.id.clone();
        let listed = |holders: &RoleHolders| holders.with(id.clone(), &[], self.world.now());
        self.world.store.update(role.id.as_str(), listed).await.unwrap();
        person
    }

    pub async fn create(&self, who: &Person, body: Value) -> TestResponse {
        self.app.post("/v1/roles").bearer(&who.token).json(body).send().await
    }

    pub async fn edit(&self, who: &Person, role: &Role, permissions: &[Permission]) -> TestResponse {
        let body = json!({ "name": role.name, "permissions": permissions });
        self.app.put(&path(role)).bearer(&who.token).json(body).send().await
    }

    pub async fn book(&self, owner: &Organization) -> Vec<Role> {
        self.world.store.load::<RoleBook>(&role_book_id(&owner.id)).await.unwrap().unwrap().value.roles
    }

    pub async fn last_act(&self, at: &Organization) -> (Act, Option<Value>) {
        let page = self.world.store.list(&at.id, List::SystemAudit, None, 1).await.unwrap();
        let event = self.world.store.event(&at.id, page.items[0].number.unwrap()).await.unwrap().unwrap();
        (event.act, event.detail)
    }
}

pub fn path(role: &Role) -> String {
    format!("/v1/roles/{}", role.id)
}
