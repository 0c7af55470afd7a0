use super::{create, edit, last_act, path, scene};
use Permission::{RoleAdministrator, ViewApprovals, ViewReports};
use countersign_http::testing::{LOOK_ALIKES, TAKEN};
use countersign_model::{ActName, Permission};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn a_role_is_created_edited_and_deleted() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[RoleAdministrator, ViewReports, ViewApprovals]);
    let body = json!({ "organization_id": scene.child.id, "name": " Help desk ", "description": "First line",
        "permissions": ["view-reports", "view-approvals", "view-reports"] });
    let answer = create(&scene, &admin, body.clone()).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let created = answer.json();
    let expected = json!({ "id": created["id"], "organization": { "id": scene.child.id, "name": "Company B" },
        "name": "Help desk", "description": "First line", "permissions": ["view-approvals", "view-reports"], "revision": 1 });
    assert_eq!(created, expected);
    assert_eq!(last_act(&scene, &scene.child).await.0, ActName::RoleCreated);
    assert_eq!(create(&scene, &admin, body).send().await.code(), "role-name-taken", "repeated");

    let role = scene.book(&scene.child).await.remove(0);
    let edited = edit(&scene, &admin, &role, &[ViewReports]).send().await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"2\""), "{}", edited.text());
    assert_eq!(edited.json()["description"], json!(null), "what is left out is gone");
    let (act, detail) = last_act(&scene, &scene.child).await;
    assert_eq!(act, ActName::RoleEdited);
    assert_eq!(detail.unwrap()["before"]["permissions"], json!(["view-approvals", "view-reports"]));

    let delete = || scene.app.delete(&path(&role)).bearer(&admin.token).if_match(2).send();
    assert_eq!(delete().await.status, 204);
    assert_eq!(delete().await.code(), "not-found", "repeated");
    assert_eq!(last_act(&scene, &scene.child).await.0, ActName::RoleDeleted);
}

#[tokio::test]
async fn names_are_unique_in_an_organization_as_people_see_them() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::SuperAdmin]);
    let taken = scene.world.role(&scene.child, TAKEN, []);
    let other = scene.world.role(&scene.child, "Approvers", []);
    let body = |at: &str, name: &str| json!({ "organization_id": at, "name": name, "permissions": [] });
    let rename = |role, name: &str| {
        let body = json!({ "name": name, "permissions": [] });
        scene.app.put(&path(role)).bearer(&admin.token).json(body).send()
    };
    let (here, root) = (scene.child.id.as_str(), scene.world.root.id.as_str());
    for alike in LOOK_ALIKES {
        let created = create(&scene, &admin, body(here, alike)).send().await;
        assert_eq!(created.code(), "role-name-taken", "{alike:?}");
        assert_eq!(rename(&other, alike).await.code(), "role-name-taken", "{alike:?}");
        assert_eq!(rename(&taken, alike).await.status, 200, "its own name in another form: {alike:?}");
    }
    let elsewhere = create(&scene, &admin, body(root, TAKEN)).send().await;
    assert_eq!(elsewhere.status, 201, "another organization");
}

#[tokio::test]
async fn every_operation_asks_who_calls_and_hides_what_they_may_not_know() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", []);
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let stranger =
        scene.somebody(&scene.world.organization(&scene.world.root, "Company C"), &[RoleAdministrator]);
    let body = json!({ "name": "Desk", "permissions": [] });
    let absent = "/v1/roles/rol_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned();
    for at in [path(&role), absent.clone(), "/v1/roles/rol_1".to_owned()] {
        let known = at == path(&role);
        for method in [Method::PUT, Method::DELETE] {
            let call = |token: &str| scene.app.call(method.clone(), &at).bearer(token).json(&body).send();
            assert_eq!(call(&viewer.token).await.status, if known { 403 } else { 404 }, "{method} {at}");
            assert_eq!(call(&stranger.token).await.code(), "not-found", "{method} {at}");
            assert_eq!(call("nobody").await.code(), "not-identified");
        }
    }
    assert_eq!(scene.book(&scene.child).await[0].revision, 1, "nothing was changed");
}

#[tokio::test]
async fn a_bad_role_is_pointed_at() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[RoleAdministrator]);
    let cases = [
        ("/name", json!("")),
        ("/description", json!("x".repeat(501))),
        ("/permissions/0", json!(["everything"])),
        ("/organization_id", json!("B")),
        ("/holders", json!([])),
    ];
    for (pointer, value) in cases {
        let mut body = json!({ "organization_id": scene.child.id, "name": "Desk", "permissions": [] });
        body[pointer.split('/').nth(1).unwrap()] = value;
        let answer = create(&scene, &admin, body).send().await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![pointer.to_owned()]), "{}", answer.text());
    }
}

#[tokio::test]
async fn an_organization_owns_at_most_200_roles_and_as_many_as_fit() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::SuperAdmin]);
    let long = json!("é".repeat(500));
    let body = |number: usize| {
        json!({ "organization_id": scene.child.id, "name": format!("Role {number}"),
        "description": long, "permissions": [] })
    };
    let mut answers = Vec::new();
    for number in 0..60 {
        answers.push(create(&scene, &admin, body(number)).send().await);
    }
    let full = answers.iter().find(|answer| answer.status != 201).unwrap();
    assert_eq!((full.status, full.code()), (409, "roles-full".to_owned()));
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)));
}

#[tokio::test]
async fn a_list_of_more_permissions_than_there_are_is_refused() {
    let scene = scene();
    let admin = scene.root_admin();
    let many =
        json!({ "organization_id": scene.child.id, "name": "Many", "permissions": vec!["view-reports"; 41] });
    let refused = create(&scene, &admin, many).send().await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/permissions".to_owned()]));
    let role = scene.world.role(&scene.child, "Help desk", []);
    let refused = edit(&scene, &admin, &role, &[ViewReports; 41]).send().await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/permissions".to_owned()]));
}
