//! The policy that a request names: live, replaced, or not known.

use countersign_http::testing::World;
use countersign_model::act::PoliciesDeployed;
use countersign_model::{
    DeployedPolicies, Deployment, Group, LastDeployment, Organization, Policy, PolicyId, Reported,
};
use countersign_store::DeployedPoliciesId;
use serde_json::{Value, json};

use crate::tests::story::*;

/// Deploys one policy for a group, and so replaces all others of the organization.
async fn deploy(world: &World, group: &Group, name: &str) -> PolicyId {
    let id = PolicyId::from_ulid(world.ulid());
    let policy = Policy {
        id: id.clone(),
        organization_id: group.organization_id.clone(),
        group_id: group.id.clone(),
        name: name.to_owned(),
        notify: Default::default(),
        content: Default::default(),
        naming: 0,
        order: 0,
        deleted: false,
    };
    let organization = &group.organization_id;
    let old = world.journal.load::<Deployment>(organization).await.unwrap().unwrap().value;
    let generation = (old.version + 1).to_string();
    let new = old.next(generation.clone(), world.now());
    let live = DeployedPolicies::of(&group.id, new.version, &[policy]);
    let last: Vec<_> = LastDeployment::of(organization, &generation, &live).collect();
    let act = PoliciesDeployed::of(&old, &new, 1);
    world.save(organization, act, |change| {
        last.iter().fold(change.create(&live), |change, last| change.create(last))
    });
    let deployed = DeployedPoliciesId::new(&generation, &group.id);
    assert_eq!(world.journal.load::<DeployedPolicies>(&deployed).await.unwrap().unwrap().value, live);
    let next =
        |old: &Deployment| Ok::<_, std::convert::Infallible>(old.next(generation.clone(), world.now()));
    world.journal.update(organization, next).await.unwrap();
    id
}

fn naming(policy: &str) -> Value {
    with(program_of(policy.as_bytes()), "/policy_id", json!(policy))
}

#[tokio::test]
async fn a_live_policy_is_noted_with_its_name() {
    let story = Story::new();
    let own = deploy(&story.world, &story.group, "Block the unknown").await;
    let made = story.submit(naming(own.as_str())).await;
    assert_eq!((made.status, &made.json()["warnings"]), (201, &json!([])), "{}", made.text());
    let request = story.record(&id_of(&made)).await;
    assert_eq!((request.policy_id, request.policy_name.as_deref()), (Some(own), Some("Block the unknown")));
}

#[tokio::test]
async fn a_policy_that_was_replaced_is_taken_as_what_it_was() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let first = deploy(&story.world, &story.group, "The first").await;
    let second = deploy(&story.world, &story.group, "The second").await;
    let foreign = deploy(&story.world, &servers, "Of the group it was in").await;
    for (id, name) in [(first, "The first"), (second, "The second"), (foreign, "Of the group it was in")] {
        let made = story.submit(naming(id.as_str())).await;
        assert_eq!((made.status, &made.json()["warnings"]), (201, &json!([])), "{}", made.text());
        let request = story.record(&id_of(&made)).await;
        assert_eq!((request.policy_id, request.policy_name.as_deref()), (Some(id), Some(name)));
        assert_eq!(request.unknown_policy, None);
    }
}

#[tokio::test]
async fn a_policy_that_was_never_deployed_here_is_only_noted() {
    let story = Story::new();
    let elsewhere: Organization = story.world.organization(&story.world.root, "Company C");
    let foreign = deploy(&story.world, &story.world.group(&elsewhere, "Office"), "Of others").await;
    let unknown = PolicyId::from_ulid(story.world.ulid());
    for deployed in [false, true] {
        if deployed {
            deploy(&story.world, &story.group, "Block the unknown").await;
        }
        for id in [unknown.as_str(), foreign.as_str(), "pol_x", "a\u{0}b"] {
            let named = format!("{deployed} {id}");
            let made = story.submit(with(program_of(named.as_bytes()), "/policy_id", json!(id))).await;
            assert_eq!(made.status, 201, "{}", made.text());
            assert_eq!(made.json()["warnings"][0]["pointer"], "/policy_id", "{id}");
            let request = story.record(&id_of(&made)).await;
            assert_eq!((request.policy_id, request.policy_name), (None, None), "{id}");
            assert_eq!(request.unknown_policy, Some(Reported::from(id)));
        }
    }
}

#[tokio::test]
async fn a_replaced_policy_costs_one_read_more_and_no_write() {
    let mut costs = Vec::new();
    for replaced in [false, true] {
        let story = Story::new();
        let first = deploy(&story.world, &story.group, "The first").await;
        let second = deploy(&story.world, &story.group, "The second").await;
        story.world.memory.reset_counts();
        let named = if replaced { first } else { second };
        story.asked(naming(named.as_str())).await;
        costs.push(story.world.counts());
    }
    assert!(costs[1].writes <= 4 && costs[1].writes == costs[0].writes, "{costs:?}");
    assert_eq!(costs[1].reads, costs[0].reads + 1, "{costs:?}");
}
