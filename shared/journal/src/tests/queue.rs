//! Queues: what is to be done, however much there is.

use std::collections::BTreeSet;

use crate::Due;
use countersign_kv::Clock;
use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};

use crate::tests::world::{ALL, World};

#[test]
fn everything_put_in_comes_out_in_order_once_it_is_due() {
    let world = World::new(ALL[2]);
    let now = world.clock.now();
    let outbox = world.store.outbox(&world.root);
    let all: Vec<_> = (0..5_000).map(|n| Due { id: format!("ntf_{n:026}"), at: now }).collect();
    for part in all.chunks(50) {
        block_on(outbox.add(part)).unwrap();
    }
    let mut seen = Vec::new();
    loop {
        let due = block_on(outbox.due(now, 32)).unwrap();
        if due.is_empty() {
            break;
        }
        let ids: Vec<_> = due.iter().map(|due| due.id.as_str()).collect();
        block_on(outbox.remove(&ids)).unwrap();
        seen.extend(due);
    }
    assert_eq!(seen, all, "also those that are due at one moment: a digest counts by number");
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

#[test]
fn however_much_waits_the_record_has_a_bound_and_everything_comes_in_its_turn() {
    const ALL_OF_THEM: i64 = 28_000;
    let world = World::new(ALL[0]);
    let now = world.clock.now();
    let outbox = world.store.outbox(&world.root);
    let blocks = |world: &World| world.memory.dump().into_keys().filter(|key| key.contains("/b/")).count();
    let before = blocks(&world);
    let due = |n: i64| {
        // Some are put in front of others, some behind, and each has another moment.
        let place = n * 7_919 % ALL_OF_THEM;
        Due { id: format!("undecided/{place:020}"), at: now + SignedDuration::from_millis(place) }
    };
    let all: Vec<_> = (0..ALL_OF_THEM).map(due).collect();
    let mut largest = 0;
    for part in all.chunks(2_000) {
        block_on(outbox.add(part)).unwrap();
        let sizes = world.memory.dump().into_iter().filter(|(key, _)| key.contains("/outbox_"));
        largest = sizes.map(|(_, value)| value.len()).max().unwrap().max(largest);
    }
    assert!((20_000..36 * 1024).contains(&largest), "room is left for the log of deliveries: {largest}");
    let mut seen = BTreeSet::new();
    for moment in (0..ALL_OF_THEM).step_by(2_000) {
        let until = now + SignedDuration::from_millis(moment);
        loop {
            let found = block_on(outbox.due(until, 400)).unwrap();
            let Some(_) = found.first() else { break };
            let ids: Vec<&str> = found.iter().map(|due| due.id.as_str()).collect();
            block_on(outbox.remove(&ids)).unwrap();
            seen.extend(found.into_iter().map(|due| due.at));
        }
        let due = (0..=moment).map(|place| now + SignedDuration::from_millis(place));
        assert!(seen.iter().copied().eq(due), "what is due by then, and nothing else: {moment}");
    }
    let left = block_on(outbox.next_at()).unwrap();
    assert_eq!(left, Some(now + SignedDuration::from_millis(ALL_OF_THEM - 1_999)));
    while let found = block_on(outbox.due(Timestamp::MAX, 400)).unwrap()
        && !found.is_empty()
    {
        let ids: Vec<&str> = found.iter().map(|due| due.id.as_str()).collect();
        block_on(outbox.remove(&ids)).unwrap();
        seen.extend(found.into_iter().map(|due| due.at));
    }
    assert_eq!((seen.len() as i64, blocks(&world)), (ALL_OF_THEM, before), "all, and no block stays behind");
}

#[test]
fn clearing_leaves_nothing_behind_in_the_queue_or_in_its_blocks() {
    let world = World::new(ALL[2]);
    let now = world.clock.now();
    let outbox = world.store.outbox(&world.root);
    let keys = world.memory.dump().len();
    let at = |n: i64| now + SignedDuration::from_secs(n % 7 - 3);
    let all: Vec<_> = (0..5_000).map(|n| Due { id: format!("ntf_{n:026}"), at: at(n) }).collect();
    for part in all.chunks(50) {
        block_on(outbox.add(part)).unwrap();
    }
    let due = block_on(outbox.due_at_least(now)).unwrap();
    assert!((1..=all.iter().filter(|each| each.at <= now).count() as u64).contains(&due), "{due}");
    block_on(outbox.clear()).unwrap();
    assert_eq!(block_on(outbox.outlook()).unwrap(), (None, 0));
    assert_eq!(block_on(outbox.due_at_least(Timestamp::MAX)).unwrap(), 0);
    assert_eq!(world.memory.dump().len(), keys, "no block is left");
}
