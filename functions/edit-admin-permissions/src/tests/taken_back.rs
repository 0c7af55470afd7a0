//! What is given across an edit of a role is taken back, whatever goes wrong meanwhile.
use std::task::{Context, Waker};

use super::edited_meanwhile::{Half, Race, race};
use countersign_kv::memory::{Memory, Schedule};
use countersign_model::Administrator;
use futures::executor::block_on;
use futures::future::BoxFuture;
use serde_json::json;

const HALVES: [Half; 2] = [Half::Role, Half::Permission];
/// More steps than giving something takes.
const STEPS: usize = 400;
/// More writes than giving something and taking it back take.
const WRITES: usize = 24;

/// Something is given; after some steps of it the role is edited, and then goes wrong what `fault` says. What both are answered,
/// `None` when the giving was over before.
fn crossed(race: &Race, half: Half, steps: usize, fault: impl FnOnce(&Memory)) -> Option<(u16, u16)> {
    let memory = &race.scene.world.memory;
    let mut giving = race.gives(half);
    let mut context = Context::from_waker(Waker::noop());
    memory.interleave(true);
    for _ in 0..steps {
        if giving.as_mut().poll(&mut context).is_ready() {
            return None;
        }
    }
    memory.interleave(false);
    let edited = block_on(race.edits());
    fault(memory);
    let given = block_on(giving);
    memory.resume();
    Some((given, edited))
}

fn is_taken_back(race: &Race) -> bool {
    let events = block_on(race.scene.audit(&race.scene.child));
    events.into_iter().map(|event| event.detail()).any(|detail| detail["taken_back"] == true)
}

/// After how many steps of the giving an edit makes that it is taken back.
fn crossing(half: Half) -> Vec<usize> {
    let crosses = |steps: &usize| {
        let race = race(half);
        crossed(&race, half, *steps, |_| ()).is_some() && is_taken_back(&race)
    };
    (0..STEPS).filter(crosses).collect()
}

#[test]
fn a_store_that_fails_at_any_one_write_leaves_nobody_with_both_halves() {
    for half in HALVES {
        let crossing = crossing(half);
        assert!(!crossing.is_empty(), "{half:?}");
        for (steps, nth) in crossing.iter().flat_map(|steps| (1..=WRITES).map(move |nth| (*steps, nth))) {
            let race = race(half);
            let answers = crossed(&race, half, steps, |memory| memory.fail_write(nth));
            assert!(!race.sets_maintenance_mode(), "{half:?}: {steps} steps, write {nth}: {answers:?}");
            assert!(answers.is_some_and(|(given, _)| given != 200), "{half:?}: {steps}, {nth}: {answers:?}");
        }
    }
}

#[test]
fn whoever_else_edits_the_same_administrator_does_not_keep_it_from_being_taken_back() {
    for half in HALVES {
        for seed in 0..150 {
            let race = race(half);
            let rename = |old: &Administrator| {
                Ok::<_, ()>(Administrator { name: format!("{}.", old.name), ..old.clone() })
            };
            let renames: BoxFuture<'_, u16> = Box::pin(async {
                for _ in 0..16 {
                    let _ = race.scene.world.journal.update(&race.whom.record.id, rename).await;
                }
                0
            });
            race.scene.world.memory.interleave(true);
            let answers = Schedule::new(seed).stalls(60).run(vec![race.gives(half), race.edits(), renames]);
            race.scene.world.memory.interleave(false);
            assert!(!race.sets_maintenance_mode(), "{half:?} seed {seed}: {answers:?}");
        }
    }
}

#[test]
fn a_giver_who_dies_at_any_write_leaves_all_or_nothing_and_a_later_edit_is_judged_by_it() {
    for half in HALVES {
        let (mut died, mut given_when_dead) = (0, 0);
        for (nth, after) in (1..=WRITES).flat_map(|nth| [(nth, false), (nth, true)]) {
            let what = format!("{half:?}: write {nth}, after {after}");
            let race = race(half);
            let memory = &race.scene.world.memory;
            if after {
                memory.stop_after_write(nth);
            } else {
                memory.stop_before_write(nth);
            }
            let first = block_on(race.gives(half));
            if !memory.resume() {
                assert_eq!(first, 200, "{what}: there is no such write");
                continue;
            }
            died += 1;
            let record = block_on(race.scene.record(&race.whom));
            let is_given = !record.permissions.is_empty() && !record.assignments.is_empty();
            given_when_dead += usize::from(is_given);
            let edited = block_on(race.edits());
            assert_eq!(edited, if is_given { 403 } else { 200 }, "{what}");
            assert!(!race.sets_maintenance_mode(), "{what}");

            let again = block_on(race.gives(half));
            assert_eq!(again, if is_given { 200 } else { 403 }, "{what}");
            assert!(!race.sets_maintenance_mode(), "{what}");
            let role = block_on(race.scene.book(&race.scene.child)).remove(0);
            let expected = if is_given { json!([]) } else { json!(["edit-computers"]) };
            assert_eq!(json!(role.permissions), expected, "{what}");
        }
        assert!(
            died > 6 && given_when_dead > 0,
            "{half:?}: died {died} times, {given_when_dead} having given"
        );
    }
}
