//! Missing or unreadable nodes: the rest of the set stays usable.

use super::*;

/// The possible contents under a node's id in place of the node.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Missing,
    Garbage,
    OtherLevel,
    OtherKeys,
    Disorder,
}

const ALL: [Damage; 5] =
    [Damage::Missing, Damage::Garbage, Damage::OtherLevel, Damage::OtherKeys, Damage::Disorder];

impl Damage {
    fn of(self, node: &Node) -> Option<Vec<u8>> {
        let node = match (self, node) {
            (Self::Missing, _) => return None,
            (Self::Garbage, _) => return Some(b"{\"keys\":[\"".to_vec()),
            (Self::OtherLevel, Node::Children(_)) => Node::Keys(vec![long(1)]),
            (Self::OtherLevel, Node::Keys(_)) | (Self::OtherKeys, Node::Children(_)) => {
                Node::Children(vec![Child { id: "x".to_owned(), first: String::new(), count: 1, fill: 1 }])
            }
            (Self::OtherKeys, Node::Keys(_)) => Node::Keys(vec![String::new(), "~".to_owned()]),
            (Self::Disorder, Node::Keys(keys)) => Node::Keys(keys.iter().rev().cloned().collect()),
            (Self::Disorder, Node::Children(all)) => Node::Children(all.iter().rev().cloned().collect()),
        };
        Some(serde_json::to_vec(&node).unwrap())
    }
}

/// A tree with one node damaged.
struct Damaged {
    set: Set,
    /// The node, as its parent names it.
    child: Child,
    /// The keys it held.
    held: BTreeSet<String>,
}

const SIZE: usize = 1_000;

fn all_keys() -> BTreeSet<String> {
    (0..SIZE).map(|n| long(2 * n)).collect()
}

/// Trees of three levels with one node below the root damaged: each inner node, and three leaves of each.
fn damaged(damage: Damage) -> Vec<Damaged> {
    let all = all_keys();
    let whole = Set::of(all.clone(), SIZE);
    assert_eq!(whole.root.height, 2);
    let mut nodes = Vec::new();
    for inner in whole.children(whole.root.node.as_ref().unwrap()) {
        let leaves = whole.children(&inner.id);
        nodes.extend(leaves.iter().step_by((leaves.len() / 2).max(1)).cloned());
        nodes.push(inner);
    }
    let damage = |child: Child| {
        let held = all.range(child.first.clone()..).take(child.count as usize).cloned().collect();
        let mut set = Set { root: whole.root.clone(), next: whole.next, ..Set::default() };
        set.blocks.blocks = whole.blocks.blocks.clone();
        match damage.of(&whole.node(&child.id)) {
            Some(bytes) => set.blocks.blocks.insert(child.id.clone(), bytes),
            None => set.blocks.blocks.remove(&child.id),
        };
        Damaged { set, child, held }
    };
    nodes.into_iter().map(damage).collect()
}

#[test]
fn a_batch_goes_on_without_what_a_damaged_node_held() {
    let all = all_keys();
    for damage in ALL {
        for Damaged { mut set, child, held } in damaged(damage) {
            // One key among those that the node held, one that it did not hold, and one elsewhere.
            let old = held.iter().nth(held.len() / 2).unwrap().clone();
            let new = format!("{old}+");
            let elsewhere = if held.contains(&long(0)) { long(99_999) } else { format!("{}+", long(0)) };
            let applied = set.apply([(old.clone(), false), (new.clone(), true), (elsewhere.clone(), true)]);
            let missing = matches!(damage, Damage::Missing);
            let fault = TreeFault { block: child.id.clone(), missing, keys: child.count };
            assert_eq!(applied.faults, [fault], "{damage:?}");
            let left: BTreeSet<_> = all.difference(&held).cloned().chain([new, elsewhere]).collect();
            let (keys, reached) = set.check();
            assert!(keys.iter().eq(&left), "{damage:?}");
            assert!(!reached.contains(&child.id) && !set.blocks.blocks.contains_key(&child.id));
            let (again, _) = set.try_apply([(old, true)]);
            assert_eq!(again.faults, [], "the tree is whole again");
        }
    }
}

#[test]
fn a_page_leaves_out_what_a_damaged_node_held_and_says_so() {
    let all = all_keys();
    for damage in ALL {
        for Damaged { set, child, held } in damaged(damage) {
            // The root names the newest two leaves, so these are found without their parent.
            let is_leaf = child.count < 40;
            let named = |key: &&String| !is_leaf && **key >= set.root.newest[0].first;
            let newest_first = set.pages(&KeyRange::default(), Order::NewestFirst, 70);
            let expected = all.iter().filter(|key| !held.contains(*key) || named(key));
            assert!(newest_first.iter().rev().eq(expected), "{damage:?}");
            let oldest_first = set.pages(&KeyRange::default(), Order::OldestFirst, 2_000);
            assert!(oldest_first.iter().eq(all.difference(&held)), "{damage:?}");
            let page = set.page(&KeyRange::prefix(&child.first), Order::OldestFirst, 9);
            assert_eq!(page.keys, Vec::<String>::new());
            let fault =
                TreeFault { block: child.id, missing: matches!(damage, Damage::Missing), keys: child.count };
            assert_eq!(page.faults, [fault]);
        }
    }
}

