//! Racing candidates agree on one holder, even if some die anywhere.

use crate::{Elected, Journal};
use countersign_kv::memory::Schedule;
use countersign_model::List;
use countersign_store::{Acquired, Claim, Slot, StoreError};
use futures::FutureExt;
use futures::executor::block_on;

use crate::tests::world::{ALL, Note, World, is_closed};

async fn stand(store: &Journal, world: &World, id: &str) -> Result<Elected<Note>, StoreError> {
    let change = world.request(id);
    let slot = Slot::named(&["open-request", "one"]);
    store
        .save_elected::<Note, _, _>(&slot, change.create(&Note::new(id)), |claim| is_closed(store, claim))
        .await
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("n{n}")).collect()
}

#[test]
fn sixty_four_electors_agree_on_one_holder_also_when_any_of_them_dies() {
    for like in ALL {
        for seed in 0..16 {
            let world = World::new(like);
            world.memory.interleave(true);
            let names = names(64);
            let stores: Vec<_> = (0..64).map(|n| world.store(seed * 100 + n)).collect();
            let tasks =
                names.iter().zip(&stores).map(|(id, store)| stand(store, &world, id).boxed()).collect();
            let told = Schedule::new(seed).deaths(seed % 4 * 10).stalls(5).run(tasks);
            world.memory.interleave(false);
            // The last one learns who the holder is, or is the holder if all others died before.
            let last = block_on(stand(&world.store(7), &world, "last")).unwrap();
            let holder = |elected: Elected<Note>| match elected {
                Elected::Won(stored) => stored.value.id,
                Elected::Held(claim) => claim.holder,
            };
            let one = holder(last);
            let mut winners = 0;
            for (id, told) in names.iter().zip(told) {
                match told {
                    Some(Ok(elected)) => {
                        winners += usize::from(matches!(elected, Elected::Won(_)));
                        assert_eq!(holder(elected), one, "{like:?} {seed} {id}");
                    }
                    Some(Err(error)) => assert_eq!(error, StoreError::Busy),
                    None => {}
                }
            }
            assert!(winners <= 1);
            world.settle();
            let listed: Vec<_> =
                world.rows(&world.root, List::Requests, 50).into_iter().map(|row| row.id).collect();
            assert_eq!(listed, [one], "{like:?} {seed}: no event of those who lost counts");
        }
    }
}

#[test]
fn an_elector_that_dies_at_any_step_leaves_a_slot_that_can_be_won() {
    for like in ALL {
        for step in 0..40 {
            let world = World::new(like);
            world.memory.interleave(true);
            let mut first = stand(&world.store, &world, "first").boxed();
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            let ended = (0..step).any(|_| first.as_mut().poll_unpin(&mut context).is_ready());
            drop(first);
            world.memory.interleave(false);
            let second = block_on(stand(&world.store(2), &world, "second")).unwrap();
            let won = matches!(second, Elected::Won(_));
            assert!(won || matches!(&second, Elected::Held(claim) if claim.holder == "first"));
            assert!(!(won && ended), "whoever was told to have won keeps it");
            world.settle();
            let listed = world.rows(&world.root, List::Requests, 50);
            assert_eq!(listed.len(), 1, "{like:?} {step}");
            assert_eq!(listed[0].id, if won { "second" } else { "first" });
        }
    }
}

#[test]
fn the_dead_are_replaced_and_their_events_still_count() {
    for like in ALL {
        for seed in 0..12 {
            let world = World::new(like);
            world.memory.interleave(true);
            let names = names(24);
            let stores: Vec<_> = (0..24).map(|n| world.store(seed * 100 + n)).collect();
            // Each winner closes what it won, so that others can win after it.
            let one = |id: &'static str, store: Journal| {
                let world = &world;
                async move {
                    let elected = stand(&store, world, id).await?;
                    if matches!(elected, Elected::Won(_)) {
                        let close = |note: &Note| Ok::<_, StoreError>(Note { closed: true, ..note.clone() });
                        let _ = store.update(id, close).await;
                    }
                    Ok::<_, StoreError>(matches!(elected, Elected::Won(_)))
                }
            };
            let leaked = names.iter().map(|name| -> &'static str { name.clone().leak() });
            let tasks = leaked.zip(stores).map(|(id, store)| one(id, store).boxed()).collect();
            let told = Schedule::new(seed).deaths(seed % 3 * 4).stalls(10).run(tasks);
            world.memory.interleave(false);
            world.settle();
            let listed: Vec<_> =
                world.rows(&world.root, List::Requests, 50).into_iter().map(|row| row.id).collect();
            for (id, told) in names.iter().zip(told) {
                let times = listed.iter().filter(|each| *each == id).count();
                match told {
                    Some(Ok(won)) => assert_eq!(times, usize::from(won), "{like:?} {seed} {id}"),
                    _ => assert!(times <= 1),
                }
            }
        }
    }
}

#[test]
fn a_slot_without_an_event_is_taken_once() {
    for like in ALL {
        let world = World::new(like);
        let slot = Slot::named(&["email", "a@b.example"]);
        let never = |_| async { Ok(false) };
        assert_eq!(block_on(world.store.holder(&slot)).unwrap(), None);
        assert_eq!(block_on(world.store.take(&slot, "adm_1", never)).unwrap(), Acquired::Won);
        assert_eq!(block_on(world.store.take(&slot, "adm_1", never)).unwrap(), Acquired::Won);
        let Acquired::Held(claim) = block_on(world.store.take(&slot, "adm_2", never)).unwrap() else {
            panic!()
        };
        assert_eq!(claim.holder, "adm_1");
        let dead = |_| async { Ok(true) };
        assert_eq!(block_on(world.store.take(&slot, "adm_2", dead)).unwrap(), Acquired::Won);
        assert_eq!(block_on(world.store.holder(&slot)).unwrap().unwrap().holder, "adm_2");
    }
}

#[test]
fn who_was_elected_and_replaced_before_looking_is_told_so() {
    for like in ALL {
        for seed in 0..12 {
            let world = World::new(like);
            world.memory.interleave(true);
            let names: Vec<_> = (10..34).map(|n| format!("n{n}")).collect();
            let stand = |id: String, store: Journal| {
                let change = world.request(&id);
                async move {
                    // A candidate with a higher name replaces one with a lower name.
                    let dead = |claim: Claim| {
                        let dead = claim.holder < id;
                        async move { Ok(dead) }
                    };
                    let elected = store
                        .save_elected::<Note, _, _>(
                            &Slot::named(&["one"]),
                            change.create(&Note::new(&id)),
                            dead,
                        )
                        .await;
                    elected.map(|elected| matches!(elected, Elected::Won(_)))
                }
            };
            let tasks =
                names.iter().zip(0..).map(|(id, n)| stand(id.clone(), world.store(seed * 100 + n)).boxed());
            let told = Schedule::new(seed).stalls(20).run(tasks.collect());
            world.memory.interleave(false);
            world.settle();
            let listed: Vec<_> =
                world.rows(&world.root, List::Requests, 50).into_iter().map(|row| row.id).collect();
            for (id, told) in names.iter().zip(told) {
                let times = listed.iter().filter(|each| *each == id).count();
                match told.unwrap() {
                    Ok(won) => assert_eq!(times, usize::from(won), "{like:?} {seed} {id}"),
                    Err(error) => assert_eq!(error, StoreError::Busy),
                }
            }
        }
    }
}
