use super::{path, scene};
use Permission::{ApproveForGroup, EditComputers, RoleAdministrator, ViewApprovals, ViewReports};
use countersign_model::{Act, Permission};
use futures::future::join_all;
use http::Method;
use serde_json::json;

#[tokio::test]
async fn a_role_is_created_edited_and_deleted() {
    let scene = scene();
    let admin = scene.somebody(&scene.child, &[RoleAdministrator, ViewReports, ViewApprovals]);
    let body = json!({ "organization_id": scene.child.id, "name": " Help desk ", "description": "First line",
        "permissions": ["view-reports", "view-approvals", "view-reports"] });
    let answer = scene.create(&admin, body.clone()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let created = answer.json();
    let expected = json!({ "id": created["id"], "organization": { "id": scene.child.id, "name": "Company B" },
        "name": "Help desk", "description": "First line", "permissions": ["view-approvals", "view-reports"], "revision": 1 });
    assert_eq!(created, expected);
    assert_eq!(scene.last_act(&scene.child).await.0, Act::RoleCreated);
    assert_eq!(scene.create(&admin, body).await.code(), "role-name-taken", "repeated");

    let role = scene.book(&scene.child).await.remove(0);
    let edited = scene.edit(&admin, &role, &[ViewReports]).await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"2\""), "{}", edited.text());
    assert_eq!(edited.json()["description"], json!(null), "what is left out is gone");
    let (act, detail) = scene.last_act(&scene.child).await;
    assert_eq!(act, Act::RoleEdited);
    assert_eq!(detail.unwrap()["before"]["permissions"], json!(["view-approvals", "view-reports"]));

    let delete = || scene.app.delete(&path(&role)).bearer(&admin.token).if_match(2).send();
    assert_eq!(delete().await.status, 204);
    assert_eq!(delete().await.code(), "not-found", "repeated");
    assert_eq!(scene.last_act(&scene.child).await.0, Act::RoleDeleted);
}

#[tokio::test]
async fn names_are_unique_in_an_organization_whatever_the_case() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::SuperAdmin]);
    let taken = scene.world.role(&scene.child, "Help desk", []);
    let other = scene.world.role(&scene.child, "Approvers", []);
    let body = |at: &str| json!({ "organization_id": at, "name": "HELP DESK", "permissions": [] });
    assert_eq!(scene.create(&admin, body(scene.child.id.as_str())).await.code(), "role-name-taken");
    assert_eq!(
        scene.create(&admin, body(scene.world.root.id.as_str())).await.status,
        201,
        "another organization"
    );
    let rename = json!({ "name": "Help DESK", "permissions": [] });
    let call = |role| scene.app.put(&path(role)).bearer(&admin.token).json(&rename).send();
    assert_eq!(call(&other).await.code(), "role-name-taken");
    assert_eq!(call(&taken).await.status, 200, "its own name in another case");
}

#[tokio::test]
async fn of_many_who_create_the_same_name_at_once_one_succeeds() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::SuperAdmin]);
    scene.world.memory.interleave(true);
    let body = json!({ "organization_id": scene.child.id, "name": "Help desk", "permissions": [] });
    let answers = join_all((0..8).map(|_| scene.create(&admin, body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409 | 503)));
    assert_eq!(scene.book(&scene.child).await.len(), 1);
}

#[tokio::test]
async fn of_many_who_edit_one_revision_one_succeeds() {
    let scene = scene();
    let admin = scene.somebody(&scene.world.root, &[Permission::SuperAdmin]);
    let role = scene.world.role(&scene.child, "Help desk", []);
    scene.world.memory.interleave(true);
    let edits = (0..8).map(|number| {
        let body = json!({ "name": format!("Role {number}"), "permissions": [] });
        scene.app.put(&path(&role)).bearer(&admin.token).if_match(1).json(body).send()
    });
    let answers = join_all(edits).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let lost = answers.iter().filter(|answer| answer.status == 412);
    assert!(lost.clone().count() == 7 && lost.clone().all(|answer| answer.json()["revision"] == 2));
}

