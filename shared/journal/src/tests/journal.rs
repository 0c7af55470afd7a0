//! A journal under many writers, including slow and dying ones, loses no event that counts, and shows none that does
//! not.

use std::task::{Context, Waker};
use std::time::Duration;

use crate::tests::plan::plan;
use crate::{Elected, Journal};
use countersign_kv::memory::Schedule;
use countersign_model::List;
use countersign_model::OrganizationId;
use countersign_store::{Slot, StoreError};
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::BoxFuture;

use crate::tests::world::{ALL, Note, Plain, World, change_in, told_in};

/// The ways of saving.
#[derive(Debug, Clone, Copy)]
pub enum Way {
    New,
    Update,
    Election,
    /// As an edit of permissions.
    Edit,
}

/// Saves in one of the ways. Returns whether it came to count.
pub async fn write(
    store: Journal,
    organization: OrganizationId,
    way: Way,
    name: String,
) -> Result<bool, StoreError> {
    let change = told_in(&organization, &name);
    match way {
        Way::New => store.save(change.create(&Note::new(name.clone()))).await.map(|_| true),
        Way::Update => {
            let transition = |note: &Note| Ok::<_, StoreError>((note.with(&name), change.clone()));
            Ok(store.save_update("note", None, transition).await.is_ok())
        }
        Way::Election => {
            let slot = Slot::named(&["slot", organization.as_str()]);
            let dead = |_| async { Ok(true) };
            let elected = store
                .save_elected::<Note, _, _>(&slot, change.create(&Note::new(name.clone())), dead)
                .await?;
            Ok(matches!(elected, Elected::Won(_)))
        }
        Way::Edit => {
            let edit = store.begin_permission_edit().await?;
            let note = store.load::<Note>("note").await?.ok_or(StoreError::NotFound)?;
            let new = note.value.with(&name);
            Ok(store.save_permission_edit(&edit, ("note", note.revision), &new, change).await.is_ok())
        }
    }
}

#[derive(Debug)]
enum Told {
    Saved(bool),
    Failed,
    Processed,
}

fn writers(
    world: &World,
    organization: &OrganizationId,
    seed: u64,
    count: usize,
) -> Vec<(String, BoxFuture<'static, Told>)> {
    let ways = [Way::New, Way::Edit, Way::Update, Way::Election];
    let one = |n: usize| {
        let name = format!("w{n}");
        let store = world.store(seed * 1000 + n as u64);
        let written = write(store, organization.clone(), ways[n % 4], name.clone());
        (name, written.map(|told| told.map_or(Told::Failed, Told::Saved)).boxed())
    };
    (0..count).map(one).collect()
}

fn processors(
    world: &World,
    organization: &OrganizationId,
    seed: u64,
    count: u64,
) -> Vec<BoxFuture<'static, Told>> {
    let one = |n| {
        let store = world.store(seed * 1000 + 900 + n);
        let organization = organization.clone();
        async move {
            let effects = Plain(store.clone());
            for _ in 0..6 {
                let _ = store.process(&organization, &effects).await;
            }
            Told::Processed
        }
        .boxed()
    };
    (0..count).map(one).collect()
}

/// Every event whose writer was told that it counts is in the list once; an event whose writer was told otherwise is
/// not.
fn check(told: &[Option<Told>], names: &[String], listed: &[String], case: &str) {
    for (name, told) in names.iter().zip(told) {
        let times = listed.iter().filter(|each| *each == name).count();
        match told {
            Some(Told::Saved(counts)) => assert_eq!(times, usize::from(*counts), "{case} {name}: {listed:?}"),
            _ => assert!(times <= 1, "{case} {name}: {listed:?}"),
        }
    }
}

