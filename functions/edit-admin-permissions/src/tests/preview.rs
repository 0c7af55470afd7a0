use super::{path, put, scene};
use Permission::{
    ApproveForGroup, ChangePermission, SuperAdmin, ViewAdministrators, ViewApprovals, ViewReports,
};
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Administrator, AdministratorState, Organization, Permission, Role, RoleHolders};
use serde_json::{Value, json};

fn set(scene: &Scene, who: &Person, whom: &Person, permissions: &[Permission]) -> TestRequest {
    put(scene, who, whom, "/permissions?dry_run=true", json!({ "permissions": permissions }))
}

fn assign(scene: &Scene, who: &Person, whom: &Person, role: &Role, at: &Organization) -> TestRequest {
    let body = json!({ "assignments": [{ "role_id": role.id, "organization_id": at.id }] });
    put(scene, who, whom, "/roles?dry_run=true", body)
}

fn disable(scene: &Scene, who: &Person, whom: &Person, disabled: bool) -> TestRequest {
    let call = scene.app.post(&path(whom, "/disabled?dry_run=true")).bearer(&who.token);
    call.json(json!({ "disabled": disabled }))
}

/// Makes the call, which changes nothing, and returns the impact.
async fn impact(scene: &Scene, call: TestRequest) -> Value {
    let answer = scene.unchanged_by(call).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["impact"].clone()
}

/// The organizations of a side, with the permissions there.
fn side(impact: &Value, side: &str) -> Vec<(String, Value)> {
    let row = |row: &Value| {
        (row["organization"]["id"].as_str().unwrap_or_default().to_owned(), row["permissions"].clone())
    };
    impact[side].as_array().unwrap().iter().map(row).collect()
}

fn actions(impact: &Value, side: &str, nth: usize) -> Vec<String> {
    let actions = impact[side][nth]["actions"].as_array().unwrap().iter();
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

fn at(place: &Organization, permissions: &[Permission]) -> (String, Value) {
    (place.id.to_string(), json!(permissions))
}

#[tokio::test]
async fn a_preview_of_permissions_says_what_is_gained_and_lost_where_and_changes_nothing() {
    let scene = scene();
    let child = &scene.child;
    scene.world.organization(child, "Company C");
    let whom = scene.somebody(child, &[ViewReports, ViewApprovals]);
    let admin = scene.root_admin();
    let impact = impact(&scene, set(&scene, &admin, &whom, &[ViewApprovals, ApproveForGroup])).await;
    assert_eq!(side(&impact, "gains"), [at(child, &[ApproveForGroup])]);
    assert_eq!(side(&impact, "loses"), [at(child, &[ViewReports])]);
    assert!(actions(&impact, "gains", 0).contains(&"requests.open".to_owned()));
    assert_eq!(actions(&impact, "loses", 0), ["reports.view", "reports.generate"]);
    assert_eq!(
        (&impact["gaining"], &impact["losing"], &impact["complete"]),
        (&json!(1), &json!(1), &json!(true))
    );
    let one = |permission: Permission| json!([{ "permission": permission, "administrators": 1 }]);
    let numbers = &impact["organizations"][0];
    assert_eq!((&numbers["gains"], &numbers["loses"]), (&one(ApproveForGroup), &one(ViewReports)));
    assert_eq!(numbers["organization"], json!({ "id": child.id, "name": child.name }));
}

#[tokio::test]
async fn a_combination_that_a_change_completes_is_among_the_actions() {
    let scene = scene();
    let whom = scene.somebody(&scene.child, &[ChangePermission]);
    let admin = scene.root_admin();
    let both = set(&scene, &admin, &whom, &[ChangePermission, ViewAdministrators]);
    let impact = impact(&scene, both).await;
    assert_eq!(side(&impact, "gains"), [at(&scene.child, &[ViewAdministrators])]);
    assert!(actions(&impact, "gains", 0).contains(&"administrators.change-permissions".to_owned()));
}

#[tokio::test]
async fn a_preview_of_roles_says_what_they_give_where_and_lists_nobody_as_a_holder() {
    let scene = scene();
    let (root, child) = (&scene.world.root, &scene.child);
    let role = scene.world.role(root, "Help desk", [ViewApprovals, ViewReports]);
    let whom = scene.somebody(root, &[ViewReports]);
    let admin = scene.root_admin();
    let preview = impact(&scene, assign(&scene, &admin, &whom, &role, child)).await;
    assert_eq!(side(&preview, "gains"), [at(child, &[ViewApprovals])], "reports are seen from above");
    assert_eq!(side(&preview, "loses"), []);
    let real = json!({ "assignments": [{ "role_id": role.id, "organization_id": child.id }] });
    assert_eq!(put(&scene, &admin, &whom, "/roles", real).send().await.status, 200);
    let away = put(&scene, &admin, &whom, "/roles?dry_run=true", json!({ "assignments": [] }));
    let preview = impact(&scene, away).await;
    assert_eq!(side(&preview, "loses"), [at(child, &[ViewApprovals])]);
}

#[tokio::test]
async fn a_preview_of_a_role_that_is_full_is_refused_like_the_assignment() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Help desk", [ViewReports]);
    let whom = scene.somebody(&scene.child, &[]);
    let admin = scene.root_admin();
    let now = scene.world.now();
    let fill = |holders: &RoleHolders| {
        (0..RoleHolders::HOLDERS_MAX).try_fold(holders.clone(), |holders, _| {
            holders.with(countersign_model::AdministratorId::from_ulid(scene.world.ulid()), &[], now)
        })
    };
    scene.world.journal.update(&role.id, fill).await.unwrap();
    let call = assign(&scene, &admin, &whom, &role, &scene.child);
    scene.refused(call, (409, "role-full")).await;
}

