//! Racing updates: nothing is lost and every writer is told the truth.

use crate::Journal;
use countersign_kv::memory::{Like, Schedule};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;
use futures::executor::block_on;

use crate::tests::journal::{Way, write};
use crate::tests::world::{ALL, Note, World, sorted};

async fn add(store: &Journal, member: &str) -> Result<(), UpdateError<StoreError>> {
    store.update("note", |note: &Note| Ok(note.with(member))).await.map(|_| ())
}

async fn save(store: &Journal, world: &World, member: &str) -> Result<(), UpdateError<StoreError>> {
    let transition = |note: &Note| Ok((note.with(member), world.change(member)));
    store.save_update("note", None, transition).await.map(|_| ())
}

#[test]
fn racing_updates_lose_nothing_and_each_writer_is_told_the_truth() {
    for like in ALL {
        for seed in 0..20 {
            let world = World::new(like);
            block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
            world.memory.interleave(true);
            let names: Vec<String> = (0..24).map(|n| format!("w{n}")).collect();
            let stores: Vec<_> = (0..24).map(|n| world.store(seed * 100 + n)).collect();
            let tasks = names.iter().zip(&stores).map(|(name, store)| add(store, name).boxed()).collect();
            let told = Schedule::new(seed).deaths(if seed % 2 == 0 { 0 } else { 10 }).stalls(10).run(tasks);
            world.memory.interleave(false);
            let note = block_on(world.store.load::<Note>("note")).unwrap().unwrap();
            assert_eq!(note.revision, 1 + note.value.members.len() as u64);
            assert!(note.value.members.len() > 1, "somebody gets through");
            for (name, told) in names.iter().zip(told) {
                let times = note.value.members.iter().filter(|each| *each == name).count();
                match told {
                    Some(Ok(())) => assert_eq!(times, 1, "{like:?} {seed} {name}"),
                    Some(Err(error)) => {
                        assert_eq!(error, StoreError::Busy.into());
                        assert_eq!(times, 0, "{like:?} {seed} {name}");
                    }
                    None => assert!(times <= 1),
                }
            }
        }
    }
}

#[test]
fn what_a_record_carries_and_what_its_audit_says_is_the_same() {
    for like in ALL {
        for seed in 0..20 {
            let world = World::new(like);
            block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
            world.memory.interleave(true);
            // More writers than a record remembers writes.
            let names: Vec<String> = (0..48).map(|n| format!("w{n}")).collect();
            let stores: Vec<_> = (0..48).map(|n| world.store(seed * 100 + n)).collect();
            let tasks =
                names.iter().zip(&stores).map(|(name, store)| save(store, &world, name).boxed()).collect();
            let told = Schedule::new(seed).deaths(seed % 3 * 8).stalls(10).run(tasks);
            world.memory.interleave(false);
            let note = block_on(world.store.load::<Note>("note")).unwrap().unwrap();
            for (name, told) in names.iter().zip(told) {
                let times = note.value.members.iter().filter(|each| *each == name).count();
                match told {
                    Some(answer) => assert_eq!(times, usize::from(answer.is_ok()), "{like:?} {seed} {name}"),
                    None => assert!(times <= 1),
                }
            }
            world.settle();
            let audit = world.told(&world.root).into_iter().filter(|what| what.starts_with('w')).collect();
            assert_eq!(sorted(audit), sorted(note.value.members), "{like:?} {seed}");
        }
    }
}

#[test]
fn another_revision_than_expected_is_refused_before_anything_is_written() {
    let world = World::new(ALL[0]);
    block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
    let transition = |note: &Note| Ok::<_, ()>((note.with("a"), world.change("a")));
    assert_eq!(block_on(world.store.save_update("note", 1, transition)).unwrap().revision, 2);
    world.memory.reset_counts();
    let refused = block_on(world.store.save_update("note", 1, transition));
    assert_eq!(refused, Err(UpdateError::Store(StoreError::Revision { current: 2 })));
    assert_eq!(world.memory.counts().writes, 0);
}

#[test]
fn a_refused_transition_writes_nothing() {
    let world = World::new(ALL[0]);
    block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
    world.memory.reset_counts();
    let refused = block_on(world.store.save_update("note", None, |_: &Note| Err::<(Note, _), _>("no")));
    assert_eq!(refused, Err(UpdateError::Refused("no")));
    let absent = block_on(world.store.update("other", |note: &Note| Ok::<_, ()>(note.clone())));
    assert_eq!(absent, Err(UpdateError::Store(StoreError::NotFound)));
    assert_eq!(world.memory.counts().writes, 0);
}

/// Whether the host died at this write of a change.
fn dies_and_tells_what_waits(like: Like, way: Way, nth: usize, after: bool) -> bool {
    let case = format!("{like:?} {way:?}: write {nth} after {after}");
    let world = World::new(like);
    block_on(world.store.save(world.change("a note").create(&Note::new("note")))).unwrap();
    world.settle();
    let waits = || block_on(world.store.has_unprocessed(&world.root)).unwrap();
    assert!(!waits(), "{case}");
    world.memory.stop_at_write(nth, after);
    let _ = block_on(write(world.store(7), world.root.clone(), way, "news".to_owned()));
    let died = world.memory.resume();
    let counts = world.told(&world.root).contains(&"news".to_owned());
    assert!(counts || died, "{case}");
    assert_eq!(waits(), counts, "{case}: what came to count waits, a number without a change does not");
    world.settle();
    assert!(!waits(), "{case}");
    died
}

#[test]
fn a_change_that_counts_waits_until_it_is_processed_and_no_other_does() {
    for like in ALL {
        for way in [Way::New, Way::Update] {
            for after in [false, true] {
                let deaths =
                    (1..20).take_while(|nth| dies_and_tells_what_waits(like, way, *nth, after)).count();
                assert!((2..19).contains(&deaths), "{like:?} {way:?}: {deaths}");
            }
        }
    }
}
