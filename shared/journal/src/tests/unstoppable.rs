//! Nothing stops processing: not values that are too large or unreadable, nor a writer or processor that fails half
//! way, nor clocks that differ.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use countersign_kv::memory::TestClock;
use countersign_kv::{Clock, KeyValue};
use countersign_model::{List, Permit, lists};
use countersign_store::record::MAX_RECORD;
use countersign_store::{Claim, Slot, Store, StoreError, keys};
use futures::executor::block_on;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::projection::SetAside;
use crate::tests::world::{ALL, KEY, Note, Plain, World, act, is_closed, origin, request_in};
use crate::{Change, Elected, Fault, Journal};

fn put(world: &World, key: String, value: &[u8]) {
    block_on(world.memory.set_many(vec![(key, value.to_vec())])).unwrap();
}

fn process(world: &World) -> crate::Processed {
    block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap()
}

fn last_number(world: &World) -> u64 {
    block_on(world.store.last_number(&world.root)).unwrap()
}

fn gaps(world: &World) -> usize {
    block_on(world.store.projection(&world.root)).unwrap().value.gaps.len()
}

fn with_note(like: countersign_kv::memory::Like) -> World {
    let world = World::new(like);
    block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
    world.settle();
    world
}

#[test]
fn what_is_too_large_is_refused_before_a_number_is_taken() {
    for like in ALL {
        let world = with_note(like);
        let (before, last) = (world.memory.dump(), last_number(&world));
        let long = "x".repeat(MAX_RECORD + 2048);
        let entity = block_on(world.store.save(world.change("n").create(&Note::new(long.clone()))));
        assert!(matches!(entity, Err(StoreError::TooLarge { .. })), "{entity:?}");
        let event = block_on(world.store.save(world.change(&long)));
        assert!(matches!(event, Err(StoreError::TooLarge { .. })), "{event:?}");
        let grown = |note: &Note| Ok::<_, ()>((note.with(&long), world.change("grown")));
        assert!(block_on(world.store.save_update("note", None, grown)).is_err());
        let told = |note: &Note| Ok::<_, ()>((note.with("a"), world.change(&long)));
        assert!(block_on(world.store.save_update("note", None, told)).is_err());
        let slot = Slot::named(&["slot"]);
        let never = |_: Claim| async { Ok(false) };
        let elected = world.store.save_elected::<Note, _, _>(&slot, world.change(&long), never);
        assert!(block_on(elected).is_err());
        assert_eq!(last_number(&world), last);
        assert_eq!(world.memory.dump(), before);
    }
}

#[test]
fn a_change_that_its_permit_does_not_allow_is_refused_before_a_number_is_taken() {
    let world = with_note(ALL[0]);
    let before = world.memory.dump();
    let permit = Permit::refusal(&world.root, countersign_model::RefusalOnly);
    let change = Change::new(&permit, &origin(), act("n"));
    assert!(matches!(block_on(world.store.save(change)), Err(StoreError::NotPermitted { .. })));
    let listed = block_on(world.store.list(&permit, lists::REQUESTS, None, 5));
    assert!(matches!(listed, Err(StoreError::NotPermitted { .. })));
    assert_eq!(world.memory.dump(), before);
}

#[test]
fn a_number_whose_batch_failed_is_not_waited_for() {
    for like in ALL {
        let world = with_note(like);
        // The number is the first write, the batch the second; the mark that follows is written again.
        world.memory.fail_write(2);
        let failed = |note: &Note| Ok::<_, ()>((note.with("failed"), world.change("failed")));
        assert!(block_on(world.store.save_update("note", None, failed)).is_err());
        world.memory.resume();
        block_on(world.store.save(world.change("next"))).unwrap();
        process(&world);
        assert_eq!((gaps(&world), world.told(&world.root)[0].as_str()), (0, "next"), "{like:?}");
        world.assert_chained(&world.root);
    }
}

