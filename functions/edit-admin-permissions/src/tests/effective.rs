use super::{path, scene};
use Permission::{SuperAdminChild, ViewAdministrators, ViewApprovals, ViewReports};
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Administrator, AdministratorState, Organization, Permission};
use serde_json::{Value, json};

/// Somebody of the child organization with a permission, a role there and a role at the root.
fn somebody(scene: &Scene) -> Person {
    let root = &scene.world.root;
    let desk = scene.world.role(root, "Help desk", [ViewApprovals, ViewReports]);
    let deputies = scene.world.role(root, "Deputies", [SuperAdminChild]);
    let assignments =
        [scene.world.assignment(root, &desk, None), scene.world.assignment(root, &deputies, Some(root))];
    scene.world.administrator_with(&scene.child, |new| {
        new.with_permissions([ViewReports]).with_assignments(assignments)
    })
}

fn ask(scene: &Scene, who: &Person, whom: &Person, at: Option<&Organization>) -> TestRequest {
    let query = at.map(|at| format!("?organization_id={}", at.id)).unwrap_or_default();
    scene.app.get(&path(whom, &format!("/effective-permissions{query}"))).bearer(&who.token)
}

/// The sentences that give the reasons for a permission; none when it is not held.
fn reasons(answer: &Value, permission: Permission) -> Vec<String> {
    let mut found = answer["permissions"].as_array().unwrap().iter();
    let found = found.find(|each| each["permission"] == permission.id());
    let because = found.and_then(|each| each["because"].as_array()).cloned().unwrap_or_default();
    because.iter().map(|reason| reason["reason"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_permission_comes_with_every_reason_for_it() {
    let scene = scene();
    let (admin, whom) = (scene.root_admin(), somebody(&scene));
    let answer = ask(&scene, &admin, &whom, None).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["organization"], json!({ "id": scene.child.id, "name": "Company B" }));
    assert_eq!(answer["state"], "active");
    let included = "included in Super Admin-Child, from role `Deputies`, assigned at `Example Root`";
    let desk = "from role `Help desk`, assigned at `Company B`";
    let expected = ["individual permission at `Company B`", desk, included];
    assert_eq!(reasons(&answer, ViewReports), expected);
    assert_eq!(reasons(&answer, ViewApprovals), [desk, included]);
    assert_eq!(
        reasons(&answer, SuperAdminChild),
        ["from role `Deputies`, assigned at `Example Root`"],
        "the role's own permission is not included in itself"
    );
    let view_reports = answer["permissions"].as_array().unwrap().iter();
    let view_reports = view_reports.clone().find(|each| each["permission"] == "view-reports").unwrap();
    assert_eq!(view_reports["title"], "View Reports");
    assert_eq!(view_reports["because"][2]["included_in"], "super-admin-child");
    assert_eq!(view_reports["because"][2]["role"]["name"], "Deputies");
    assert_eq!(view_reports["because"][0].get("role"), None);

    let root = ask(&scene, &admin, &whom, Some(&scene.world.root)).send().await.json();
    assert_eq!(root["permissions"], json!([]), "Super Admin-Child counts below, the rest at Company B");
    let below = scene.world.organization(&scene.child, "Company D");
    let below = ask(&scene, &admin, &whom, Some(&below)).send().await.json();
    assert_eq!(reasons(&below, ViewReports), expected, "what is set above counts below");
}

#[tokio::test]
async fn roles_and_organizations_out_of_sight_are_not_named() {
    let scene = scene();
    let whom = somebody(&scene);
    let local = scene.somebody(&scene.child, &[ViewAdministrators]);
    let answer = ask(&scene, &local, &whom, None).send().await;
    let text = answer.text();
    assert!(!text.contains("Deputies") && !text.contains("Example Root"), "{text}");
    assert!(!text.contains(scene.world.root.id.as_str()), "{text}");
    let reasons = reasons(&answer.json(), ViewApprovals);
    assert_eq!(
        reasons,
        [
            "from role `Help desk`, assigned at `Company B`",
            "included in Super Admin-Child, from a role, assigned at the managing organization"
        ]
    );
    scene.refused(ask(&scene, &local, &whom, Some(&scene.world.root)), (404, "not-found")).await;
}

#[tokio::test]
async fn everybody_may_ask_about_themselves() {
    let scene = scene();
    let whom = somebody(&scene);
    let answer = ask(&scene, &whom, &whom, None).send().await;
    assert_eq!(reasons(&answer.json(), ViewReports).len(), 3, "{}", answer.text());
    assert!(answer.text().contains("`Example Root`"), "what one holds oneself is no secret");
    let bare = scene.somebody(&scene.child, &[]);
    assert_eq!(ask(&scene, &bare, &bare, None).send().await.json()["permissions"], json!([]));
    scene.refused(ask(&scene, &bare, &whom, None), (403, "not-permitted")).await;
    scene.refused(ask(&scene, &bare, &bare, Some(&scene.world.root)), (404, "not-found")).await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let scene = scene();
    let (admin, whom) = (scene.root_admin(), somebody(&scene));
    let sibling = scene.world.organization(&scene.world.root, "Company C");
    let stranger = scene.somebody(&sibling, &[ViewAdministrators]);
    scene.refused(ask(&scene, &stranger, &whom, None), (404, "not-found")).await;
    scene.refused(scene.app.get(&path(&whom, "/effective-permissions")), (401, "not-identified")).await;
    let call = |path: &str| scene.app.get(path).bearer(&admin.token);
    for id in ["adm_01ARZ3NDEKTSV4RRFFQ69G5FAV", "adm_1"] {
        let unknown = call(&format!("/v1/administrators/{id}/effective-permissions"));
        scene.refused(unknown, (404, "not-found")).await;
    }
    let nowhere = path(&whom, "/effective-permissions?organization_id=org_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    scene.refused(call(&nowhere), (404, "not-found")).await;
    let more = call(&path(&whom, "/effective-permissions?action=x"));
    assert_eq!(scene.refused(more, (422, "invalid-query")).await.pointers(), ["/action"]);
}

#[tokio::test]
async fn who_is_not_active_is_shown_with_what_will_count() {
    let scene = scene();
    let admin = scene.root_admin();
    let invited = scene.world.administrator_with(&scene.child, |new| {
        Administrator { state: AdministratorState::Invited, ..new }.with_permissions([ViewReports])
    });
    let answer = ask(&scene, &admin, &invited, None).send().await.json();
    assert_eq!((&answer["state"], reasons(&answer, ViewReports).len()), (&json!("invited"), 1));
}
