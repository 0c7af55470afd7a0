use super::{path, scene};
use Permission::{RoleAdministrator, SuperAdmin, ViewApprovals, ViewReports};
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Organization, Permission, Role};
use serde_json::{Value, json};

fn try_edit(scene: &Scene, who: &Person, role: &Role, permissions: &[Permission]) -> TestRequest {
    let body = json!({ "name": role.name, "permissions": permissions });
    scene.app.put(&format!("{}?dry_run=true", path(role))).bearer(&who.token).json(body)
}

fn try_delete(scene: &Scene, who: &Person, role: &Role) -> TestRequest {
    scene.app.delete(&format!("{}?dry_run=true", path(role))).bearer(&who.token)
}

/// What is gained and lost, by name; what can be done with it is told apart.
fn by_name(impact: &Value) -> Value {
    let rows = |side: &str| -> Vec<Value> {
        let rows = impact[side].as_array().unwrap().iter().cloned();
        rows.map(|mut row| {
            row.as_object_mut().unwrap().remove("actions").expect("actions");
            row
        })
        .collect()
    };
    json!({ "gains": rows("gains"), "loses": rows("loses") })
}

fn row(person: &Person, home: &Organization, at: &Organization, permissions: &[Permission]) -> Value {
    json!({ "administrator": { "id": person.record.id, "name": person.record.name, "state": "active",
            "organization": { "id": home.id, "name": home.name } },
        "organization": { "id": at.id, "name": at.name }, "permissions": permissions })
}

#[tokio::test]
async fn trying_an_edit_says_who_would_gain_and_lose_what_and_changes_nothing() {
    let scene = scene();
    let (root, child) = (&scene.world.root, &scene.child);
    let role = scene.world.role(child, "Help desk", [ViewReports]);
    let holder = scene.holder(child, child, &role, None).await;
    let above = scene.holder(root, child, &role, Some(child)).await;
    let admin = scene.root_admin();
    let answer = scene.unchanged_by(try_edit(&scene, &admin, &role, &[ViewApprovals])).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let impact = answer.json();
    let rows = |permission| {
        json!([row(&holder, child, child, &[permission]), row(&above, root, child, &[permission])])
    };
    assert_eq!(by_name(&impact), json!({ "gains": rows(ViewApprovals), "loses": rows(ViewReports) }));
    assert_eq!(
        (&impact["gaining"], &impact["losing"], &impact["complete"]),
        (&json!(2), &json!(2), &json!(true))
    );
    let two = |permission: Permission| json!([{ "permission": permission, "administrators": 2 }]);
    let numbers = json!([{ "organization": { "id": child.id, "name": child.name }, "organizations_below": 0,
        "gains": two(ViewApprovals), "loses": two(ViewReports) }]);
    assert_eq!(impact["organizations"], numbers);
    assert!(impact["gains"][0]["actions"].as_array().unwrap().contains(&json!("requests.list")));

    let real = super::edit(&scene, &admin, &role, &[ViewApprovals]).send().await;
    assert_eq!(real.json()["revision"], 2, "{}", real.text());
    let deletion = scene.unchanged_by(try_delete(&scene, &admin, &role)).await.json();
    assert_eq!(by_name(&deletion), json!({ "gains": [], "loses": rows(ViewApprovals) }));
}

fn try_create(scene: &Scene, who: &Person, name: &str, permissions: &[Permission]) -> TestRequest {
    let body = json!({ "organization_id": scene.child.id, "name": name, "permissions": permissions });
    scene.app.post("/v1/roles?dry_run=true").bearer(&who.token).json(body)
}

#[tokio::test]
async fn trying_a_new_role_says_whether_it_could_be_created_and_creates_nothing() {
    let scene = scene();
    scene.world.role(&scene.child, "Approvers", []);
    let admin = scene.root_admin();
    let tried = scene.unchanged_by(try_create(&scene, &admin, "Help desk", &[ViewReports])).await;
    let nothing =
        json!({ "gaining": 0, "losing": 0, "organizations": [], "gains": [], "loses": [], "complete": true });
    assert_eq!((tried.status, tried.json()), (200, nothing), "nobody holds it yet");
    let editor = scene.somebody(&scene.child, &[RoleAdministrator]);
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let beside = scene.world.organization(&scene.world.root, "Company C");
    let stranger = scene.somebody(&beside, &[RoleAdministrator]);
    let (denied, hidden) = ((403, "not-permitted"), (404, "not-found"));
    scene.refused(try_create(&scene, &editor, "Help desk", &[ViewApprovals]), denied).await;
    scene.refused(try_create(&scene, &viewer, "Help desk", &[]), denied).await;
    scene.refused(try_create(&scene, &stranger, "Help desk", &[]), hidden).await;
    scene.refused(try_create(&scene, &admin, "approvers", &[]), (409, "role-name-taken")).await;
    let blank = scene.refused(try_create(&scene, &admin, " ", &[]), (422, "invalid-body")).await;
    assert_eq!(blank.pointers(), ["/name"]);
    assert_eq!(scene.book(&scene.child).await.len(), 1);
}

