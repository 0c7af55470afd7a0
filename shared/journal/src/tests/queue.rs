//! Queues: what is to be done, however much there is.

use std::collections::BTreeSet;

use crate::Due;
use countersign_kv::Clock;
use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};

use crate::tests::world::{ALL, World};

#[test]
fn everything_put_in_comes_out_once_it_is_due() {
    let world = World::new(ALL[2]);
    let now = world.clock.now();
    let outbox = world.store.outbox(&world.root);
    let all: Vec<_> = (0..1_700).map(|n| Due { id: format!("ntf_{n:026}"), at: now }).collect();
    for part in all.chunks(400) {
        block_on(outbox.add(part)).unwrap();
    }
    let mut seen = BTreeSet::new();
    loop {
        let due = block_on(outbox.due(now, 64)).unwrap();
        if due.is_empty() {
            break;
        }
        let ids: Vec<_> = due.iter().map(|due| due.id.as_str()).collect();
        seen.extend(ids.iter().map(|id| (*id).to_owned()));
        block_on(outbox.remove(&ids)).unwrap();
    }
    assert_eq!(seen.len(), all.len());
}

#[test]
fn a_delivery_put_off_waits_for_its_moment() {
    let world = World::new(ALL[0]);
    let now = world.clock.now();
    let outbox = world.store.outbox(&world.root);
    let later = now + SignedDuration::from_secs(60);
    block_on(outbox.add(&[Due { id: "a".to_owned(), at: now }])).unwrap();
    block_on(outbox.add(&[Due { id: "a".to_owned(), at: later }])).unwrap();
    assert_eq!(block_on(outbox.due(now, 10)).unwrap(), []);
    assert_eq!(block_on(outbox.next_at()).unwrap(), Some(later));
    assert_eq!(block_on(outbox.due(Timestamp::MAX, 10)).unwrap().len(), 1);
}

#[test]
fn what_is_due_is_found_behind_however_much_that_waits_for_later() {
    let world = World::new(ALL[1]);
    let now = world.clock.now();
    let outbox = world.store.outbox(&world.root);
    let at = |n: i64| now + SignedDuration::from_secs(n);
    let later: Vec<_> = (0..1_000).map(|n| Due { id: format!("later_{n}"), at: at(1_000 - n) }).collect();
    block_on(outbox.add(&later)).unwrap();
    block_on(outbox.add(&[Due { id: "now".to_owned(), at: now }])).unwrap();
    let ids =
        |at| -> Vec<String> { block_on(outbox.due(at, 5)).unwrap().into_iter().map(|due| due.id).collect() };
    assert_eq!(ids(now), ["now"], "a provider that is down delays no other");
    assert_eq!(block_on(outbox.next_at()).unwrap(), Some(now));
    block_on(outbox.remove(&["now"])).unwrap();
    assert_eq!(block_on(outbox.next_at()).unwrap(), Some(at(1)));
    for second in 1..=1_000 {
        let found = ids(at(second));
        assert_eq!(found, [format!("later_{}", 1_000 - second)], "each in its turn");
        block_on(outbox.remove(&[&found[0]])).unwrap();
    }
    assert_eq!(block_on(outbox.next_at()).unwrap(), None);
}

#[test]
fn what_is_taken_out_while_others_add_does_not_come_back() {
    let world = World::new(ALL[2]);
    let now = world.clock.now();
    let outbox = world.store.outbox(&world.root);
    let blocks = |world: &World| world.memory.dump().into_keys().filter(|key| key.contains("/b/")).count();
    let before = blocks(&world);
    let named = |n: usize| Due { id: format!("ntf_{n}"), at: now + SignedDuration::from_secs(n as i64) };
    let mut left: BTreeSet<String> = BTreeSet::new();
    for n in 0..1_200 {
        block_on(outbox.add(&[named(n)])).unwrap();
        left.insert(named(n).id);
        // Of every three, one is settled at once.
        if n % 3 == 0 {
            block_on(outbox.remove(&[&named(n).id])).unwrap();
            left.remove(&named(n).id);
        }
    }
    let mut seen = BTreeSet::new();
    loop {
        let due = block_on(outbox.due(Timestamp::MAX, 64)).unwrap();
        let Some(_) = due.first() else { break };
        for each in &due {
            assert!(seen.insert(each.id.clone()), "{} comes once", each.id);
        }
        let ids: Vec<_> = due.iter().map(|due| due.id.as_str()).collect();
        block_on(outbox.remove(&ids)).unwrap();
    }
    assert_eq!(seen, left);
    assert_eq!(blocks(&world), before, "no block stays behind");
}
