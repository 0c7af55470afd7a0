//! Lists: complete, in order, fresh, and the same at every organization above.

use std::time::Duration;

use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::act::decisions::{RequestDecided, StatusDetail};
use countersign_model::act::groups::GroupCreated;
use countersign_model::{
    ComputerId, Condition, DecisionScope, GrantId, Group, GroupId, List, RequestKind, RequestStatus,
};
use futures::executor::block_on;

use ulid::Ulid;

use crate::tests::world::{ALL, Note, Plain, World, changed, closed_in, id_of, name_of, request_in};

fn add(world: &World, id: &str) {
    block_on(world.store.save(world.request(id).create(&Note::new(id)))).unwrap();
}

/// A decision that gives a grant until a moment.
fn granted_until(at: jiff::Timestamp) -> RequestDecided {
    RequestDecided {
        request_id: id_of("grant"),
        computer_id: ComputerId::from_ulid(Ulid::from_parts(1, 1)),
        grant_id: Some(GrantId::from_ulid(Ulid::from_parts(1, 1))),
        kind: RequestKind::Application,
        subject: "application:one".to_owned(),
        hostname: "pc".to_owned(),
        unconfirmed: false,
        before: StatusDetail { status: RequestStatus::Pending },
        after: StatusDetail { status: RequestStatus::Approved },
        scope: DecisionScope::Computer,
        condition: Condition::File,
        expires_at: Some(at),
        first_use: None,
        include_matching: false,
        rule_id: None,
        group_id: None,
        flag_id: None,
    }
}

fn process(world: &World) {
    block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
}

fn ids(world: &World, list: List, limit: usize) -> Vec<String> {
    world.rows(&world.root, list, limit).into_iter().map(|row| row.id).collect()
}

#[test]
fn a_list_read_right_after_a_write_shows_it() {
    for like in ALL {
        let world = World::new(like);
        add(&world, "n1");
        assert_eq!(ids(&world, List::Requests, 5), ["n1"]);
        assert_eq!(ids(&world, List::PendingRequests, 5), ["n1"]);
        process(&world);
        add(&world, "n2");
        assert_eq!(ids(&world, List::Requests, 5), ["n2", "n1"]);
        assert_eq!(ids(&world, List::PendingRequests, 5), ["n2", "n1"]);
    }
}

#[test]
fn pages_are_complete_and_without_repetition_however_much_is_processed_in_between() {
    for (processed, between) in [(0, false), (0, true), (7, true), (120, true), (700, false), (700, true)] {
        let world = World::new(ALL[1]);
        let name = |n: usize| format!("n{n:06}");
        for n in 0..processed {
            add(&world, &name(n));
            if n % 150 == 149 {
                process(&world);
            }
        }
        process(&world);
        for n in processed..processed + 40 {
            add(&world, &name(n));
        }
        let total = processed + 40;
        for list in [List::Requests, List::PendingRequests] {
            let mut seen = Vec::new();
            let mut cursor = None;
            let mut later = total;
            loop {
                let page =
                    block_on(world.store.list(&world.permit, list.into(), cursor.as_deref(), 9)).unwrap();
                seen.extend(page.items.into_iter().map(|row| name_of(&row.id)));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
                if between && list == List::Requests && later < total + 5 {
                    process(&world);
                    add(&world, &name(later));
                    later += 1;
                }
            }
            seen.retain(|id| *id < name(total));
            let wanted: Vec<_> = (0..total).rev().map(name).collect();
            assert_eq!(seen, wanted, "{processed} {between} {list:?}");
        }
    }
}

#[test]
fn a_set_loses_what_no_longer_belongs_and_its_blocks_with_it() {
    let world = World::new(ALL[2]);
    for n in 0..1_100 {
        add(&world, &format!("n{n:06}"));
        if n % 150 == 149 {
            process(&world);
        }
    }
    process(&world);
    let blocks = |memory: &Memory| memory.dump().keys().filter(|key| key.contains("/b/")).count();
    let before = blocks(&world.memory);
    for n in (0..1_100).filter(|n| n % 100 != 7) {
        let id = format!("n{n:06}");
        let close = |note: &Note| {
            let change = closed_in(&world.root, &id);
            Ok::<_, ()>((Note { closed: true, ..note.clone() }, change))
        };
        block_on(world.store.save_update(id.as_str(), None, close)).unwrap();
        if n % 150 == 149 {
            process(&world);
        }
    }
    process(&world);
    let left: Vec<_> = (0..11).rev().map(|n| format!("n{:06}", n * 100 + 7)).collect();
    assert_eq!(ids(&world, List::PendingRequests, 4), left);
    let projection = block_on(world.store.projection(&world.root)).unwrap().value;
    assert_eq!(projection.count(List::PendingRequests), 11);
    assert_eq!(projection.count(List::Requests), 1_100);
    process(&world);
    // The audit grew by as many rows as the set lost, and so did the chain, whose blocks are smaller; replaced blocks
    // are deleted.
    assert!(blocks(&world.memory) <= before + 4 + 9, "{} {before}", blocks(&world.memory));
}

