use super::{create, last_act, path, scene};
use countersign_authority::rights::actor_of;
use countersign_http::testing::{Person, Scene, TestRequest, TestResponse};
use countersign_model::{ActName, Permission, Role};
use futures::future::join_all;
use serde_json::json;

#[tokio::test]
async fn of_32_who_create_the_same_name_at_once_one_succeeds() {
    let scene = scene();
    let admin = scene.root_admin();
    scene.world.memory.interleave(true);
    let body = json!({ "organization_id": scene.child.id, "name": "Help desk", "permissions": [] });
    let answers = join_all((0..32).map(|_| create(&scene, &admin, body.clone()).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409 | 503)));
    assert_eq!(scene.book(&scene.child).await.len(), 1);
}

/// 32 calls that give the role 32 names at once.
async fn edits(scene: &Scene, role: &Role, with: impl Fn(TestRequest) -> TestRequest) -> Vec<TestResponse> {
    let admin = scene.root_admin();
    scene.world.memory.interleave(true);
    let edits = (0..32).map(|number| {
        let body = json!({ "name": format!("Role {number}"), "permissions": [] });
        with(scene.app.put(&path(role)).bearer(&admin.token).json(body)).send()
    });
    let answers = join_all(edits).await;
    scene.world.memory.interleave(false);
    answers
}

#[tokio::test]
async fn of_32_who_edit_one_revision_one_succeeds_and_the_others_learn_the_revision() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Help desk", []);
    let answers = edits(&scene, &role, |call| call.if_match(1)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let lost = answers.iter().filter(|answer| answer.status == 412);
    assert!(lost.clone().count() == 31 && lost.clone().all(|answer| answer.json()["revision"] == 2));
}

#[tokio::test]
async fn of_32_who_edit_at_once_each_who_is_told_so_stands_in_the_audit() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Help desk", []);
    let answers = edits(&scene, &role, |call| call).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(!made.is_empty() && answers.iter().all(|answer| matches!(answer.status, 200 | 503)));
    let events = scene.audit(&scene.child).await;
    assert_eq!(events.iter().filter(|event| event.act.name() == ActName::RoleEdited).count(), made.len());
    let role = scene.book(&scene.child).await.remove(0);
    assert_eq!(role.revision as usize, 1 + made.len());
    assert!(made.iter().any(|answer| answer.json()["name"] == role.name.as_str()));
}

#[tokio::test]
async fn a_role_deleted_while_it_is_edited_stays_deleted() {
    let scene = scene();
    let admin = scene.root_admin();
    let role = scene.world.role(&scene.child, "Help desk", []);
    let holder = scene.holder(&scene.child, &scene.child, &role, None).await;
    scene.world.memory.interleave(true);
    let edit = super::edit(&scene, &admin, &role, &[Permission::ViewReports]).send();
    let delete = scene.app.delete(&path(&role)).bearer(&admin.token).send();
    let (edit, delete) = futures::future::join(edit, delete).await;
    scene.world.memory.interleave(false);
    assert!(matches!(edit.status, 200 | 404 | 503), "{}", edit.text());
    assert_eq!(delete.status, 204, "{}", delete.text());
    assert_eq!(last_act(&scene, &scene.child).await.0, ActName::RoleDeleted);
    assert_eq!(holds(&scene, &holder, &role).await, 0);
}

async fn holds(scene: &Scene, holder: &Person, role: &Role) -> usize {
    assert!(scene.book(&scene.child).await.iter().all(|each| each.id != role.id));
    let record = scene.record(holder).await;
    actor_of(&scene.world.journal, &record).await.unwrap().holdings().len()
}
