//! Asking who may do something.

mod cursors;
mod give;

use std::collections::{BTreeMap, BTreeSet};

use countersign_http::testing::Person;
use countersign_model::{Administrator, AdministratorState, Organization, Permission, Role};

use serde_json::{Value, json};

use crate::tests::{Story, pointed_at};

/// Reads page after page until the end: every item, and the number of pages.
async fn everybody(story: &Story, asker: &Person, query: &str, limit: usize) -> (Vec<Value>, usize) {
    let (mut items, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = story.who(asker, &format!("{query}&limit={limit}{cursor}")).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let page = page.json();
        items.extend(page["items"].as_array().unwrap().clone());
        pages += 1;
        assert!(pages < 200, "the pages end");
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (items, pages),
        }
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["administrator"]["id"].as_str().unwrap_or("?")).collect()
}

fn id(person: &Person) -> &str {
    person.record.id.as_str()
}

impl Story {
    fn can(&self, action: &str) -> String {
        format!("action={action}&organization_id={}", self.child.id)
    }
}

/// Company B's people, people above, and people of another company with roles at Company B.
struct Crowd {
    story: Story,
    sibling: Organization,
    boss: Person,
    may: BTreeSet<String>,
    everyone: Vec<Person>,
}

impl Crowd {
    async fn new() -> Self {
        let story = Story::new();
        let (root, child) = (story.world.root.clone(), story.child.clone());
        let sibling = story.world.organization(&root, "Company C");
        let world = &story.world;
        let single = |at: &Organization, permission| world.administrator(at, [permission]);
        let role = |owner: &Organization, name: &str, permission| world.role(owner, name, [permission]);
        let local = role(&child, "Local", Permission::ApproveForGroup);
        let shared = role(&root, "Shared", Permission::ApproveForEntireOrganization);
        let reports = role(&root, "Reports", Permission::ViewReports);
        let boss = single(&root, Permission::SuperAdmin);
        let may = [
            boss.clone(),
            single(&child, Permission::ApproveForSingleComputer),
            single(&child, Permission::ApproveForGroup),
            single(&root, Permission::SuperAdminChild),
            story.holder(&child, &[(&child, &local, &child)]).await,
            story.holder(&sibling, &[(&child, &local, &child)]).await,
            story.holder(&sibling, &[(&root, &shared, &child)]).await,
            story.holder(&sibling, &[(&root, &shared, &sibling), (&child, &local, &child)]).await,
            story
                .holder(
                    &sibling,
                    &[(&root, &shared, &root), (&root, &shared, &sibling), (&child, &local, &child)],
                )
                .await,
        ];
        let may_not = [
            single(&child, Permission::ViewApprovals),
            single(&root, Permission::SuperAdminParentOnly),
            single(&sibling, Permission::SuperAdmin),
            single(&child, Permission::SuperAdminChild),
            story.holder(&sibling, &[(&root, &shared, &sibling)]).await,
            story.holder(&sibling, &[(&root, &reports, &child)]).await,
        ];
        let names = may.iter().map(|person| id(person).to_owned()).collect();
        let everyone = may.into_iter().chain(may_not).collect();
        Self { sibling, boss, may: names, everyone, story }
    }
}

#[tokio::test]
async fn everybody_who_can_is_listed_once_whatever_the_size_of_the_pages() {
    let crowd = Crowd::new().await;
    let query = crowd.story.can("requests.approve-application");
    let (whole, pages) = everybody(&crowd.story, &crowd.boss, &query, 200).await;
    assert_eq!(pages, 1);
    let listed: BTreeSet<String> = ids(&whole).into_iter().map(str::to_owned).collect();
    assert_eq!((whole.len(), &listed), (crowd.may.len(), &crowd.may), "each once");
    for limit in [1, 2, 3, 5] {
        let (items, pages) = everybody(&crowd.story, &crowd.boss, &query, limit).await;
        assert_eq!(items, whole, "the same in pages of {limit}");
        assert!(pages > 1);
    }
}