#[test]
fn a_journal_under_64_writers_with_slow_and_dying_ones_loses_no_event_that_counts() {
    for like in ALL {
        for seed in 0..12 {
            let world = World::new(like);
            block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
            let child = world.child_of(&world.root.clone(), 5);
            world.settle();
            world.memory.interleave(true);
            let (names, mut tasks): (Vec<_>, Vec<_>) = writers(&world, &child, seed, 64).into_iter().unzip();
            tasks.extend(processors(&world, &child, seed, 4));
            // A stall is long enough for a number to be waited for in vain.
            let schedule = Schedule::new(seed).deaths(seed % 3 * 3).stalls(8).each_step(|random| {
                world.clock.advance(Duration::from_millis(random.below(120)));
            });
            let told = schedule.run(tasks);
            world.memory.interleave(false);
            world.settle_in(&child);
            world.settle();
            check(&told, &names, &world.told(&child), &format!("{like:?} {seed} child"));
            check(&told, &names, &world.told(&world.root), &format!("{like:?} {seed} root"));
            assert_deliveries(&world, &child, &format!("{like:?} {seed}"));
        }
    }
}

/// Every event that counts has its delivery, once, in the list and in the outbox.
fn assert_deliveries(world: &World, organization: &OrganizationId, case: &str) {
    let mut events: Vec<_> = world
        .rows(organization, List::UnifiedAudit, 50)
        .into_iter()
        .map(|row| format!("ntf_{}_0", row.id))
        .collect();
    let mut listed: Vec<_> =
        world.rows(organization, List::Notifications, 50).into_iter().map(|row| row.id).collect();
    events.sort();
    listed.sort();
    let due = block_on(world.store.outbox(organization).due(jiff::Timestamp::MAX, 1000)).unwrap();
    let mut due: Vec<_> = due.into_iter().map(|due| due.id).collect();
    due.sort();
    let told = |id: &String| listed.contains(id);
    assert!(
        events.iter().filter(|id| told(id)).count() == listed.len(),
        "{case}: only for events that count"
    );
    assert_eq!(listed, due, "{case}");
}

/// A writer stalls after some of its steps; meanwhile its number is waited for in vain, twice; then it continues.
fn stalled_at(world: &World, way: Way, step: usize, others: bool) -> bool {
    world.memory.interleave(true);
    let mut writer = write(world.store(5), world.root.clone(), way, "slow".to_owned()).boxed();
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..step {
        if let std::task::Poll::Ready(told) = writer.as_mut().poll_unpin(&mut context) {
            assert!(told.unwrap());
            return true;
        }
    }
    world.memory.interleave(false);
    if others {
        block_on(write(world.store(6), world.root.clone(), way, "quick".to_owned())).unwrap();
    }
    for _ in 0..4 {
        world.clock.advance(Duration::from_secs(31));
        block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
    }
    let told = block_on(writer).unwrap();
    world.settle();
    let listed = world.told(&world.root);
    let times = listed.iter().filter(|each| *each == "slow").count();
    assert_eq!(times, usize::from(told), "{way:?} {step}: {listed:?}");
    assert_eq!(listed.iter().filter(|each| *each == "quick").count(), usize::from(others), "{way:?} {step}");
    false
}

#[test]
fn a_writer_that_stalls_at_any_step_for_longer_than_anybody_waits_is_told_the_truth() {
    for like in ALL {
        for way in [Way::New, Way::Update, Way::Election, Way::Edit] {
            for others in [false, true] {
                let ended = (0..80).any(|step| {
                    let world = World::new(like);
                    block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
                    stalled_at(&world, way, step, others)
                });
                assert!(ended);
            }
        }
    }
}

