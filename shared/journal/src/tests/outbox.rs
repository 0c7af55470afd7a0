//! The outbox: outstanding deliveries, however many there are.

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