#[tokio::test]
async fn whoever_is_listed_is_allowed_when_asked_about_for_the_same_reasons_and_nobody_else_is() {
    let crowd = Crowd::new().await;
    let story = &crowd.story;
    for action in ["requests.list", "requests.approve-application", "reports.view", "organizations.create"] {
        let (items, _) = everybody(story, &crowd.boss, &story.can(action), 4).await;
        let listed: BTreeMap<&str, &Value> =
            ids(&items).into_iter().zip(items.iter().map(|item| &item["because"])).collect();
        for person in &crowd.everyone {
            let mut question = json!({ "action": action, "resource": { "organization_id": story.child.id } });
            question["administrator_id"] = json!(person.record.id);
            let answer = story.ask(&crowd.boss, question).await.json();
            let because = Some(&answer["because"]).filter(|_| answer["allowed"] == true);
            assert_eq!(listed.get(id(person)).copied(), because, "{action}: {}", id(person));
        }
    }
}

#[tokio::test]
async fn a_person_is_shown_with_where_they_belong_and_on_what_it_rests() {
    let crowd = Crowd::new().await;
    let story = &crowd.story;
    let (items, _) = everybody(story, &crowd.boss, &story.can("requests.approve-application"), 200).await;
    let visitor = |item: &&Value| {
        item["administrator"]["organization"]["id"] == crowd.sibling.id.as_str()
            && item["because"][0]["role"]["name"] == "Local"
    };
    let visitor = items.iter().find(visitor).unwrap();
    let name = visitor["administrator"]["name"].as_str().unwrap();
    assert!(name.starts_with("Administrator "), "{visitor}");
    assert!(visitor["administrator"]["email"].as_str().unwrap().ends_with("@example.test"));
    assert_eq!(visitor["administrator"]["organization"]["name"], "Company C");
    assert_eq!(visitor["because"][0]["organization_id"], story.child.id.as_str());
    let mut grounds = items.iter().flat_map(|item| item["because"].as_array().unwrap());
    let above = grounds.find(|ground| ground["permission"] == "super-admin-child").unwrap();
    assert_eq!(above["organization_id"], story.world.root.id.as_str());
    assert_eq!((&above["reach"], &above["role"]), (&json!("below-only"), &Value::Null));
}

