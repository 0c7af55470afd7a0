//! Edits that are judged by several records are serialized, even if editors race, die or stall.

use countersign_kv::memory::{Like, Schedule};
use countersign_model::AdministratorId;
use countersign_store::StoreError;
use futures::FutureExt;
use futures::executor::block_on;
use ulid::Ulid;

use crate::tests::world::{ALL, Note, World};
use crate::{Journal, PermissionEditError, PermissionEdits};

fn world(like: Like) -> World {
    let world = World::new(like);
    for id in ["one", "two"] {
        block_on(world.store.save(world.change(id).create(&Note::new(id)))).unwrap();
    }
    world.settle();
    world
}

/// Changes `own`, unless `other` has contents. Returns whether it did.
async fn change(store: &Journal, world: &World, own: &str, other: &str) -> Result<bool, PermissionEditError> {
    let edit = store.begin_permission_edit().await?;
    let (read, judged_by) = (store.load::<Note>(own).await?, store.load::<Note>(other).await?);
    let (read, judged_by) = (read.ok_or(StoreError::NotFound)?, judged_by.ok_or(StoreError::NotFound)?);
    if !judged_by.value.members.is_empty() {
        return Ok(false);
    }
    let new = read.value.with(own);
    let change = world.change(&format!("edit of {own}"));
    store.save_permission_edit(&edit, (own, read.revision), &new, change).await.map(|_| true)
}

fn members(world: &World, id: &str) -> usize {
    block_on(world.store.load::<Note>(id)).unwrap().unwrap().value.members.len()
}

/// The audit shows the current contents of each record.
fn assert_on_record(world: &World, case: &str) {
    world.settle();
    let told = world.told(&world.root);
    for id in ["one", "two"] {
        let edits = told.iter().filter(|what| **what == format!("edit of {id}")).count();
        assert_eq!(edits, members(world, id), "{case} {id}: {told:?}");
    }
}

#[test]
fn of_two_who_change_one_record_each_by_what_stands_in_both_at_most_one_does() {
    for like in ALL {
        let mut changed = 0;
        for seed in 0..60 {
            let case = format!("{like:?} {seed}");
            let world = world(like);
            let stores = [world.store(seed * 2), world.store(seed * 2 + 1)];
            world.memory.interleave(true);
            let tasks = vec![
                change(&stores[0], &world, "one", "two").boxed(),
                change(&stores[1], &world, "two", "one").boxed(),
            ];
            let told = Schedule::new(seed).deaths(seed % 3 * 8).stalls(20).run(tasks);
            world.memory.interleave(false);
            for (id, told) in ["one", "two"].iter().zip(&told) {
                match told {
                    Some(Ok(made)) => assert_eq!(members(&world, id), usize::from(*made), "{case} {id}"),
                    Some(Err(PermissionEditError::Overtaken)) => assert_eq!(members(&world, id), 0, "{case}"),
                    Some(Err(PermissionEditError::Store(_))) | None => {}
                }
            }
            // What a dead editor left is carried out now or never.
            block_on(world.store.begin_permission_edit()).unwrap();
            assert!(members(&world, "one") + members(&world, "two") <= 1, "{case}: {told:?}");
            assert_on_record(&world, &case);
            changed += members(&world, "one") + members(&world, "two");
        }
        assert!(changed > 0, "{like:?}: somebody gets through");
    }
}

#[test]
fn an_editor_who_dies_at_any_write_leaves_all_or_nothing_to_the_next() {
    for like in ALL {
        let (mut died, mut carried_out) = (0, 0);
        for (nth, after) in (1..=6).flat_map(|nth| [(nth, false), (nth, true)]) {
            for late in [false, true] {
                let case = format!("{like:?}: write {nth}, after {after}, late {late}");
                let world = world(like);
                world.memory.stop_at_write(nth, after);
                let first = block_on(change(&world.store, &world, "one", "two"));
                if !world.memory.resume() {
                    assert_eq!(first, Ok(true), "{case}");
                    continue;
                }
                died += 1;
                let before = members(&world, "one");
                if late {
                    world.settle();
                }
                let second = block_on(change(&world.store(9), &world, "two", "one")).unwrap();
                assert_eq!(members(&world, "two"), usize::from(second), "{case}");
                assert_eq!(members(&world, "one"), usize::from(!second), "{case}");
                carried_out += usize::from(before < members(&world, "one"));
                assert_on_record(&world, &case);
            }
        }
        assert!(died >= 12, "{like:?}: died {died} times");
        assert!(carried_out > 0, "{like:?}: nobody carried out what a dead editor left");
    }
}

