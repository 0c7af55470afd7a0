//! The requests of the computers of an enrollment key, counted by weeks.

use std::time::Duration;

use countersign_kv::memory::Memory;
use countersign_model::EnrollmentKeyId;
use futures::executor::block_on;
use futures::future::join_all;
use ulid::Ulid;

use super::World;
use super::expiry::{left, sweep};
use crate::{KeyRequests, KeyWeek};

const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

fn this_week(world: &World) -> KeyWeek {
    KeyWeek::of(&EnrollmentKeyId::from_ulid(Ulid::from_parts(1, 1)), world.store.clock().now())
}

#[test]
fn what_was_submitted_and_what_has_ended_are_told_apart_also_when_counted_at_once() {
    for like in Memory::ALL {
        let world = World::new(like);
        let (store, of) = (&world.store, this_week(&world));
        block_on(async {
            let submitted = (0..7).map(|_| store.count_key_requests(&of, KeyRequests::SUBMITTED));
            join_all(submitted).await.into_iter().for_each(|counted| counted.unwrap());
            store.count_key_requests(&of, KeyRequests { submitted: 3, ended: 2 }).await.unwrap();
            store.count_key_requests(&of, KeyRequests::default()).await.unwrap();
            let found = store.key_requests(&of).await.unwrap();
            assert_eq!((found, found.open()), (KeyRequests { submitted: 10, ended: 2 }, 8), "{like:?}");
        });
    }
}

#[test]
fn a_miscount_is_over_with_its_week_and_the_counter_goes_a_week_later() {
    for like in Memory::ALL {
        let world = World::new(like);
        let (store, of) = (&world.store, this_week(&world));
        block_on(async {
            store.count_key_requests(&of, KeyRequests::ENDED).await.unwrap();
            assert_eq!(store.key_requests(&of).await.unwrap().open(), 0, "not less than nothing: {like:?}");
            store.count_key_requests(&of, KeyRequests { submitted: 9, ended: 0 }).await.unwrap();
            world.clock.advance(WEEK);
            assert_eq!(store.key_requests(&this_week(&world)).await.unwrap(), KeyRequests::default());
            sweep(&world).await;
            assert_eq!(store.key_requests(&of).await.unwrap().submitted, 9, "its requests may still end");
            world.clock.advance(WEEK);
            sweep(&world).await;
            // Counted late, such as by a processor that was stopped for weeks.
            store.count_key_requests(&of, KeyRequests::ENDED).await.unwrap();
            world.clock.advance(Duration::from_secs(2 * 3600));
            sweep(&world).await;
            assert_eq!(left(&world), Vec::<String>::new(), "{like:?}");
        });
    }
}