#[tokio::test]
async fn people_out_of_sight_are_shown_as_the_managing_organization() {
    let crowd = Crowd::new().await;
    let story = &crowd.story;
    let viewer = story.world.administrator(&story.child, [Permission::ViewAdministrators]);
    let query = story.can("requests.approve-application");
    let (items, _) = everybody(story, &viewer, &query, 3).await;
    assert_eq!(items.len(), crowd.may.len());
    let (unseen, seen): (Vec<_>, Vec<_>) =
        items.iter().partition(|item| item["administrator"] == json!({ "managing_organization": true }));
    assert_eq!((seen.len(), unseen.len()), (3, 6), "{items:?}");
    for item in seen {
        assert_eq!(item["administrator"]["organization"]["name"], "Company B");
    }
    for ground in unseen.iter().flat_map(|item| item["because"].as_array().unwrap()) {
        assert_eq!(
            (&ground["organization_id"], &ground["managing_organization"]),
            (&Value::Null, &json!(true))
        );
        assert!(ground["role"].is_null() || ground["role"] == json!({ "managing_organization": true }));
    }
    let text = story.who(&viewer, &query).await.text();
    for hidden in
        [story.world.root.id.as_str(), crowd.sibling.id.as_str(), "Company C", "Example Root", "Shared"]
    {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

#[tokio::test]
async fn seeing_an_organization_is_not_enough_to_be_shown_its_people() {
    let story = Story::new();
    let world = &story.world;
    let role = world.role(&world.root, "Viewer", [Permission::ViewAdministrators]);
    let asker = story.holder(&world.root, &[(&world.root, &role, &story.child)]).await;
    let colleague = world.administrator(&world.root, [Permission::ViewAdministrators]);
    let (items, _) = everybody(&story, &asker, &story.can("administrators.view"), 50).await;
    assert_eq!(
        ids(&items).iter().collect::<BTreeSet<_>>(),
        [id(&asker), "?"].iter().collect(),
        "oneself is shown"
    );
    let (items, _) = everybody(&story, &colleague, &story.can("administrators.view"), 50).await;
    assert_eq!(items.len(), 2);
    assert!(!ids(&items).contains(&"?"), "who may view them sees them: {items:?}");
}

#[tokio::test]
async fn whoever_cannot_sign_in_or_has_lost_the_role_is_not_listed() {
    let story = Story::new();
    let world = &story.world;
    let sibling = world.organization(&world.root, "Company C");
    let boss = world.administrator(&world.root, [Permission::SuperAdmin]);
    let gone: Role = world.role(&story.child, "Gone", [Permission::ViewReports]);
    let kept = world.role(&story.child, "Kept", [Permission::ViewReports]);
    story.holder(&sibling, &[(&story.child, &gone, &story.child)]).await;
    let lost = story.holder(&sibling, &[(&story.child, &kept, &story.child)]).await;
    let without = |one: &Administrator| Ok::<_, std::convert::Infallible>(one.with_assignments([]));
    world.journal.update(&id(&lost).parse().unwrap(), without).await.unwrap();
    world
        .journal
        .update(&story.child.id, |book: &countersign_model::RoleBook| book.without(&gone.id))
        .await
        .unwrap();
    for state in [AdministratorState::Disabled, AdministratorState::Invited] {
        world.administrator_with(&story.child, |new: Administrator| Administrator {
            state,
            ..new.with_permissions([Permission::ViewReports])
        });
    }
    let (items, _) = everybody(&story, &boss, &story.can("reports.view"), 50).await;
    assert_eq!(ids(&items), [id(&boss)]);
}

#[tokio::test]
async fn a_role_deleted_between_two_pages_hides_nobody_of_another_role() {
    let story = Story::new();
    let world = &story.world;
    let sibling = world.organization(&world.root, "Company C");
    let boss = world.administrator(&world.root, [Permission::ViewAdministrators]);
    let first = world.role(&story.child, "First", [Permission::ViewReports]);
    // Roles of one moment are in no order.
    world.advance(std::time::Duration::from_millis(1));
    let second = world.role(&story.child, "Second", [Permission::ViewReports]);
    let early = story.holder(&sibling, &[(&story.child, &second, &story.child)]).await;
    story.holder(&sibling, &[(&story.child, &first, &story.child)]).await;
    story.holder(&sibling, &[(&story.child, &first, &story.child)]).await;
    let page = story.who(&boss, &format!("{}&limit=2", story.can("reports.view"))).await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    world
        .journal
        .update(&story.child.id, |book: &countersign_model::RoleBook| book.without(&first.id))
        .await
        .unwrap();
    let page = story.who(&boss, &format!("{}&cursor={cursor}", story.can("reports.view"))).await.json();
    assert_eq!(ids(page["items"].as_array().unwrap()), [id(&early)]);
}

#[tokio::test]
async fn roles_whose_holders_fill_more_than_a_page_are_read_in_turn() {
    let story = Story::new();
    let world = &story.world;
    let sibling = world.organization(&world.root, "Company C");
    let boss = world.administrator(&world.root, [Permission::ViewAdministrators]);
    let mut holders = BTreeSet::new();
    for number in 0..20 {
        let role = world.role(&story.child, &format!("Role {number}"), [Permission::ViewReports]);
        let holder = story.holder(&sibling, &[(&story.child, &role, &story.child)]).await;
        holders.insert(id(&holder).to_owned());
    }
    let (items, pages) = everybody(&story, &boss, &story.can("reports.view"), 50).await;
    assert_eq!(ids(&items).into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), holders);
    assert_eq!(pages, 2, "sixteen roles at a time");
    let reads = async |action: &str| {
        world.memory.reset_counts();
        assert_eq!(story.who(&boss, &story.can(action)).await.status, 200);
        world.counts().reads
    };
    let (with, without) = (reads("reports.view").await, reads("help-desk.manage").await);
    assert_eq!(with - without, 16 + 16 + 1, "roles that cannot matter are not read: {with}, {without}");
}

#[tokio::test]
async fn combinations_count_from_different_grants() {
    let story = Story::new();
    let world = &story.world;
    let boss = world.administrator(&world.root, [Permission::ViewAdministrators]);
    let role = world.role(&story.child, "Elevation", [Permission::ElevationAdministrator]);
    let assignment = world.assignment(&story.child, &role, None);
    let clerk = world.administrator_with(&story.child, |new: Administrator| {
        new.with_permissions([Permission::ApproveForGroup]).with_assignments([assignment])
    });
    world.administrator(&story.child, [Permission::ApproveForGroup]);
    let can = |scope: &str| format!("{}&scope={scope}", story.can("requests.approve-elevation"));
    let (items, _) = everybody(&story, &boss, &can("group"), 50).await;
    assert_eq!(ids(&items), [id(&clerk)]);
    assert_eq!(items[0]["because"].as_array().unwrap().len(), 2, "{items:?}");
    assert!(everybody(&story, &boss, &can("organization"), 50).await.0.is_empty());
}

#[tokio::test]
async fn the_kind_of_the_request_matters() {
    let story = Story::new();
    let world = &story.world;
    let boss = world.administrator(&world.root, [Permission::ViewAdministrators]);
    let clerk = world.administrator(&story.child, [Permission::ApproveForSingleComputerApplicationOnly]);
    let can = |kind: &str| format!("{}&request_kind={kind}", story.can("requests.open"));
    assert_eq!(ids(&everybody(&story, &boss, &can("application"), 50).await.0), [id(&clerk)]);
    assert!(everybody(&story, &boss, &can("storage"), 50).await.0.is_empty());
}

#[tokio::test]
async fn without_an_organization_it_is_about_ones_own() {
    let story = Story::new();
    let viewer = story.world.administrator(&story.child, [Permission::ViewAdministrators]);
    let (items, _) = everybody(&story, &viewer, "action=roles.view", 50).await;
    assert_eq!(ids(&items), [id(&viewer)]);
}

#[tokio::test]
async fn asking_needs_the_right_to_view_administrators_there() {
    let story = Story::new();
    let world = &story.world;
    let sibling = world.organization(&world.root, "Company C");
    let clerk = world.administrator(&story.child, [Permission::ApproveForGroup]);
    let stranger = world.administrator(&sibling, [Permission::SuperAdmin]);
    world.memory.reset_counts();
    let refused = story.who(&clerk, &story.can("requests.list")).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    let missing = refused.json()["missing"].clone();
    let view = json!([{ "permission": "view-administrators", "organization_id": story.child.id }]);
    assert!(missing.as_array().unwrap().contains(&view), "{missing}");
    let unknown = "action=requests.list&organization_id=org_01J00000000000000000000000".to_owned();
    for query in [story.can("requests.list"), unknown] {
        let hidden = story.who(&stranger, &query).await;
        assert_eq!((hidden.status, hidden.code().as_str()), (404, "not-found"));
    }
    let nobody = story.app.get(&format!("/v1/authorize/who?{}", story.can("requests.list"))).send().await;
    assert_eq!(nobody.status, 401);
    story.nothing_happened();
}

#[tokio::test]
async fn a_bad_query_is_told_what_is_wrong_and_where() {
    let story = Story::new();
    let viewer = story.world.administrator(&story.child, [Permission::ViewAdministrators]);
    let two_places = "give=view-reports&administrator_id=adm_01J00000000000000000000000\
        &organization_id=org_01J00000000000000000000000";
    let to_somebody = "action=roles.view&administrator_id=adm_01J00000000000000000000000";
    let cases = [
        ("organization_id=x", "/organization_id", "`x`"),
        ("action=fly", "/action", "`fly` is not a known action"),
        ("", "", "`action` or `give` is required"),
        ("give=fly", "/give", "`fly` is not a known permission"),
        ("give=view-reports&action=roles.view", "/give", "left out with `action`"),
        ("give=view-reports&request_kind=storage", "/request_kind", "left out with `give`"),
        ("give=view-reports&scope=group", "/scope", "left out with `give`"),
        (two_places, "/organization_id", "left out with `administrator_id`"),
        (to_somebody, "/administrator_id", "left out with `action`"),
        ("action=roles.view&scope=planet", "/scope", "`planet` is not a known scope"),
        (
            "action=requests.approve-storage&request_kind=application",
            "/request_kind",
            "about storage requests only",
        ),
        ("action=roles.view&limit=0", "/limit", "from 1 to 200"),
        ("action=roles.view&why=1", "", "`why` is not known here"),
        ("action=roles.view&cursor=x", "/cursor", "`next_cursor`"),
        ("action=roles.view&cursor=m.99.", "/cursor", "`next_cursor`"),
    ];
    for (query, pointer, message) in cases {
        let refused = story.who(&viewer, query).await;
        assert_eq!(refused.status, 422, "{query}: {}", refused.text());
        let told = match refused.pointers().as_slice() {
            [place] if query.contains("why") => pointed_at(&refused, place),
            _ => pointed_at(&refused, pointer),
        };
        assert!(told.contains(message), "{query}: {told}");
    }
}

#[tokio::test]
async fn asking_who_can_writes_nothing() {
    let crowd = Crowd::new().await;
    crowd.story.world.memory.reset_counts();
    everybody(&crowd.story, &crowd.boss, &crowd.story.can("requests.list"), 3).await;
    crowd.story.nothing_happened();
}
