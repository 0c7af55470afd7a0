//! A permission is given while a role is edited, and the store fails or the giver dies: the result is never more than
//! either could give.
use std::task::{Context, Waker};

use super::edited_meanwhile::{Half, Race, race};
use super::{put, scene};
use countersign_kv::memory::{Memory, Schedule};
use countersign_model::{ActName, Administrator};
use futures::executor::block_on;
use futures::future::BoxFuture;
use serde_json::json;

const HALVES: [Half; 2] = [Half::Role, Half::Permission];
/// More steps than giving something takes.
const STEPS: usize = 400;
/// More writes than giving something takes when it starts twice.
const WRITES: usize = 14;

/// Something is given; after some of its steps the role is edited, and then the fault happens. Returns both answers;
/// `None` if the giving had already finished.
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

/// The steps of the giving at which an edit intervenes: one for each way in which the two can meet, distinguished by
/// how much had been written.
fn crossing(half: Half) -> Vec<usize> {
    let mut met = Vec::new();
    let mut crossing = Vec::new();
    for steps in 0..STEPS {
        let race = race(half);
        race.scene.world.memory.reset_counts();
        let Some(answers) = crossed(&race, half, steps, |_| ()) else { break };
        let counts = race.scene.world.memory.counts();
        let how = (answers, counts.writes, counts.reads);
        if !met.contains(&how) {
            met.push(how);
            crossing.push(steps);
        }
    }
    assert!(met.iter().any(|((_, edited), ..)| *edited == 200), "{half:?}: {met:?}");
    assert!(met.iter().any(|((given, _), ..)| *given == 200), "{half:?}: {met:?}");
    crossing
}

#[test]
fn a_store_that_fails_at_any_one_write_leaves_nobody_with_both_halves() {
    for half in HALVES {
        for (steps, nth) in crossing(half).iter().flat_map(|steps| (1..=WRITES).map(move |nth| (*steps, nth)))
        {
            let race = race(half);
            let answers = crossed(&race, half, steps, |memory| memory.fail_write(nth));
            assert!(!race.sets_maintenance_mode(), "{half:?}: {steps} steps, write {nth}: {answers:?}");
            let both = answers == Some((200, 200));
            assert!(!both, "{half:?}: {steps}, {nth}");
        }
    }
}

#[test]
fn a_giver_who_dies_at_any_write_while_the_role_is_edited_leaves_nobody_with_both_halves() {
    for half in HALVES {
        let (mut died, mut edited_first) = (0, 0);
        for (steps, nth) in crossing(half).iter().flat_map(|steps| (1..=WRITES).map(move |nth| (*steps, nth)))
        {
            for after in [false, true] {
                let race = race(half);
                let fault = |memory: &Memory| memory.stop_at_write(nth, after);
                let answers = crossed(&race, half, steps, fault);
                let what = format!("{half:?}: {steps} steps, write {nth}, after {after}: {answers:?}");
                assert!(!race.sets_maintenance_mode(), "{what}");
                died += usize::from(answers.is_some_and(|(given, _)| given == 503));
                edited_first += usize::from(answers.is_some_and(|(_, edited)| edited == 200));
                // Neither the next edit, nor the giver's next attempt, nor processing adds the other half.
                let (edited, given) = (block_on(race.edits()), block_on(race.gives(half)));
                assert!(!race.sets_maintenance_mode(), "{what}, then {edited} {given}");
                race.scene.world.advance(std::time::Duration::from_secs(3600));
                block_on(race.scene.world.settle());
                assert!(!race.sets_maintenance_mode(), "{what}, then {edited} {given}, later");
            }
        }
        assert!(
            died > 6 && edited_first > 6,
            "{half:?}: died {died} times, edited first {edited_first} times"
        );
    }
}

#[test]
fn others_who_edit_the_same_administrator_bring_nobody_both_halves() {
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
            memory.stop_at_write(nth, after);
            let first = block_on(race.gives(half));
            if !memory.resume() {
                assert_eq!(first, 200, "{what}: there is no such write");
                continue;
            }
            died += 1;
            // The edit first carries out what the dead giver left, if that was judged.
            let edited = block_on(race.edits());
            let record = block_on(race.scene.record(&race.whom));
            let is_given = !record.permissions.is_empty() && !record.assignments.is_empty();
            given_when_dead += usize::from(is_given);
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

#[test]
fn a_giver_who_loses_their_rights_to_an_edit_that_came_first_gives_nothing() {
    let (mut refused, mut given) = (0, 0);
    for steps in 0..STEPS {
        let scene = scene();
        let root = &scene.world.root;
        let role = scene.world.role(root, "Desk", []);
        let (giver, other) = (scene.root_admin(), scene.root_admin());
        let assignment = scene.world.assignment(root, &role, None);
        let whom = scene.world.administrator_with(root, |new| new.with_assignments([assignment]));
        let call =
            put(&scene, &giver, &whom, "/permissions", json!({ "permissions": ["approve-for-group"] }));
        let mut giving = Box::pin(async move { call.send().await.status });
        let mut context = Context::from_waker(Waker::noop());
        scene.world.memory.interleave(true);
        if (0..steps).any(|_| giving.as_mut().poll(&mut context).is_ready()) {
            assert!(refused > 0 && given > 0, "refused {refused} times, given {given} times");
            return;
        }
        scene.world.memory.interleave(false);
        let taken = put(&scene, &other, &giver, "/permissions", json!({ "permissions": [] }));
        assert_eq!(block_on(taken.send()).status, 200, "{steps}");
        let answer = block_on(giving);
        // Newest first: the giver's change is below the later removal.
        let concerned: Vec<_> = block_on(scene.audit(root))
            .iter()
            .filter(|event| event.act.name() == ActName::PermissionsChanged)
            .map(|event| event.footprint().concerns)
            .collect();
        let (giver, whom) = (vec![giver.record.id.to_string()], vec![whom.record.id.to_string()]);
        match answer {
            200 => assert_eq!(concerned, [giver, whom], "{steps}"),
            _ => assert_eq!((answer, concerned), (403, vec![giver]), "{steps}"),
        }
        refused += usize::from(answer == 403);
        given += usize::from(answer == 200);
    }
}
