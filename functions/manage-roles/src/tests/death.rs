//! The host dies at each write of a role's deletion, and the administrator tries again.
use std::time::Duration;

use super::{path, scene};
use countersign_authority::rights::actor_of;
use countersign_http::testing::{Person, Scene, World};
use countersign_model::{ActName, Permission, Role};

use countersign_kv::memory::{Like, Memory};

/// The writes of deleting a role that makes Super Admins of the root: number, batch, intent, swap.
const WRITES: usize = 4;

fn scene_over(like: Like) -> Scene {
    Scene::over(World::over(Memory::new(like)), crate::router)
}

/// Whether the role still exists, which is the same for all its holders and for the audit.
async fn stands(scene: &Scene, role: &Role, holders: &[Person], what: &str) -> bool {
    let stands = scene.book(&scene.world.root).await.iter().any(|each| each.id == role.id);
    for holder in holders {
        let record = scene.record(holder).await;
        let held = actor_of(&scene.world.journal, &record).await.unwrap().holdings().len();
        assert_eq!(held, usize::from(stands), "{what}");
    }
    let events = scene.audit(&scene.world.root).await;
    let deleted = events.iter().filter(|event| event.act.name() == ActName::RoleDeleted).count();
    assert_eq!(deleted, usize::from(!stands), "{what}: the audit");
    stands
}

#[tokio::test]
async fn a_deletion_that_dies_half_way_leaves_all_or_nothing_and_can_be_repeated() {
    for like in Memory::ALL {
        for (nth, after) in (1..=WRITES).flat_map(|nth| [(nth, false), (nth, true)]) {
            let what = format!("{like:?}: write {nth}, after {after}");
            let scene = scene_over(like);
            let (root, world) = (&scene.world.root, &scene.world);
            let role = world.role(root, "Owners", [Permission::SuperAdmin]);
            let holders = [
                scene.holder(root, root, &role, None).await,
                scene.holder(&scene.child, root, &role, Some(root)).await,
            ];
            let admin = scene.root_admin();
            let delete = || scene.app.delete(&path(&role)).bearer(&admin.token).send();
            world.memory.stop_at_write(nth, after);
            let first = delete().await;
            assert!(world.memory.resume(), "{what}");
            let stood = stands(&scene, &role, &holders, &what).await;
            assert!(!stood || first.status == 503, "{what}: {}", first.text());

            world.advance(Duration::from_secs(3600));
            let again = delete().await;
            // Once the intent is placed, the next call carries it out and finds the role deleted.
            let intended = (nth, after) >= (3, true);
            assert_eq!(again.status, if stood && !intended { 204 } else { 404 }, "{what}: {}", again.text());
            assert!(!stands(&scene, &role, &holders, &what).await, "{what}");
            for holder in &holders {
                let token = world.session(&scene.record(holder).await);
                let list = scene.app.get("/v1/roles").bearer(&token).send().await;
                assert_eq!(list.status, 403, "{what}: {}", list.text());
            }
        }
    }
}

#[tokio::test]
async fn a_deletion_has_no_further_write_to_die_at() {
    let scene = scene();
    let root = &scene.world.root;
    let role = scene.world.role(root, "Owners", [Permission::SuperAdmin]);
    scene.holder(root, root, &role, None).await;
    let admin = scene.root_admin();
    scene.world.memory.stop_before_write(WRITES + 1);
    assert_eq!(scene.app.delete(&path(&role)).bearer(&admin.token).send().await.status, 204);
    assert!(!scene.world.memory.resume());
}
