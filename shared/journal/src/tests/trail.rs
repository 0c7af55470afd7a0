//! The trail of a request: exactly the events that changed it, in their order.

use countersign_kv::memory::Schedule;
use countersign_store::{TrailPlace, keys};
use futures::FutureExt;
use futures::executor::block_on;

use crate::Journal;
use crate::tests::plan::plan;
use crate::tests::world::{ALL, Note, Plain, World, said, told_in};

const ID: &str = "req_note";

async fn save(store: &Journal, world: &World, member: &str) -> bool {
    let transition = |note: &Note| Ok::<_, ()>((note.with(member), world.change(member)));
    store.save_update(ID, None, transition).await.is_ok()
}

/// What the events of the trail say, read in pages of a size.
fn trail(world: &World, many: usize) -> Vec<String> {
    let (mut said_all, mut from, mut pages) = (Vec::new(), Some(TrailPlace::default()), 0);
    while let Some(place) = from {
        let page = block_on(world.store.trail::<Note>(ID, place, many)).unwrap();
        assert_eq!(page.is_whole, pages == 0, "only the first page begins");
        for place in &page.events {
            said_all.push(said(&block_on(world.store.event_of(place)).unwrap().unwrap()));
        }
        from = page.next.map(|next| next.to_string().parse().unwrap());
        pages += 1;
    }
    said_all
}

fn members(world: &World) -> Vec<String> {
    block_on(world.store.load::<Note>(ID)).unwrap().unwrap().value.members
}

/// The trail says how the record was created, and then what it carries.
fn assert_complete(world: &World, why: &str) {
    let expected: Vec<_> = std::iter::once("created".to_owned()).chain(members(world)).collect();
    for many in [1, 3, 100] {
        assert_eq!(trail(world, many), expected, "{why}, in pages of {many}");
    }
}

#[test]
fn racing_dying_and_stalling_writers_leave_each_event_that_counts_once_in_its_order() {
    for like in ALL {
        for seed in 0..10 {
            let world = World::new(like);
            block_on(world.store.save(world.change("created").create(&Note::new(ID)))).unwrap();
            assert_complete(&world, "before anything happened");
            world.memory.interleave(true);
            let names: Vec<String> = (0..24).map(|n| format!("w{n}")).collect();
            let stores: Vec<_> = (0..24).map(|n| world.store(seed * 100 + n)).collect();
            let tasks =
                names.iter().zip(&stores).map(|(name, store)| save(store, &world, name).boxed()).collect();
            Schedule::new(seed).deaths(if seed % 2 == 0 { 0 } else { 10 }).stalls(10).run(tasks);
            world.memory.interleave(false);
            assert!(members(&world).len() > 1, "somebody gets through");
            assert_complete(&world, &format!("{like:?} {seed}"));
            // The processor drops what does not count, and touches the record for it.
            world.settle();
            assert!(block_on(save(&world.store, &world, "last")));
            assert_complete(&world, &format!("{like:?} {seed}, after touches"));
        }
    }
}

#[test]
fn whatever_write_a_writer_dies_at_the_trail_has_what_counts() {
    for like in ALL {
        for nth in 1..8 {
            let world = World::new(like);
            block_on(world.store.save(world.change("created").create(&Note::new(ID)))).unwrap();
            block_on(save(&world.store, &world, "first"));
            world.memory.stop_before_write(nth);
            block_on(save(&world.store, &world, "second"));
            world.memory.resume();
            assert_complete(&world, &format!("{like:?} {nth}"));
            world.settle();
            assert!(block_on(save(&world.store, &world, "third")));
            assert_complete(&world, &format!("{like:?} {nth}, and then another"));
        }
    }
}

#[test]
fn a_record_from_before_there_were_trails_has_the_events_since_then() {
    let world = World::new(ALL[0]);
    block_on(world.store.save(world.change("created").create(&Note::new(ID)))).unwrap();
    for member in ["one", "two"] {
        block_on(save(&world.store, &world, member));
    }
    for revision in 0..3 {
        block_on(world.store.kv().delete(&keys::trail(ID, revision))).unwrap();
    }
    block_on(save(&world.store, &world, "three"));
    let page = block_on(world.store.trail::<Note>(ID, TrailPlace::default(), 50)).unwrap();
    assert!(!page.is_whole);
    let texts: Vec<_> = page
        .events
        .iter()
        .map(|place| said(&block_on(world.store.event_of(place)).unwrap().unwrap()))
        .collect();
    assert_eq!(texts, ["two", "three"]);
}

#[test]
fn other_records_have_no_trail_and_one_that_is_removed_leaves_none() {
    let world = World::new(ALL[0]);
    let trails = || world.memory.dump().into_keys().filter(|key| key.contains("/g/")).count();
    block_on(world.store.save(world.change("created").create(&Note::new("other")))).unwrap();
    for member in ["one", "two"] {
        let add = |note: &Note| Ok::<_, ()>((note.with(member), world.change(member)));
        block_on(world.store.save_update("other", None, add)).unwrap();
    }
    assert_eq!(trails(), 0);
    block_on(world.store.save(world.change("created").create(&Note::new(ID)))).unwrap();
    for member in 0..120 {
        block_on(save(&world.store, &world, &format!("m{member}")));
    }
    // A writer that dies has noted the present event.
    world.memory.stop_before_write(3);
    block_on(save(&world.store, &world, "dies"));
    world.memory.resume();
    assert_eq!(trails(), 121);
    block_on(world.store.forget_trail::<Note>(ID)).unwrap();
    assert_eq!(trails(), 0);
}

#[test]
fn an_event_names_the_deliveries_that_report_it() {
    let world = World::new(ALL[0]);
    let request = told_in(&world.root, "told").create(&Note::new(ID));
    block_on(world.store.save(request)).unwrap();
    block_on(world.store.save(world.request("quiet"))).unwrap();
    let page = block_on(world.store.trail::<Note>(ID, TrailPlace::default(), 50)).unwrap();
    let told = |at| block_on(world.store.deliveries_of(at)).unwrap();
    assert_eq!(told(&page.events[0]).deliveries, Vec::<String>::new(), "nothing is processed yet");
    // A turn that is made again, because its processor died at any write, names them once.
    for nth in 1..6 {
        world.memory.stop_before_write(nth);
        let _ = block_on(world.store.process(&world.root, &Plain(world.store.clone())));
        let _ = block_on(plan(&world.store, &world.root));
        world.memory.resume();
    }
    world.settle();
    let event = block_on(world.store.event_of(&page.events[0])).unwrap().unwrap();
    assert_eq!(told(&page.events[0]).deliveries, [format!("ntf_{}_0", event.id)]);
    let noted = world.memory.dump().into_keys().filter(|key| key.contains("/d/")).count();
    assert_eq!(noted, 1, "nothing is noted of an event that nobody is told of");
}
