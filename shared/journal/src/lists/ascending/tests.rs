//! Places of a long log are found in a few steps.

use countersign_kv::memory::Like;
use futures::executor::block_on;

use super::Search;
use crate::lists::BLOCK;
use crate::lists::log::{Block, Blocks, LogHead, Row};
use crate::tests::world::World;

/// The id of a row: in the order of the places, five to one millisecond.
fn id(place: u64) -> String {
    format!("req_{:08}", place / 5)
}

/// A log of this many rows, with a spare one in the last block.
fn log(world: &World, rows: u64) -> LogHead {
    let mut head = LogHead::default();
    let all: Vec<_> = (0..rows).map(|place| Row(place + 1, id(place))).collect();
    for some in all.chunks(BLOCK / 2) {
        let mut blocks = Blocks::default();
        head = block_on(world.store.extend_log(&head, some.to_vec(), BLOCK, &mut blocks)).unwrap();
        block_on(world.store.write(blocks.written)).unwrap();
    }
    head
}

fn found(world: &World, head: &LogHead, place: u64) -> Option<Block> {
    match block_on(world.store.block_at(head, place)).unwrap() {
        Search::Found(_, block) => Some(block),
        Search::Missing(_) => None,
    }
}

#[test]
fn a_place_of_a_long_log_is_found_in_a_number_of_steps_that_is_logarithmic() {
    let world = World::new(Like::Ideal);
    let blocks = 300;
    let head = log(&world, blocks * BLOCK as u64 - 7);
    for number in [0, 1, 2, 3, 64, 127, 128, 200, 255, 298, 299] {
        let place = number * BLOCK as u64 + 3;
        world.memory.reset_counts();
        let block = found(&world, &head, place).unwrap();
        assert!(block.holds(place));
        assert!(world.memory.counts().reads <= 20, "{place}: {:?}", world.memory.counts());
        world.memory.reset_counts();
        let (first, _) = block_on(world.store.first_place_from(&head, &id(place))).unwrap();
        assert_eq!(first, place / 5 * 5, "the first with this id");
        assert!(world.memory.counts().reads <= 20, "{place}: {:?}", world.memory.counts());
    }
    assert_eq!(block_on(world.store.first_place_from(&head, "zzz")).unwrap().0, head.count);
    assert!(found(&world, &head, head.count).is_none());
}

#[test]
fn blocks_of_earlier_versions_without_jumps_are_walked_one_by_one() {
    let world = World::new(Like::Ideal);
    let head = log(&world, 6 * BLOCK as u64);
    let mut next = head.newest.clone();
    while let Some(block) = next {
        let key = countersign_store::keys::block(&block);
        let old = block_on(world.store.log_block(&block)).unwrap().unwrap();
        next = old.previous.clone();
        let old = Block { jump: None, ..old };
        let bytes = countersign_store::record::encode(&key, &old).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("jump"));
        block_on(world.store.write(vec![(key, bytes)])).unwrap();
    }
    assert!(found(&world, &head, 3).unwrap().holds(3));
    let longer = log(&world, 2 * BLOCK as u64);
    assert!(found(&world, &longer, 3).is_some());
}

#[test]
fn where_a_block_is_lost_the_next_one_goes_on() {
    let world = World::new(Like::Ideal);
    let head = log(&world, 3 * BLOCK as u64);
    let lost = found(&world, &head, 600).unwrap();
    let newest = block_on(world.store.log_block(&head.newest.clone().unwrap())).unwrap().unwrap();
    let id = newest.previous.unwrap();
    block_on(world.store.kv().delete(&countersign_store::keys::block(&id))).unwrap();
    let Search::Missing(above) = block_on(world.store.block_at(&head, 600)).unwrap() else {
        panic!("the block is lost");
    };
    assert_eq!(above, lost.end(), "the place of the first row above it");
}
