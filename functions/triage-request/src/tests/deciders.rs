//! Who can decide a request, and what the caller is missing.
use countersign_http::testing::Person;
use countersign_model::{Administrator, Away, NotificationSettings, Permission, RoleHolders};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Story, path};

#[tokio::test]
async fn those_who_can_decide_are_listed_with_how_far_and_the_caller_hears_what_is_missing() {
    let story = Story::new();
    let viewer = story.person([Permission::ApproveForSingleComputerApplicationOnly]);
    let (all, one) = (
        story.person([Permission::ApproveForEntireOrganization]),
        story.person([Permission::ApproveForSingleComputer]),
    );
    story.person([Permission::ViewReports]);
    let request = story.request().await;
    let answer = story.get(&viewer, &request, "deciders").send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.json();
    let items = page["items"].as_array().unwrap();
    let found: Vec<(&Value, &Value)> =
        items.iter().map(|item| (&item["administrator"]["id"], &item["approves"])).collect();
    let (all_id, one_id) = (json!(all.record.id), json!(one.record.id));
    let (wide, narrow, nobody) = (json!("organization"), json!("computer"), json!(null));
    assert_eq!(found.len(), 4, "{page}");
    assert!(found.contains(&(&all_id, &wide)) && found.contains(&(&one_id, &narrow)), "{page}");
    assert!(found.contains(&(&nobody, &wide)), "the root is out of sight: {page}");
    assert!(items.iter().all(|item| item["denies"] == true));
    assert_eq!(items.iter().filter(|item| item["managing_organization"] == true).count(), 1);
    assert!(!answer.text().contains(story.boss.record.id.as_str()), "{page}");
    assert_eq!(page["next_cursor"], json!(null));

    let you = page["you"].as_array().unwrap();
    assert_eq!(you.len(), 5);
    let missing = |can: &&Value| can["allowed"] == false && can["missing"] != json!([]);
    assert_eq!(you.iter().filter(missing).count(), 2, "for the group and the organization: {page}");
    let page = story.get(&one, &request, "deciders").send().await.json();
    let can = |action: &str, scope: Value| {
        let you = page["you"].as_array().unwrap();
        you.iter().find(|can| can["action"] == action && can["scope"] == scope).unwrap()["allowed"].clone()
    };
    assert_eq!(can("requests.approve-application", json!("computer")), true);
    assert_eq!(can("requests.approve-application", json!("group")), false);
    assert_eq!(can("requests.deny", json!(null)), true);
}

#[tokio::test]
async fn those_who_can_decide_have_the_reason_if_they_are_not_told() {
    let story = Story::new();
    let (world, right) = (&story.world, [Permission::ApproveForEntireOrganization]);
    let told = |new: Administrator| Administrator { notify_on_request: true, ..new.with_permissions(right) };
    let person = |change: &dyn Fn(Administrator) -> Administrator| {
        world.administrator_with(&story.company, |new| change(told(new)))
    };
    let away =
        Away { from: world.now(), until: world.now() + SignedDuration::from_hours(1), delegate_id: None };
    let with = |notifications: NotificationSettings| {
        move |new: Administrator| Administrator { notifications: notifications.clone(), ..new }
    };
    let mut silent = NotificationSettings::default();
    silent.channels_by_kind.new_request = Some([].into());
    let sister = world.organization(&world.root, "Sister");
    let role = world.role(&world.root, "Deciders", right);
    let here = world.assignment(&world.root, &role, Some(&story.company));
    let elsewhere = world.administrator_with(&sister, |new| told(new).with_assignments([here]));
    let listed = |holders: &RoleHolders| holders.with(elsewhere.record.id.clone(), &[], world.now());
    world.journal.update(&role.id, listed).await.unwrap();
    let all = [
        (person(&|new| new), json!(null)),
        (person(&|new| Administrator { notify_on_request: false, ..new }), json!("not-wanted")),
        (person(&with(silent)), json!("no-channel")),
        (person(&with(NotificationSettings { away: Some(away), ..Default::default() })), json!("away")),
        (
            person(&with(NotificationSettings { only_when_nobody_else: true, ..Default::default() })),
            json!("only-when-nobody-else"),
        ),
    ];
    let request = story.request().await;
    let listed_for = async |viewer: &Person| {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = story.get(viewer, &request, &format!("deciders{cursor}")).send().await.json();
            items.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("?cursor={next}"),
                None => return items,
            }
        }
    };
    let reason_of = |items: &[Value], whom: &Person| {
        let item = items.iter().find(|item| item["administrator"]["id"] == json!(whom.record.id));
        item.unwrap_or_else(|| panic!("{} is not among {items:?}", whom.record.id))["not_told"].clone()
    };
    let seen = listed_for(&story.boss).await;
    for (whom, reason) in &all {
        assert_eq!(reason_of(&seen, whom), *reason, "{}", whom.record.name);
    }
    // Who belongs elsewhere is seen by themselves.
    assert_eq!(reason_of(&listed_for(&elsewhere).await, &elsewhere), "elsewhere");
    let page = story.get(&all[0].0, &request, "deciders").send().await.json();
    let unseen = page["items"].as_array().unwrap().iter().filter(|item| item["administrator"].is_null());
    assert!(unseen.clone().count() > 0 && unseen.clone().all(|item| item["not_told"].is_null()), "{page}");
}

#[tokio::test]
async fn the_pages_have_everybody_once() {
    let story = Story::new();
    let viewer = story.person([Permission::ApproveForSingleComputerApplicationOnly]);
    for _ in 0..5 {
        story.person([Permission::ApproveForGroup]);
    }
    let request = story.request().await;
    let (mut met, mut cursor) = (0, String::new());
    loop {
        let page = story.get(&viewer, &request, &format!("deciders?limit=2{cursor}")).send().await.json();
        met += page["items"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(met, 7);
}

#[tokio::test]
async fn only_who_may_open_the_request_learns_who_decides_it() {
    let story = Story::new();
    let request = story.request().await;
    let other = story.person([Permission::ViewReports]);
    assert_eq!(story.get(&other, &request, "deciders").send().await.status, 403);
    let sister = story.world.organization(&story.world.root, "Sister");
    let stranger = story.world.administrator(&sister, [Permission::SuperAdmin]);
    assert_eq!(story.get(&stranger, &request, "deciders").send().await.status, 404);
    assert_eq!(story.app.get(&path(&request, "deciders")).send().await.status, 401);
}