#[test]
fn a_processor_that_dies_at_any_step_is_replaced_and_nothing_is_done_twice() {
    for like in [ALL[1], ALL[2]] {
        for step in (0..400).step_by(3) {
            let world = World::new(like);
            let child = world.child_of(&world.root.clone(), 5);
            block_on(world.store.save(change_in(&child, "note").create(&Note::new("note")))).unwrap();
            for n in 0..3 {
                block_on(write(world.store(n), child.clone(), Way::New, format!("w{n}"))).unwrap();
            }
            world.memory.interleave(true);
            let effects = Plain(world.store.clone());
            let mut processor = world.store.process(&child, &effects).boxed();
            let mut context = Context::from_waker(Waker::noop());
            let ended = (0..step).any(|_| processor.as_mut().poll_unpin(&mut context).is_ready());
            drop(processor);
            world.memory.interleave(false);
            block_on(plan(&world.store, &child)).unwrap();
            let sent = send_what_is_due(&world, &child);
            world.settle_in(&child);
            world.settle();
            for id in sent {
                let delivery = block_on(world.store.load::<Note>(&id)).unwrap().unwrap();
                assert!(delivery.value.closed, "a delivery keeps its state");
            }
            for organization in [&child, &world.root] {
                let listed = world.told(organization);
                let of_child: Vec<_> =
                    listed.iter().filter(|what| what.starts_with('w') || *what == "note").collect();
                assert_eq!(of_child, ["w2", "w1", "w0", "note"], "{like:?} {step}");
            }
            if ended {
                break;
            }
        }
    }
}

#[test]
fn a_processor_that_was_overtaken_before_it_got_the_lease_looks_again() {
    for like in ALL {
        for step in 0..400 {
            let world = World::new(like);
            let write = |name: &str| {
                block_on(write(world.store(3), world.root.clone(), Way::New, name.to_owned())).unwrap()
            };
            write("first");
            world.settle();
            write("second");
            world.memory.interleave(true);
            let effects = Plain(world.store.clone());
            let mut late = world.store.process(&world.root, &effects).boxed();
            let mut context = Context::from_waker(Waker::noop());
            let ended = (0..step).any(|_| late.as_mut().poll_unpin(&mut context).is_ready());
            if ended {
                break;
            }
            world.memory.interleave(false);
            // The first of these turns replaces the blocks that the late one has read of; the second deletes them.
            let quick = world.store(7);
            block_on(quick.process(&world.root, &Plain(quick.clone()))).unwrap();
            write("third");
            block_on(quick.process(&world.root, &Plain(quick.clone()))).unwrap();
            let done = block_on(late);
            assert!(done.is_ok(), "{like:?} {step}: {done:?}");
            world.settle();
            assert_eq!(world.told(&world.root), ["third", "second", "first", "set-up"], "{like:?} {step}");
        }
    }
}

/// Sends what the outbox has, as send-notification would.
fn send_what_is_due(world: &World, organization: &OrganizationId) -> Vec<String> {
    let due = block_on(world.store.outbox(organization).due(jiff::Timestamp::MAX, 100)).unwrap();
    let ids: Vec<_> = due.into_iter().map(|due| due.id).collect();
    for id in &ids {
        let close = |note: &Note| Ok::<_, StoreError>(Note { closed: true, ..note.clone() });
        block_on(world.store.update(id.as_str(), close)).unwrap();
    }
    ids
}

#[test]
fn an_event_nobody_commits_is_dropped_after_30_seconds_and_not_before() {
    for like in ALL {
        let world = World::new(like);
        block_on(world.store.save(world.change("note").create(&Note::new("note")))).unwrap();
        world.settle();
        // Number, batch, and then the host is killed.
        world.memory.stop_after_write(2);
        let died = block_on(write(world.store(5), world.root.clone(), Way::Update, "died".to_owned()));
        assert!(!died.unwrap());
        world.memory.resume();
        let effects = Plain(world.store.clone());
        let before = block_on(world.store.load::<Note>("note")).unwrap().unwrap();
        for (seconds, touched) in [(0, false), (29, false), (2, true)] {
            world.clock.advance(Duration::from_secs(seconds));
            block_on(world.store.process(&world.root, &effects)).unwrap();
            let now = block_on(world.store.load::<Note>("note")).unwrap().unwrap();
            assert_eq!(
                now.revision > before.revision,
                touched,
                "the target is touched before the event is dropped"
            );
            assert_eq!(now.value, before.value);
        }
        world.settle();
        assert!(!world.told(&world.root).contains(&"died".to_owned()));
    }
}
