//! Pages of a chain longer than one block, with turns in between.

use super::*;

fn long_world() -> World {
    let world = world_with(10);
    for n in 0..330 {
        append(&world, &format!("m{n}"));
        if n % 37 == 0 {
            process(&world);
        }
    }
    process(&world);
    world
}

#[test]
fn pages_check_every_row_once_whatever_their_size() {
    let world = long_world();
    for limit in [1, 7, 100, 128, 200] {
        let pages = world.verify(&world.root, Some(&KEY), None, limit);
        assert!(pages.iter().all(|page| page.flaws.is_empty()));
        let sealed: Vec<u64> = pages.iter().map(|page| page.sealed).collect();
        assert_eq!((sealed.iter().sum::<u64>(), pages[0].count), (341, 341), "{limit}");
        assert!(sealed.iter().rev().skip(1).all(|rows| *rows == limit as u64), "{sealed:?}");
    }
}

#[test]
fn pages_go_on_while_the_chain_grows() {
    let world = long_world();
    let mut cursor: Option<String> = None;
    let mut sealed = 0;
    loop {
        let page = world.store.verify_chain(&world.permit, Some(&KEY), None, cursor.as_deref(), 50);
        let page = block_on(page).unwrap();
        assert_eq!(page.flaws, []);
        sealed += page.sealed;
        append(&world, "more");
        process(&world);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(sealed, 341, "what came later is not on these pages");
}

#[test]
fn a_page_is_found_again_however_much_was_added_since_the_one_before() {
    let world = world_with(30);
    let first = world.store.verify_chain(&world.permit, Some(&KEY), None, None, 10);
    let next = block_on(first).unwrap().next;
    for n in 0..1_500 {
        append(&world, "more");
        if n % 190 == 0 {
            process(&world);
        }
    }
    process(&world);
    let rest = world.store.verify_chain(&world.permit, Some(&KEY), None, next.as_deref(), 100);
    let rest = block_on(rest).unwrap();
    assert_eq!((rest.sealed, rest.flaws.as_slice(), rest.next), (21, &[][..], None));
}

/// The cost of a page with this cursor, and its result.
fn cost(world: &World, cursor: &str) -> (usize, Verified) {
    world.memory.reset_counts();
    let page = world.store.verify_chain(&world.permit, Some(&KEY), None, Some(cursor), 1);
    let page = block_on(page).unwrap();
    (world.memory.counts().reads, page)
}

#[test]
fn a_cursor_without_a_block_does_not_go_through_all_of_a_long_chain_at_once() {
    let world = world_with(3);
    for n in 0..6_000 {
        append(&world, "more");
        if n % 500 == 0 {
            process(&world);
        }
    }
    world.settle();
    for hand_made in ["1..0..0.", "1.gone.0..1.gone", "2..2..2."] {
        let (mut cursor, mut sealed, mut pages) = (Some(hand_made.to_owned()), 0, 0);
        while let Some(next) = cursor {
            let (reads, page) = cost(&world, &next);
            assert!(reads <= 2 * 3 * 32 + 10, "{hand_made}: {reads}");
            sealed += page.sealed;
            pages += 1;
            assert!(pages < 10, "the pages end");
            cursor = page.next;
        }
        assert_eq!(sealed, if hand_made.starts_with('1') { 1 } else { 2 }, "{hand_made}");
        assert!(pages > 1, "{hand_made}");
    }
    assert!(cost(&world, "0..0..0.").0 < 10, "nothing is looked for before the first row");
}

#[test]
fn a_flaw_shows_on_the_page_it_stands_on() {
    let world = long_world();
    block_on(world.store.kv().delete(&entry_key(&world.root, 20))).unwrap();
    let pages = world.verify(&world.root, Some(&KEY), None, 100);
    let flaws: Vec<_> = pages.iter().map(|page| page.flaws.clone()).collect();
    assert_eq!(flaws, [vec![], vec![], vec![], vec![at(20, Fault::EntryMissing)]]);
}

#[test]
fn a_missing_older_block_is_caught_where_it_is_missed() {
    let world = long_world();
    let newest: Value = serde_json::from_slice(&get(&world, &newest_block(&world))).unwrap();
    let previous = newest["previous"].as_str().unwrap();
    block_on(world.store.kv().delete(&format!("countersign/1/b/{previous}"))).unwrap();
    let pages = world.verify(&world.root, Some(&KEY), None, 50);
    assert_eq!(faults(pages.last().unwrap()), [Fault::BlockMissing { to: 256 }]);
    assert_eq!(pages.iter().map(|page| page.sealed).sum::<u64>(), 341 - 256 - 1);
}

#[test]
fn a_cursor_that_was_never_given_begins_at_the_top_or_nowhere() {
    let world = world_with(5);
    for cursor in ["", "nonsense", "5", "x.y", "5.b", "5.no-id.0..5.", "-1..0..0.", "3..0..3..0."] {
        let page = world.store.verify_chain(&world.permit, Some(&KEY), None, Some(cursor), 9);
        assert_eq!(block_on(page).unwrap().sealed, 6, "{cursor}");
    }
    let usual = [("0..0..0.", 0), ("3..0..3.", 3), ("999.gone.999.gone.999.gone", 6)];
    for (cursor, sealed) in usual {
        let page = world.store.verify_chain(&world.permit, Some(&KEY), None, Some(cursor), 9);
        let page = block_on(page).unwrap();
        assert_eq!((page.sealed, page.flaws.as_slice()), (sealed, &[][..]), "{cursor}");
    }
}

#[test]
fn an_empty_chain_is_intact() {
    let world = World::over(ALL[0]);
    let page = verify(&world);
    assert_eq!((page.count, page.head.as_str(), page.flaws.as_slice()), (0, "", &[][..]));
    assert_eq!(SealCheck::Good, KEY.check(b"m", &KEY.seal(b"m")));
}