#[tokio::test]
async fn nobody_puts_into_a_role_what_they_do_not_hold_there_and_below() {
    let scene = scene();
    let cases: [(&[Permission], &[Permission], u16, &str); 5] = [
        (&[RoleAdministrator, ViewReports], &[ViewReports], 201, "held"),
        (&[RoleAdministrator], &[ViewReports], 403, "not held"),
        (&[ViewReports], &[ViewReports], 403, "held, but no Role Administrator"),
        (
            &[RoleAdministrator, Permission::ViewSystemAudit],
            &[Permission::ViewSystemAudit],
            403,
            "only a Super Admin gives it",
        ),
        (&[Permission::SuperAdminParentOnly], &[ViewReports], 403, "held here, but not below"),
    ];
    for (held, given, status, why) in cases {
        let who = scene.somebody(&scene.child, held);
        let body = json!({ "organization_id": scene.child.id, "name": why, "permissions": given });
        let answer = scene.create(&who, body).await;
        assert_eq!(answer.status, status, "{why}: {}", answer.text());
        let (act, _) = scene.last_act(&scene.child).await;
        assert_eq!(act == Act::RoleCreated, status == 201, "{why}");
    }
    assert_eq!(scene.book(&scene.child).await.len(), 1);
}

#[tokio::test]
async fn editing_a_role_gives_to_everybody_who_holds_it() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", [ViewApprovals]);
    let editor = scene.somebody(&scene.child, &[RoleAdministrator, EditComputers]);
    let unchanged = scene.book(&scene.child).await;
    let add_unheld = scene.edit(&editor, &role, &[ViewApprovals, ApproveForGroup]).await;
    assert_eq!(add_unheld.code(), "not-permitted");

    // Edit Computers is harmless; with an approve permission its holder could set maintenance mode, which the editor cannot.
    let approver = scene.world.role(&scene.child, "Approvers", [ApproveForGroup]);
    let both = [
        scene.world.assignment(&scene.child, &role, None),
        scene.world.assignment(&scene.child, &approver, None),
    ];
    let holder = scene.holder(&scene.child, &scene.child, &role).await;
    let with_both = |old: &countersign_model::Administrator| Ok::<_, ()>(old.with_assignments(both.clone()));
    scene.world.store.update(holder.record.id.as_str(), with_both).await.unwrap();
    let answer = scene.edit(&editor, &role, &[ViewApprovals, EditComputers]).await;
    assert_eq!((answer.status, answer.code()), (403, "not-permitted".to_owned()), "{}", answer.text());
    assert_eq!(scene.book(&scene.child).await[..1], unchanged[..], "nothing was changed");

    let without: fn(&countersign_model::Administrator) -> Result<_, ()> = |old| Ok(old.with_assignments([]));
    scene.world.store.update(holder.record.id.as_str(), without).await.unwrap();
    assert_eq!(
        scene.edit(&editor, &role, &[ViewApprovals, EditComputers]).await.status,
        200,
        "nobody holds it now"
    );
}

#[tokio::test]
async fn nobody_adds_to_a_role_they_hold_themselves() {
    let scene = scene();
    let role =
        scene.world.role(&scene.world.root, "Owners", [RoleAdministrator, Permission::SuperAdminParentOnly]);
    let holder = scene.holder(&scene.world.root, &scene.world.root, &role).await;
    let more = [RoleAdministrator, Permission::SuperAdminParentOnly, Permission::SuperAdmin];
    assert_eq!(scene.edit(&holder, &role, &more).await.code(), "not-permitted");
    assert_eq!(scene.edit(&holder, &role, &[RoleAdministrator]).await.status, 200, "taking away is free");
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
        let answer = scene.create(&admin, body).await;
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
        answers.push(scene.create(&admin, body(number)).await);
    }
    let full = answers.iter().find(|answer| answer.status != 201).unwrap();
    assert_eq!((full.status, full.code()), (409, "roles-full".to_owned()));
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)));
}