#[tokio::test]
async fn what_somebody_holds_anyway_is_neither_gained_nor_lost() {
    let scene = scene();
    let child = &scene.child;
    let role = scene.world.role(child, "Help desk", [ViewReports]);
    let other = scene.world.role(&scene.world.root, "Readers", [ViewReports]);
    let assignments =
        [scene.world.assignment(child, &role, None), scene.world.assignment(&scene.world.root, &other, None)];
    let holder = scene
        .world
        .administrator_with(child, |new| new.with_permissions([ViewApprovals]).with_assignments(assignments));
    scene.list_as_holder(&holder, &role).await;
    let admin = scene.root_admin();
    let nothing =
        json!({ "gaining": 0, "losing": 0, "organizations": [], "gains": [], "loses": [], "complete": true });
    assert_eq!(try_edit(&scene, &admin, &role, &[ViewApprovals]).send().await.json(), nothing);
    let more = try_edit(&scene, &admin, &role, &[ViewReports, SuperAdmin]).send().await.json();
    assert_eq!(by_name(&more)["gains"], json!([row(&holder, child, child, &[SuperAdmin])]));
    let renamed = json!({ "name": "Front desk", "permissions": ["view-reports"] });
    let call = scene.app.put(&format!("{}?dry_run=true", path(&role))).bearer(&admin.token).json(renamed);
    assert_eq!(scene.unchanged_by(call).await.json(), nothing, "a new name gives nobody anything");
}

#[tokio::test]
async fn people_out_of_sight_are_there_but_not_named() {
    let scene = scene();
    let (root, child) = (&scene.world.root, &scene.child);
    let role = scene.world.role(child, "Help desk", [ViewReports]);
    let above = scene.holder(root, child, &role, Some(child)).await;
    let editor = scene.somebody(child, &[RoleAdministrator]);
    let answer = try_delete(&scene, &editor, &role).send().await;
    let place = json!({ "id": child.id, "name": child.name });
    let expected =
        json!({ "managing_organization": true, "organization": place, "permissions": ["view-reports"] });
    assert_eq!(by_name(&answer.json()), json!({ "gains": [], "loses": [expected] }));
    assert!(!answer.text().contains(above.record.id.as_str()) && !answer.text().contains(&above.record.name));
}

#[tokio::test]
async fn trying_is_refused_like_doing() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(&scene.child, "Help desk", [ViewReports]);
    scene.world.role(&scene.child, "Approvers", []);
    let admin = scene.root_admin();
    let editor = scene.somebody(&scene.child, &[RoleAdministrator]);
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let stranger = scene.somebody(&scene.world.organization(root, "Company C"), &[RoleAdministrator]);
    let (denied, hidden, stale) = ((403, "not-permitted"), (404, "not-found"), (412, "revision-changed"));
    scene.refused(try_edit(&scene, &editor, &role, &[ViewReports, ViewApprovals]), denied).await;
    scene.refused(try_edit(&scene, &viewer, &role, &[]), denied).await;
    scene.refused(try_delete(&scene, &viewer, &role), denied).await;
    scene.refused(try_edit(&scene, &stranger, &role, &[]), hidden).await;
    scene.refused(try_delete(&scene, &stranger, &role), hidden).await;
    for call in [try_edit(&scene, &admin, &role, &[]), try_delete(&scene, &admin, &role)] {
        assert_eq!(scene.refused(call.if_match(2), stale).await.json()["revision"], 1);
    }
    let taken = Role { name: "approvers".to_owned(), ..role.clone() };
    scene.refused(try_edit(&scene, &admin, &taken, &[]), (409, "role-name-taken")).await;
    let unclear = scene.app.delete(&format!("{}?dry_run=maybe", path(&role))).bearer(&admin.token);
    assert_eq!(scene.refused(unclear, (422, "invalid-query")).await.pointers(), ["/dry_run"]);
}

#[tokio::test]
async fn trying_to_lose_the_last_super_admin_is_refused_without_a_trace() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Owners", [SuperAdmin]);
    let last = scene.holder(root, root, &role, None).await;
    for call in [try_delete(&scene, &last, &role), try_edit(&scene, &last, &role, &[])] {
        scene.refused(call, (409, "last-super-admin")).await;
    }
    let second = scene.root_admin();
    let loses =
        by_name(&scene.unchanged_by(try_delete(&scene, &second, &role)).await.json())["loses"].clone();
    assert_eq!(loses, json!([row(&last, root, root, &[SuperAdmin])]));
}
