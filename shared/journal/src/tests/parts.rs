//! Parts of lists: in either order, and between two ages.

use countersign_model::List;
use futures::executor::block_on;

use crate::Part;
use crate::tests::world::{ALL, Note, World, id_of, name_of};

/// Requests 1 to `count`, the last three of which nobody has processed.
fn with_requests(like: countersign_kv::memory::Like, count: usize) -> World {
    let world = World::new(like);
    for number in 1..=count {
        let note = Note::new(format!("n{number:04}"));
        block_on(world.store.save(world.request(&note.id).create(&note))).unwrap();
        if number % 190 == 0 || number + 3 == count {
            world.settle();
        }
    }
    world
}

/// All pages of a part, as numbers.
fn numbers(world: &World, list: List, part: Part<'_>) -> Vec<usize> {
    let mut cursor: Option<String> = None;
    let mut all = Vec::new();
    loop {
        let part = Part { cursor: cursor.as_deref(), ..part };
        let draft = block_on(world.store.draft_page(&world.root, list.into(), &part)).unwrap();
        all.extend(draft.listing.items.iter().map(|row| name_of(&row.id)[1..].parse::<usize>().unwrap()));
        cursor = draft.listing.next;
        if cursor.is_none() {
            return all;
        }
    }
}

#[test]
fn a_set_is_read_in_either_order_and_between_two_ids() {
    for like in ALL {
        let world = with_requests(like, 600);
        let list = List::PendingRequests;
        let oldest = Part { limit: 70, oldest_first: true, ..Part::default() };
        assert_eq!(numbers(&world, list, oldest), (1..=600).collect::<Vec<_>>(), "{like:?}");
        let (from, below) = (id_of("n0100").to_string(), id_of("n0598").to_string());
        let part = Part { from: Some(&from), below: Some(&below), ..oldest };
        assert_eq!(numbers(&world, list, part), (100..598).collect::<Vec<_>>(), "{like:?}");
        let part = Part { oldest_first: false, ..part };
        assert_eq!(numbers(&world, list, part), (100..598).rev().collect::<Vec<_>>(), "{like:?}");
    }
}

#[test]
fn a_log_shows_oldest_first_what_is_processed() {
    for like in ALL {
        let world = with_requests(like, 1_300);
        let oldest = Part { limit: 130, oldest_first: true, ..Part::default() };
        assert_eq!(numbers(&world, List::Requests, oldest), (1..=1_297).collect::<Vec<_>>(), "{like:?}");
        let from = id_of("n0777").to_string();
        let part = Part { from: Some(&from), ..oldest };
        assert_eq!(numbers(&world, List::Requests, part), (777..=1_297).collect::<Vec<_>>(), "{like:?}");
    }
}

#[test]
fn a_log_begins_newest_first_at_an_age() {
    for like in ALL {
        let world = with_requests(like, 1_300);
        for (below, first) in [("n0003", 2), ("n0500", 499), ("n0501", 500), ("n1290", 1_289)] {
            let below = id_of(below).to_string();
            let part = Part { limit: 90, below: Some(&below), ..Part::default() };
            assert_eq!(
                numbers(&world, List::Requests, part),
                (1..=first).rev().collect::<Vec<_>>(),
                "{like:?}"
            );
        }
        let below = id_of("n1299").to_string();
        let part = Part { limit: 90, below: Some(&below), ..Part::default() };
        let all: Vec<_> = (1..=1_300).rev().collect();
        assert_eq!(numbers(&world, List::Requests, part), all, "{like:?}: what is not processed comes first");
    }
}