#[test]
fn an_edit_that_another_was_faster_than_changes_nothing_and_is_judged_anew() {
    for like in ALL {
        let world = world(like);
        let edit = block_on(world.store.begin_permission_edit()).unwrap();
        assert_eq!(block_on(change(&world.store(2), &world, "two", "one")), Ok(true));
        let new = Note::new("one").with("one");
        let late = world.store.save_permission_edit(&edit, ("one", 1), &new, world.change("edit of one"));
        assert_eq!(block_on(late).unwrap_err(), PermissionEditError::Overtaken);
        assert_eq!(block_on(change(&world.store, &world, "one", "two")), Ok(false));
        assert_on_record(&world, &format!("{like:?}"));
    }
}

#[test]
fn an_edit_of_a_record_that_has_moved_is_refused_with_its_revision() {
    for like in ALL {
        let world = world(like);
        let edit = block_on(world.store.begin_permission_edit()).unwrap();
        let same = |note: &Note| Ok::<_, StoreError>(note.clone());
        block_on(world.store.update("one", same)).unwrap();
        let new = Note::new("one").with("one");
        let save = world.store.save_permission_edit(&edit, ("one", 1), &new, world.change("edit of one"));
        assert_eq!(block_on(save).unwrap_err(), StoreError::Revision { current: 2 }.into());
        assert_on_record(&world, &format!("{like:?}"));
    }
}

#[test]
fn a_record_that_is_changed_otherwise_at_any_step_of_an_edit_keeps_both_or_refuses_one() {
    for like in ALL {
        let (mut kept, mut refused) = (0, 0);
        for seed in 0..40 {
            let world = world(like);
            let (store, other) = (world.store(seed * 2), world.store(seed * 2 + 1));
            let closes = async {
                let close = |note: &Note| Ok::<_, StoreError>(Note { closed: true, ..note.clone() });
                other.update("one", close).await.map(|_| true).map_err(|_| PermissionEditError::Overtaken)
            };
            world.memory.interleave(true);
            let tasks = vec![change(&store, &world, "one", "two").boxed(), closes.boxed()];
            let told = Schedule::new(seed).stalls(30).run(tasks);
            world.memory.interleave(false);
            let note = block_on(world.store.load::<Note>("one")).unwrap().unwrap().value;
            let (edited, closed) = (told[0] == Some(Ok(true)), told[1] == Some(Ok(true)));
            assert_eq!((note.members.len(), note.closed), (usize::from(edited), closed), "{like:?} {seed}");
            assert_on_record(&world, &format!("{like:?} {seed}"));
            kept += usize::from(edited);
            refused += usize::from(!edited);
        }
        assert!(kept > 0 && refused > 0, "{like:?}: kept {kept}, refused {refused}");
    }
}

#[test]
fn an_edit_too_large_is_refused_before_it_takes_a_number() {
    let world = world(ALL[0]);
    let edit = block_on(world.store.begin_permission_edit()).unwrap();
    // Within the bound of a record, but too large together with the record of edits.
    let new = Note::new("one").with(&"x".repeat(62 * 1024 - 200));
    let before = world.memory.dump();
    let save = world.store.save_permission_edit(&edit, ("one", 1), &new, world.change("edit of one"));
    assert!(matches!(block_on(save), Err(PermissionEditError::Store(StoreError::TooLarge { .. }))));
    assert!(world.memory.dump() == before, "nothing was written");
}

#[test]
fn somebody_who_is_going_to_be_a_super_admin_is_known_and_edits_under_way_begin_again() {
    let world = world(ALL[0]);
    let edit = block_on(world.store.begin_permission_edit()).unwrap();
    let id = AdministratorId::from_ulid(Ulid::from_parts(1, 1));
    for _ in 0..2 {
        block_on(world.store.expect_super_admin(&id)).unwrap();
    }
    let new = Note::new("one").with("one");
    let save = world.store.save_permission_edit(&edit, ("one", 1), &new, world.change("edit of one"));
    assert_eq!(block_on(save).unwrap_err(), PermissionEditError::Overtaken);
    let known = block_on(world.store.load::<PermissionEdits>(&())).unwrap().unwrap().value;
    assert_eq!(known.super_admins(), [id]);
}
