//! Plans: the deliveries of a notice are made once, wherever a planner dies.

use std::collections::BTreeSet;

use countersign_model::ids::OrganizationId;
use countersign_model::{List, lists};
use countersign_store::{EventRef, StoreError};
use futures::executor::block_on;
use jiff::Timestamp;

use crate::tests::world::{ALL, Note, World, told_in};
use crate::{Due, Journal, Plan};

/// Makes one delivery of each notice that is due, as plan-deliveries would.
pub async fn plan(store: &Journal, organization: &OrganizationId) -> Result<(), StoreError> {
    let permit = countersign_model::Permit::scene(organization);
    loop {
        let due = store.notices(organization).due(store.clock().now(), 20).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut plan = Plan::default();
        for each in due {
            let number = each.id.parse().unwrap();
            let event = store.event(&permit, number).await?.unwrap();
            let delivery = Note::new(format!("ntf_{}_0", event.id));
            plan.deliver(number, &delivery, Due::at_once(format!("ntf_{}_0", event.id)))?;
            plan.done(each.id);
        }
        store.save_plan(organization, plan, async { Ok(()) }).await?;
    }
}

#[test]
fn a_planner_that_dies_at_any_write_is_replaced_and_nothing_is_planned_twice() {
    for like in ALL {
        for nth in 1..12 {
            let world = World::new(like);
            for n in 0..3 {
                block_on(world.store.save(told_in(&world.root, &format!("w{n}")))).unwrap();
            }
            block_on(world.store.process(&world.root, &crate::tests::world::Plain(world.store.clone())))
                .unwrap();
            world.memory.stop_before_write(nth);
            let first = block_on(plan(&world.store, &world.root));
            let died = world.memory.resume();
            assert_eq!(first.is_err(), died, "{like:?} {nth}");
            // What was planned may be sent before the next planner comes.
            let due = block_on(world.store.outbox(&world.root).due(Timestamp::MAX, 9)).unwrap();
            let sent: Vec<&str> = due.iter().map(|due| due.id.as_str()).collect();
            for id in &sent {
                let close = |note: &Note| Ok::<_, StoreError>(Note { closed: true, ..note.clone() });
                block_on(world.store.update(*id, close)).unwrap();
            }
            block_on(plan(&world.store, &world.root)).unwrap();
            for id in &sent {
                let found = block_on(world.store.load::<Note>(*id)).unwrap().unwrap();
                assert!(found.value.closed, "a delivery keeps its state");
            }
            let listed = world.rows(&world.root, List::Notifications, 9);
            assert_eq!(listed.len(), 3, "{like:?} {nth}");
            assert_eq!(block_on(world.store.notices(&world.root).next_at()).unwrap(), None);
            if !died {
                break;
            }
        }
    }
}

#[test]
fn what_is_told_of_an_event_later_is_noted_with_what_was_told_before() {
    let world = World::new(ALL[0]);
    let tell = |entry: &str, notes: &[&str]| {
        block_on(world.store.notices(&world.root).add(&[Due::at_once(entry)])).unwrap();
        let mut plan = Plan::default();
        for note in notes {
            plan.note(7, &Note::new(format!("ntf_{note}"))).unwrap();
        }
        plan.done(entry);
        block_on(world.store.save_plan(&world.root, plan, async { Ok(()) })).unwrap();
    };
    tell("at once", &["a", "b"]);
    tell("later", &["b", "c"]);
    let event = EventRef { organization_id: world.root.clone(), number: 7 };
    let told = block_on(world.store.deliveries_of(&event)).unwrap();
    assert_eq!((told.deliveries, told.more), (["ntf_a", "ntf_b", "ntf_c"].map(str::to_owned).to_vec(), 0));
}

#[test]
fn the_log_of_deliveries_is_read_page_by_page_however_long_it_is() {
    let world = World::new(ALL[1]);
    let queue = world.store.notices(&world.root);
    let mut all = Vec::new();
    for n in 0..730_u64 {
        block_on(queue.add(&[Due::at_once(n.to_string())])).unwrap();
        let mut plan = Plan::default();
        plan.note(n, &Note::new(format!("ntf_{n:05}"))).unwrap();
        plan.done(n.to_string());
        block_on(world.store.save_plan(&world.root, plan, async { Ok(()) })).unwrap();
        all.push(format!("ntf_{n:05}"));
    }
    // One notice with more recipients than are added at once.
    block_on(queue.add(&[Due::at_once("many")])).unwrap();
    let mut plan = Plan::default();
    for n in 0..450 {
        plan.note(9_999, &Note::new(format!("ntf_many_{n:05}"))).unwrap();
        all.push(format!("ntf_many_{n:05}"));
    }
    plan.done("many");
    block_on(world.store.save_plan(&world.root, plan, async { Ok(()) })).unwrap();
    all.reverse();
    for limit in [1, 7, 100, 200] {
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let reads = world.memory.counts().reads;
            let listing =
                block_on(world.store.list(&world.permit, lists::NOTIFICATIONS, cursor.as_deref(), limit))
                    .unwrap();
            let reads = world.memory.counts().reads - reads;
            assert!(reads <= 4, "{reads} reads for {limit} rows");
            seen.extend(listing.items.into_iter().map(|row| row.id));
            match listing.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all, "{limit} at a time");
    }
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}
