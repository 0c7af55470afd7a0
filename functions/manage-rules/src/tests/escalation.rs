//! Who would be told now of a request that waits for too long.
use std::convert::Infallible;

use countersign_http::testing::{Person, Scene, TestResponse};
use countersign_model::{
    Administrator, ApprovalSettings, Away, Escalation, NotificationSettings, Organization, Permission,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::scene;

async fn escalating(scene: &Scene, at: &Organization, escalation: Escalation) {
    let settings = ApprovalSettings { escalation: Some(escalation), ..ApprovalSettings::default() };
    let now = scene.world.now();
    let asking = |old: &Organization| Ok::<_, Infallible>(old.asking(settings.clone(), now));
    scene.world.journal.update(&at.id, asking).await.unwrap();
}

fn both() -> Escalation {
    Escalation {
        untaken_after_minutes: Some(30),
        to: vec!["lead@company.example".parse().unwrap()],
        undecided_after_minutes: Some(240),
    }
}

async fn preview(scene: &Scene, who: &Person, at: &Organization, query: &str) -> TestResponse {
    let path = format!("/v1/organizations/{}/escalation{query}", at.id);
    scene.app.get(&path).bearer(&who.token).send().await
}

fn name(person: &Person) -> Value {
    json!({ "id": person.record.id, "name": person.record.name })
}

#[tokio::test]
async fn it_shows_the_addresses_and_those_of_the_nearest_organization_above_who_may_decide() {
    let scene = scene();
    let office = scene.world.organization(&scene.child, "Office");
    let boss = scene.root_admin();
    let nothing = preview(&scene, &boss, &office, "").await.json();
    let expected =
        json!({ "organization_id": office.id, "kind": "application", "untaken": null, "undecided": null });
    assert_eq!(nothing, expected);
    escalating(&scene, &scene.child, both()).await;
    let lead = scene.somebody(&scene.child, &[Permission::ApproveForSingleComputerApplicationOnly]);
    scene.somebody(&scene.child, &[Permission::EditComputers]);
    scene.somebody(&office, &[Permission::ApproveForGroup]);
    scene.world.administrator_with(&scene.child, |new| Administrator {
        notify_on_request: true,
        ..new.with_permissions([Permission::ApproveForGroup])
    });
    let shown = preview(&scene, &boss, &office, "").await.json();
    assert_eq!(shown["untaken"], json!({ "after_minutes": 30, "to": ["lead@company.example"] }), "inherited");
    let expected = json!({ "after_minutes": 240, "organization": { "id": scene.child.id, "name": scene.child.name },
        "administrators": [name(&lead)], "others": 0 });
    assert_eq!(shown["undecided"], expected);
    let storage = preview(&scene, &boss, &office, "?kind=storage").await.json();
    assert_eq!(storage["kind"], "storage");
    assert_eq!(storage["undecided"]["administrators"], json!([name(&boss)]), "{storage}: nobody nearer may");
}

#[tokio::test]
async fn who_is_away_or_wants_no_messages_is_passed_over_and_a_delegate_is_shown() {
    let scene = scene();
    let office = scene.world.organization(&scene.child, "Office");
    escalating(&scene, &scene.child, both()).await;
    let boss = scene.root_admin();
    let able = |change: &dyn Fn(Administrator) -> Administrator| {
        scene.world.administrator_with(&scene.child, |new| {
            change(new.with_permissions([Permission::ApproveForGroup]))
        })
    };
    let with = |notifications: NotificationSettings| {
        move |new: Administrator| Administrator { notifications: notifications.clone(), ..new }
    };
    let (from, until) = (scene.world.now(), scene.world.now() + SignedDuration::from_hours(1));
    let away = |delegate_id| NotificationSettings {
        away: Some(Away { from, until, delegate_id }),
        ..NotificationSettings::default()
    };
    let mut silent = NotificationSettings::default();
    silent.channels_by_kind.new_request = Some([].into());
    able(&with(silent));
    able(&with(away(None)));
    let shown = preview(&scene, &boss, &office, "").await.json();
    assert_eq!(shown["undecided"]["administrators"], json!([name(&boss)]), "nobody nearer hears: {shown}");

    let only = NotificationSettings { only_when_nobody_else: true, ..NotificationSettings::default() };
    let reserve = able(&|new| Administrator { notify_on_request: true, ..with(only.clone())(new) });
    let delegate = scene.somebody(&scene.world.root, &[Permission::ApproveForGroup]);
    let replaced = Some(delegate.record.id.clone());
    able(&with(away(replaced.clone())));
    able(&with(away(replaced)));
    let told_at_once = scene.world.administrator_with(&scene.world.root, |new| Administrator {
        notify_on_request: true,
        ..new.with_permissions([Permission::ApproveForGroup])
    });
    able(&with(away(Some(told_at_once.record.id.clone()))));
    let for_both = scene.somebody(&scene.child, &[Permission::ApproveForGroup]);
    let absent = with(away(Some(for_both.record.id.clone())));
    able(&|new| Administrator { notify_on_request: true, ..absent(new) });
    able(&absent);
    let shown = preview(&scene, &boss, &office, "").await.json()["undecided"].take();
    assert_eq!(shown["administrators"], json!([name(&reserve), name(&delegate)]), "each once: {shown}");
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let shown = preview(&scene, &viewer, &office, "").await.json()["undecided"].take();
    assert_eq!(
        (&shown["administrators"], &shown["others"]),
        (&json!([name(&reserve)]), &json!(1)),
        "the delegate is out of sight: {shown}"
    );
}

#[tokio::test]
async fn whoever_may_not_be_seen_is_counted() {
    let scene = scene();
    escalating(&scene, &scene.child, both()).await;
    scene.root_admin();
    scene.root_admin();
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let shown = preview(&scene, &viewer, &scene.child, "").await.json();
    let expected = json!({ "after_minutes": 240, "organization": null, "administrators": [], "others": 2 });
    assert_eq!(shown["undecided"], expected);
}

#[tokio::test]
async fn only_who_may_view_administrators_sees_it() {
    let scene = scene();
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let other = scene.somebody(&scene.child, &[Permission::ApproveForGroup]);
    assert_eq!(preview(&scene, &other, &scene.child, "").await.status, 403);
    assert_eq!(preview(&scene, &viewer, &scene.world.root, "").await.status, 404);
    assert_eq!(preview(&scene, &viewer, &scene.child, "?kind=printing").await.status, 422);
    assert_eq!(preview(&scene, &viewer, &scene.child, "").await.status, 200);
    let path = format!("/v1/organizations/{}/escalation", scene.child.id);
    assert_eq!(scene.app.get(&path).send().await.status, 401);
}
