use super::{path, scene};
use Permission::{RoleAdministrator, ViewAdministrators, ViewReports};
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Administrator, AdministratorState, Permission, Role};
use serde_json::{Value, json};
use std::time::Duration;

fn holders(scene: &Scene, who: &Person, role: &Role, query: &str) -> TestRequest {
    scene.app.get(&format!("{}/holders{query}", path(role))).bearer(&who.token)
}

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}

#[tokio::test]
async fn who_holds_a_role_is_listed_with_where_it_is_assigned() {
    let scene = scene();
    let (root, child) = (&scene.world.root, &scene.child);
    let role = scene.world.role(root, "Help desk", [ViewReports]);
    let both = [scene.world.assignment(root, &role, None), scene.world.assignment(root, &role, Some(child))];
    let holder = scene.world.administrator_with(root, |new| new.with_assignments(both));
    scene.list_as_holder(&holder, &role).await;
    let admin = scene.root_admin();
    let answer = holders(&scene, &admin, &role, "").send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let expected = json!({ "items": [{
        "administrator": { "id": holder.record.id, "name": holder.record.name, "state": "active",
            "organization": { "id": root.id, "name": "Example Root" } },
        "assigned_at": [{ "id": root.id, "name": "Example Root" }, { "id": child.id, "name": "Company B" }],
    }], "next_cursor": null });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn only_who_really_holds_the_role_is_listed() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Help desk", [ViewReports]);
    let admin = scene.somebody(&scene.child, &[ViewAdministrators]);
    let never = scene.somebody(&scene.child, &[]);
    scene.list_as_holder(&never, &role).await;
    let held = [AdministratorState::Invited, AdministratorState::Disabled, AdministratorState::Deleted];
    for state in held {
        let assignment = scene.world.assignment(&scene.child, &role, None);
        let holder = scene.world.administrator_with(&scene.child, |new| {
            Administrator { state, ..new }.with_assignments([assignment])
        });
        scene.list_as_holder(&holder, &role).await;
        // They come by age, and within a millisecond in no particular order.
        scene.world.advance(Duration::from_millis(1));
    }
    let former = scene.holder(&scene.child, &scene.child, &role, None).await;
    let without = |old: &Administrator| Ok::<_, ()>(old.with_assignments([]));
    scene.world.journal.update(&former.record.id, without).await.unwrap();
    let page = holders(&scene, &admin, &role, "").send().await.json();
    let states: Vec<_> = items(&page).iter().map(|item| item["administrator"]["state"].clone()).collect();
    assert_eq!(states, ["invited", "disabled"], "a role is theirs as soon as they are active");
}

#[tokio::test]
async fn people_and_places_out_of_sight_are_counted_but_not_named() {
    let scene = scene();
    let (root, child) = (&scene.world.root, &scene.child);
    let role = scene.world.role(child, "Help desk", [ViewReports]);
    let above = scene.holder(root, child, &role, Some(child)).await;
    let local = scene.somebody(child, &[ViewAdministrators]);
    let answer = holders(&scene, &local, &role, "").send().await;
    let place = json!({ "id": child.id, "name": "Company B" });
    assert_eq!(items(&answer.json())[0], json!({ "managing_organization": true, "assigned_at": [place] }));
    for secret in [above.record.id.as_str(), &above.record.name, root.id.as_str(), "Example Root"] {
        assert!(!answer.text().contains(secret), "{secret}: {}", answer.text());
    }
    scene.world.advance(Duration::from_millis(1));
    let below = scene.world.organization(child, "Company D");
    scene.holder(&below, child, &role, None).await;
    let only_here = scene.somebody(child, &[Permission::SuperAdminParentOnly]);
    let page = holders(&scene, &only_here, &role, "").send().await.json();
    assert_eq!(items(&page)[1], json!({ "managing_organization": true, "assigned_at": [] }));
}

