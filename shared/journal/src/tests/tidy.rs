//! Keys that are no longer needed are removed after a day, and needed ones are not.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_kv::memory::Schedule;
use countersign_model::List;
use countersign_store::{Idempotency, Slot};
use futures::FutureExt;
use futures::executor::block_on;

use crate::tests::world::{ALL, KEY, Note, World, is_closed};
use crate::{Change, Elected, Journal, Terms};

const DAY: Duration = Duration::from_secs(24 * 60 * 60 + 1);

fn key(name: &str) -> Option<Idempotency> {
    Some(Idempotency::new("cmp_1", name, b"body"))
}

async fn stand(store: &Journal, change: Change, id: &str) -> Elected<Note> {
    let slot = Slot::named(&["slot"]);
    let change = change.create(&Note::new(id));
    store.save_elected::<Note, _, _>(&slot, change, |claim| is_closed(store, claim)).await.unwrap()
}

fn close(world: &World, id: &str) {
    let close = |note: &Note| {
        let change = world.change(&format!("closed {id}"));
        Ok::<_, ()>((Note { closed: true, ..note.clone() }, change))
    };
    block_on(world.store.save_update(id, None, close)).unwrap();
}

/// Cleans up until nothing is left to do.
fn tidy(world: &World) {
    for _ in 0..20 {
        block_on(world.store.tidy(&world.root)).unwrap();
        block_on(world.store.sweep(1_000)).unwrap();
    }
}

/// How many keys of each kind there are.
fn kinds(world: &World) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for key in world.memory.dump().into_keys() {
        *kinds.entry(key.split('/').nth(2).unwrap().to_owned()).or_default() += 1;
    }
    kinds
}

#[test]
fn receipts_marks_claims_and_idempotency_keys_go_after_a_day() {
    for like in ALL {
        let world = World::new(like);
        block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
        for n in 0..6 {
            let terms = Terms { revisions: None, idempotency: key(&format!("k{n}")) };
            let add = |note: &Note| Ok::<_, ()>((note.with("a"), world.change("added")));
            block_on(world.store.save_update("note", terms, add)).unwrap();
            let change = world.request(&format!("r{n}")).idempotent(key(&format!("s{n}")));
            block_on(world.store.save(change.create(&Note::new(format!("r{n}"))))).unwrap();
            let id = format!("n{n}");
            assert!(matches!(block_on(stand(&world.store, world.request(&id), &id)), Elected::Won(_)));
            close(&world, &id);
        }
        // A number that nobody writes under.
        block_on(countersign_kv::KeyValue::increment(
            &*world.memory,
            &countersign_store::keys::counter(&world.root),
            1,
        ))
        .unwrap();
        world.settle();
        let (before, audit) = (kinds(&world), world.told(&world.root));
        tidy(&world);
        assert_eq!(kinds(&world).get("k"), before.get("k"), "{like:?}: not before a day is over");
        world.clock.advance(DAY);
        tidy(&world);
        let left = kinds(&world);
        for kind in ["k", "x", "i"] {
            assert_eq!(left.get(kind), None, "{like:?} {kind}: {left:?}");
        }
        // The slot of the last candidate and its claim.
        assert_eq!((left.get("s"), left.get("c")), (Some(&1), Some(&1)), "{like:?} {left:?}");
        assert_eq!(world.told(&world.root), audit);
        world.assert_chained(&world.root);
        assert!(matches!(block_on(stand(&world.store, world.request("n9"), "n9")), Elected::Won(_)));
        assert_eq!(world.verify(&world.root, Some(&KEY), None, 100)[0].flaws, []);
    }
}

#[test]
fn nothing_of_candidates_that_lost_is_left_and_everything_of_those_who_won() {
    for like in ALL {
        for seed in 0..6 {
            let world = World::new(like);
            world.memory.interleave(true);
            let names: Vec<String> = (0..12).map(|n| format!("req_n{n}")).collect();
            let stores: Vec<_> = (0..12).map(|n| world.store(seed * 100 + n)).collect();
            let tasks =
                names.iter().zip(&stores).map(|(id, store)| stand(store, world.request(id), id).boxed());
            let told = Schedule::new(seed).run(tasks.collect());
            world.memory.interleave(false);
            let winner = told.into_iter().flatten().find_map(|elected| match elected {
                Elected::Won(stored) => Some(stored.value.id),
                Elected::Held(_) => None,
            });
            world.settle();
            world.clock.advance(DAY);
            tidy(&world);
            let notes: Vec<String> = world
                .memory
                .dump()
                .into_keys()
                .filter_map(|key| key.rsplit_once("/r/").map(|(_, id)| id.to_owned()))
                .filter(|id| id.starts_with("req_n"))
                .collect();
            assert_eq!(notes, [winner.unwrap()], "{like:?} {seed}");
            let left = kinds(&world);
            assert_eq!((left.get("s"), left.get("c")), (Some(&1), Some(&1)), "{like:?} {seed} {left:?}");
            assert_eq!(left.get("g"), Some(&1), "the trail of the winner: {like:?} {seed} {left:?}");
            assert_eq!(world.rows(&world.root, List::Requests, 20).len(), 1);
        }
    }
}

#[test]
fn a_clean_up_with_nothing_to_do_costs_one_read() {
    let world = World::new(ALL[0]);
    block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
    world.settle();
    block_on(world.store.tidy(&world.root)).unwrap();
    block_on(world.store.tidy(&world.root)).unwrap();
    world.memory.reset_counts();
    block_on(world.store.tidy(&world.root)).unwrap();
    assert_eq!((world.memory.counts().reads, world.memory.counts().writes), (1, 0));
}
