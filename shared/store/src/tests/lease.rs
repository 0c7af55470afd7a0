//! A lease has at most one holder, even if a caller stalls across the end of a period.

use std::sync::Mutex;
use std::time::Duration;

use countersign_kv::Clock;
use countersign_kv::memory::{Memory, Schedule, pause};
use futures::FutureExt;
use futures::executor::block_on;

use super::World;
use crate::Store;

/// Takes the lease now and then, and records it while holding it. Returns how often it had it.
async fn contend(store: Store, holding: &Mutex<Vec<usize>>, who: usize) -> usize {
    let mut had = 0;
    for _ in 0..12 {
        let Ok(Some(lease)) = store.lease("work").await else {
            pause().await;
            continue;
        };
        had += 1;
        for _ in 0..6 {
            // The holder's work while the lease holds; nobody else may work at the same time.
            if !lease.holds(store.clock().now()) {
                break;
            }
            let others = {
                let mut holding = holding.lock().unwrap();
                holding.push(who);
                holding.iter().filter(|each| **each != who).count()
            };
            assert_eq!(others, 0, "two hold the lease at once");
            holding.lock().unwrap().clear();
            pause().await;
        }
        if !who.is_multiple_of(3) {
            let _ = store.release(lease).await;
        }
    }
    had
}

/// The time for which a lease is held, from taking it to its end or release.
#[derive(Clone, Copy)]
struct Held {
    from: i64,
    to: i64,
}

async fn hold(store: Store, spans: &Mutex<Vec<Held>>, who: u64) {
    for round in 0..10 {
        let Ok(Some(lease)) = store.lease("work").await else {
            pause().await;
            continue;
        };
        let from = store.clock().now().as_millisecond();
        for _ in 0..(who + round) % 5 {
            pause().await;
        }
        let until = (0..40_000).find(|extra| {
            let at = jiff::Timestamp::from_millisecond(from + extra).unwrap();
            !lease.holds(at)
        });
        let mut to = from + until.unwrap();
        if !(who + round).is_multiple_of(3) {
            to = to.min(store.clock().now().as_millisecond());
            let _ = store.release(lease).await;
        }
        spans.lock().unwrap().push(Held { from, to });
    }
}

#[test]
fn a_lease_has_one_holder_at_any_time() {
    for like in Memory::ALL {
        for seed in 0..24 {
            let world = World::new(like);
            world.memory.interleave(true);
            let spans = Mutex::new(Vec::new());
            let holding = Mutex::new(Vec::new());
            let mut tasks: Vec<_> = (0..8).map(|who| hold(world.store(who), &spans, who).boxed()).collect();
            if seed % 4 == 0 {
                tasks = (0..8)
                    .map(|who| contend(world.store(who), &holding, who as usize).map(|_| ()).boxed())
                    .collect();
            }
            let schedule = Schedule::new(seed).deaths(seed % 3).stalls(20).each_step(|random| {
                world.clock.advance(Duration::from_millis(random.below(400)));
            });
            schedule.run(tasks);
            let mut spans = spans.into_inner().unwrap();
            spans.sort_by_key(|held| held.from);
            for pair in spans.windows(2) {
                assert!(pair[0].to <= pair[1].from, "{like:?} {seed}: {} > {}", pair[0].to, pair[1].from);
            }
        }
    }
}

#[test]
fn a_lease_ends_by_itself_and_comes_back_at_once_when_released() {
    for like in Memory::ALL {
        let world = World::new(like);
        let lease = block_on(world.store.lease("work")).unwrap().unwrap();
        assert!(block_on(world.store.lease("work")).unwrap().is_none());
        assert!(block_on(world.store.lease("other work")).unwrap().is_some());
        block_on(world.store.release(lease)).unwrap();
        let lost = block_on(world.store.lease("work")).unwrap().unwrap();
        world.clock.advance(Duration::from_secs(14));
        assert!(lost.holds(world.clock.now()));
        assert!(block_on(world.store.lease("work")).unwrap().is_none());
        world.clock.advance(Duration::from_secs(16));
        assert!(!lost.holds(world.clock.now()));
        assert!(block_on(world.store.lease("work")).unwrap().is_some());
    }
}
