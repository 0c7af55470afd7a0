//! Who would be told now of a request that waits for too long.
use std::convert::Infallible;

use countersign_http::testing::{Person, Scene, TestResponse};
use countersign_model::{Administrator, ApprovalSettings, Escalation, Organization, Permission};
use serde_json::{Value, json};

use super::scene;

async fn escalating(scene: &Scene, at: &Organization, escalation: Escalation) {
    let settings = ApprovalSettings { escalation: Some(escalation), ..ApprovalSettings::default() };
    let now = scene.world.now();
    let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
    scene.world.journal.update(&at.id, asking).await.unwrap();
}

fn both() -> Escalation {
    Escalation {
        untaken_after_minutes: Some(30),
        to: vec!["lead@company.example".parse().unwrap()],
        undecided_after_minutes: Some(240),
    }
}

async fn preview(scene: &Scene, who: &Person, at: &Organization, query: &str) -> TestResponse {
    let path = format!("/v1/organizations/{}/escalation{query}", at.id);
    scene.app.get(&path).bearer(&who.token).send().await
}

fn name(person: &Person) -> Value {
    json!({ "id": person.record.id, "name": person.record.name })
}

#[tokio::test]
async fn it_shows_the_addresses_and_those_of_the_nearest_organization_above_who_may_decide() {
    let scene = scene();
    let office = scene.world.organization(&scene.child, "Office");
    let boss = scene.root_admin();
    let nothing = preview(&scene, &boss, &office, "").await.json();
    let expected =
        json!({ "organization_id": office.id, "kind": "application", "untaken": null, "undecided": null });
    assert_eq!(nothing, expected);
    escalating(&scene, &scene.child, both()).await;
    let lead = scene.somebody(&scene.child, &[Permission::ApproveForSingleComputerApplicationOnly]);
    scene.somebody(&scene.child, &[Permission::EditComputers]);
    scene.somebody(&office, &[Permission::ApproveForGroup]);
    scene.world.administrator_with(&scene.child, |new| Administrator {
        notify_on_request: true,
        ..new.with_permissions([Permission::ApproveForGroup])
    });
    let shown = preview(&scene, &boss, &office, "").await.json();
    assert_eq!(shown["untaken"], json!({ "after_minutes": 30, "to": ["lead@company.example"] }), "inherited");
    let expected = json!({ "after_minutes": 240, "organization": { "id": scene.child.id, "name": scene.child.name },
        "administrators": [name(&lead)], "others": 0 });
    assert_eq!(shown["undecided"], expected);
    let storage = preview(&scene, &boss, &office, "?kind=storage").await.json();
    assert_eq!(storage["kind"], "storage");
    assert_eq!(storage["undecided"]["administrators"], json!([name(&boss)]), "{storage}: nobody nearer may");
}

#[tokio::test]
async fn whoever_may_not_be_seen_is_counted() {
    let scene = scene();
    escalating(&scene, &scene.child, both()).await;
    scene.root_admin();
    scene.root_admin();
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let shown = preview(&scene, &viewer, &scene.child, "").await.json();
    let expected = json!({ "after_minutes": 240, "organization": null, "administrators": [], "others": 2 });
    assert_eq!(shown["undecided"], expected);
}

#[tokio::test]
async fn only_who_may_view_administrators_sees_it() {
    let scene = scene();
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let other = scene.somebody(&scene.child, &[Permission::ApproveForGroup]);
    assert_eq!(preview(&scene, &other, &scene.child, "").await.status, 403);
    assert_eq!(preview(&scene, &viewer, &scene.world.root, "").await.status, 404);
    assert_eq!(preview(&scene, &viewer, &scene.child, "?kind=printing").await.status, 422);
    assert_eq!(preview(&scene, &viewer, &scene.child, "").await.status, 200);
    let path = format!("/v1/organizations/{}/escalation", scene.child.id);
    assert_eq!(scene.app.get(&path).send().await.status, 401);
}
