//! A draft that is too large is refused when it is saved, so that deploying always fits.

use countersign_http::testing::TestResponse;
use countersign_model::{
    DeployedPolicies, Deployment, GroupId, LastDeployment, Notify, Organization, Policy,
};
use countersign_store::DeployedPoliciesId;
use countersign_store::record::MAX_RECORD;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

/// As many addresses as a policy may name, each of maximum length.
fn addresses() -> Vec<String> {
    let domain = format!("{}.{}.{}", "d".repeat(62), "d".repeat(62), "d".repeat(62));
    (0..Notify::ADDRESSES_MAX).map(|n| format!("{}{n:02}@{domain}", "a".repeat(62))).collect()
}

fn policy(group: &GroupId, name: &str, addresses: &[String]) -> Value {
    json!({ "name": name, "group_id": group, "notify": { "enabled": true, "addresses": addresses } })
}

impl Story {
    async fn create(&self, body: Value) -> TestResponse {
        self.app.post(&self.at("/policies")).bearer(&self.boss.token).json(body).send().await
    }

    async fn edit(&self, id: &str, body: Value) -> TestResponse {
        let path = self.at(&format!("/policies/{id}"));
        self.app.patch(&path).bearer(&self.boss.token).json(body).send().await
    }

    async fn deploy(&self) -> TestResponse {
        self.app.post(&self.at("/deploy")).bearer(&self.boss.token).send().await
    }

    /// Creates policies of a group until one more would not fit: with as many addresses as are allowed, then with none. The ids.
    async fn fill(&self, group: &GroupId) -> Vec<String> {
        let mut ids = Vec::new();
        for addresses in [addresses(), Vec::new()] {
            loop {
                let name = format!("{}{:03}", "ä".repeat(197), ids.len());
                let made = self.create(policy(group, &name, &addresses)).await;
                if made.status == 422 {
                    let field = if addresses.is_empty() { "/name" } else { "/notify/addresses" };
                    assert_eq!(made.pointers(), [field], "{}", made.text());
                    break;
                }
                assert_eq!(made.status, 201, "{}", made.text());
                assert!(ids.len() < 200, "there is always room");
                ids.push(made.json()["id"].as_str().unwrap().to_owned());
            }
        }
        ids
    }

    async fn live(&self, group: &GroupId) -> DeployedPolicies {
        let journal = &self.world.journal;
        let deployment = journal.load::<Deployment>(&self.company.id).await.unwrap().unwrap().value;
        let id = DeployedPoliciesId::new(&deployment.generation, group);
        journal.load::<DeployedPolicies>(&id).await.unwrap().unwrap().value
    }
}

#[tokio::test]
async fn what_would_not_fit_into_a_deployment_is_refused_where_it_is_saved_and_what_is_there_is_deployed() {
    let story = Story::new();
    let group = &story.group.id;
    let ids = story.fill(group).await;
    let longer = policy(group, "B", &addresses());
    let answer = story.refused_at("/notify/addresses", story.create(longer.clone())).await;
    assert!(answer.text().contains("delete a policy of the group"), "{}", answer.text());
    story.refused_at("/name", story.create(policy(group, &"ä".repeat(200), &[]))).await;
    let last = ids.last().unwrap();
    story.refused_at("/notify/addresses", story.edit(last, json!({ "notify": longer["notify"] }))).await;
    story.refused_at("/name", story.edit(last, json!({ "name": "\"".repeat(200) + "x" }))).await;

    let deployed = story.deploy().await;
    assert_eq!(deployed.status, 200, "{}", deployed.text());
    let live = story.live(group).await;
    assert_eq!(live.policies.len(), ids.len());
    let bytes = serde_json::to_vec(&live).unwrap().len();
    assert!((MAX_RECORD - 1000..=MAX_RECORD).contains(&bytes), "at the bound: {bytes}");

    let elsewhere = story.world.group(&story.company, "Servers");
    assert_eq!(story.create(policy(&elsewhere.id, "C", &addresses())).await.status, 201);
    assert_eq!(story.deploy().await.json()["policy_version"], 2);
}

