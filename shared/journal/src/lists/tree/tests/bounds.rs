//! Sizes of keys and nodes, the ends of ranges, and failures of the store.

use proptest::prelude::*;

use super::*;

#[test]
fn a_key_too_long_for_a_node_is_refused_and_the_rest_of_the_batch_is_not() {
    let mut set = Set::default();
    let overlong = "k".repeat(1_025);
    let longest = "\"".repeat(512);
    let applied =
        set.apply([(overlong.clone(), true), (longest.clone(), true), (format!("{overlong}x"), false)]);
    assert_eq!(applied.refused, [overlong]);
    assert_eq!(set.check().0, [longest]);
}

#[test]
fn full_nodes_hold_what_they_should() {
    for (key, expected) in [
        (request as fn(usize) -> String, 500),
        (|n| format!("0123456789abcdef/{}", request(n)), 500),
        (|n| format!("{}{}", "0".repeat(90), request(n)), 266),
        (long, 32),
    ] {
        let set = Set::of((0..1_001).map(key), 1_001);
        set.check();
        let Node::Keys(keys) = set.node(&set.root.newest[0].id) else { panic!("a leaf") };
        assert!(keys.len() >= expected * 99 / 100 && keys.len() <= expected, "{} {expected}", keys.len());
    }
    let parent = |key: fn(usize) -> String| {
        let children = (0..400).map(|n| Child { id: "x".repeat(26), first: key(n), count: 1, fill: 1 });
        children.map(|child| child_size(json_bytes(&child.first))).take(250).sum::<u64>()
    };
    assert_eq!(
        parent(|n| format!("0123456789abcdef/{}", request(n))),
        FULL,
        "250 children fit by bytes, too"
    );
}

#[test]
fn nothing_to_change_reads_and_writes_nothing() {
    let set = Set::of((0..2_000).map(request), 500);
    let ((applied, written), reads, _) = set.blocks.cost(|| set.try_apply([]));
    assert_eq!((applied.root, written.blocks.len(), reads), (set.root.clone(), 0, 0));
    let (applied, written) = Set::default().try_apply([(request(1), false)]);
    assert_eq!((applied.root, written.blocks.len()), (TreeRoot::default(), 0));
    assert_eq!(Set::default().page(&KeyRange::default(), Order::NewestFirst, 5), TreePage::default());
}

#[test]
fn a_root_is_read_as_it_was_written() {
    let set = Set::of((0..2_000).map(request), 500);
    let text = serde_json::to_string(&set.root).unwrap();
    assert_eq!(serde_json::from_str::<TreeRoot>(&text).unwrap(), set.root);
}

/// A store that fails.
struct Fails;

#[async_trait]
impl ReadNodes for Fails {
    async fn read(&self, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Err(StoreError::Busy)
    }
}

#[test]
fn a_failure_of_the_store_is_no_damage() {
    let set = Set::of((0..2_000).map(request), 500);
    let mut written = Written::default();
    let changes = BTreeMap::from([(request(3), false)]);
    assert_eq!(block_on(set.root.apply(changes, &Fails, &mut written)).unwrap_err(), StoreError::Busy);
    assert!(written.blocks.is_empty() && written.replaced.is_empty());
    let options = ReadOptions { order: Order::OldestFirst, limit: 5, missing: Missing::IsLeftOut };
    let read = block_on(set.root.read(&Fails, &KeyRange::default(), options));
    assert_eq!(read, Err(StoreError::Busy));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_prefix_is_a_range(prefix in "[a-b\u{d7ff}\u{10ffff}]{0,3}", key in "[a-c\u{d7ff}\u{e000}\u{10ffff}]{0,4}") {
        let range = KeyRange::prefix(&prefix);
        let is_in = key >= range.from && range.below.is_none_or(|below| key < below);
        prop_assert_eq!(is_in, key.starts_with(&prefix));
    }

    #[test]
    fn the_size_of_a_text_is_that_of_its_json(text in any::<String>()) {
        prop_assert!(json_bytes(&text) + 2 >= serde_json::to_string(&text).unwrap().len() as u64);
    }
}
