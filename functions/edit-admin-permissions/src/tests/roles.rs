use super::{put, scene};
use Permission::{ApproveForGroup, AssignRoles, ViewAdministrators, ViewApprovals, ViewReports};
use countersign_http::testing::Scene;
use countersign_model::{ActName, Permission, RoleHolders};
use serde_json::{Value, json};

fn assign(role: &countersign_model::Role) -> Value {
    json!({ "assignments": [{ "role_id": role.id }] })
}

async fn holders(scene: &Scene, role: &countersign_model::Role) -> usize {
    scene.world.journal.load::<RoleHolders>(&role.id).await.unwrap().unwrap().value.holders.len()
}

#[tokio::test]
async fn a_role_is_assigned_where_it_counts_and_its_holder_is_listed() {
    let scene = scene();
    let admin = scene.root_admin();
    let role = scene.world.role(&scene.world.root, "Help desk", [ViewApprovals]);
    let whom = scene.somebody(&scene.world.root, &[]);
    let body = json!({ "assignments": [
        { "role_id": role.id, "organization_id": scene.child.id },
        { "role_id": role.id, "organization_id": scene.world.root.id },
        { "role_id": role.id },
    ] });
    let answer = put(&scene, &admin, &whom, "/roles", body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let expected = json!([
        { "role_id": role.id, "role_name": "Help desk", "organization_id": scene.child.id },
        { "role_id": role.id, "role_name": "Help desk" },
    ]);
    assert_eq!(answer.json()["assignments"], expected, "the same place twice is once");
    assert_eq!(holders(&scene, &role).await, 1);
    assert_eq!(scene.audit(&scene.world.root).await[0].act.name(), ActName::RolesChanged);
    assert_eq!(
        put(&scene, &admin, &whom, "/roles", json!({ "assignments": [] })).send().await.json()["assignments"],
        json!([])
    );
}

#[tokio::test]
async fn nobody_assigns_a_role_that_gives_more_than_they_hold_there() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Approvers", [ApproveForGroup]);
    let whom = scene.somebody(&scene.child, &[]);
    let without = scene.somebody(&scene.child, &[AssignRoles, ViewAdministrators]);
    scene.refused(put(&scene, &without, &whom, "/roles", assign(&role)), (403, "not-permitted")).await;
    let with = scene.somebody(&scene.child, &[AssignRoles, ViewAdministrators, ApproveForGroup]);
    scene.refused(put(&scene, &with, &with, "/roles", assign(&role)), (403, "not-permitted")).await;
    assert_eq!(put(&scene, &with, &whom, "/roles", assign(&role)).send().await.status, 200);
    let taken = put(&scene, &without, &whom, "/roles", json!({ "assignments": [] })).send().await;
    assert_eq!(taken.json()["assignments"], json!([]), "taking away needs only the right to assign");
}

#[tokio::test]
async fn a_role_counts_only_at_its_owner_and_below() {
    let scene = scene();
    let admin = scene.root_admin();
    let sibling = scene.world.organization(&scene.world.root, "Company C");
    let role = scene.world.role(&scene.child, "Approvers", [ViewApprovals]);
    let at_root = scene.somebody(&scene.world.root, &[]);
    let place = |organization: &str| json!({ "assignments": [{ "role_id": role.id, "organization_id": organization }] });
    let cases = [
        (
            assign(&role),
            "/assignments/0/organization_id",
            "the administrator's own organization is above the owner",
        ),
        (place(sibling.id.as_str()), "/assignments/0/organization_id", "beside the owner"),
        (place("org_01ARZ3NDEKTSV4RRFFQ69G5FAV"), "/assignments/0/organization_id", "nowhere"),
        (
            json!({ "assignments": [{ "role_id": "rol_01ARZ3NDEKTSV4RRFFQ69G5FAV" }] }),
            "/assignments/0/role_id",
            "no role",
        ),
    ];
    for (body, pointer, why) in cases {
        let answer = put(&scene, &admin, &at_root, "/roles", body).send().await;
        assert_eq!(
            (answer.status, answer.pointers()),
            (422, vec![pointer.to_owned()]),
            "{why}: {}",
            answer.text()
        );
    }
    assert_eq!(
        put(&scene, &admin, &at_root, "/roles", place(scene.child.id.as_str())).send().await.status,
        200
    );
    assert_eq!(holders(&scene, &role).await, 1, "a refusal lists nobody");
}

#[tokio::test]
async fn roles_out_of_the_callers_reach_are_not_shown_and_stay() {
    let scene = scene();
    let sibling = scene.world.organization(&scene.world.root, "Company C");
    let role = scene.world.role(&scene.world.root, "Readers", [ViewReports]);
    let there = scene.world.assignment(&scene.world.root, &role, Some(&sibling));
    let whom = scene.world.administrator_with(&scene.child, |new| new.with_assignments([there.clone()]));
    let local = scene.somebody(&scene.child, &[AssignRoles, ViewAdministrators, ViewApprovals]);
    let own = scene.world.role(&scene.child, "Watchers", [ViewApprovals]);
    let answer = put(&scene, &local, &whom, "/roles", assign(&own)).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["assignments"], json!([{ "role_id": own.id, "role_name": "Watchers" }]));
    let record = scene.record(&whom).await;
    assert!(record.assignments.contains(&there) && record.assignments.len() == 2);
    let away = json!({ "assignments": [{ "role_id": role.id, "organization_id": sibling.id }] });
    assert_eq!(
        put(&scene, &local, &whom, "/roles", away).send().await.pointers(),
        ["/assignments/0/organization_id"]
    );
}
