//! Keys that nothing refers to any more are removed automatically.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::{NewAct, OrganizationId, RequestId};
use futures::executor::block_on;
use jiff::SignedDuration;

use super::World;
use crate::throttle::Throttle;
use crate::{Expiring, Remove, StoreError, UsedGrant, keys};

const THROTTLE: Throttle = Throttle { name: "test", most: 3, period: SignedDuration::from_secs(600) };

/// Collects the requests that were noted.
#[derive(Default)]
pub(super) struct Requests(Mutex<Vec<RequestId>>);

#[async_trait]
impl Remove for Requests {
    async fn request(&self, _: &OrganizationId, id: &RequestId) -> Result<(), StoreError> {
        self.0.lock().unwrap().push(id.clone());
        Ok(())
    }

    async fn grant_use(&self, _: &UsedGrant) -> Result<(), StoreError> {
        Ok(())
    }

    async fn deleted_organization(&self, _: &OrganizationId) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn refusals(&self, _: &OrganizationId, _: NewAct) -> Result<(), StoreError> {
        Ok(())
    }
}

pub(super) async fn sweep(world: &World) {
    for _ in 0..40 {
        world.store.sweep_expired(50, &Requests::default()).await.unwrap();
    }
}

/// The remaining keys, except how far sweeps have come.
pub(super) fn left(world: &World) -> Vec<String> {
    world.memory.dump().into_keys().filter(|key| *key != keys::expiry_progress()).collect()
}

#[test]
fn counters_of_subjects_that_never_come_back_go_when_their_period_is_over() {
    for like in Memory::ALL {
        let world = World::new(like);
        for n in 0..70 {
            let tried = block_on(world.store.count_try(&THROTTLE, &[&format!("subject {n}")])).unwrap();
            assert!(tried.allowed);
        }
        block_on(sweep(&world));
        assert!(left(&world).len() >= 140, "not before");
        world.clock.advance(Duration::from_secs(2 * 60 * 60));
        block_on(sweep(&world));
        assert_eq!(left(&world), Vec::<String>::new(), "{like:?}");
    }
}

#[test]
fn the_chunks_of_an_upload_that_was_killed_go_after_a_day_and_those_of_a_finished_one_stay() {
    for like in Memory::ALL {
        let world = World::new(like);
        let bytes = vec![7; 600_000];
        let sha256 = keys::sha256(&bytes);
        let manifest = block_on(async {
            let mut killed = world.store.upload(&world.root, &sha256, 1_000_000);
            killed.push(&bytes).await.unwrap();
            drop(killed);
            let mut upload = world.store.upload(&world.root, &sha256, 1_000_000);
            upload.push(&bytes).await.unwrap();
            let manifest = upload.finish().await.unwrap();
            world.store.kv().set_many(vec![manifest.entry()]).await.unwrap();
            manifest
        });
        let chunks = || left(&world).iter().filter(|key| key.contains("/a/")).count();
        assert_eq!(chunks(), 2 + 3);
        world.clock.advance(Duration::from_secs(26 * 60 * 60));
        block_on(sweep(&world));
        assert_eq!(chunks(), 3, "{like:?}");
        for index in 0..manifest.chunks {
            block_on(world.store.attachment_chunk(&manifest, index)).unwrap();
        }
    }
}

#[test]
fn the_lease_of_a_holder_that_died_leaves_no_key() {
    let world = World::new(Memory::ALL[1]);
    drop(block_on(world.store.lease("work")).unwrap().unwrap());
    world.clock.advance(Duration::from_secs(15));
    assert!(block_on(world.store.lease("work")).unwrap().is_none());
    world.clock.advance(Duration::from_secs(3 * 60 * 60));
    block_on(sweep(&world));
    assert_eq!(left(&world), Vec::<String>::new());
}

#[test]
fn a_sweep_with_nothing_to_do_writes_nothing_and_a_budget_is_kept() {
    let world = World::new(Memory::ALL[1]);
    block_on(sweep(&world));
    world.memory.reset_counts();
    block_on(world.store.sweep_expired(50, &Requests::default())).unwrap();
    assert_eq!((world.memory.counts().reads, world.memory.counts().writes), (1, 0));
    for n in 0..70 {
        block_on(world.store.count_try(&THROTTLE, &[&format!("subject {n}")])).unwrap();
    }
    world.clock.advance(Duration::from_secs(2 * 60 * 60));
    assert_eq!(block_on(world.store.sweep_expired(20, &Requests::default())).unwrap().removed, 20);
    assert_eq!(block_on(world.store.sweep_expired(1_000, &Requests::default())).unwrap().removed, 50);
}

#[test]
fn a_request_is_handed_to_its_remover_once_its_moment_has_passed() {
    let world = World::new(Memory::ALL[0]);
    let id = RequestId::from_ulid(ulid::Ulid::from_parts(1, 2));
    let organization_id = OrganizationId::from_ulid(ulid::Ulid::from_parts(1, 1));
    let at = world.clock.now() + SignedDuration::from_hours(24);
    block_on(world.store.expire_after(at, &Expiring::Request { organization_id, id: id.clone() })).unwrap();
    for (hours, expected) in [(20, vec![]), (6, vec![id]), (24, vec![])] {
        world.clock.advance(Duration::from_secs(hours * 60 * 60));
        let requests = Requests::default();
        for _ in 0..40 {
            block_on(world.store.sweep_expired(50, &requests)).unwrap();
        }
        assert_eq!(requests.0.into_inner().unwrap(), expected, "{hours}");
    }
}
