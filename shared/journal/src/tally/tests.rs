//! Each event is counted once, whatever dies in between.

use std::time::Duration;

use countersign_kv::memory::Like;
use countersign_model::ids::OrganizationId;
use countersign_model::tally::{Tallied, Tally, day_of, month_of};
use countersign_model::{Permit, RequestKind};
use futures::executor::block_on;

use super::{GATHERED, RequestCounts};
use crate::tests::world::{ALL, Note, Plain, World, closed_in, origin, request_in};
use crate::{Journal, Pending};

const KIND: RequestKind = RequestKind::Application;

fn ask(world: &World, organization: &OrganizationId, id: &str) {
    block_on(world.store.save(request_in(organization, id).create(&Note::new(id)))).unwrap();
}

fn close(world: &World, organization: &OrganizationId, id: &str) {
    let close =
        |note: &Note| Ok::<_, ()>((Note { closed: true, ..note.clone() }, closed_in(organization, id)));
    block_on(world.store.save_update(id, None, close)).unwrap();
}

fn process(world: &World, organization: &OrganizationId) {
    block_on(world.store.process(organization, &Plain(world.store.clone()))).unwrap();
}

fn pending(world: &World, organization: &OrganizationId) -> Pending {
    block_on(world.store.pending_requests(&Permit::scene(organization))).unwrap()
}

fn catch_up(world: &World, organization: &OrganizationId) {
    let projection = block_on(world.store.projection(organization)).unwrap();
    block_on(world.store.catch_up_counts(&projection)).unwrap();
}

/// Requests made and cancelled, as the report has them after a minute.
fn reported(world: &World, organization: &OrganizationId) -> (u64, u64) {
    world.clock.advance(Duration::from_secs(61));
    catch_up(world, organization);
    let day = day_of(origin().at);
    let report = block_on(world.store.request_report(&Permit::scene(organization))).unwrap();
    let sum = report.map(|report| report.days.sum(day, day)).unwrap_or_default();
    (sum.made, sum.cancelled)
}

#[test]
fn pending_requests_are_counted_by_kind_and_by_the_organization_directly_below() {
    for like in ALL {
        let world = World::new(like);
        let child = world.child_of(&world.root, 1);
        let grandchild = world.child_of(&child, 2);
        for (organization, id) in
            [(&world.root, "n1"), (&child, "n2"), (&grandchild, "n3"), (&grandchild, "n4")]
        {
            ask(&world, organization, id);
        }
        for organization in [&grandchild, &child, &world.root] {
            process(&world, organization);
        }
        let at_root = pending(&world, &world.root);
        assert_eq!(
            (at_root.total, at_root.counts.own(KIND), at_root.counts.at(&child, KIND)),
            (4, 1, 3),
            "{like:?}"
        );
        assert_eq!(at_root.counts.below().collect::<Vec<_>>(), [&child], "{like:?}");
        let at_child = pending(&world, &child).counts;
        assert_eq!((at_child.own(KIND), at_child.at(&grandchild, KIND)), (1, 2), "{like:?}");
        for (organization, id) in
            [(&grandchild, "n3"), (&grandchild, "n4"), (&world.root, "n1"), (&child, "n2")]
        {
            close(&world, organization, id);
            process(&world, organization);
        }
        let at_root = pending(&world, &world.root);
        assert_eq!((at_root.total, at_root.counts.own(KIND)), (0, 0), "{like:?}");
        assert_eq!(
            at_root.counts.below().count(),
            0,
            "{like:?}: those without pending requests take no place"
        );
        assert_eq!(reported(&world, &world.root), (4, 4), "{like:?}");
        assert_eq!(reported(&world, &grandchild), (2, 2), "{like:?}");
    }
}

