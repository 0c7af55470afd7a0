//! Killed at any write and retried under the same idempotency key: nothing is lost, nothing is done twice.

use crate::{Elected, Terms};
use countersign_kv::memory::Schedule;
use countersign_model::List;
use countersign_store::{Idempotency, Slot, StoreError, UpdateError};
use futures::FutureExt;
use futures::executor::block_on;

use crate::tests::world::{ALL, Note, Plain, World, is_closed, told_in};

fn key(body: &[u8]) -> Option<Idempotency> {
    Some(Idempotency::new("cmp_1", "key", body))
}

fn submit(world: &World, seed: u64, id: &str, body: &[u8]) -> Result<String, StoreError> {
    let store = world.store(seed);
    let slot = Slot::named(&["open-request", "one"]);
    let change = told_in(&world.root, id).idempotent(key(body));
    let dead = |claim| is_closed(&store, claim);
    match block_on(store.save_elected::<Note, _, _>(&slot, change.create(&Note::new(id)), dead))? {
        Elected::Won(stored) => Ok(stored.value.id),
        Elected::Held(claim) => panic!("held by {}", claim.holder),
    }
}

fn decide(
    world: &World,
    seed: u64,
    who: &str,
    idempotency: Option<Idempotency>,
) -> Result<Note, UpdateError<()>> {
    let terms = Terms { revisions: None, idempotency };
    let transition = |note: &Note| {
        if !note.members.is_empty() {
            return Err(());
        }
        Ok((note.with(who), told_in(&world.root, who)))
    };
    block_on(world.store(seed).save_update("note", terms, transition)).map(|stored| stored.value)
}

/// Each way of being killed at the nth write.
fn kills() -> impl Iterator<Item = (usize, bool)> {
    (1..8).flat_map(|nth| [(nth, false), (nth, true)])
}

fn stop(world: &World, (nth, after): (usize, bool)) {
    world.memory.stop_at_write(nth, after);
}

#[test]
fn a_submission_killed_at_any_write_and_retried_is_there_once() {
    for like in ALL {
        for kill in kills() {
            for processed_between in [false, true] {
                let world = World::new(like);
                stop(&world, kill);
                let first = submit(&world, 1, "n1", b"body");
                let killed = world.memory.resume();
                assert_eq!(first.is_err(), killed);
                if processed_between {
                    world.settle();
                }
                let retry = submit(&world, 2, "n2", b"body").unwrap();
                let again = submit(&world, 3, "n3", b"body").unwrap();
                assert_eq!(retry, again);
                if let Ok(first) = first {
                    assert_eq!(first, retry);
                }
                world.settle();
                let listed: Vec<_> =
                    world.rows(&world.root, List::Requests, 9).into_iter().map(|row| row.id).collect();
                assert_eq!(listed, [retry], "{like:?} {kill:?} {processed_between}");
                assert_eq!(world.rows(&world.root, List::Notifications, 9).len(), 1);
            }
        }
    }
}

#[test]
fn a_decision_killed_at_any_write_and_retried_is_there_once() {
    for like in ALL {
        for kill in kills() {
            for processed_between in [false, true] {
                let world = World::new(like);
                block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
                stop(&world, kill);
                let first = decide(&world, 1, "a", key(b"body"));
                assert_eq!(first.is_err(), world.memory.resume());
                if processed_between {
                    world.settle();
                }
                let retry = decide(&world, 2, "a", key(b"body")).unwrap();
                assert_eq!(retry.members, ["a"]);
                assert_eq!(decide(&world, 3, "a", key(b"body")).unwrap().members, ["a"]);
                assert_eq!(decide(&world, 4, "b", None), Err(UpdateError::Refused(())));
                world.settle();
                let told = world.told(&world.root);
                assert_eq!(told.iter().filter(|what| *what == "a").count(), 1, "{like:?} {kill:?}");
                assert_eq!(world.rows(&world.root, List::Notifications, 9).len(), 1);
            }
        }
    }
}

#[test]
fn a_creation_killed_at_any_write_and_retried_is_there_once() {
    for like in ALL {
        for kill in kills() {
            let world = World::new(like);
            let create = |seed, id: &str| {
                let change = world.request(id).create(&Note::new(id)).idempotent(key(b"body"));
                block_on(world.store(seed).save(change))
            };
            stop(&world, kill);
            let first = create(1, "n1");
            assert_eq!(first.is_err(), world.memory.resume());
            let retry = create(2, "n2").unwrap();
            let again = create(3, "n3").unwrap();
            assert!(again.repeated);
            assert_eq!(retry.id, again.id);
            world.settle();
            let listed: Vec<_> =
                world.rows(&world.root, List::Requests, 9).into_iter().map(|row| row.id).collect();
            assert_eq!(listed, [retry.id], "{like:?} {kill:?}");
        }
    }
}

