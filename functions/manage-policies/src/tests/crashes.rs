//! The host dies at each write of a deployment: it is a version as a whole, or nothing of it stays.

use std::time::Duration;

use async_trait::async_trait;
use countersign_kv::memory::{Like, Memory};
use countersign_model::act::SessionRefused;
use countersign_model::{Deployment, OrganizationId, RequestId};
use countersign_store::{Remove, StoreError};
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
const LIKES: [Like; 3] = [Like::Ideal, Like::Sqlite, Like::Redis];

/// Nothing that takes more than the store is removed here.
pub(super) struct Nothing;

#[async_trait]
impl Remove for Nothing {
    async fn request(&self, _: &OrganizationId, _: &RequestId) -> Result<(), StoreError> {
        Ok(())
    }

    async fn refusals(&self, _: &OrganizationId, _: SessionRefused) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Story {
    async fn call(&self, path: &str, body: Value) -> Value {
        let path = format!("/v1/organizations/{}{path}", self.company.id);
        let answer = self.app.post(&path).bearer(&self.boss.token).json(body).send().await;
        answer.json()
    }

    async fn live(&self) -> Deployment {
        self.world.journal.load::<Deployment>(&self.company.id).await.unwrap().unwrap().value
    }

    /// The records of deployments in the store.
    fn records(&self) -> usize {
        let of_deployment =
            |key: &String| key.contains("/r/deployed_") || key.contains("/r/deployment_version_");
        self.world.memory.dump().keys().filter(|key| of_deployment(key)).count()
    }
}

#[tokio::test]
async fn a_deployment_that_died_at_any_write_is_a_version_or_leaves_nothing() {
    for like in LIKES {
        for death in DEATHS {
            let mut versions = [0, 0];
            for nth in 1..=6 {
                let why = format!("{like:?} {death:?} {nth}");
                let story = Story::over(Memory::new(like));
                story.call("/policies", json!({ "name": "A", "group_id": story.group.id })).await;
                assert_eq!(story.call("/deploy", json!({})).await["policy_version"], 1, "{why}");
                match death {
                    Death::Before => story.world.memory.stop_before_write(nth),
                    Death::After => story.world.memory.stop_after_write(nth),
                    Death::Failed => story.world.memory.fail_write(nth),
                }
                let died = story.call("/deploy", json!({})).await;
                story.world.memory.resume();
                let live = story.live().await.version;
                versions[usize::from(live == 2)] += 1;
                assert!(died["policy_version"] != 2 || live == 2, "{why}: what was answered is so");
                assert_eq!(story.call("/deploy", json!({})).await["policy_version"], live + 1, "{why}");
                story.world.advance(Duration::from_secs(4 * 60 * 60));
                for _ in 0..40 {
                    story.world.journal.sweep_expired(100, &Nothing).await.unwrap();
                }
                let kept = usize::try_from(live + 1).unwrap();
                assert_eq!(story.records(), 2 * kept, "{why}: two records for each version");
                assert_eq!(story.live().await.newest_first().len(), kept, "{why}");
            }
            assert!(versions.iter().all(|count| *count > 0), "{like:?} {death:?}: {versions:?}");
        }
    }
}