#[tokio::test]
async fn a_preview_of_a_state_says_what_stops_and_begins_to_count() {
    let scene = scene();
    let child = &scene.child;
    let (whom, admin) = (scene.somebody(child, &[ViewReports]), scene.root_admin());
    let call = disable(&scene, &admin, &whom, true);
    let answer = scene.unchanged_by(call).await.json();
    assert_eq!(side(&answer["impact"], "loses"), [at(child, &[ViewReports])]);
    assert_eq!(answer["warnings"][0]["code"], "last-administrator");
    let nothing = impact(&scene, disable(&scene, &admin, &whom, false)).await;
    assert_eq!((side(&nothing, "gains"), side(&nothing, "loses")), (vec![], vec![]), "active already");

    let disabled = scene.world.administrator_with(child, |new| {
        let new = new.with_permissions([ViewReports]);
        Administrator { state: AdministratorState::Disabled, ..new }
    });
    let back = impact(&scene, disable(&scene, &admin, &disabled, false)).await;
    assert_eq!((side(&back, "gains"), side(&back, "loses")), (vec![at(child, &[ViewReports])], vec![]));
    let deleted = scene.app.delete(&path(&whom, "?dry_run=true")).bearer(&admin.token);
    assert_eq!(side(&impact(&scene, deleted).await, "loses"), [at(child, &[ViewReports])]);
}

#[tokio::test]
async fn previews_are_refused_like_the_changes() {
    let scene = scene();
    let root = &scene.world.root;
    let whom = scene.somebody(&scene.child, &[]);
    let role = scene.world.role(&scene.child, "Help desk", [ViewReports]);
    let clerk = scene.somebody(&scene.child, &[ChangePermission, ViewAdministrators]);
    let stranger = scene.somebody(&scene.world.organization(root, "Company C"), &[SuperAdmin]);
    let admin = scene.root_admin();
    let (denied, hidden) = ((403, "not-permitted"), (404, "not-found"));
    scene.refused(set(&scene, &clerk, &whom, &[ViewReports]), denied).await;
    scene
        .refused(set(&scene, &clerk, &clerk, &[ChangePermission, ViewAdministrators, ViewReports]), denied)
        .await;
    scene.refused(assign(&scene, &clerk, &whom, &role, &scene.child), denied).await;
    scene.refused(disable(&scene, &clerk, &whom, true), denied).await;
    for call in [
        set(&scene, &stranger, &whom, &[]),
        assign(&scene, &stranger, &whom, &role, &scene.child),
        disable(&scene, &stranger, &whom, true),
    ] {
        scene.refused(call, hidden).await;
    }
    scene.refused(set(&scene, &admin, &whom, &[]).if_match(2), (412, "revision-changed")).await;
    scene.refused(set(&scene, &admin, &admin, &[]), (409, "last-super-admin")).await;
    scene.refused(disable(&scene, &admin, &admin, true), (409, "last-super-admin")).await;
    let unclear = put(&scene, &admin, &whom, "/permissions?dry_run=1", json!({ "permissions": [] }));
    assert_eq!(scene.refused(unclear, (422, "invalid-query")).await.pointers(), ["/dry_run"]);
}

#[tokio::test]
async fn organizations_out_of_sight_are_not_named_in_a_preview() {
    let scene = scene();
    let root = &scene.world.root;
    let whom = scene.somebody(&scene.child, &[ViewReports]);
    let clerk = scene.somebody(&scene.child, &[ChangePermission, ViewAdministrators]);
    let answer = scene.unchanged_by(set(&scene, &clerk, &whom, &[])).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(!answer.text().contains(root.id.as_str()) && !answer.text().contains(&root.name));
    assert_eq!(side(&answer.json()["impact"], "loses"), [at(&scene.child, &[ViewReports])]);
}

#[tokio::test]
async fn a_preview_names_a_hundred_organizations_and_says_that_there_are_more() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Help desk", [ViewReports]);
    let places: Vec<_> =
        (0..101).map(|nth| scene.world.organization(root, &format!("Branch {nth}"))).collect();
    let assignments = places.iter().map(|place| scene.world.assignment(root, &role, Some(place)));
    let whom = scene.world.administrator_with(root, |new| new.with_assignments(assignments));
    let admin = scene.root_admin();
    let away = || put(&scene, &admin, &whom, "/roles?dry_run=true", json!({ "assignments": [] }));
    let preview = impact(&scene, away()).await;
    assert_eq!(side(&preview, "loses").len(), 101);
    assert_eq!(preview["organizations"].as_array().unwrap().len(), 100);
    assert_eq!((&preview["losing"], &preview["complete"]), (&json!(1), &json!(false)));
    scene.world.memory.reset_counts();
    away().send().await;
    let counts = scene.world.counts();
    // An edit of roles reads the organizations twice; the numbers cost one read for each that is named.
    assert!(counts.reads <= 2 * 101 + 100 + 20 && counts.writes == 0, "{counts:?}");
}