#[test]
fn a_retry_finds_its_answer_also_when_others_have_written_since() {
    let world = World::new(ALL[0]);
    let first = submit(&world, 1, "n1", b"body").unwrap();
    let close = |note: &Note| Ok::<_, ()>((Note { closed: true, ..note.clone() }, world.change("closed")));
    block_on(world.store.save_update("n1", None, close)).unwrap();
    assert_eq!(submit(&world, 2, "n2", b"body").unwrap(), first, "decided meanwhile");
    let slot = Slot::named(&["open-request", "one"]);
    let dead = |claim| is_closed(&world.store, claim);
    let other = block_on(world.store.save_elected::<Note, _, _>(
        &slot,
        world.change("n3").create(&Note::new("n3")),
        dead,
    ))
    .unwrap();
    assert!(matches!(other, Elected::Won(_)));
    assert_eq!(submit(&world, 4, "n4", b"body").unwrap(), first, "and replaced");
    block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
    assert_eq!(world.rows(&world.root, List::Requests, 9).len(), 1);
}

#[test]
fn the_same_key_with_another_body_is_refused() {
    let world = World::new(ALL[0]);
    submit(&world, 1, "n1", b"body").unwrap();
    assert_eq!(submit(&world, 2, "n2", b"another"), Err(StoreError::KeyReused));
    block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
    let refused = decide(&world, 3, "a", key(b"another"));
    assert_eq!(refused, Err(UpdateError::Store(StoreError::KeyReused)));
}

#[test]
fn racing_attempts_under_one_key_have_one_answer() {
    for like in ALL {
        for seed in 0..12 {
            let world = World::new(like);
            world.memory.interleave(true);
            let attempt = |n: u64| {
                let (store, id) = (world.store(seed * 100 + n), format!("n{n}"));
                let change = world.request(&id).idempotent(key(b"body"));
                async move {
                    if seed % 2 == 0 {
                        return store.save(change.create(&Note::new(&id))).await.map(|saved| saved.id);
                    }
                    let dead = |claim| is_closed(&store, claim);
                    match store
                        .save_elected::<Note, _, _>(
                            &Slot::named(&["one"]),
                            change.create(&Note::new(&id)),
                            dead,
                        )
                        .await?
                    {
                        Elected::Won(stored) => Ok(stored.value.id),
                        Elected::Held(_) => panic!("nobody else is there"),
                    }
                }
            };
            let told = Schedule::new(seed).stalls(10).run((0..6).map(|n| attempt(n).boxed()).collect());
            world.memory.interleave(false);
            world.settle();
            let listed: Vec<_> =
                world.rows(&world.root, List::Requests, 9).into_iter().map(|row| row.id).collect();
            assert_eq!(listed.len(), 1, "{like:?} {seed}");
            for told in told.into_iter().flatten().filter(|told| *told != Err(StoreError::Busy)) {
                assert_eq!(told.as_ref(), Ok(&listed[0]), "{like:?} {seed}");
            }
        }
    }
}

#[test]
fn racing_changes_of_a_record_under_one_key_are_made_once() {
    for like in ALL {
        for seed in 0..24 {
            let world = World::new(like);
            block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
            world.memory.interleave(true);
            let attempt = |n: u64| {
                let (store, root) = (world.store(seed * 100 + n), world.root.clone());
                // Nothing in the record says that it was done already. Others write it as well.
                let (who, idempotency) = if n < 4 { ("a", key(b"body")) } else { ("b", None) };
                async move {
                    let terms = Terms { revisions: None, idempotency };
                    let transition = |note: &Note| Ok::<_, ()>((note.with(who), told_in(&root, who)));
                    store.save_update("note", terms, transition).await.is_ok()
                }
            };
            let made = Schedule::new(seed).stalls(10).run((0..6).map(|n| attempt(n).boxed()).collect());
            world.memory.interleave(false);
            let note = block_on(world.store.load::<Note>("note")).unwrap().unwrap().value;
            let times = note.members.iter().filter(|who| *who == "a").count();
            assert!(times <= 1, "{like:?} {seed}: {:?}", note.members);
            assert!(times == 1 || made[..4].iter().all(|made| *made != Some(true)), "{like:?} {seed}");
            let again = Terms { revisions: None, idempotency: key(b"another") };
            let other = |note: &Note| Ok::<_, ()>((note.with("c"), told_in(&world.root, "c")));
            let other = block_on(world.store.save_update("note", again, other)).map(|_| ());
            assert_eq!(other, Err(UpdateError::Store(StoreError::KeyReused)), "{like:?} {seed}");
        }
    }
}