#[tokio::test]
async fn whoever_may_not_view_administrators_learns_the_name_of_nobody_but_themselves() {
    let scene = scene();
    let child = &scene.child;
    let role = scene.world.role(child, "Role keepers", [RoleAdministrator]);
    let (other, keeper) =
        (scene.holder(child, child, &role, None).await, scene.holder(child, child, &role, None).await);
    let answer = holders(&scene, &keeper, &role, "").send().await;
    assert!(!answer.text().contains(other.record.id.as_str()), "{}", answer.text());
    assert!(!answer.text().contains(&other.record.name), "{}", answer.text());
    let named = items(&answer.json()).iter().filter_map(|item| item.get("administrator")).count();
    assert_eq!((items(&answer.json()).len(), named), (2, 1), "{}", answer.text());
    assert!(answer.text().contains(keeper.record.id.as_str()));
}

#[tokio::test]
async fn holders_come_in_pages_that_name_nobody_in_their_cursors() {
    let scene = scene();
    let (root, child) = (&scene.world.root, &scene.child);
    let role = scene.world.role(child, "Help desk", [ViewReports]);
    let mut expected = Vec::new();
    for number in 0..7 {
        let home = if number % 2 == 0 { child } else { root };
        let holder = scene.holder(home, child, &role, Some(child)).await;
        expected.push(holder.record.id);
        // Nobody may be left out because two were made in the same millisecond.
        scene.world.advance(Duration::from_millis(number / 3));
    }
    let local = scene.somebody(child, &[ViewAdministrators]);
    let admin = scene.root_admin();
    let whole = async |who| {
        let (mut pages, mut query) = (Vec::new(), "?limit=2".to_owned());
        loop {
            let page = holders(&scene, who, &role, &query).send().await;
            let next = page.json()["next_cursor"].as_str().map(|next| format!("?limit=2&cursor={next}"));
            pages.push(page);
            match next {
                Some(next) => query = next,
                None => return pages,
            }
        }
    };
    let (mut seen, mut hidden) = (Vec::new(), 0);
    for page in whole(&local).await {
        assert!(expected.iter().skip(1).step_by(2).all(|id| !page.text().contains(id.as_str())));
        hidden += items(&page.json()).iter().filter(|item| item["managing_organization"] == true).count();
    }
    for page in whole(&admin).await {
        let page = page.json();
        seen.extend(items(&page).iter().map(|item| item["administrator"]["id"].as_str().unwrap().to_owned()));
        assert!(items(&page).len() <= 2);
    }
    let mut expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
    expected.sort();
    seen.sort();
    assert_eq!((seen, hidden), (expected, 3));
}

#[tokio::test]
async fn holders_are_read_with_rights_at_the_owner_only() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Help desk", []);
    let nobody = scene.somebody(&scene.child, &[]);
    let beside = scene.world.organization(&scene.world.root, "Company C");
    let stranger = scene.somebody(&beside, &[RoleAdministrator]);
    let missing = scene.refused(holders(&scene, &nobody, &role, ""), (403, "not-permitted")).await.json();
    assert_eq!(missing["missing"][0][0]["organization_id"], scene.child.id.as_str());
    scene.refused(holders(&scene, &stranger, &role, ""), (404, "not-found")).await;
    scene.refused(scene.app.get(&format!("{}/holders", path(&role))), (401, "not-identified")).await;
    let viewer = scene.somebody(&scene.child, &[ViewAdministrators]);
    for id in ["rol_01ARZ3NDEKTSV4RRFFQ69G5FAV", "rol_1"] {
        let unknown = scene.app.get(&format!("/v1/roles/{id}/holders")).bearer(&viewer.token);
        scene.refused(unknown, (404, "not-found")).await;
    }
    let limit = scene.refused(holders(&scene, &viewer, &role, "?limit=0"), (422, "invalid-query")).await;
    assert_eq!(limit.pointers(), ["/limit"]);
}