#[tokio::test]
async fn a_full_group_can_be_made_smaller_and_put_in_order() {
    let story = Story::new();
    let group = &story.group.id;
    let ids = story.fill(group).await;
    let order = json!({ "policy_ids": ids.iter().rev().collect::<Vec<_>>() });
    let call = story.app.put(&story.at("/policies/order")).bearer(&story.boss.token);
    assert_eq!(call.json(order).send().await.status, 200);
    let many = json!({ "policy_ids": vec![&ids[0]; 1_001] });
    let call = story.app.put(&story.at("/policies/order")).bearer(&story.boss.token);
    assert_eq!(call.json(many).send().await.pointers(), ["/policy_ids"]);
    assert_eq!(story.deploy().await.status, 200);
    let smaller = story.edit(&ids[0], json!({ "notify": { "enabled": true, "addresses": [] } })).await;
    assert_eq!(smaller.status, 200, "{}", smaller.text());
    assert_eq!(story.create(policy(group, "B", &[])).await.status, 201, "there is room again");
}

#[tokio::test]
async fn policies_saved_at_once_that_are_too_large_together_are_not_deployed_and_the_answer_names_the_group()
{
    let story = Story::new();
    let group = &story.group.id;
    let ids = story.fill(group).await;
    let id = ids[0].parse().unwrap();
    // As two administrators who saved at the same moment would have left it.
    let grown = |old: &Policy| {
        let name = "ä".repeat(200) + &"x".repeat(1000);
        Ok::<_, ()>(Policy { name, ..old.clone() })
    };
    story.world.journal.update(&id, grown).await.unwrap();
    story.world.settle().await;
    let before = story.world.memory.dump();
    let refused = story.deploy().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "policies-too-large"), "{}", refused.text());
    assert!(refused.text().contains(&story.group.name), "{}", refused.text());
    assert!(story.world.memory.dump() == before, "no number was taken");
    let smaller = story.edit(&ids[0], json!({ "name": "ä".repeat(200)  })).await;
    assert_eq!(smaller.status, 200, "{}", smaller.text());
    assert_eq!(story.deploy().await.status, 200);
}

#[tokio::test]
async fn a_policy_that_is_deployed_no_more_stays_known_as_it_was() {
    let story = Story::new();
    let made = story.create(policy(&story.group.id, "Old", &["old@example.com".to_owned()])).await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let last = async || {
        let found = story.world.journal.load::<LastDeployment>(&id.parse().unwrap()).await.unwrap();
        found.map(|found| found.value)
    };
    assert_eq!(last().await, None, "a draft was never deployed");
    assert_eq!(story.deploy().await.status, 200);
    let first = last().await.unwrap();
    assert_eq!(first.policy, story.live(&story.group.id).await.policies[0]);
    assert_eq!(story.edit(&id, json!({ "name": "Edited" })).await.status, 200);
    assert_eq!(story.deploy().await.status, 200);
    let second = last().await.unwrap();
    assert!(second.policy.name == "Edited" && second.generation != first.generation);
    let path = story.at(&format!("/policies/{id}"));
    assert_eq!(story.app.delete(&path).bearer(&story.boss.token).send().await.status, 204);
    assert_eq!(story.deploy().await.status, 200);
    assert!(story.live(&story.group.id).await.policies.is_empty());
    assert_eq!(last().await, Some(second));
}

#[tokio::test]
async fn policies_of_as_many_groups_as_an_organization_may_have_are_deployed() {
    let story = Story::new();
    for number in 1..Organization::GROUPS_MAX {
        story.world.group(&story.company, &format!("Group {number}"));
        // Only this many events are listed before they are processed.
        if number % 100 == 0 {
            story.world.fill_lists(&story.company.id).await;
        }
    }
    assert_eq!(story.deploy().await.status, 200);
    // As two administrators who saved at the same moment would have left it.
    story.world.group(&story.company, "Surplus");
    assert_eq!(story.deploy().await.code(), "too-many-groups");
}
