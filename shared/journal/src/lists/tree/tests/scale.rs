//! The cost of pages and batches at a hundred keys and at ten million.

use super::*;

/// Reads a page, checks it, and returns the reads and rounds it took.
fn cost(set: &Set, range: &KeyRange, order: Order, expected: Vec<String>) -> (usize, usize) {
    let options = ReadOptions { order, limit: expected.len(), missing: Missing::Stops };
    let read = || block_on(set.root.read(&set.blocks, range, options)).unwrap().unwrap();
    let (page, reads, rounds) = set.blocks.cost(read);
    assert_eq!(page.keys, expected);
    (reads, rounds)
}

fn down(from: usize, number: usize) -> Vec<String> {
    (from - number..from).rev().map(request).collect()
}

fn up(from: usize, number: usize) -> Vec<String> {
    (from..from + number).map(request).collect()
}

/// The nodes of a tree at one level, without their ids.
fn level(set: &Set, level: u32) -> Vec<(String, u64, u64)> {
    let mut nodes = vec![set.root.child().unwrap()];
    for _ in level..set.root.height {
        nodes = nodes.iter().flat_map(|child| set.children(&child.id)).collect();
    }
    nodes.into_iter().map(|child| (child.first, child.count, child.fill)).collect()
}

#[test]
fn appended_keys_leave_full_nodes_behind() {
    let mut set = Set::of((0..126_300).map(request), 1_650);
    set.apply([(request(126_300), true)]);
    let generated = Generated::new(126_301).set();
    for each in 0..2 {
        assert_eq!(level(&set, each), level(&generated, each));
    }
    assert_eq!((set.root.height, generated.root.height), (2, 2));
    assert_eq!(
        level(&set, 0).iter().filter(|(_, count, _)| *count < 500).count(),
        1,
        "only the newest has room"
    );
}

#[test]
fn a_page_costs_the_same_at_a_hundred_keys_and_at_ten_million() {
    for (size, levels) in
        [(100, 1), (8_000, 1), (10_000, 2), (1_000_000, 2), (2_000_000, 2), (10_000_000, 3), (100_000_000, 3)]
    {
        let set = Generated::new(size).set();
        assert_eq!((set.root.count(), set.root.highest().1 + 1), (size as u64, levels as u32));
        let root = serde_json::to_vec(&set.root).unwrap();
        assert!(root.len() < 2_000, "{} bytes for {size} keys", root.len());
        let newest = cost(&set, &KeyRange::default(), Order::NewestFirst, down(size, 100));
        assert_eq!(newest, (1, 1), "the newest leaf is read right away");
        let places = [size / 7 + 50, size / 2 + 3, size - 40, 50, size / 20 * 9 + 503, 125_003, 500_001];
        for from in places.into_iter().filter(|from| *from <= size) {
            let (reads, rounds) =
                cost(&set, &KeyRange::below(&request(from)), Order::NewestFirst, down(from, 50));
            assert!(rounds <= levels && reads <= 2 * levels, "{size}: {reads} in {rounds}");
        }
        let middle = KeyRange { from: request(size / 2), ..KeyRange::default() };
        let tens = size / 3 / 10 * 10;
        let ten = KeyRange::prefix(&request(tens)[..29]);
        for (reads, rounds) in [
            cost(&set, &KeyRange::default(), Order::OldestFirst, up(0, 50)),
            cost(&set, &middle, Order::OldestFirst, up(size / 2, 50)),
            cost(&set, &ten, Order::OldestFirst, up(tens, 10)),
            cost(&set, &ten, Order::NewestFirst, down(tens + 10, 10)),
        ] {
            assert!(rounds <= levels && reads <= 2 * levels, "{size}: {reads} in {rounds}");
        }
        let contained = || block_on(set.root.contains(&set.blocks, &request(size / 3), Missing::Stops));
        let (is_contained, reads, rounds) = set.blocks.cost(contained);
        assert_eq!((is_contained, rounds), (Ok(Some(true)), levels));
        assert!(reads <= 2 * levels);
    }
}

