//! Two or three callers, each stopped at every step in turn while the others continue.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use countersign_model::{List, lists};
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::BoxFuture;

use crate::tests::journal::{Way, write};
use crate::tests::world::{ALL, Note, Plain, World};

/// Runs a task for some steps. Returns its result if it ends within them.
fn run<T>(task: &mut BoxFuture<'_, T>, steps: usize) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..steps {
        if let Poll::Ready(done) = task.as_mut().poll_unpin(&mut context) {
            return Some(done);
        }
    }
    None
}

fn wait(world: &World) {
    world.clock.advance(Duration::from_secs(31));
}

fn process(world: &World) {
    world.memory.interleave(false);
    block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
    world.memory.interleave(true);
}

fn with_note() -> World {
    let world = World::new(ALL[2]);
    block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
    world.settle();
    world
}

fn assert_truth(world: &World, told: bool, case: &str) {
    world.settle();
    let listed = world.told(&world.root);
    let times = listed.iter().filter(|what| *what == "slow").count();
    assert_eq!(times, usize::from(told), "{case}: {listed:?}");
}

/// The writer stalls until its number is abandoned; in the middle of that it continues for some steps, another
/// processor comes, the first one ends, the writer ends.
fn cross(way: Way, before: usize, processed: usize, between: usize, another: bool) -> bool {
    let case = format!("{way:?} {before} {processed} {between} {another}");
    let world = with_note();
    world.memory.interleave(true);
    let mut writer = write(world.store(5), world.root.clone(), way, "slow".to_owned()).boxed();
    if let Some(told) = run(&mut writer, before) {
        assert!(told.unwrap());
        return true;
    }
    process(&world);
    wait(&world);
    let effects = Plain(world.store(6));
    let mut processor = world.store.process(&world.root, &effects).boxed();
    let mut ended = run(&mut processor, processed).is_some();
    let mut told = run(&mut writer, between);
    if another {
        wait(&world);
        process(&world);
    }
    ended = ended || run(&mut processor, 10_000).is_some();
    assert!(ended);
    drop(processor);
    told = told.or_else(|| run(&mut writer, 10_000));
    world.memory.interleave(false);
    assert_truth(&world, told.unwrap().unwrap(), &case);
    false
}

#[test]
fn a_writer_and_the_processor_that_gives_it_up_agree_wherever_they_meet() {
    for way in [Way::New, Way::Update, Way::Election, Way::Edit] {
        for before in (1..60).step_by(3) {
            if (0..90).step_by(4).any(|processed| cross(way, before, processed, 1_000, false)) {
                break;
            }
        }
    }
}

#[test]
fn what_is_written_between_the_last_look_and_the_mark_is_found() {
    for before in 2..5 {
        for processed in 0..80 {
            cross(Way::New, before, processed, 1_000, false);
        }
    }
}

#[test]
fn a_reader_sees_an_event_that_counts_also_while_its_target_moves_on() {
    for step in 0..12 {
        for other_operations in 0..12 {
            let world = with_note();
            let elect = |seed, name: &str| {
                let organization = world.root.clone();
                assert!(
                    block_on(write(world.store(seed), organization, Way::Election, name.to_owned())).unwrap()
                );
            };
            elect(5, "slow");
            world.memory.interleave(true);
            for _ in 0..other_operations {
                block_on(world.store.kv().get("nothing")).unwrap();
            }
            let mut reader = world.store.list(&world.permit, lists::UNIFIED_AUDIT, None, 9).boxed();
            let done = run(&mut reader, step);
            world.memory.interleave(false);
            elect(6, "next");
            let page = done.unwrap_or_else(|| block_on(reader)).unwrap();
            assert!(page.items.len() >= 3, "set-up, note and slow: {step} {other_operations}");
        }
    }
}

#[test]
fn a_stalled_processor_does_not_mark_what_another_has_processed() {
    for before in [2, 4, 6] {
        for processed in (0..70).step_by(3) {
            for between in 0..5 {
                cross(Way::New, before, processed, between, true);
            }
        }
    }
}

#[test]
fn a_processor_stalled_at_any_step_passes_everything_on_once() {
    for step in (0..240).step_by(3) {
        let world = World::new(ALL[1]);
        let child = world.child_of(&world.root.clone(), 5);
        for n in 0..3 {
            block_on(write(world.store(n), child.clone(), Way::New, format!("w{n}"))).unwrap();
        }
        world.memory.interleave(true);
        let effects = Plain(world.store(6));
        let mut slow = world.store.process(&child, &effects).boxed();
        let ended = run(&mut slow, step).is_some();
        world.memory.interleave(false);
        if !ended {
            // The organization above abandons the numbers that were taken there; nobody else processes this one.
            for _ in 0..3 {
                wait(&world);
                process(&world);
            }
            world.memory.interleave(false);
            block_on(slow).unwrap();
        }
        world.settle_in(&child);
        world.settle();
        let listed = world.told(&world.root);
        let of_child: Vec<_> = listed.iter().filter(|what| what.starts_with('w')).collect();
        assert_eq!(of_child, ["w2", "w1", "w0"], "{step}");
        if ended {
            return;
        }
    }
    panic!("it never ended");
}

#[test]
fn whoever_comes_while_the_processor_is_at_work_is_seen_by_it() {
    for step in 0..400 {
        let world = World::new(ALL[1]);
        let add = |id: &str| {
            let change = world.request(id);
            block_on(world.store.save(change.create(&Note::new(id)))).unwrap();
        };
        add("n1");
        world.memory.interleave(true);
        let effects = Plain(world.store(6));
        let mut processor = world.store.process(&world.root, &effects).boxed();
        let ended = run(&mut processor, step).is_some();
        world.memory.interleave(false);
        add("n2");
        block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
        if !ended {
            block_on(processor).unwrap();
        }
        let projection = block_on(world.store.projection(&world.root)).unwrap().value;
        assert_eq!(projection.count(List::Requests), 2, "{step}");
        if ended {
            return;
        }
    }
    panic!("it never ended");
}

#[test]
fn a_writer_knows_its_write_also_when_the_record_has_forgotten_it() {
    for (way, step) in
        [Way::Update, Way::Edit].into_iter().flat_map(|way| (0..40).map(move |step| (way, step)))
    {
        let world = with_note();
        world.memory.interleave(true);
        let mut slow = write(world.store(5), world.root.clone(), way, "slow".to_owned()).boxed();
        let ended = run(&mut slow, step);
        world.memory.interleave(false);
        for n in 0..40 {
            assert!(block_on(write(world.store(100 + n), world.root.clone(), way, format!("w{n}"))).unwrap());
        }
        let told = ended.unwrap_or_else(|| block_on(slow)).unwrap();
        assert_truth(&world, told, &format!("{way:?} {step}"));
        let note = block_on(world.store.load::<Note>("note")).unwrap().unwrap().value;
        assert_eq!(
            note.members.iter().filter(|who| *who == "slow").count(),
            usize::from(told),
            "{way:?} {step}"
        );
        let listed = world.told(&world.root);
        assert_eq!(listed.iter().filter(|what| what.starts_with('w')).count(), 40, "all were confirmed");
    }
}
