//! The note of a computer's newest requests.

use std::time::Duration;

use countersign_kv::memory::Memory;
use countersign_model::{ComputerId, RequestId};
use futures::executor::block_on;
use jiff::SignedDuration;
use ulid::Ulid;

use super::World;

#[test]
fn requests_are_counted_by_the_time_in_their_ids() {
    let world = World::new(Memory::ALL[0]);
    let (store, computer) = (&world.store, ComputerId::from_ulid(Ulid::from_parts(1, 1)));
    let minute = SignedDuration::from_mins(1);
    let mut ids = Vec::new();
    for _ in 0..4 {
        let asked = block_on(store.asked_requests(&computer)).unwrap();
        let id = RequestId::from_ulid(store.random().ulid(store.clock().now()));
        block_on(store.kv().set_many(vec![asked.entry_with(&computer, &id).unwrap()])).unwrap();
        ids.push(id);
        world.clock.advance(Duration::from_secs(25));
    }
    let asked = block_on(store.asked_requests(&computer)).unwrap();
    assert_eq!(asked.ids(), ids);
    assert_eq!(asked.within(minute, store.clock().now()), 2, "those of 25 and 50 seconds ago");
    assert_eq!(asked.within(SignedDuration::from_hours(1), store.clock().now()), 4);
    assert_eq!(asked.trimmed(1, |id| *id == ids[1]).ids(), [ids[1].clone(), ids[3].clone()]);
}

#[test]
fn an_unreadable_note_counts_as_empty() {
    let World { store, .. } = World::new(Memory::ALL[0]);
    let computer = ComputerId::from_ulid(Ulid::from_parts(1, 1));
    block_on(store.kv().set_many(vec![(crate::keys::asked(&computer), b"?".to_vec())])).unwrap();
    assert!(block_on(store.asked_requests(&computer)).unwrap().ids().is_empty());
}