#[test]
fn a_batch_pays_for_its_paths_alone() {
    for (size, levels) in [(10_300, 2), (1_050_300, 3), (10_050_300, 3)] {
        let set = Generated::new(size).set();
        let appended = (size..size + 200).map(|n| (request(n), true)).collect::<Vec<_>>();
        let ((applied, written), reads, rounds) = set.blocks.cost(|| set.try_apply(appended));
        assert_eq!((applied.root.count(), written.replaced.len()), (size as u64 + 200, levels));
        assert_eq!((reads, rounds), (levels, levels));
        assert_eq!(written.blocks.len(), levels);
        let ((applied, written), reads, rounds) =
            set.blocks.cost(|| set.try_apply([(request(size / 3), false)]));
        assert_eq!((applied.root.count(), written.replaced.len()), (size as u64 - 1, levels));
        assert_eq!(written.blocks.len(), levels);
        // The newest leaves are looked for below the last inner node.
        assert!(rounds == levels && reads < 2 * levels);
    }
}

#[test]
fn the_newest_page_takes_one_round_after_every_batch() {
    let mut set = Set::default();
    for from in (0..3_000).step_by(37) {
        set.apply((from..from + 37).map(|n| (request(n), true)));
        let limit = 200.min(from + 37);
        let (page, reads, rounds) =
            set.blocks.cost(|| set.page(&KeyRange::default(), Order::NewestFirst, limit));
        assert_eq!((page.keys.len(), rounds), (limit, 1));
        assert!(reads <= 2);
    }
}

/// The nodes that the cursor of a page names, as they are now.
fn near(set: &Set, key: &str) -> Near {
    let ids = set.root.near(key).into_iter();
    Near::new(ids.map(|id| (id.clone(), block_on(set.blocks.read(&id)).unwrap().unwrap())))
}

/// Reads the page below a key with these nodes. Its keys, and the reads and rounds it took.
fn going_on(set: &Set, key: &str, near: &Near) -> (Vec<String>, usize, usize) {
    let options = ReadOptions { order: Order::NewestFirst, limit: 50, missing: Missing::Stops };
    let range = KeyRange::below(key);
    let read = || block_on(set.root.read_near(&set.blocks, &range, options, near.clone())).unwrap().unwrap();
    let (page, reads, rounds) = set.blocks.cost(read);
    (page.keys, reads, rounds)
}

#[test]
fn a_page_goes_on_in_one_round_where_its_cursor_names_the_nodes_above_its_leaves() {
    for size in [8_000, 10_000, 126_000, 1_000_000, 2_000_000] {
        let set = Generated::new(size).set();
        let places = [size / 7 + 50, size / 2 + 3, size - 40, 50, size / 20 * 9 + 503, 125_003, 500_001];
        for from in places.into_iter().filter(|from| *from <= size) {
            let (keys, reads, rounds) = going_on(&set, &request(from), &near(&set, &request(from)));
            assert_eq!((keys, rounds), (down(from, 50), 1), "{size}: from {from}");
            assert!(reads <= 6, "{size}: {reads} reads from {from}");
        }
    }
}

#[test]
fn nodes_that_were_replaced_meanwhile_mislead_no_reader() {
    let mut set = Set::of((0..12_000).map(request), 1_000);
    let near = near(&set, &request(6_003));
    set.apply([(request(12_000), true), (request(3), false)]);
    let (keys, _, rounds) = going_on(&set, &request(6_003), &near);
    assert_eq!((keys, rounds), (down(6_003, 50), 1), "its own leaves are the same");
    set.apply([(request(6_002), false), (request(5_990), false)]);
    let (keys, _, rounds) = going_on(&set, &request(6_003), &near);
    let left: Vec<_> = down(6_002, 51).into_iter().filter(|key| *key != request(5_990)).collect();
    assert_eq!((keys, rounds), (left, 2));
}
