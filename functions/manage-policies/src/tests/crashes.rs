//! The host dies at each write of a deployment: it is a version as a whole, or nothing of it stays.

use std::time::Duration;

use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, DeployedPolicies, Deployment, GroupId, Permit, lists};
use countersign_store::DeployedPoliciesId;
use http::Method;
use serde_json::{Value, json};

countersign_http::story!(Office, crate::router);

/// How a write goes wrong.
#[derive(Debug, Clone, Copy)]
enum Death {
    Before,
    After,
    Failed,
}

const DEATHS: [Death; 3] = [Death::Before, Death::After, Death::Failed];
/// The writes of a deployment: the note of what expires has two; number, batch, swap.
const WRITES: usize = 5;

impl Story {
    async fn call(&self, method: Method, rest: &str, body: Value) -> Value {
        let call = self.app.call(method, &self.at(rest)).bearer(&self.boss.token);
        call.json(body).send().await.json()
    }

    async fn deploy(&self) -> Value {
        self.call(Method::POST, "/deploy", json!({})).await
    }

    async fn live(&self) -> Deployment {
        self.world.journal.load::<Deployment>(&self.company.id).await.unwrap().unwrap().value
    }

    /// The names of a group's policies as agents get them.
    async fn live_of(&self, group: &GroupId) -> Vec<String> {
        let id = DeployedPoliciesId::new(&self.live().await.generation, group);
        let found = self.world.journal.load::<DeployedPolicies>(&id).await.unwrap().unwrap();
        found.value.policies.into_iter().map(|policy| policy.name).collect()
    }

    /// The records of deployments in the store.
    fn records(&self) -> usize {
        let of_deployment =
            |key: &String| key.contains("/r/deployed_") || key.contains("/r/deployment_version_");
        self.world.memory.dump().keys().filter(|key| of_deployment(key)).count()
    }

    /// How many deployments the audit has.
    async fn audited(&self) -> usize {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 50).await.unwrap();
        let mut count = 0;
        for number in page.items.iter().filter_map(|item| item.number) {
            let event = self.world.journal.event(&permit, number).await.unwrap().unwrap();
            count += usize::from(event.act.name() == ActName::PoliciesDeployed);
        }
        count
    }
}

/// A version of two groups with a policy each, which are edited since.
async fn edited(like: Like) -> (Story, [GroupId; 2]) {
    let story = Story::over(Memory::new(like));
    let groups = [story.group.id.clone(), story.world.group(&story.company, "Labs").id];
    let mut policies = Vec::new();
    for group in &groups {
        let new = json!({ "name": format!("{group} 1"), "group_id": group });
        policies.push(story.call(Method::POST, "/policies", new).await);
    }
    assert_eq!(story.deploy().await["policy_version"], 1);
    for (group, policy) in groups.iter().zip(&policies) {
        let path = format!("/policies/{}", policy["id"].as_str().unwrap());
        story.call(Method::PATCH, &path, json!({ "name": format!("{group} 2") })).await;
    }
    (story, groups)
}

#[tokio::test]
async fn a_deployment_that_died_at_any_write_is_a_version_or_leaves_nothing() {
    for like in Memory::ALL {
        for death in DEATHS {
            let mut versions = [0, 0];
            for nth in 1..=WRITES + 1 {
                let why = format!("{like:?} {death:?} {nth}");
                let (story, groups) = edited(like).await;
                match death {
                    Death::Before => story.world.memory.stop_before_write(nth),
                    Death::After => story.world.memory.stop_after_write(nth),
                    Death::Failed => story.world.memory.fail_write(nth),
                }
                let died = story.deploy().await;
                story.world.memory.resume();
                let live = story.live().await.version;
                versions[usize::from(live == 2)] += 1;
                assert!(died["policy_version"] != 2 || live == 2, "{why}: what was answered is so");
                for group in &groups {
                    assert_eq!(
                        story.live_of(group).await,
                        [format!("{group} {live}")],
                        "{why}: all or nothing"
                    );
                }
                assert_eq!(story.deploy().await["policy_version"], live + 1, "{why}");
                for group in &groups {
                    assert_eq!(story.live_of(group).await, [format!("{group} 2")], "{why}: repeated");
                }
                story.world.advance(Duration::from_secs(4 * 60 * 60));
                story.world.settle().await;
                for _ in 0..40 {
                    story.world.journal.sweep(100).await.unwrap();
                }
                let kept = usize::try_from(live + 1).unwrap();
                assert_eq!(story.records(), 3 * kept, "{why}: three records for each version");
                assert_eq!(story.live().await.newest_first().len(), kept, "{why}");
                assert_eq!(story.audited().await, kept, "{why}: the audit has each version once");
            }
            assert!(versions.iter().all(|count| *count > 0), "{like:?} {death:?}: {versions:?}");
        }
    }
}
