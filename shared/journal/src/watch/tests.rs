//! What is noted of walks, how long the lag is, and that no number ever falls.

use std::time::Duration;

use countersign_kv::memory::Like;
use countersign_model::tally::REPORTED_DAYS;
use futures::executor::block_on;
use jiff::SignedDuration;

use super::*;
use crate::tests::world::{Note, Plain, World, request_in};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

const FOUND: Walked = Walked { organizations: 3, failing: 0, waiting: 2, lag: 0 };

#[test]
fn a_walk_is_noted_when_it_found_something_else_or_after_a_minute() {
    let noted = Walks::default().ended(at(0), FOUND).unwrap();
    assert_eq!(noted.last, Some((at(0), FOUND)));
    assert_eq!(noted.ended(at(59), FOUND), None, "an idle deployment writes nothing every few seconds");
    assert!(noted.ended(at(60), FOUND).is_some());
    assert!(noted.ended(at(1), Walked { waiting: 1, ..FOUND }).is_some());
    assert!(noted.ended(at(-1), FOUND).is_some(), "the clock was set back");
    let under_way = Walks { under_way: Some(FOUND), ..noted };
    assert_eq!(under_way.ended(at(1), FOUND).unwrap().under_way, None, "it is at its end");
}

#[test]
fn the_lag_is_that_of_the_root_now_or_what_a_walk_found_within_five_minutes() {
    let found = Walks { last: Some((at(0), Walked { lag: 700, ..FOUND })), under_way: None };
    let lag = |behind_since, now| Lag { behind_since, walks: found }.at(now).as_secs();
    assert_eq!(lag(None, at(300)), 700);
    assert_eq!(lag(None, at(301)), 0, "nobody walks any more: that says nothing of now");
    assert_eq!(lag(Some(at(-1_000)), at(10)), 1_010);
    assert_eq!(lag(Some(at(5)), at(10)), 700);
    let later = Lag { behind_since: Some(at(9)), ..Lag::default() };
    assert_eq!(later.at(at(5)), SignedDuration::ZERO, "the clock was set back");
}

#[test]
fn an_organization_is_behind_since_its_oldest_event_that_is_not_processed() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let world = World::new(like);
        block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
        let behind = || block_on(world.store.behind_since(&world.root)).unwrap();
        assert_eq!(behind(), None, "{like:?}");
        for id in ["n1", "n2"] {
            block_on(world.store.save(request_in(&world.root, id).create(&Note::new(id)))).unwrap();
            world.clock.advance(Duration::from_secs(10));
        }
        assert!(behind().is_some(), "{like:?}");
        // A number that a dead writer left waits since it was seen.
        block_on(world.store.reserve(&world.root, 1)).unwrap();
        block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
        assert_eq!(behind(), Some(world.store.clock().now()), "{like:?}");
        world.clock.advance(Duration::from_secs(31));
        for _ in 0..3 {
            block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
        }
        assert_eq!(behind(), None, "{like:?}: it was dropped");
    }
}

#[test]
fn no_number_falls_when_events_go_to_the_reports_or_days_are_forgotten() {
    let world = World::new(Like::Ideal);
    let (mut before, mut number) = (0, 0);
    // Requests are gathered, and go to the reports when there are enough.
    for _ in 0..50 {
        let id = format!("n{number}");
        block_on(world.store.save(request_in(&world.root, &id).create(&Note::new(&id)))).unwrap();
        block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
        number += 1;
        let made = block_on(world.store.overview(&world.root)).unwrap().happened.made;
        assert_eq!(made, before + 1, "at once");
        before = made;
    }
    let mut report = block_on(world.store.load::<RequestReport>(&world.root)).unwrap().unwrap().value;
    let made = report.ever().made;
    for day in 0..REPORTED_DAYS as i64 + 20 {
        let event = crate::tally::tests::made_on(at(day * 24 * 60 * 60));
        report = report.with(&[(u64::MAX - 1_000 + day as u64, event)]).unwrap();
    }
    assert_eq!(report.ever().made, made + REPORTED_DAYS as u64 + 20, "also those of days that are forgotten");
}
