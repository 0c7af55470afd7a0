//! Deciding about two records at once: each of two writes the other's record unchanged before changing their own.

use crate::Journal;
use countersign_kv::memory::Schedule;
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;
use futures::executor::block_on;

use crate::tests::world::{ALL, Note, World};

fn world(like: countersign_kv::memory::Like) -> World {
    let world = World::new(like);
    for id in ["one", "two"] {
        block_on(world.store.save(world.change(id).create(&Note::new(id)))).unwrap();
    }
    world
}

/// Changes `own` by what stands in both records.
async fn change(
    store: &Journal,
    world: &World,
    own: &str,
    other: &str,
) -> Result<(), UpdateError<StoreError>> {
    let (read, judged_by) = (store.load::<Note>(own).await?, store.load::<Note>(other).await?);
    let (read, judged_by) = (read.ok_or(StoreError::NotFound)?, judged_by.ok_or(StoreError::NotFound)?);
    if !judged_by.value.members.is_empty() {
        return Ok(());
    }
    store.rewrite_at::<Note>(other, judged_by.revision).await?;
    let transition = |note: &Note| Ok((note.with(own), world.change(own)));
    store.save_update(own, Some(read.revision), transition).await.map(drop)
}

#[test]
fn of_two_who_change_one_record_each_by_what_stands_in_both_at_most_one_does() {
    for like in ALL {
        let mut changed = 0;
        for seed in 0..60 {
            let world = world(like);
            let stores = [world.store(seed * 2), world.store(seed * 2 + 1)];
            world.memory.interleave(true);
            let tasks = vec![
                change(&stores[0], &world, "one", "two").boxed(),
                change(&stores[1], &world, "two", "one").boxed(),
            ];
            Schedule::new(seed).deaths(seed % 3 * 8).stalls(20).run(tasks);
            world.memory.interleave(false);
            let members = |id| block_on(world.store.load::<Note>(id)).unwrap().unwrap().value.members.len();
            assert!(members("one") + members("two") <= 1, "{like:?} {seed}");
            changed += members("one") + members("two");
        }
        assert!(changed > 0, "{like:?}: somebody gets through");
    }
}

#[test]
fn a_record_is_written_unchanged_only_at_the_revision_that_was_read() {
    for like in ALL {
        let world = world(like);
        block_on(world.store.rewrite_at::<Note>("one", 1)).unwrap();
        let note = block_on(world.store.load::<Note>("one")).unwrap().unwrap();
        assert_eq!((note.revision, note.value.members.len()), (2, 0));
        world.memory.reset_counts();
        let stale = block_on(world.store.rewrite_at::<Note>("one", 1));
        assert_eq!(stale, Err(StoreError::Revision { current: 2 }));
        assert_eq!(block_on(world.store.rewrite_at::<Note>("three", 1)), Err(StoreError::NotFound));
        assert_eq!(world.memory.counts().writes, 0);
    }
}
