//! The policies of a group that is deleted.

use countersign_http::testing::World;
use countersign_kv::memory::{Like, Memory};
use countersign_model::act::PolicyCreated;
use countersign_model::{ActName, Group, List, Policy, PolicyId, Who};

use super::{DEATHS, Stage, dies, goes_on};

impl Stage {
    fn policy_of(&self, group: &Group) -> PolicyId {
        let policy = Policy {
            id: PolicyId::from_ulid(self.world.ulid()),
            organization_id: self.company.id.clone(),
            group_id: group.id.clone(),
            name: "Default".to_owned(),
            notify: Default::default(),
            content: Default::default(),
            naming: 0,
            order: 1,
            deleted: false,
        };
        self.world.save(&self.company.id, PolicyCreated::of(&policy), |change| change.create(&policy));
        policy.id
    }

    async fn is_deleted(&self, policy: &PolicyId) -> bool {
        self.world.journal.load::<Policy>(policy).await.unwrap().unwrap().value.deleted
    }
}

#[tokio::test]
async fn the_policies_of_a_deleted_group_are_deleted_with_it_and_others_stay() {
    let stage = Stage::new().await;
    let servers = stage.world.group(&stage.company, "Servers");
    let other = stage.policy_of(&servers);
    // More than are deleted in one turn.
    let gone: Vec<_> = (0..5).map(|_| stage.policy_of(&stage.group)).collect();
    stage.process_company().await;
    assert_eq!(stage.count(List::Policies).await, 6);
    stage.delete_group().await;
    stage.process_company().await;
    for policy in &gone {
        assert!(stage.is_deleted(policy).await);
    }
    assert!(!stage.is_deleted(&other).await);
    assert_eq!(stage.count(List::Policies).await, 1);
    let events = stage.events(List::SystemAudit, ActName::PolicyDeleted).await;
    assert_eq!(events.len(), 5);
    assert!(events.iter().all(|event| event.who == Who::System));
}

#[tokio::test]
async fn a_policy_that_was_on_its_way_when_its_group_was_deleted_is_deleted_too() {
    for processed_between in [true, false] {
        let stage = Stage::new().await;
        stage.delete_group().await;
        if processed_between {
            stage.process_company().await;
        }
        let late = stage.policy_of(&stage.group);
        stage.process_company().await;
        assert!(stage.is_deleted(&late).await, "{processed_between}");
        assert_eq!(stage.count(List::Policies).await, 0, "{processed_between}");
    }
}

/// Whether the host died at this write of processing the deletion of a group.
async fn died(like: Like, after: bool, nth: usize) -> bool {
    let stage = Stage::over(World::over(Memory::new(like))).await;
    for _ in 0..3 {
        stage.policy_of(&stage.group);
    }
    stage.process_company().await;
    stage.delete_group().await;
    let died = dies(&stage, nth, after).await;
    goes_on(&stage).await;
    let case = format!("{like:?}: write {nth} after {after}");
    assert_eq!(stage.count(List::Policies).await, 0, "{case}");
    assert_eq!(stage.events(List::SystemAudit, ActName::PolicyDeleted).await.len(), 3, "{case}");
    died
}

#[tokio::test]
async fn whatever_write_the_processor_dies_at_the_policies_of_a_deleted_group_are_deleted_once() {
    for (like, after) in DEATHS {
        let mut nth = 1;
        while died(like, after, nth).await {
            nth += 1;
            assert!(nth < 100, "the work has an end");
        }
        assert!(nth > 5, "{like:?}: the faults cover all of the work: {nth}");
    }
}
