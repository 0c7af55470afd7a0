//! The epoch of a store.

use countersign_kv::memory::Memory;
use futures::executor::block_on;

use super::World;

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
