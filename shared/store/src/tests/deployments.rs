//! The records of deployments are removed unless their organization keeps them.

use std::time::Duration;

use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::{
    AdministratorId, DeployedPolicies, Deployment, DeploymentSummary, DeploymentVersion, GroupId,
    OrganizationId,
};
use futures::executor::block_on;
use ulid::Ulid;

use super::World;
use super::expiry::{left, sweep};
use crate::DeployedPoliciesId;
use crate::record::{Entity, Envelope, encode, key_of, raw};

fn write<T: Entity>(world: &World, key: String, value: &T) {
    let envelope = Envelope::first("created".to_owned(), None, raw(&key, value).unwrap());
    let bytes = encode(&key, &envelope).unwrap();
    block_on(world.store.write(vec![(key, bytes)])).unwrap();
}

/// The records of a version for two groups. Their keys.
fn version(world: &World, organization: &OrganizationId, generation: &str) -> Vec<String> {
    let groups = [1, 2].map(|number| GroupId::from_ulid(Ulid::from_parts(1, number))).to_vec();
    let id = generation.to_owned();
    let mut keys = vec![key_of::<DeploymentVersion>(&id)];
    for group in &groups {
        let key = key_of::<DeployedPolicies>(&DeployedPoliciesId::new(generation, group));
        write(world, key.clone(), &DeployedPolicies::of(group, 1, &[]));
        keys.push(key);
    }
    let version = DeploymentVersion {
        organization_id: organization.clone(),
        generation: id,
        version: 1,
        deployed_at: world.clock.now(),
        deployed_by: AdministratorId::from_ulid(Ulid::from_parts(1, 1)),
        deployed_by_name: "Kim".to_owned(),
        deployed_from: organization.clone(),
        restores: None,
        groups,
        summary: DeploymentSummary::default(),
    };
    write(world, keys[0].clone(), &version);
    keys.sort();
    keys
}

#[test]
fn an_attempt_to_deploy_that_came_to_nothing_leaves_nothing_and_a_live_one_stays() {
    let world = World::new(Memory::ALL[0]);
    let organization = OrganizationId::from_ulid(Ulid::from_parts(1, 1));
    let none = Deployment::none(organization.clone());
    let now = world.clock.now();
    block_on(world.store.expect_deployment(&none, "lost", now)).unwrap();
    version(&world, &organization, "lost");
    block_on(world.store.expect_deployment(&none, "live", now)).unwrap();
    let mut kept = version(&world, &organization, "live");
    let key = key_of::<Deployment>(&organization);
    write(&world, key.clone(), &none.next("live".to_owned(), now));
    kept.push(key);
    kept.sort();
    world.clock.advance(Duration::from_secs(60 * 60));
    block_on(sweep(&world));
    assert!(left(&world).len() > kept.len(), "not while somebody may still be at work");
    world.clock.advance(Duration::from_secs(3 * 60 * 60));
    block_on(sweep(&world));
    assert_eq!(left(&world), kept);
}

#[test]
fn a_version_is_removed_when_it_is_outgrown() {
    let world = World::new(Memory::ALL[0]);
    let organization = OrganizationId::from_ulid(Ulid::from_parts(1, 1));
    let now = world.clock.now();
    version(&world, &organization, "generation 1");
    let mut live = Deployment::none(organization.clone());
    for number in 1..=Deployment::VERSIONS_MAX {
        assert_eq!(live.outgrown(), Vec::<String>::new());
        live = live.next(format!("generation {number}"), now);
    }
    block_on(world.store.expect_deployment(&live, "the next", now)).unwrap();
    let key = key_of::<Deployment>(&organization);
    write(&world, key.clone(), &live.next("the next".to_owned(), now));
    world.clock.advance(Duration::from_secs(4 * 60 * 60));
    block_on(sweep(&world));
    assert_eq!(left(&world), [key]);
}
