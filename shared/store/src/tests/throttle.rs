//! Throttles count every attempt, including racing ones.

use std::time::Duration;

use countersign_kv::memory::Memory;
use futures::executor::block_on;
use futures::future::join_all;
use jiff::SignedDuration;

use super::World;
use crate::throttle::Throttle;

const THROTTLE: Throttle = Throttle { name: "test", most: 3, period: SignedDuration::from_secs(60) };

#[test]
fn of_racing_tries_exactly_as_many_as_allowed_pass() {
    for like in Memory::ALL {
        let World { store, .. } = World::new(like);
        let tries = block_on(join_all((0..10).map(|_| store.count_try(&THROTTLE, &["somebody"]))));
        let tries: Vec<_> = tries.into_iter().map(Result::unwrap).collect();
        assert_eq!(tries.iter().filter(|each| each.allowed).count(), 3);
        assert_eq!(tries.iter().filter(|each| each.first_refused).count(), 1);
        assert!(block_on(store.count_try(&THROTTLE, &["somebody else"])).unwrap().allowed);
    }
}

#[test]
fn a_try_given_back_or_a_new_period_makes_room() {
    let World { store, clock, .. } = World::new(Memory::ALL[0]);
    let count = || block_on(store.count_try(&THROTTLE, &["somebody"])).unwrap();
    for _ in 0..3 {
        assert!(count().allowed);
    }
    let refused = count();
    assert!(!refused.allowed && refused.until > store.clock().now());
    for _ in 0..2 {
        block_on(store.give_back(&refused)).unwrap();
    }
    assert!(count().allowed);
    assert!(!count().allowed);
    clock.advance(Duration::from_secs(61));
    assert!(count().allowed);
}

#[test]
fn what_weighs_more_counts_more_and_its_weight_can_be_corrected() {
    let World { store, .. } = World::new(Memory::ALL[0]);
    let count = |weight| block_on(store.count_tries(&THROTTLE, &["somebody"], weight)).unwrap();
    let two = count(2);
    assert!(two.allowed);
    let too_much = count(2);
    assert!(!too_much.allowed && too_much.first_refused);
    block_on(store.give_back(&too_much)).unwrap();
    block_on(store.settle_weight(&two, 1)).unwrap();
    assert!(count(2).allowed, "one and two are three");
    assert!(!count(1).allowed);
}
