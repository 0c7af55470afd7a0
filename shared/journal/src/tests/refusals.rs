//! Refused sign-ins that were counted are put on record when their hour is over, whatever dies.

use std::time::Duration;

use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::act::SessionRefused;
use countersign_model::{Act, lists};
use countersign_store::Tally;
use futures::executor::block_on;
use futures::future::join_all;
use jiff::SignedDuration;

use super::world::World;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Counts refusals of one subject. Returns how many were told to be the first.
fn refuse(world: &World, times: usize) -> usize {
    let tally = Tally::of(&["somebody", "wrong-credentials"], HOUR, world.clock.now());
    let refused = SessionRefused::first(None, None, "wrong-credentials");
    let count = async || {
        if !world.store.has_begun(&tally).await.unwrap() {
            world.store.begin_tally(&tally, &world.root, &refused, None).await.unwrap();
        }
        world.store.count_refusals(&tally, 1).await.unwrap()
    };
    world.memory.interleave(true);
    let counted = block_on(join_all((0..times).map(|_| count())));
    world.memory.interleave(false);
    counted.into_iter().filter(|is_first| *is_first).count()
}

fn sweep(world: &World) {
    for _ in 0..40 {
        // It may die.
        let _ = block_on(world.store.sweep(200));
    }
}

/// The counts in the audit.
fn told(world: &World) -> Vec<u64> {
    let page = block_on(world.store.list(&world.permit, lists::SYSTEM_AUDIT, None, 200)).unwrap();
    let events = page.items.iter().map(|row| block_on(world.store.event(&world.permit, row.number.unwrap())));
    let refused = events.filter_map(|event| {
        let Act::SessionRefused(refused) = event.unwrap().unwrap().act else { return None };
        refused.count
    });
    refused.collect()
}

#[test]
fn of_racing_refusals_one_is_the_first_and_all_are_counted() {
    for like in Memory::ALL {
        let world = World::new(like);
        assert_eq!(refuse(&world, 30), 1);
        sweep(&world);
        assert_eq!(told(&world), Vec::<u64>::new(), "the hour is not over");
        world.clock.advance(Duration::from_secs(2 * 60 * 60));
        sweep(&world);
        assert_eq!(told(&world), [30], "{like:?}");
        assert!(!world.memory.dump().into_keys().any(|key| key.contains("/u/")), "the counter is gone");
        assert_eq!(refuse(&world, 1), 1, "another hour has a first one of its own");
    }
}

#[test]
fn a_sweep_that_dies_and_is_repeated_tells_the_same_number() {
    let mut deaths = 0;
    for (write, after) in (1..).flat_map(|write| [(write, false), (write, true)]) {
        let world = World::new(Memory::ALL[0]);
        refuse(&world, 5);
        world.clock.advance(Duration::from_secs(2 * 60 * 60));
        if after {
            world.memory.stop_after_write(write)
        } else {
            world.memory.stop_before_write(write)
        }
        sweep(&world);
        let died = world.memory.resume();
        sweep(&world);
        world.settle();
        let told = told(&world);
        assert!(!told.is_empty() && told.iter().all(|count| *count == 5), "write {write}: {told:?}");
        if !died {
            break;
        }
        deaths += 1;
    }
    assert!(deaths >= 8, "only {deaths} places to die were tried");
}
