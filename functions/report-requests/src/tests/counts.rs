//! Counts of pending requests.

use countersign_model::{Access, Device, Outcome, Permission, Subject};
use serde_json::{Value, json};

use crate::tests::story::Story;

fn storage() -> Subject {
    Subject::Storage(Device::new("USB-1".into(), Access::Write))
}

fn kinds(application: u64, storage: u64) -> Value {
    json!({ "application": application, "storage": storage, "elevation": 0 })
}

#[tokio::test]
async fn pending_requests_are_counted_by_kind_and_by_the_organizations_directly_below() {
    let story = Story::new();
    let (world, company) = (&story.world, &story.company);
    let branch = world.organization(company, "Branch");
    let branch_computer = world.computer(&world.group(&branch, "Desks"));
    let root_computer = world.computer(&world.group(&world.root, "Head office"));
    let first = story.ask("/a", 'a').await;
    story.ask("/b", 'b').await;
    story.ask_at(&branch, &branch_computer.record, storage()).await;
    story.ask_at(&world.root, &root_computer.record, storage()).await;
    for organization in [&branch.id, &company.id, &world.root.id] {
        story.process(organization).await;
    }
    let of_company = json!([{ "organization": { "id": company.id, "name": "Company B" }, "count": 3, "by_kind": kinds(2, 1) }]);
    let at_root = story.get(&story.boss, "/v1/requests/counts").await;
    assert_eq!(at_root.status, 200, "{}", at_root.text());
    let expected = json!({
        "organization": { "id": world.root.id, "name": "Example Root" }, "total": 4, "by_kind": kinds(2, 2),
        "own": kinds(0, 1), "organizations": of_company, "more_organizations": 0,
    });
    assert_eq!(at_root.json(), expected);

    story.decide(&first, Outcome::Denied, Some(&story.boss)).await;
    story.process(&company.id).await;
    let path = format!("/v1/requests/counts?organization_id={}", company.id);
    let at_company = story.get(&story.boss, &path).await.json();
    assert_eq!((&at_company["total"], &at_company["own"]), (&json!(2), &kinds(1, 0)));
    assert_eq!(at_company["organizations"][0]["organization"]["id"], json!(branch.id));
}

#[tokio::test]
async fn the_largest_come_first_and_the_rest_is_a_number() {
    let story = Story::new();
    for (name, count) in [("One", 1), ("Three", 3), ("Two", 2)] {
        let child = story.world.organization(&story.world.root, name);
        let computer = story.world.computer(&story.world.group(&child, "Desks"));
        for _ in 0..count {
            story.ask_at(&child, &computer.record, storage()).await;
        }
        story.process(&child.id).await;
    }
    story.world.memory.reset_counts();
    let page = story.get(&story.boss, "/v1/requests/counts?limit=2").await.json();
    let counts = story.world.counts();
    assert!(counts.reads <= 2 * 2 + 10, "{counts:?}");
    let names: Vec<_> = page["organizations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["organization"]["name"].as_str().unwrap())
        .collect();
    assert_eq!((names, &page["more_organizations"]), (vec!["Three", "Two"], &json!(1)));
    assert_eq!(
        (&page["total"], &page["by_kind"]),
        (&json!(6), &kinds(0, 6)),
        "with those that are not named"
    );
}

#[tokio::test]
async fn only_what_may_be_listed_is_counted() {
    let story = Story::new();
    let world = &story.world;
    let root_computer = world.computer(&world.group(&world.root, "Head office"));
    story.ask("/a", 'a').await;
    story.ask_at(&world.root, &root_computer.record, storage()).await;
    story.process(&story.company.id).await;
    story.process(&world.root.id).await;
    let parent_only = world.administrator(&world.root, [Permission::SuperAdminParentOnly]);
    let own = story.get(&parent_only, "/v1/requests/counts").await.json();
    assert_eq!((&own["total"], &own["own"], &own["organizations"]), (&json!(1), &kinds(0, 1), &json!([])));
    // Somebody who counts at the company alone does not learn what is below it.
    let role = world.role(&world.root, "Here", [Permission::SuperAdminParentOnly]);
    let at_company = world.administrator_with(&world.root, |new| {
        new.with_permissions([Permission::SuperAdminParentOnly]).with_assignments([world.assignment(
            &world.root,
            &role,
            Some(&story.company),
        )])
    });
    let shown = story.get(&at_company, "/v1/requests/counts").await.json();
    assert_eq!((&shown["total"], &shown["organizations"]), (&json!(1), &json!([])));

    let nobody = story.person([]);
    let stranger = world.administrator(&world.organization(&world.root, "Sibling"), [Permission::SuperAdmin]);
    let path = format!("/v1/requests/counts?organization_id={}", story.company.id);
    for (who, status) in [(&nobody, 403), (&stranger, 404)] {
        assert_eq!(story.get(who, &path).await.status, status);
    }
    assert_eq!(story.app.get(&path).send().await.status, 401);
    assert_eq!(story.get(&story.boss, "/v1/requests/counts?limit=0").await.status, 422);
    let unknown = "/v1/requests/counts?organization_id=org_01J00000000000000000000000";
    assert_eq!(story.get(&story.boss, unknown).await.status, 404);
}
