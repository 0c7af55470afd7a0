//! Turns are given out once, whoever takes them at the same moment, and cost little.

use std::sync::Mutex;
use std::time::Duration;

use countersign_kv::memory::{Counts, Memory, Schedule};
use countersign_model::Rate;
use countersign_model::turns::SOON;
use futures::FutureExt;
use futures::executor::block_on;
use jiff::Timestamp;

use super::World;

/// The turns among the times that were given out at a moment.
fn turns(times: &[Timestamp], now: Timestamp) -> usize {
    times.iter().filter(|time| time.duration_since(now) <= SOON).count()
}

#[test]
fn senders_at_once_get_no_more_turns_than_there_are() {
    let rate = Rate::new(6, 60);
    let mut all = 0;
    for like in Memory::ALL {
        for seed in 0..24 {
            let world = World::new(like);
            let now = world.store.clock().now();
            block_on(world.store.take_turns("email", rate, 1, now)).unwrap();
            world.memory.interleave(true);
            let got = Mutex::new(Vec::new());
            let senders = (0..5).map(|_| {
                let take = async {
                    for _ in 0..2 {
                        if let Ok(times) = world.store.take_turns("email", rate, 2, now).await {
                            got.lock().unwrap().push(turns(&times, now));
                        }
                    }
                };
                take.boxed()
            });
            Schedule::new(seed).run(senders.collect());
            let total: usize = got.lock().unwrap().iter().sum();
            assert!(total <= 5, "{like:?} {seed}: {total} of the five that were left");
            all += total;
        }
    }
    assert!(all > 0, "somebody gets one");
}

#[test]
fn turns_cost_two_reads_and_a_write_however_many_they_are() {
    let world = World::new(countersign_kv::memory::Like::Ideal);
    let take = |number| {
        let now = world.store.clock().now();
        world.memory.reset_counts();
        let times = block_on(world.store.take_turns("email", Rate::new(10, 1), number, now)).unwrap();
        assert_eq!(times.len(), number);
        world.memory.counts()
    };
    assert_eq!(take(1).writes, 3, "the first, and the note of when the record is removed");
    for number in [1, 16] {
        assert_eq!(take(number), Counts { reads: 2, writes: 1, swaps: 1 }, "{number}");
    }
}

#[test]
fn the_record_is_removed_when_nobody_takes_turns_any_more() {
    let world = World::new(countersign_kv::memory::Like::Ideal);
    let now = world.store.clock().now();
    block_on(world.store.take_turns("email", Rate::new(10, 1), 1, now)).unwrap();
    let key = crate::keys::record("turns_email");
    assert!(block_on(world.store.kv().get(&key)).unwrap().is_some());
    world.clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
    block_on(super::expiry::sweep(&world));
    assert!(block_on(world.store.kv().get(&key)).unwrap().is_none());
}
