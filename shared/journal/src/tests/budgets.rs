//! Key-value operations before a response: the same on every machine, so they are tests.

use countersign_model::List;
use countersign_store::Slot;
use futures::executor::block_on;

use crate::tests::world::{ALL, Note, Plain, World, is_closed, name_of};

#[test]
fn saving_stays_within_its_write_transactions() {
    for like in ALL {
        let world = World::new(like);
        let writes = |what: &str, most: usize| {
            assert!(world.memory.counts().writes <= most, "{like:?} {what}: {:?}", world.memory.counts());
            world.memory.reset_counts();
        };
        world.memory.reset_counts();
        block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
        writes("save", 2);
        let transition = |note: &Note| Ok::<_, ()>((note.with("a"), world.change("a")));
        block_on(world.store.save_update("note", 1, transition)).unwrap();
        writes("save_update", 3);
        let slot = Slot::named(&["slot"]);
        let stand = |id: &str| {
            let dead = |claim| is_closed(&world.store, claim);
            block_on(world.store.save_elected::<Note, _, _>(
                &slot,
                world.change(id).create(&Note::new(id)),
                dead,
            ))
            .unwrap()
        };
        stand("n1");
        writes("save_elected on a fresh slot", 4);
        stand("n2");
        writes("save_elected on a held slot", 0);
        let close = |note: &Note| Ok::<_, ()>(Note { closed: true, ..note.clone() });
        block_on(world.store.update("n1", close)).unwrap();
        writes("update", 1);
        stand("n3");
        writes("save_elected over a dead holder", 3);
    }
}

#[test]
fn a_turn_takes_one_batch_and_one_swap_however_many_lists_it_fills() {
    let world = World::new(ALL[0]);
    let add = |id: &str| {
        let change = world.request(id).create(&Note::new(id));
        block_on(world.store.save(change)).unwrap();
    };
    add("n1");
    world.settle();
    add("n2");
    world.memory.reset_counts();
    block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
    // Lease, blocks, projection, releasing the lease; and deleting what the previous turn replaced: the audit, the
    // requests, the chain; and adding to the counts of requests.
    assert!(world.memory.counts().writes <= 4 + 3 + 1, "{:?}", world.memory.counts());
}

/// Reads a page and its rows. Counts the operations and the rounds.
fn page(world: &World, list: List, cursor: Option<&str>) -> (usize, usize, usize, Option<String>) {
    world.memory.reset_counts();
    let read = async {
        let page = world.store.list(&world.permit, list.into(), cursor, 50).await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|row| name_of(&row.id)).collect();
        let rows = world.store.load_many::<Note>(ids.iter().map(String::as_str)).await.unwrap();
        assert!(rows.iter().all(Option::is_some));
        (rows.len(), page.next)
    };
    let ((rows, next), rounds) = world.memory.rounds(read);
    (rows, world.memory.counts().reads, rounds, next)
}

#[test]
fn a_page_of_requests_takes_few_reads_in_few_rounds_however_long_the_list() {
    let world = World::new(ALL[0]);
    let mut made = 0;
    for size in [3, 60, 1_300] {
        while made < size {
            let note = Note::new(format!("n{made:06}"));
            block_on(world.store.save(world.request(&note.id).create(&note))).unwrap();
            made += 1;
            if made % 190 == 0 {
                world.settle();
            }
        }
        world.settle();
        // Two that are not processed yet, one of them elected.
        for (name, elected) in [(format!("n{made:06}"), false), (format!("n{:06}", made + 1), true)] {
            let note = Note::new(&name);
            let change = world.request(&name);
            if elected {
                let dead = |claim| is_closed(&world.store, claim);
                block_on(world.store.save_elected::<Note, _, _>(
                    &Slot::named(&[&name]),
                    change.create(&note),
                    dead,
                ))
                .unwrap();
            } else {
                block_on(world.store.save(change.create(&note))).unwrap();
            }
        }
        made += 2;
        for list in [List::Requests, List::PendingRequests] {
            let mut cursor = None;
            let mut seen = 0;
            loop {
                let (rows, reads, rounds, next) = page(&world, list, cursor.as_deref());
                seen += rows;
                assert!(reads <= 10 + 2 * rows, "{list:?} {size}: {reads} reads for {rows} rows");
                assert!(rounds <= 4, "{list:?} {size}: {rounds} rounds");
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, made);
        }
    }
}

#[test]
fn whoever_finds_somebody_else_processing_reads_little_however_much_is_new() {
    let world = World::new(ALL[0]);
    for number in 0..100 {
        block_on(world.store.save(world.change("n").create(&Note::new(format!("n{number}"))))).unwrap();
    }
    let process = || block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
    let lease = block_on(world.store.lease(&format!("process/{}", world.root))).unwrap().unwrap();
    world.memory.reset_counts();
    assert!(process().elsewhere);
    let counts = world.memory.counts();
    assert!(counts.reads <= 4 && counts.writes == 0, "{counts:?}");
    block_on(world.store.release(lease)).unwrap();
    assert_eq!(process().events, 100);
}