#[test]
fn a_set_whose_root_is_lost_begins_anew() {
    for damage in ALL {
        let mut set = Set::of((0..1_200).map(long), 1_200);
        let root = set.root.child().unwrap();
        match damage.of(&set.node(&root.id)) {
            Some(bytes) => set.blocks.blocks.insert(root.id.clone(), bytes),
            None => set.blocks.blocks.remove(&root.id),
        };
        if matches!(damage, Damage::OtherKeys) {
            continue; // a root has no bounds that its keys could be outside of
        }
        assert!(set.page(&KeyRange::default(), Order::OldestFirst, 5).faults.len() == 1);
        let applied = set.apply([(long(3), true), (long(5), true), (long(7), false)]);
        assert_eq!(applied.faults.len(), 1);
        assert_eq!(set.check().0, [long(3), long(5)]);
        assert_eq!((set.root.count(), set.root.height), (2, 0));
    }
}

#[test]
fn a_reader_with_an_outdated_root_is_told_so() {
    let mut set = Set::of((0..5_000).map(request), 5_000);
    let outdated = set.root.clone();
    set.apply([(request(5_000), true), (request(2_500), false)]);
    let read = |root: &TreeRoot, range: &KeyRange, order, missing| {
        block_on(root.read(&set.blocks, range, ReadOptions { order, limit: 9, missing })).unwrap()
    };
    let behind = KeyRange { from: request(2_700), ..KeyRange::default() };
    for (order, range) in [(Order::NewestFirst, KeyRange::default()), (Order::OldestFirst, behind)] {
        assert_eq!(read(&outdated, &range, order, Missing::Stops), None);
        assert!(read(&set.root, &range, order, Missing::Stops).is_some());
        let page = read(&outdated, &range, order, Missing::IsLeftOut).unwrap();
        assert!(page.faults.iter().all(|fault| fault.missing) && !page.faults.is_empty());
    }
    let contained = block_on(outdated.contains(&set.blocks, &request(2_700), Missing::Stops)).unwrap();
    assert_eq!(contained, None);
}

/// Puts a node in the place of the oldest leaf of a set of two thousand.
fn with_oldest_leaf(node: Node) -> (Set, TreeFault) {
    let mut set = Set::of((0..2_000).map(request), 2_000);
    let oldest = set.children(set.root.node.as_ref().unwrap())[0].clone();
    set.blocks.blocks.insert(oldest.id.clone(), serde_json::to_vec(&node).unwrap());
    (set, TreeFault { block: oldest.id, missing: false, keys: 500 })
}

#[test]
fn a_node_with_what_was_never_written_to_it_is_damaged() {
    let foreign = Child { id: "x".repeat(33), first: request(3), count: 1, fill: 1 };
    for node in [
        Node::Keys(vec![request(7), request(700)]),
        Node::Keys(vec![request(7), format!("{}{}", request(7), "x".repeat(40_000))]),
        Node::Keys(Vec::new()),
        Node::Children(vec![foreign.clone()]),
    ] {
        let (mut set, fault) = with_oldest_leaf(node);
        let page = set.page(&KeyRange::default(), Order::OldestFirst, 2_000);
        assert!(page.keys.iter().eq(&(500..2_000).map(request).collect::<Vec<_>>()));
        assert_eq!((page.faults, page.more), (vec![fault.clone()], false));
        assert_eq!(set.apply([(request(9), true)]).faults, [fault]);
        set.check_whole(&[9].into_iter().chain(500..2_000).map(request).collect());
    }
    let mut set = Set::of((0..2_000).map(request), 2_000);
    let root = set.root.node.clone().unwrap();
    let mut children = set.children(&root);
    children.insert(0, Child { first: String::new(), ..foreign });
    set.blocks.blocks.insert(root, serde_json::to_vec(&Node::Children(children)).unwrap());
    assert_eq!(set.apply([(request(9), true)]).faults.len(), 1);
    assert_eq!(set.check().0, [request(9)]);
}

#[test]
fn wrong_counts_are_corrected_by_the_next_batch() {
    let mut set = Set::of((0..2_000).map(request), 2_000);
    let root = set.root.child().unwrap();
    let Node::Children(mut children) = set.node(&root.id) else { panic!("an inner node") };
    for child in &mut children {
        (child.count, child.fill) = (u64::MAX, 0);
    }
    set.blocks.blocks.insert(root.id, serde_json::to_vec(&Node::Children(children)).unwrap());
    set.root.count = 3;
    let all: BTreeSet<_> = (0..2_001).map(request).collect();
    for order in [Order::NewestFirst, Order::OldestFirst] {
        assert_eq!(set.pages(&KeyRange::default(), order, 70).len(), 2_000);
    }
    set.apply([(request(2_000), true)]);
    set.check_whole(&all);
}
