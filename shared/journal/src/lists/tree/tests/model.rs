//! Random batches of changes on a tree and on a [`BTreeSet`].

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

use super::*;
use countersign_store::keys::sha256;

/// What a batch does, by places in the order of all keys that there may be.
#[derive(Debug, Clone)]
enum Batch {
    /// Adds the next keys above all there have been.
    Append(usize),
    /// Adds or removes keys anywhere.
    Scatter(Vec<(Index, bool)>),
    /// Adds neighbouring keys.
    Fill(Index, usize),
    /// Removes neighbouring keys.
    Clear(Index, usize),
    /// Removes neighbouring keys but each of these.
    Thin(Index, usize, usize),
}

fn batches(large: usize) -> impl Strategy<Value = Vec<Batch>> {
    let batch = prop_oneof![
        (1..large).prop_map(Batch::Append),
        prop::collection::vec((any::<Index>(), any::<bool>()), 1..large / 8).prop_map(Batch::Scatter),
        (any::<Index>(), 1..large).prop_map(|(from, number)| Batch::Fill(from, number)),
        (any::<Index>(), 1..large).prop_map(|(from, number)| Batch::Clear(from, number)),
        (any::<Index>(), 1..large, 2..60_usize)
            .prop_map(|(from, number, each)| Batch::Thin(from, number, each)),
    ];
    prop::collection::vec(batch, 2..12)
}

fn changes(batch: &Batch, all: &[String], appended: &mut usize) -> BTreeMap<String, bool> {
    let some = |from: usize, number: usize| all.iter().skip(from).take(number).cloned();
    match batch {
        Batch::Append(number) => {
            let from = *appended;
            *appended += number;
            some(from, *number).map(|key| (key, true)).collect()
        }
        Batch::Scatter(each) => {
            each.iter().map(|(index, member)| (index.get(all).clone(), *member)).collect()
        }
        Batch::Fill(from, number) => some(from.index(all.len()), *number).map(|key| (key, true)).collect(),
        Batch::Clear(from, number) => some(from.index(all.len()), *number).map(|key| (key, false)).collect(),
        Batch::Thin(from, number, each) => {
            let cleared = some(from.index(all.len()), *number).enumerate();
            cleared.filter(|(place, _)| place % each != 0).map(|(_, key)| (key, false)).collect()
        }
    }
}

fn expected(model: &BTreeSet<String>, range: &KeyRange, order: Order) -> Vec<String> {
    let is_in = |key: &&String| **key >= range.from && range.below.as_ref().is_none_or(|below| *key < below);
    let keys = model.iter().filter(is_in).cloned();
    match order {
        Order::NewestFirst => keys.rev().collect(),
        Order::OldestFirst => keys.collect(),
    }
}

/// Applies the batches; after each, the tree has the keys of the model, is in order, and answers as the model does.
fn follow(batches: &[Batch], all: &[String], asked: &[(Index, Index, usize)]) {
    let mut set = Set::default();
    let mut model = BTreeSet::new();
    let mut appended = 0;
    for (batch, (low, high, limit)) in batches.iter().zip(asked.iter().cycle()) {
        let changes = changes(batch, all, &mut appended);
        for (key, member) in &changes {
            if *member {
                model.insert(key.clone())
            } else {
                model.remove(key)
            };
        }
        let applied = set.apply(changes.clone());
        assert_eq!((applied.faults, applied.refused), (vec![], vec![]));
        set.check_whole(&model);
        let again = set.try_apply(changes);
        assert_eq!(again.0.root, set.root, "the same changes again change nothing");
        assert!(again.1.blocks.is_empty() && again.1.replaced.is_empty());
        let (low, high) = (low.get(all), high.get(all));
        for range in [
            KeyRange::default(),
            KeyRange::below(high),
            KeyRange::prefix(&low[..low.len().min(5)]),
            KeyRange { from: low.clone(), below: Some(high.clone()) },
        ] {
            for order in [Order::NewestFirst, Order::OldestFirst] {
                let expected = expected(&model, &range, order);
                let page = set.page(&range, order, *limit);
                assert_eq!(page.keys, expected[..expected.len().min(*limit)]);
                assert_eq!(page.more, expected.len() > *limit);
            }
        }
        let range = KeyRange { from: low.clone(), below: Some(high.clone()) };
        let order = if limit % 2 == 0 { Order::NewestFirst } else { Order::OldestFirst };
        assert_eq!(set.pages(&range, order, 400), expected(&model, &range, order));
        let found = block_on(set.root.contains(&set.blocks, low, Missing::Stops)).unwrap();
        assert_eq!(found, Some(model.contains(low)));
    }
}

fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(7);
    ProptestConfig { cases, failure_persistence: None, rng_seed, max_shrink_iters: 200, ..Default::default() }
}

fn asked() -> impl Strategy<Value = Vec<(Index, Index, usize)>> {
    prop::collection::vec((any::<Index>(), any::<Index>(), 1..300_usize), 3)
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn a_tree_of_short_keys_is_the_set_it_stands_for(batches in batches(3_000), asked in asked()) {
        let all: Vec<_> = (0..12_000).map(request).collect();
        follow(&batches, &all, &asked);
    }

    #[test]
    fn a_tree_of_composite_keys_is_the_set_it_stands_for(batches in batches(1_500), asked in asked()) {
        let key = |n: usize| format!("{}/{}", &sha256(&[(n % 9) as u8])[..16], request(n));
        let all: Vec<_> = (0..6_000).map(key).collect::<BTreeSet<_>>().into_iter().collect();
        follow(&batches, &all, &asked);
    }

    #[test]
    fn a_high_tree_is_the_set_it_stands_for(batches in batches(1_200), asked in asked()) {
        let all: Vec<_> = (0..4_000).map(long).collect();
        follow(&batches, &all, &asked);
    }
}
