//! After removals, the remaining keys are packed.

use super::*;

/// Removes keys in batches of a size, as turns of processing do.
fn remove(set: &mut Set, keys: impl Iterator<Item = String>, batch: usize) {
    let mut keys = keys.peekable();
    while keys.peek().is_some() {
        set.apply(keys.by_ref().take(batch).map(|key| (key, false)));
    }
}

#[test]
fn the_few_keys_left_of_many_stand_in_few_leaves() {
    let mut set = Set::of((0..40_000).map(request), 10_000);
    assert_eq!(set.root.height, 1);
    let is_left = |n: &usize| n % 400 == 7;
    remove(&mut set, (0..40_000).filter(|n| !is_left(n)).map(request), 300);
    let left: BTreeSet<_> = (0..40_000).filter(is_left).map(request).collect();
    set.check_whole(&left);
    assert_eq!((set.root.height, set.blocks.blocks.len()), (0, 1), "one leaf holds all 100");
    remove(&mut set, left.into_iter(), 50);
    assert_eq!(set.root, TreeRoot::default());
    assert!(set.blocks.blocks.is_empty());
}

#[test]
fn leaves_of_parents_that_were_merged_are_merged_too() {
    let mut set = Set::of((0..4_000).map(long), 4_000);
    assert_eq!(set.root.height, 2);
    let is_left = |n: &usize| n % 50 == 7;
    remove(&mut set, (0..4_000).filter(|n| !is_left(n)).map(long), 100);
    set.check_whole(&(0..4_000).filter(is_left).map(long).collect());
    let leaves = set.blocks.blocks.keys().filter(|block| matches!(set.node(block), Node::Keys(_)));
    assert!(leaves.count() <= 12, "80 keys, about 31 to a leaf");
}

#[test]
fn a_queue_stays_small_however_much_passes_through_it() {
    let mut set = Set::default();
    for n in (0..30_000).step_by(200) {
        let coming = (n..n + 200).map(|n| (request(n), true));
        let going = (n..n + 200).filter_map(|n| Some((request(n.checked_sub(1_000)?), false)));
        set.apply(coming.chain(going));
    }
    set.check_whole(&(29_000..30_000).map(request).collect());
    assert!(set.blocks.blocks.len() <= 6, "{}", set.blocks.blocks.len());
    assert_eq!(set.page(&KeyRange::default(), Order::OldestFirst, 1).keys, [request(29_000)]);
}

#[test]
fn the_root_names_the_newest_leaves_when_all_newer_ones_went_at_once() {
    let set = || Set::of((0..4_000).map(long), 4_000);
    let whole = set();
    // Also where an inner node begins: then no change touches the nodes that become the newest.
    let inner = whole.children(whole.root.node.as_ref().unwrap()).into_iter().skip(1);
    let borders = inner.map(|child| child.first[..6].parse().unwrap());
    for left in borders.chain([3_999, 700, 33, 1]) {
        let mut set = set();
        set.apply((left..4_000).map(|n| (long(n), false)));
        set.check_whole(&(0..left).map(long).collect());
    }
}
