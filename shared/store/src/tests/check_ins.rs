//! The check-ins of computers: they survive a death at any write, and go when their computer has gone.

use std::convert::Infallible;
use std::time::Duration;

use countersign_kv::memory::Memory;
use countersign_model::Computer;
use countersign_model::computer::check_ins::{BLOCK, CheckInEntry};
use countersign_model::ids::ComputerId;
use futures::executor::block_on;

use super::World;
use super::expiry::{left, sweep};
use crate::record::{Entity, Envelope, encode, key_of, raw};
use crate::{Expiring, StoreError};

impl World {
    /// Notes check-ins, one a minute.
    fn check_in(&self, computer: &ComputerId, many: usize) -> Result<(), StoreError> {
        for _ in 0..many {
            self.clock.advance(Duration::from_secs(60));
            let at = self.store.clock().now();
            let entry = CheckInEntry { at, address: None, agent_version: None, policy_version: None };
            let known = block_on(self.store.check_ins(computer))?;
            assert!(known.is_due(at));
            block_on(self.store.note_check_in(computer, &known, entry))?;
        }
        Ok(())
    }

    fn pages(&self, computer: &ComputerId, limit: usize) -> Vec<CheckInEntry> {
        let (mut all, mut below) = (Vec::new(), None);
        loop {
            let (page, next) = block_on(self.store.past_check_ins(computer, below, limit)).unwrap();
            all.extend(page);
            match next {
                Some(next) => below = Some(next),
                None => return all,
            }
        }
    }

    fn save(&self, computer: &Computer) {
        let key = key_of::<Computer>(&computer.id);
        let first = Envelope::first("created".to_owned(), None, raw(&key, computer).unwrap());
        let value = encode(&key, &first).unwrap();
        block_on(self.store.write(vec![(key, value)])).unwrap();
    }
}

#[test]
fn the_newest_check_ins_are_found_page_by_page_in_few_reads() {
    for like in Memory::ALL {
        let world = World::new(like);
        let (one, other) = (world.computer(1).id, world.computer(2).id);
        world.check_in(&other, 3).unwrap();
        world.check_in(&one, 610).unwrap();
        let all = world.pages(&one, 50);
        assert_eq!(all.len(), 20 * BLOCK + 10, "{like:?}: the others gave way");
        assert!(all.windows(2).all(|pair| pair[0].at > pair[1].at), "{like:?}");
        assert_eq!(world.pages(&other, 50).len(), 3, "{like:?}: each computer has its own");
        world.memory.reset_counts();
        block_on(world.store.past_check_ins(&one, None, 50)).unwrap();
        let counts = world.memory.counts();
        assert!(counts.reads <= 4 && counts.writes == 0, "{like:?}: {counts:?}");
    }
}

#[test]
fn a_writer_that_dies_leaves_all_of_a_check_in_or_nothing() {
    for like in Memory::ALL {
        for after in [false, true] {
            let world = World::new(like);
            let id = world.computer(1).id;
            world.check_in(&id, BLOCK).unwrap();
            if after {
                world.memory.stop_after_write(1);
            } else {
                world.memory.stop_before_write(1);
            }
            assert!(world.check_in(&id, 1).is_err(), "{like:?} {after}");
            assert!(world.memory.resume());
            assert_eq!(world.pages(&id, 10).len(), BLOCK + usize::from(after), "{like:?} {after}");
            world.check_in(&id, 1).unwrap();
            assert_eq!(world.pages(&id, 10).len(), BLOCK + 1 + usize::from(after), "{like:?} {after}");
        }
    }
}

#[test]
fn the_check_ins_of_a_removed_computer_go_and_those_of_others_stay() {
    for like in Memory::ALL {
        let world = World::new(like);
        let (gone, stays) = (world.computer(1), world.computer(2));
        for computer in [&gone, &stays] {
            world.save(computer);
            world.check_in(&computer.id, 60).unwrap();
            let note = Expiring::CheckIns { computer_id: computer.id.clone() };
            block_on(world.store.expire_after(world.store.clock().now(), &note)).unwrap();
        }
        let removed = |old: &Computer| Ok::<_, Infallible>(old.deleted());
        block_on(world.store.update(&gone.id, removed)).unwrap();
        block_on(sweep(&world));
        assert_eq!(world.pages(&gone.id, 50).len(), 60, "{like:?}: not before the hour is over");
        world.clock.advance(Duration::from_secs(2 * 60 * 60));
        block_on(sweep(&world));
        assert_eq!((world.pages(&gone.id, 50).len(), world.pages(&stays.id, 50).len()), (0, 60), "{like:?}");
        let own = Computer::record_id(&gone.id);
        let left: Vec<_> = left(&world).into_iter().filter(|key| key.contains(&own)).collect();
        assert_eq!(left, [key_of::<Computer>(&gone.id)], "{like:?}: only the record");
    }
}
