//! People with the maximum number of roles: the limit, and the cost of listing them.
use super::{put, scene};
use Permission::{AssignRoles, ViewAdministrators, ViewApprovals};
use countersign_http::testing::{Person, Scene};
use countersign_model::{Assignment, OrganizationId, Permission, Role, RoleId};
use serde_json::json;

/// Each of another organization's, at another one.
fn assignments(scene: &Scene, number: usize) -> Vec<Assignment> {
    let organization = || OrganizationId::from_ulid(scene.world.ulid());
    let assignment = |_| Assignment {
        role_id: RoleId::from_ulid(scene.world.ulid()),
        role_organization_id: organization(),
        organization_id: Some(organization()),
    };
    (0..number).map(assignment).collect()
}

#[tokio::test]
async fn roles_out_of_the_callers_reach_count_among_the_hundred() {
    let scene = scene();
    let root = &scene.world.root;
    scene.world.role(root, "Auditors", [ViewApprovals]);
    let of_root = |each| Assignment { role_organization_id: root.id.clone(), ..each };
    let kept: Vec<_> = assignments(&scene, 60).into_iter().map(of_root).collect();
    let whom = scene.world.administrator_with(&scene.child, |new| new.with_assignments(kept));
    let local = scene.somebody(&scene.child, &[AssignRoles, ViewAdministrators, ViewApprovals]);
    let roles: Vec<Role> = (0..41)
        .map(|number| scene.world.role(&scene.child, &format!("Role {number}"), [ViewApprovals]))
        .collect();
    let assign = |number: usize| {
        let wanted: Vec<_> = roles.iter().take(number).map(|role| json!({ "role_id": role.id })).collect();
        put(&scene, &local, &whom, "/roles", json!({ "assignments": wanted }))
    };
    let refusal = scene.refused(assign(41), (422, "invalid-body")).await;
    assert_eq!(refusal.pointers(), ["/assignments"]);
    let full = assign(40).send().await;
    assert_eq!(full.status, 200, "{}", full.text());
    assert_eq!(scene.record(&whom).await.assignments.len(), 100);
}

#[tokio::test]
async fn whoever_holds_too_many_roles_already_can_lose_some() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Readers", [ViewApprovals]);
    let held = [assignments(&scene, 110), vec![scene.world.assignment(&scene.child, &role, None)]].concat();
    let whom = scene.world.administrator_with(&scene.child, |new| new.with_assignments(held));
    let local = scene.somebody(&scene.child, &[AssignRoles, ViewAdministrators]);
    let taken = put(&scene, &local, &whom, "/roles", json!({ "assignments": [] })).send().await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    assert_eq!(scene.record(&whom).await.assignments.len(), 110);
}

#[tokio::test]
async fn a_page_of_people_with_many_roles_reads_no_more_than_its_budget_and_the_cursor_goes_on() {
    let scene = scene();
    let admin = scene.root_admin();
    let many = |_| {
        let held = assignments(&scene, 100);
        scene.world.administrator_with(&scene.child, |new| new.with_assignments(held))
    };
    let people: Vec<Person> = (0..6).map(many).collect();
    scene.world.settle().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = format!("/v1/administrators?organization_id={}&limit=200{cursor}", scene.child.id);
        scene.world.memory.reset_counts();
        let answer = scene.app.get(&page).bearer(&admin.token).send().await;
        let reads = scene.world.counts().reads;
        assert!(answer.status == 200 && reads <= 450, "{reads} reads: {}", answer.text());
        let answer = answer.json();
        let ids = answer["items"].as_array().unwrap().iter();
        seen.extend(ids.map(|each| each["id"].as_str().unwrap().to_owned()));
        match answer["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut newest_first: Vec<_> = people.iter().map(|person| person.record.id.to_string()).collect();
    newest_first.sort_by(|a, b| b.cmp(a));
    assert_eq!(seen, newest_first);
}