#[test]
fn a_record_at_its_largest_is_still_touched_and_still_changed() {
    for like in ALL {
        let world = with_note(like);
        let room = MAX_RECORD - serde_json::to_vec(&Note::new("note").with("")).unwrap().len();
        let grown = |note: &Note| Ok::<_, ()>((note.with(&"x".repeat(room)), world.change("grown")));
        block_on(world.store.save_update("note", None, grown)).unwrap();
        // Number, batch, and then the host is killed: the target must be touched before the event is dropped.
        world.memory.stop_after_write(2);
        let died = |note: &Note| Ok::<_, ()>((Note { closed: true, ..note.clone() }, world.change("died")));
        assert!(block_on(world.store(5).save_update("note", None, died)).is_err());
        world.memory.resume();
        block_on(world.store.save(world.change("behind"))).unwrap();
        world.settle();
        assert!(world.told(&world.root).contains(&"behind".to_owned()));
        for _ in 0..40 {
            let again = |note: &Note| Ok::<_, ()>((note.clone(), world.change("again")));
            block_on(world.store.save_update("note", None, again)).unwrap();
        }
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_set_aside_and_what_is_behind_it_goes_on() {
    for like in ALL {
        let world = with_note(like);
        block_on(world.store.save(world.request("n1").create(&Note::new("n1")))).unwrap();
        let number = last_number(&world);
        put(&world, keys::entry(&world.root, number), b"no event");
        block_on(world.store.save(world.request("n2").create(&Note::new("n2")))).unwrap();
        assert_eq!(world.rows(&world.root, List::Requests, 5).len(), 1, "{like:?}: readers leave it out");
        process(&world);
        assert_eq!(world.rows(&world.root, List::Requests, 5).len(), 1, "{like:?}");
        assert_eq!(gaps(&world), 1, "{like:?}: it may be a newer version's");
        world.clock.advance(Duration::from_secs(601));
        assert_eq!(process(&world).set_aside, 1, "{like:?}");
        let projection = block_on(world.store.projection(&world.root)).unwrap().value;
        assert_eq!((projection.gaps.len(), projection.set_aside()[0].number), (0, number), "{like:?}");
        let page = world.verify(&world.root, Some(&KEY), None, 100).remove(0);
        assert_eq!(page.flaws, [crate::Flaw { number: Some(number), fault: Fault::SetAside }], "{like:?}");
    }
}

#[test]
fn an_event_whose_target_cannot_be_read_is_set_aside_and_what_is_behind_it_goes_on() {
    for like in ALL {
        let world = with_note(like);
        block_on(world.store.save(world.change("other").create(&Note::new("other")))).unwrap();
        world.memory.stop_after_write(2);
        let change = |note: &Note| Ok::<_, ()>((note.with("a"), world.change("lost")));
        assert!(block_on(world.store(5).save_update("other", None, change)).is_err());
        world.memory.resume();
        put(&world, keys::record("other"), b"no record");
        block_on(world.store.save(world.request("n1").create(&Note::new("n1")))).unwrap();
        process(&world);
        assert_eq!(world.rows(&world.root, List::PendingRequests, 5).len(), 1, "{like:?}");
        world.clock.advance(Duration::from_secs(31));
        process(&world);
        assert_eq!(gaps(&world), 0, "{like:?}");
        let page = world.verify(&world.root, Some(&KEY), None, 100).remove(0);
        assert!(page.flaws.iter().all(|flaw| flaw.fault == Fault::SetAside) && page.flaws.len() == 1);
    }
}

#[test]
fn a_record_that_cannot_be_read_is_in_no_set_and_stops_nothing() {
    let world = with_note(ALL[1]);
    block_on(world.store.save(world.request("n1").create(&Note::new("n1")))).unwrap();
    block_on(world.store.save(world.request("n2").create(&Note::new("n2")))).unwrap();
    put(&world, keys::record("n1"), b"no record");
    process(&world);
    let listed: Vec<_> =
        world.rows(&world.root, List::PendingRequests, 5).into_iter().map(|row| row.id).collect();
    assert_eq!(listed, ["n2"]);
    assert_eq!(world.rows(&world.root, List::Requests, 5).len(), 2);
}

#[test]
fn a_lost_block_of_a_list_hides_what_it_held_and_nothing_else() {
    for spoil in [None, Some(&b"no block"[..])] {
        let world = with_note(ALL[1]);
        for n in 0..3 {
            block_on(world.store.save(world.request(&format!("n{n}")).create(&Note::new(format!("n{n}")))))
                .unwrap();
        }
        process(&world);
        let blocks: Vec<_> = world.memory.dump().into_keys().filter(|key| key.contains("/b/")).collect();
        for key in blocks {
            match spoil {
                Some(bytes) => put(&world, key, bytes),
                None => block_on(world.memory.delete(&key)).unwrap(),
            }
        }
        assert!(world.rows(&world.root, List::Requests, 5).is_empty());
        block_on(world.store.save(world.request("n7").create(&Note::new("n7")))).unwrap();
        for processed in [false, true] {
            for list in [List::Requests, List::PendingRequests] {
                let rows: Vec<_> = world.rows(&world.root, list, 5).into_iter().map(|row| row.id).collect();
                assert_eq!(rows, ["n7"], "{list:?} {processed}");
            }
            process(&world);
        }
    }
}

#[test]
fn a_slot_whose_claim_was_evicted_is_free() {
    for like in ALL {
        let world = with_note(like);
        let slot = Slot::named(&["slot"]);
        let stand = |id: &str| {
            let dead = |claim| is_closed(&world.store, claim);
            let change = world.change(id).create(&Note::new(id));
            block_on(world.store.save_elected::<Note, _, _>(&slot, change, dead)).unwrap()
        };
        assert!(matches!(stand("n1"), Elected::Won(_)));
        assert!(matches!(stand("n2"), Elected::Held(_)));
        let claims: Vec<_> = world.memory.dump().into_keys().filter(|key| key.contains("/c/")).collect();
        claims.iter().for_each(|key| block_on(world.memory.delete(key)).unwrap());
        assert_eq!(block_on(world.store.holder(&slot)).unwrap(), None);
        assert!(matches!(stand("n3"), Elected::Won(_)), "{like:?}");
        assert!(matches!(stand("n4"), Elected::Held(_)), "{like:?}");
    }
}

#[test]
fn a_turn_that_was_not_committed_gives_its_numbers_above_back() {
    let world = World::new(ALL[2]);
    let child = world.child_of(&world.root.clone(), 5);
    world.settle();
    block_on(world.store.save(request_in(&child, "n1"))).unwrap();
    // Another processor commits right before this one's swap.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for step in 0..400 {
        world.memory.interleave(true);
        let (slow, effects) = (world.store(7), Plain(world.store(7)));
        let mut slow = Box::pin(slow.process(&child, &effects));
        let ended = (0..step).any(|_| slow.as_mut().poll(&mut context).is_ready());
        world.memory.interleave(false);
        world.clock.advance(Duration::from_secs(31));
        block_on(world.store.save(request_in(&child, &format!("n{}", step + 10)))).unwrap();
        block_on(world.store.process(&child, &Plain(world.store.clone()))).unwrap();
        if ended {
            break;
        }
        block_on(slow).unwrap();
        assert_eq!(gaps(&world), 0, "{step}: nothing above is waited for");
    }
    world.settle();
    world.assert_chained(&child);
}

#[test]
fn what_a_processor_wrote_that_died_is_removed() {
    for after in [false, true] {
        for nth in 1..14 {
            let world = with_note(ALL[1]);
            let add = |id: &str| {
                block_on(world.store.save(world.request(id).create(&Note::new(id)))).unwrap();
            };
            add("n1");
            world.memory.stop_at_write(nth, after);
            let _ = block_on(world.store.process(&world.root, &Plain(world.store.clone())));
            world.memory.resume();
            world.settle();
            add("n2");
            world.settle();
            add("n3");
            world.settle();
            assert_eq!(unnamed_blocks(&world), Vec::<String>::new(), "{after} {nth}");
        }
    }
}

/// The blocks in the store that nothing refers to.
fn unnamed_blocks(world: &World) -> Vec<String> {
    let dump = world.memory.dump();
    let blocks = dump.keys().filter_map(|key| key.split_once("/b/")).map(|(_, id)| id.to_owned());
    let named: String = dump
        .iter()
        .filter(|(key, _)| !key.contains("/p/"))
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .collect();
    blocks.filter(|id| !named.contains(id)).collect()
}

#[test]
fn clocks_five_minutes_apart_and_one_that_jumps_back_stop_and_lose_nothing() {
    for like in ALL {
        let world = with_note(like);
        let ahead = Arc::new(TestClock::at(world.clock.now() + SignedDuration::from_mins(5)));
        let other = Journal::new(Store::seeded(world.memory.clone(), ahead.clone(), 77));
        // A number without an entry, seen first by the host whose clock is ahead.
        block_on(world.memory.increment(&keys::counter(&world.root), 1)).unwrap();
        block_on(other.process(&world.root, &Plain(other.clone()))).unwrap();
        assert_eq!(gaps(&world), 1);
        for n in 0..20 {
            let (writer, processor) = match n % 2 {
                0 => (&world.store, &other),
                _ => (&other, &world.store),
            };
            block_on(writer.save(world.request(&format!("n{n}")).create(&Note::new(format!("n{n}")))))
                .unwrap();
            block_on(processor.process(&world.root, &Plain(processor.clone()))).unwrap();
            world.clock.advance(Duration::from_secs(4));
            ahead.advance(Duration::from_secs(4));
        }
        // An hour back: waiting for gaps starts anew, and does not take an hour.
        let back = Arc::new(TestClock::at(world.clock.now() - SignedDuration::from_hours(1)));
        let third = Journal::new(Store::seeded(world.memory.clone(), back.clone(), 78));
        block_on(world.memory.increment(&keys::counter(&world.root), 1)).unwrap();
        block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
        for _ in 0..4 {
            block_on(third.process(&world.root, &Plain(third.clone()))).unwrap();
            back.advance(Duration::from_secs(31));
        }
        assert_eq!(gaps(&world), 0, "{like:?}");
        let listed = world.rows(&world.root, List::PendingRequests, 50);
        assert_eq!(listed.len(), 20, "{like:?}");
        world.assert_chained(&world.root);
    }
}

#[test]
fn the_projection_is_within_its_bound_at_its_largest() {
    let world = World::new(ALL[1]);
    let (number, id) = (u64::MAX / 2, "01J00000000000000000000000");
    let mut projection = block_on(world.store.projection(&world.root)).unwrap().value;
    let text = serde_json::to_string(&projection).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    let at = jiff::Timestamp::from_nanosecond(1_780_315_200_123_456_789).unwrap();
    let gap = json!([number, at.as_millisecond(), false]);
    value["gaps"] = Value::Array(vec![gap; 100 + 150]);
    let numbers = vec![json!(number); 400 + 250];
    value["forwarding"] = json!({ "to": world.root, "first": number, "numbers": numbers });
    value["moments"] = Value::Array(vec![json!(at); 100]);
    value["late"] = Value::Array(vec![json!(format!("evt_{id}")); 64]);
    value["garbage"] = json!({ "blocks": vec![id; 32], "lists": vec![id; 32] });
    value["tallied"] = json!(number);
    let list = json!({ "count": number, "newest": id, "previous": id });
    let child = json!([id, "f".repeat(120), 500, 30_000]);
    let top = vec![json!([id, "f".repeat(32), number, 1_000_000]); 16];
    let set = json!({ "node": id, "height": 3, "count": number, "newest": [child, child], "top": top });
    // The deliveries are in the queue of notices.
    for each in List::ALL.into_iter().filter(|list| *list != List::Notifications) {
        let lists = if each.is_log() { "logs" } else { "sets" };
        let name = serde_json::to_value(each).unwrap().as_str().unwrap().to_owned();
        value[lists][name] = if each.is_log() { list.clone() } else { set.clone() };
    }
    projection = serde_json::from_value(value).unwrap();
    let aside = SetAside { number, at, why: "x".repeat(1_000) };
    projection.remember_set_aside(vec![aside; 11]);
    assert_eq!(projection.set_aside().len(), 10);
    let bytes = serde_json::to_vec(&projection).unwrap().len();
    assert!(bytes <= MAX_RECORD * 9 / 10, "{bytes}");
}
