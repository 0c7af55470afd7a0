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

/// An organization with so many events, and the processor that passes them on, at this step; whether it has ended.
fn stalled(many: usize, step: usize, then: impl FnOnce(&World, &mut dyn FnMut(usize))) -> bool {
    let world = World::new(ALL[1]);
    let child = world.child_of(&world.root.clone(), 5);
    for n in 0..many {
        block_on(write(world.store(n as u64), child.clone(), Way::New, format!("w{n:02}"))).unwrap();
    }
    world.memory.interleave(true);
    let effects = Plain(world.store(1_000));
    let mut slow = world.store.process(&child, &effects).boxed();
    let mut ended = run(&mut slow, step).is_some();
    let at_once = ended;
    world.memory.interleave(false);
    if !ended {
        then(&world, &mut |steps| {
            world.memory.interleave(true);
            ended = ended || run(&mut slow, steps).is_some();
            world.memory.interleave(false);
        });
    }
    if !ended {
        block_on(slow).unwrap();
    }
    // What waits for the organization above waits until that is processed.
    block_on(world.store.process(&child, &Plain(world.store.clone()))).unwrap();
    block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
    world.settle_in(&child);
    world.settle();
    let mut listed = world.told(&world.root);
    listed.retain(|what| what.starts_with('w'));
    let expected: Vec<_> = (0..many).rev().map(|n| format!("w{n:02}")).collect();
    assert_eq!(listed, expected, "{step}");
    at_once
}

#[test]
fn a_processor_stalled_at_any_step_passes_everything_on_once() {
    // The organization above abandons the numbers that were taken there; nobody else processes this one.
    let above = |world: &World, _: &mut dyn FnMut(usize)| {
        for _ in 0..3 {
            wait(world);
            process(world);
            world.memory.interleave(false);
        }
    };
    assert!((0..240).step_by(3).any(|step| stalled(3, step, above)), "it never ended");
}

/// The processor above stops waiting for numbers, and dies; the entries are written; it finds them when it abandons the numbers. These are
/// more than its projection remembers.
#[test]
fn what_is_found_late_is_not_passed_on_again_however_much_it_is() {
    const MANY: usize = 70;
    // From the step on at which numbers above are taken.
    let takes = |step: &usize| {
        let mut taken = false;
        stalled(MANY, *step, |world, _| {
            taken = block_on(world.store.last_number(&world.root)).unwrap() >= MANY as u64;
        });
        taken
    };
    let first = (0..1_000).find(takes).unwrap();
    let mut most = 0;
    for (nth, between) in (5..7).flat_map(|nth| (80..240).step_by(4).map(move |between| (nth, between))) {
        stalled(MANY, first, |world, go_on| {
            let process = || block_on(world.store.process(&world.root, &Plain(world.store.clone())));
            process().unwrap();
            wait(world);
            world.memory.stop_before_write(nth);
            let died = process().is_err();
            assert_eq!(world.memory.resume(), died);
            go_on(between);
            wait(world);
            process().unwrap();
            most = most.max(block_on(world.store.projection(&world.root)).unwrap().value.late.len());
        });
    }
    assert_eq!(most, 64, "so many are found late that some are forgotten");
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
