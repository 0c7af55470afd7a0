use super::{path, put, scene};
use countersign_http::testing::{Person, Scene, TestRequest, World};
use countersign_journal::PermissionEdits;
use countersign_kv::memory::{Memory, Schedule};
use countersign_model::{Administrator, AdministratorId, AdministratorState, Permission};
use futures::future::BoxFuture;
use serde_json::json;

/// The last Super Admin stays, and nothing is changed.
async fn is_kept(scene: &Scene, call: TestRequest) {
    scene.refused(call, (409, "last-super-admin")).await;
}

async fn known(scene: &Scene) -> Vec<AdministratorId> {
    let edits = scene.world.journal.load::<PermissionEdits>(&()).await.unwrap().unwrap().value;
    edits.super_admins().to_vec()
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
        is_kept(&scene, call.bearer(&last.token)).await;
    }
    let beyond = scene.app.delete(&path(&last, "")).bearer(&editor.token);
    scene.refused(beyond, (403, "not-permitted")).await;
}

#[tokio::test]
async fn a_super_admin_by_role_counts_and_whoever_is_none_any_more_is_forgotten() {
    let scene = scene();
    let first = scene.root_admin();
    let role = scene.world.role(&scene.world.root, "Owners", [Permission::SuperAdmin]);
    let second = scene.somebody(&scene.world.root, &[]);
    let body = json!({ "assignments": [{ "role_id": role.id }] });
    assert_eq!(put(&scene, &first, &second, "/roles", body).send().await.status, 200);
    assert_eq!(known(&scene).await, [first.record.id.clone(), second.record.id.clone()]);

    assert_eq!(scene.app.delete(&path(&first, "")).bearer(&first.token).send().await.status, 204);
    is_kept(&scene, put(&scene, &second, &second, "/roles", json!({ "assignments": [] }))).await;

    let third = scene.somebody(&scene.world.root, &[Permission::SuperAdmin]);
    assert_eq!(scene.app.delete(&path(&third, "")).bearer(&second.token).send().await.status, 204);
    assert_eq!(known(&scene).await, std::slice::from_ref(&second.record.id));
}

#[tokio::test]
async fn a_super_admin_who_is_invited_counts_once_they_have_accepted() {
    let scene = scene();
    let first = scene.root_admin();
    let body = json!({ "email": "bob@company.example", "name": "Bob", "organization_id": scene.world.root.id,
        "permissions": ["super-admin"] });
    let invited = scene.app.post("/v1/administrators").bearer(&first.token).json(body).send().await;
    let id: AdministratorId = invited.json()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(known(&scene).await, [first.record.id.clone(), id.clone()]);
    is_kept(&scene, scene.app.delete(&path(&first, "")).bearer(&first.token)).await;
    let accept =
        |old: &Administrator| Ok::<_, ()>(Administrator { state: AdministratorState::Active, ..old.clone() });
    scene.world.journal.update(&id, accept).await.unwrap();
    assert_eq!(scene.app.delete(&path(&first, "")).bearer(&first.token).send().await.status, 204);
}

#[tokio::test]
async fn a_super_admin_who_is_about_to_be_created_stays_known_whoever_leaves_meanwhile() {
    let scene = scene();
    let (first, second) = (scene.root_admin(), scene.root_admin());
    let id = AdministratorId::from_ulid(scene.world.ulid());
    scene.world.journal.expect_super_admin(&id).await.unwrap();
    assert_eq!(scene.app.delete(&path(&second, "")).bearer(&first.token).send().await.status, 204);
    assert_eq!(known(&scene).await, [first.record.id.clone(), id]);
    is_kept(&scene, scene.app.delete(&path(&first, "")).bearer(&first.token)).await;
}

#[tokio::test]
async fn a_disabled_super_admin_is_known_but_does_not_count_until_enabled() {
    let scene = scene();
    let (first, second) = (scene.root_admin(), scene.root_admin());
    let disable = |disabled: bool| {
        scene.app.post(&path(&second, "/disabled")).bearer(&first.token).json(json!({ "disabled": disabled }))
    };
    assert_eq!(disable(true).send().await.status, 200);
    is_kept(&scene, scene.app.delete(&path(&first, "")).bearer(&first.token)).await;
    assert_eq!(disable(false).send().await.status, 200);
    assert_eq!(scene.app.delete(&path(&first, "")).bearer(&first.token).send().await.status, 204);
}

#[tokio::test]
async fn a_super_admin_who_dies_at_any_write_of_leaving_leaves_another() {
    for like in Memory::ALL {
        let mut died = 0;
        for (nth, after) in (1..=8).flat_map(|nth| [(nth, false), (nth, true)]) {
            let what = format!("{like:?}: write {nth}, after {after}");
            let scene = Scene::over(World::over(Memory::new(like)), crate::router);
            let people = [scene.root_admin(), scene.root_admin()];
            scene.world.memory.stop_at_write(nth, after);
            let first = demotes(&scene, &people, 0, 1).await;
            if !scene.world.memory.resume() {
                assert_eq!(first, 200, "{what}");
                continue;
            }
            died += 1;
            let second = demotes(&scene, &people, 1, 0).await;
            let left = [is_super_admin(&scene, &people[0]).await, is_super_admin(&scene, &people[1]).await];
            assert!(left[0] || left[1], "{what}: {second}");
            assert!(matches!(second, 200 | 403 | 404), "{what}: {second}");
            assert_eq!(left[0], second != 200, "{what}: {second}");
        }
        assert!(died >= 8, "{like:?}: died {died} times");
    }
}

/// `who` removes all permissions of `whom`.
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
