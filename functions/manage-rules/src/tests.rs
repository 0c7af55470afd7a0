//! The operations over the in-memory store.
mod change;
mod death;
mod dry_run;
mod escalation;

use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Organization, Permission};
use serde_json::{Value, json};

pub const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

pub fn scene() -> Scene {
    Scene::of(crate::router)
}

/// Everybody who may do anything here, and what they hold.
pub fn approver(scene: &Scene, permission: Permission) -> Person {
    scene.somebody(&scene.child, &[permission])
}

/// A rule that approves a file for a computer, changed.
pub fn rule(changes: Value) -> Value {
    let mut rule = json!({ "name": "The compiler", "effect": "approve",
        "criteria": { "kinds": ["application"], "sha256": HASH } });
    for (name, value) in changes.as_object().unwrap() {
        rule[name] = value.clone();
    }
    rule
}

pub fn create(scene: &Scene, who: &Person, at: &Organization, rule: &Value) -> TestRequest {
    let body = json!({ "organization_id": at.id, "rule": rule });
    scene.app.post("/v1/rules").bearer(&who.token).json(body)
}

/// Processes what happened in the child.
pub async fn process(scene: &Scene) {
    let body = json!({ "organization_id": scene.child.id });
    let answer = scene.world.app(process_events::router).post("/process").json(body).send().await;
    assert_eq!(answer.status, 200);
}
