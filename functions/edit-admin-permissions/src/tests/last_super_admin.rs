use super::{path, put, scene};
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{Permission, Roster};

use countersign_kv::memory::Schedule;
use futures::future::BoxFuture;
use serde_json::json;

/// The last Super Admin stays; only the roster was looked at and mended.
async fn is_kept(scene: &Scene, last: &Person, call: TestRequest) {
    let (record, events) = (scene.record(last).await, scene.audit(&scene.world.root).await);
    let answer = call.send().await;
    assert_eq!((answer.status, answer.code()), (409, "last-super-admin".to_owned()), "{}", answer.text());
    assert_eq!(scene.record(last).await, record);
    assert_eq!(scene.audit(&scene.world.root).await, events);
}

async fn is_super_admin(scene: &Scene, person: &Person) -> bool {
    let record = scene.record(person).await;
    record.is_active() && record.permissions.contains(&Permission::SuperAdmin)
}

#[tokio::test]
async fn the_last_super_admin_cannot_be_taken_away_in_any_way() {
    let scene = scene();
    let last = scene.root_admin();
    let editor = scene.somebody(&scene.world.root, &[Permission::SuperAdminParentOnly]);
    let calls = [
        scene.app.delete(&path(&last, "")),
        scene.app.delete(&path(&last, "?dry_run=true")),
        scene.app.post(&path(&last, "/disabled")).json(json!({ "disabled": true })),
        scene.app.put(&path(&last, "/permissions")).json(json!({ "permissions": [] })),
    ];
    for call in calls {
        is_kept(&scene, &last, call.bearer(&last.token)).await;
    }
    let beyond = scene.app.delete(&path(&last, "")).bearer(&editor.token);
    scene.refused(beyond, (403, "not-permitted")).await;
}

#[tokio::test]
async fn a_super_admin_by_role_counts_and_is_found_even_when_the_roster_lacks_them() {
    let scene = scene();
    let first = scene.root_admin();
    let role = scene.world.role(&scene.world.root, "Owners", [Permission::SuperAdmin]);
    let second = scene.somebody(&scene.world.root, &[]);
    let body = json!({ "assignments": [{ "role_id": role.id }] });
    assert_eq!(put(&scene, &first, &second, "/roles", body).send().await.status, 200);
    let roster = scene.world.journal.load::<Roster>(&()).await.unwrap().unwrap().value;
    assert!(roster.administrators.contains(&second.record.id));

    assert_eq!(scene.app.delete(&path(&first, "")).bearer(&first.token).send().await.status, 204);
    is_kept(&scene, &second, put(&scene, &second, &second, "/roles", json!({ "assignments": [] }))).await;

    // A roster that a crash left without anybody is mended before it refuses.
    scene.world.journal.update(&(), |_: &Roster| Ok::<_, ()>(Roster::default())).await.unwrap();
    let third = scene.somebody(&scene.world.root, &[Permission::SuperAdmin]);
    assert_eq!(scene.app.delete(&path(&third, "")).bearer(&second.token).send().await.status, 204);
    let roster = scene.world.journal.load::<Roster>(&()).await.unwrap().unwrap().value;
    assert!(roster.administrators.contains(&second.record.id) && roster.leaving.is_empty());
}

/// `who` takes all permissions from `whom`.
fn demotes<'a>(scene: &'a Scene, people: &'a [Person], who: usize, whom: usize) -> BoxFuture<'a, u16> {
    Box::pin(async move {
        let answer = put(scene, &people[who], &people[whom], "/permissions", json!({ "permissions": [] }))
            .send()
            .await;
        answer.status
    })
}

#[test]
fn super_admins_who_demote_each_other_at_once_leave_one() {
    let two: &[(usize, usize)] = &[(0, 1), (1, 0)];
    let three: &[(usize, usize)] = &[(0, 1), (1, 2), (2, 0), (0, 2), (1, 0), (2, 1)];
    for (seed, pairs) in (0..60).flat_map(|seed| [(seed, two), (seed, three)]) {
        let scene = scene();
        let many = if pairs.len() == two.len() { 2 } else { 3 };
        let people: Vec<_> = (0..many).map(|_| scene.root_admin()).collect();
        scene.world.memory.interleave(true);
        let tasks = pairs.iter().map(|(who, whom)| demotes(&scene, &people, *who, *whom)).collect();
        let answers = Schedule::new(seed).deaths(if seed % 2 == 0 { 0 } else { 20 }).run(tasks);
        scene.world.memory.interleave(false);
        let left = people
            .iter()
            .filter(|person| futures::executor::block_on(is_super_admin(&scene, person)))
            .count();
        assert!(left >= 1, "seed {seed}: {answers:?}");
    }
}
