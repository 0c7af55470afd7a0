//! The processor with a chain: racing, dying, waiting in vain.

use std::task::{Context, Waker};
use std::time::Duration;

use futures::FutureExt;

use super::*;
use crate::tests::world::{Note, change_in, request_in};

#[test]
fn a_number_that_is_over_without_an_event_is_a_hole() {
    for like in ALL {
        let world = World::new(like);
        block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
        // One writer dies after its number, one after its batch.
        for writes in [1, 2] {
            world.memory.stop_after_write(writes);
            let died = block_on(write(world.store(5), world.root.clone(), Way::Update, "died".to_owned()));
            assert!(!died.unwrap());
            world.memory.resume();
        }
        append(&world, "n");
        world.settle();
        let page = verify(&world);
        assert_eq!((page.flaws.as_slice(), page.holes, page.sealed), (&[][..], 2, 5), "{like:?}");
    }
}

#[test]
fn a_turn_that_dies_at_any_write_leaves_a_chain_that_verifies_and_goes_on() {
    for like in ALL {
        for after in [false, true] {
            let mut died = true;
            for nth in 1.. {
                let world = World::new(like);
                let child = world.child_of(&world.root.clone(), 5);
                for n in 0..3 {
                    block_on(world.store.save(request_in(&child, &format!("n{n}")))).unwrap();
                }
                world.memory.stop_at_write(nth, after);
                let _ = block_on(world.store.process(&child, &Plain(world.store.clone())));
                if !world.memory.resume() {
                    died = false;
                }
                for organization in [&child, &world.root] {
                    let pages = world.verify(organization, Some(&KEY), None, 200);
                    assert_eq!(pages[0].flaws, [], "{like:?} {after} {nth}: before the next turn");
                }
                world.settle_in(&child);
                world.settle();
                if !died {
                    break;
                }
            }
            assert!(!died);
        }
    }
}

/// A writer whose event contains what it read, so that its second attempt differs from its first.
async fn add_telling(store: Journal, organization: OrganizationId, name: &'static str) {
    let transition = |note: &Note| {
        let change = change_in(&organization, &format!("{name} after {:?}", note.members));
        Ok::<_, countersign_store::StoreError>((note.with(name), change))
    };
    let _ = store.save_update("note", None, transition).await;
}

fn polls(task: &mut futures::future::BoxFuture<'_, ()>, steps: usize) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..steps).any(|_| task.as_mut().poll_unpin(&mut context).is_ready())
}

#[test]
fn what_is_sealed_is_what_the_last_attempt_of_a_writer_says_wherever_the_processor_meets_it() {
    for before in (4..40).step_by(2) {
        for read in (0..50).step_by(2) {
            let world = World::new(ALL[1]);
            block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
            world.settle();
            world.memory.interleave(true);
            let mut slow = add_telling(world.store(5), world.root.clone(), "slow").boxed();
            let mut ended = polls(&mut slow, before);
            world.memory.interleave(false);
            block_on(add_telling(world.store(6), world.root.clone(), "quick"));
            world.memory.interleave(true);
            let (store, root) = (world.store(7), world.root.clone());
            let mut processor = async move {
                let _ = store.process(&root, &Plain(store.clone())).await;
            }
            .boxed();
            let processed = polls(&mut processor, read);
            ended = ended || polls(&mut slow, 1_000);
            let processed = processed || polls(&mut processor, 1_000);
            world.memory.interleave(false);
            assert!(ended && processed);
            drop((slow, processor));
            world.settle();
            let mut members = block_on(world.store.load::<Note>("note")).unwrap().unwrap().value.members;
            members.sort();
            assert_eq!(members, ["quick", "slow"], "{before} {read}");
        }
    }
}

#[test]
fn what_was_passed_on_is_not_written_again_once_it_stands_above() {
    let world = World::new(ALL[0]);
    let child = world.child_of(&world.root.clone(), 5);
    world.settle_in(&child);
    world.settle();
    block_on(world.store.save(change_in(&child, "n"))).unwrap();
    block_on(world.store.process(&child, &Plain(world.store.clone()))).unwrap();
    let last = verify(&world).horizon;
    // Another version of this program encodes the same event differently.
    let key = entry_key(&world.root, last);
    let mut worded = get(&world, &key);
    worded.push(b' ');
    put(&world, &key, worded.clone());
    block_on(world.store.save(change_in(&child, "m"))).unwrap();
    block_on(world.store.process(&child, &Plain(world.store.clone()))).unwrap();
    assert_eq!(get(&world, &key), worded);
    assert_eq!(verify(&world).horizon, last + 1);
}

#[test]
fn processors_that_race_make_one_chain_between_them() {
    for seed in 0..20 {
        let world = World::new(ALL[2]);
        block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
        world.settle();
        world.memory.interleave(true);
        let mut tasks = Vec::new();
        for n in 0..12 {
            let way = [Way::New, Way::Update, Way::Election][n % 3];
            let written = write(world.store(seed * 100 + n as u64), world.root.clone(), way, format!("w{n}"));
            tasks.push(written.map(|_| ()).boxed());
        }
        for n in 0..3 {
            let (store, root) = (world.store(seed * 100 + 50 + n), world.root.clone());
            tasks.push(
                async move {
                    for _ in 0..4 {
                        let _ = store.process(&root, &Plain(store.clone())).await;
                    }
                }
                .boxed(),
            );
        }
        // The lease expires now and then, so that two processors run at once.
        let schedule = countersign_kv::memory::Schedule::new(seed).stalls(6).each_step(|random| {
            world.clock.advance(Duration::from_millis(random.below(300)));
        });
        schedule.run(tasks);
        world.memory.interleave(false);
        world.settle();
    }
}