#[test]
fn organizations_above_have_the_requests_of_those_below_once_and_in_order() {
    for like in ALL {
        let world = World::new(like);
        let child = world.child_of(&world.root.clone(), 5);
        let grandchild = world.child_of(&child, 6);
        for n in 0..30 {
            let id = format!("n{n:02}");
            block_on(world.store.save(request_in(&grandchild, &id).create(&Note::new(&id)))).unwrap();
        }
        let id = GroupId::from_ulid(Ulid::from_parts(1, 1));
        let group = Group::new(id, grandchild.clone(), "Group".to_owned(), world.clock.now());
        block_on(world.store.save(changed(&grandchild, GroupCreated::of(&group)))).unwrap();
        block_on(world.store.process(&grandchild, &Plain(world.store.clone()))).unwrap();
        let wanted: Vec<_> = (0..30).rev().map(|n| format!("n{n:02}")).collect();
        for organization in [&grandchild, &child, &world.root] {
            for list in [List::Requests, List::PendingRequests] {
                let listed: Vec<_> =
                    world.rows(organization, list, 8).into_iter().map(|row| row.id).collect();
                assert_eq!(listed, wanted, "{like:?} {list:?}");
            }
        }
        assert!(world.rows(&child, List::Groups, 8).is_empty(), "groups are the organization's own");
    }
}

#[test]
fn the_agent_version_moves_with_what_agents_must_know_and_with_time() {
    let world = World::new(ALL[0]);
    let version = || block_on(world.store.projection(&world.root)).unwrap().value.agent_version;
    let at_first = version();
    add(&world, "n1");
    process(&world);
    assert_eq!(version(), at_first);
    let later = world.clock.now() + jiff::SignedDuration::from_secs(600);
    block_on(world.store.save(changed(&world.root, granted_until(later)))).unwrap();
    process(&world);
    assert_eq!(version(), at_first + 1);
    world.clock.advance(Duration::from_secs(599));
    process(&world);
    assert_eq!(version(), at_first + 1);
    world.clock.advance(Duration::from_secs(1));
    process(&world);
    assert_eq!(version(), at_first + 2);
}

#[test]
fn a_cursor_from_elsewhere_is_no_error() {
    let world = World::new(ALL[0]);
    add(&world, "n1");
    process(&world);
    for cursor in ["", "x", "1.2.3", "99.0.zz", "99999999999999999999.0.", "0.0.", "…", "1.1.../../x"] {
        for list in [List::Requests, List::PendingRequests] {
            block_on(world.store.list(&world.permit, list.into(), Some(cursor), 5)).unwrap();
        }
    }
}

#[test]
fn a_log_is_read_on_from_a_place() {
    let world = World::new(ALL[1]);
    let name = |n: usize| format!("n{n:06}");
    let projection = || block_on(world.store.projection(&world.root)).unwrap().value;
    let rows = |projection, places: std::ops::Range<usize>, limit| {
        let places = places.start as u64..places.end as u64;
        let permit = world.permit.clone();
        let rows =
            block_on(world.store.log_rows(&permit, projection, List::Requests, places, limit)).unwrap();
        rows.iter().map(|id| name_of(id)).collect::<Vec<_>>()
    };
    let nothing = projection();
    assert!(rows(&nothing, 0..10, 5).is_empty());
    for n in 0..1_100 {
        add(&world, &name(n));
    }
    process(&world);
    let before = projection();
    assert_eq!(before.count(List::Requests), 1_100);
    world.memory.reset_counts();
    assert!(rows(&before, 1_100..1_100, 5).is_empty());
    assert_eq!(world.memory.counts().reads, 0, "nothing new costs nothing");
    for (places, limit) in [(0..1_100, 2_000), (0..1_100, 7), (498..503, 9), (3..4, 1), (1_099..4_000, 9)] {
        let expected: Vec<_> = (places.clone().rev()).filter(|n| *n < 1_100).map(name).take(limit).collect();
        assert_eq!(rows(&before, places, limit), expected);
    }
    add(&world, &name(1_100));
    process(&world);
    add(&world, &name(1_101));
    process(&world);
    assert_eq!(rows(&before, 1_099..1_100, 5), [name(1_099)], "also after its block was replaced");
    assert_eq!(rows(&projection(), 1_100..1_102, 5), [name(1_101), name(1_100)]);
}
