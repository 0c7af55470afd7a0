//! The epoch of a store.

use countersign_kv::memory::Memory;
use futures::executor::block_on;

use super::World;
use crate::{SCHEMA, StoreEpoch, StoreError};

#[test]
fn a_restored_store_has_another_epoch_each_time() {
    for like in Memory::ALL {
        let world = World::new(like);
        assert_eq!(block_on(world.store.epoch()).unwrap(), None, "{like:?}: of an earlier version");
        let mut seen = vec![None];
        for _ in 0..3 {
            block_on(world.store.begin_epoch()).unwrap();
            let epoch = block_on(world.store.epoch()).unwrap();
            assert!(!seen.contains(&epoch), "{like:?}");
            seen.push(epoch);
        }
    }
}

#[test]
fn a_new_epoch_that_died_at_any_write_can_be_begun_again() {
    for like in Memory::ALL {
        for begun in [false, true] {
            let world = World::new(like);
            if begun {
                block_on(world.store.begin_epoch()).unwrap();
            }
            let before = block_on(world.store.epoch()).unwrap();
            for after in [false, true] {
                if after {
                    world.memory.stop_after_write(1);
                } else {
                    world.memory.stop_before_write(1);
                }
                assert!(block_on(world.store.begin_epoch()).is_err(), "{like:?}");
                world.memory.resume();
            }
            block_on(world.store.begin_epoch()).unwrap();
            assert_ne!(block_on(world.store.epoch()).unwrap(), before, "{like:?}");
        }
    }
}

#[test]
fn a_store_of_a_later_schema_is_refused_and_left_as_it_is() {
    for like in Memory::ALL {
        let world = World::new(like);
        block_on(world.store.begin_epoch()).unwrap();
        let later = |now: &StoreEpoch| Ok::<_, ()>(StoreEpoch { schema: SCHEMA + 1, ..now.clone() });
        block_on(world.store.update(&(), later)).unwrap();
        let refused = StoreError::LaterSchema { schema: SCHEMA + 1 };
        assert_eq!(block_on(world.store.epoch()), Err(refused.clone()), "{like:?}");
        assert_eq!(block_on(world.store.begin_epoch()), Err(refused.clone()), "{like:?}");
        assert_eq!(block_on(world.store.epoch()), Err(refused), "{like:?}");
    }
}

#[test]
fn a_store_from_before_the_schema_was_noted_has_the_first_one() {
    let found: StoreEpoch = serde_json::from_str(r#"{"epoch":"e"}"#).unwrap();
    assert_eq!(found.schema, 1);
}
