//! The operations over the in-memory store.
mod change;
mod death;
mod dry_run;
mod given_meanwhile;
mod holders;
mod holders_of_rights;
mod no_way_up;
mod race;
mod read;
mod super_admins;
mod two_books;

use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{ActName, Organization, Permission, Role};
use serde_json::{Value, json};

pub fn scene() -> Scene {
    Scene::of(crate::router)
}

pub fn create(scene: &Scene, who: &Person, body: Value) -> TestRequest {
    scene.app.post("/v1/roles").bearer(&who.token).json(body)
}

/// The role with other permissions.
pub fn edit(scene: &Scene, who: &Person, role: &Role, permissions: &[Permission]) -> TestRequest {
    let body = json!({ "name": role.name, "permissions": permissions });
    scene.app.put(&path(role)).bearer(&who.token).json(body)
}

pub async fn last_act(scene: &Scene, at: &Organization) -> (ActName, Option<Value>) {
    let event = scene.audit(at).await.remove(0);
    (event.act.name(), Some(event.detail()))
}

pub fn path(role: &Role) -> String {
    format!("/v1/roles/{}", role.id)
}