#[test]
fn a_processor_that_dies_at_any_write_has_each_event_counted_once() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for nth in 1.. {
            let world = World::new(like);
            let child = world.child_of(&world.root, 1);
            for id in ["n1", "n2", "n3"] {
                ask(&world, &child, id);
            }
            process(&world, &child);
            close(&world, &child, "n1");
            ask(&world, &child, "n4");
            world.memory.stop_before_write(nth);
            let died = block_on(world.store.process(&child, &Plain(world.store.clone())));
            let stopped = world.memory.resume();
            for _ in 0..3 {
                world.clock.advance(Duration::from_secs(61));
                for organization in [&child, &world.root] {
                    process(&world, organization);
                    catch_up(&world, organization);
                }
            }
            let what = format!("{like:?}: write {nth}, {died:?}");
            assert_eq!(pending(&world, &child).counts.own(KIND), 3, "{what}");
            assert_eq!(pending(&world, &world.root).counts.at(&child, KIND), 3, "{what}");
            assert_eq!((reported(&world, &child), reported(&world, &world.root)), ((4, 1), (4, 1)), "{what}");
            if !stopped {
                assert!(nth > 10, "it has more writes than that");
                break;
            }
        }
    }
}

#[test]
fn reports_get_many_events_at_once_and_each_once_wherever_that_dies() {
    for nth in 1.. {
        let world = World::new(Like::Redis);
        for number in 0..GATHERED {
            ask(&world, &world.root, &format!("n{number}"));
        }
        process(&world, &world.root);
        let gathered = |world: &World| {
            block_on(world.store.load::<RequestCounts>(&world.root)).unwrap().unwrap().value.gathered.len()
        };
        assert_eq!(gathered(&world), GATHERED);
        ask(&world, &world.root, "n900");
        world.memory.stop_before_write(nth);
        let _ = block_on(world.store.process(&world.root, &Plain(world.store.clone())));
        let stopped = world.memory.resume();
        world.clock.advance(Duration::from_secs(200));
        process(&world, &world.root);
        catch_up(&world, &world.root);
        assert_eq!(reported(&world, &world.root), (41, 0), "write {nth}");
        assert_eq!(gathered(&world), 0, "write {nth}");
        if !stopped {
            break;
        }
    }
}

#[test]
fn two_processors_at_once_count_each_event_once() {
    for like in ALL {
        let world = World::new(like);
        for number in 0..60 {
            ask(&world, &world.root, &format!("n{number}"));
            let stores: [Journal; 2] = [world.store(2 * number + 1), world.store(2 * number + 2)];
            world.memory.interleave(true);
            let effects = stores.clone().map(Plain);
            let both =
                stores.iter().zip(&effects).map(|(store, effects)| store.process(&world.root, effects));
            for done in block_on(futures::future::join_all(both)) {
                done.unwrap();
            }
            world.memory.interleave(false);
            // So that leases are no help.
            world.clock.advance(Duration::from_secs(90));
        }
        process(&world, &world.root);
        catch_up(&world, &world.root);
        assert_eq!(pending(&world, &world.root).counts.own(KIND), 60, "{like:?}");
        assert_eq!(reported(&world, &world.root), (60, 0), "{like:?}");
    }
}

#[test]
fn what_was_pending_before_counting_began_is_in_the_total_alone() {
    let world = World::new(Like::Ideal);
    ask(&world, &world.root, "n1");
    process(&world, &world.root);
    // As if an earlier version had processed that.
    let key = countersign_store::keys::record(&format!("request-counts_{}", world.root));
    block_on(world.store.kv().delete(&key)).unwrap();
    ask(&world, &world.root, "n2000000000000");
    process(&world, &world.root);
    let both = pending(&world, &world.root);
    assert_eq!((both.total, both.counts.own(KIND)), (2, 1));
    close(&world, &world.root, "n1");
    process(&world, &world.root);
    let left = pending(&world, &world.root);
    assert_eq!((left.total, left.counts.own(KIND)), (1, 1), "its end takes nothing from the others");
}

#[test]
fn reports_are_shown_to_those_who_may_view_them() {
    let world = World::new(Like::Ideal);
    let permit = Permit::refusal(&world.root, countersign_model::RefusalOnly);
    assert!(block_on(world.store.request_report(&permit)).is_err());
    assert!(block_on(world.store.request_tops(&permit, "2026-01")).is_err());
    assert!(block_on(world.store.pending_requests(&permit)).is_err());
    let month = month_of(day_of(origin().at));
    assert_eq!(block_on(world.store.request_tops(&world.permit, &month)).unwrap(), None);
}

/// That a request was made at a moment.
pub(crate) fn made_on(at: jiff::Timestamp) -> Tallied {
    let what = Tally::Made { file: None, name: String::new(), publisher: None };
    Tallied { at, made: at.as_millisecond(), kind: KIND, via: None, what }
}
