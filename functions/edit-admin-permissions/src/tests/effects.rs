use super::{path, put, scene};
use Permission::{
    ApproveForGroup, AssignRoles, ChangePermission, SuperAdmin, ViewAdministrators, ViewApprovals,
    ViewReports,
};
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Organization, Permission, Role};
use serde_json::{Value, json};

fn plan(scene: &Scene, who: &Person, whom: &Person, body: &Value) -> TestRequest {
    scene.app.post(&path(whom, "/effects")).bearer(&who.token).json(body.clone())
}

fn at(role: &Role, place: &Organization) -> Value {
    json!([{ "role_id": role.id, "organization_id": place.id }])
}

async fn impact(scene: &Scene, call: TestRequest) -> Value {
    let answer = scene.unchanged_by(call).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["impact"].clone()
}

/// The permissions of a side, each with the name of the organization.
fn side(impact: &Value, side: &str) -> Vec<(String, Value)> {
    let row =
        |row: &Value| (row["organization"]["name"].as_str().unwrap().to_owned(), row["permissions"].clone());
    impact[side].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn roles_and_permissions_are_previewed_as_one_change() {
    let scene = scene();
    let child = &scene.child;
    let grandchild = scene.world.organization(child, "Company C");
    let role = scene.world.role(child, "Approvers", [ApproveForGroup, ViewReports]);
    let whom = scene.somebody(child, &[ViewReports, ViewApprovals]);
    let admin = scene.root_admin();
    let moved = json!({ "assignments": [{ "role_id": role.id }], "permissions": [ViewApprovals] });
    let impact_of = |body: Value| impact(&scene, plan(&scene, &admin, &whom, &body));
    let preview = impact_of(moved).await;
    let gained = vec![(child.name.clone(), json!([ApproveForGroup]))];
    assert_eq!(
        (side(&preview, "gains"), side(&preview, "loses")),
        (gained, vec![]),
        "reports come by the role"
    );
    assert_eq!((&preview["gaining"], &preview["losing"]), (&json!(1), &json!(0)));
    let numbers = &preview["organizations"][0];
    let one = json!([{ "permission": ApproveForGroup, "administrators": 1 }]);
    assert_eq!((&numbers["gains"], &numbers["loses"]), (&one, &json!([])));

    let elsewhere = json!({ "assignments": at(&role, &grandchild), "permissions": [] });
    let preview = impact_of(elsewhere).await;
    let gained = vec![(grandchild.name.clone(), json!([ApproveForGroup]))];
    let lost = vec![(child.name.clone(), json!([ViewApprovals, ViewReports]))];
    assert_eq!((side(&preview, "gains"), side(&preview, "loses")), (gained, lost));
}

#[tokio::test]
async fn what_is_left_out_of_a_plan_stays() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Readers", [ViewReports]);
    let held = scene.world.assignment(&scene.child, &role, None);
    let whom = scene.world.administrator_with(&scene.child, |new| {
        new.with_permissions([ViewApprovals]).with_assignments([held])
    });
    let viewer = scene.somebody(&scene.child, &[ViewAdministrators]);
    let nothing = impact(&scene, plan(&scene, &viewer, &whom, &json!({}))).await;
    assert_eq!((&nothing["gaining"], &nothing["losing"]), (&json!(0), &json!(0)));
    let admin = scene.root_admin();
    for (body, lost) in
        [(json!({ "assignments": [] }), ViewReports), (json!({ "permissions": [] }), ViewApprovals)]
    {
        let preview = impact(&scene, plan(&scene, &admin, &whom, &body)).await;
        assert_eq!(side(&preview, "loses"), [(scene.child.name.clone(), json!([lost]))], "{body}");
    }
}

#[tokio::test]
async fn a_plan_is_refused_like_the_first_of_its_changes_that_would_be() {
    let scene = scene();
    let child = &scene.child;
    let role = scene.world.role(child, "Readers", [ViewReports]);
    let whom = scene.somebody(child, &[]);
    let both = json!({ "assignments": at(&role, child), "permissions": [ViewReports] });
    let denied = (403, "not-permitted");
    let assigns = scene.somebody(child, &[AssignRoles, ViewAdministrators, ViewReports]);
    let changes = scene.somebody(child, &[ChangePermission, ViewAdministrators, ViewReports]);
    for (who, missing) in
        [(&assigns, "administrators.change-permissions"), (&changes, "administrators.assign-roles")]
    {
        let answer = scene.refused(plan(&scene, who, &whom, &both), denied).await.text();
        assert!(answer.contains(missing), "{answer}");
    }
    let gives = json!({ "permissions": [ApproveForGroup] });
    scene.refused(plan(&scene, &changes, &whom, &gives), denied).await;
    scene.refused(plan(&scene, &changes, &changes, &gives), denied).await;
    let clerk = scene.somebody(child, &[ViewReports]);
    scene.refused(plan(&scene, &clerk, &whom, &json!({})), denied).await;
    let sibling = scene.world.organization(&scene.world.root, "Company C");
    let stranger = scene.somebody(&sibling, &[SuperAdmin]);
    scene.refused(plan(&scene, &stranger, &whom, &both), (404, "not-found")).await;

    let admin = scene.root_admin();
    scene.refused(plan(&scene, &admin, &whom, &both).if_match(9), (412, "revision-changed")).await;
    let nowhere = json!({ "assignments": at(&role, &sibling) });
    let answer = scene.refused(plan(&scene, &admin, &whom, &nowhere), (422, "invalid-body")).await;
    assert_eq!(answer.pointers(), ["/assignments/0/organization_id"]);
    let many = json!({ "permissions": vec![ViewReports; 41] });
    let answer = scene.refused(plan(&scene, &admin, &whom, &many), (422, "invalid-body")).await;
    assert_eq!(answer.pointers(), ["/permissions"]);
}

#[tokio::test]
async fn a_plan_for_the_last_super_admin_is_judged_by_both_of_its_changes() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Owners", [SuperAdmin]);
    let (first, last) = (scene.root_admin(), scene.root_admin());
    let swap = json!({ "assignments": [{ "role_id": role.id }], "permissions": [] });
    let preview = impact(&scene, plan(&scene, &first, &last, &swap)).await;
    assert_eq!((side(&preview, "gains"), side(&preview, "loses")), (vec![], vec![]));
    let away = json!({ "permissions": [] });
    assert_eq!(put(&scene, &last, &first, "/permissions", away.clone()).send().await.status, 200);
    scene.refused(plan(&scene, &last, &last, &away), (409, "last-super-admin")).await;
    let back = json!({ "assignments": [], "permissions": [] });
    scene.refused(plan(&scene, &last, &last, &back), (409, "last-super-admin")).await;
}
