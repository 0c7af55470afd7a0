//! The host dies at each write of a change, and the administrator tries again.

use std::time::Duration;

use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, DecisionScope};
use serde_json::json;

use crate::tests::story::{Story, grant};

/// The writes of a change: number, batch, swap.
const WRITES: usize = 3;

#[tokio::test]
async fn a_change_that_dies_half_way_is_made_once_by_the_retry() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for (nth, after) in (1..=WRITES).flat_map(|nth| [(nth, false), (nth, true)]) {
            for (method, act) in [("PATCH", ActName::GrantEdited), ("POST", ActName::RequestRevoked)] {
                let what = format!("{name:?} {method}: write {nth} after {after}");
                let story = Story::over(Memory::new(name));
                let request = story.approved(&story.device, 'a', DecisionScope::Group).await;
                let hour = story.world.now() + Duration::from_secs(3600);
                let path = format!("/v1/grants/{}", grant(&request));
                let call = || match method {
                    "PATCH" => story
                        .app
                        .patch(&path)
                        .bearer(&story.boss.token)
                        .json(json!({ "expires_at": hour }))
                        .send(),
                    _ => {
                        let call = story.app.post(&format!("{path}/revocation")).bearer(&story.boss.token);
                        call.idempotency_key("k").json(json!({})).send()
                    }
                };
                let memory = &story.world.memory;
                memory.stop_at_write(nth, after);
                assert_eq!(call().await.status, 503, "{what}");
                assert!(memory.resume(), "{what}");
                assert_eq!(call().await.status, 200, "{what}");
                story.process().await;
                story.world.advance(Duration::from_secs(40));
                story.process().await;
                let acts = story.acts().await.into_iter().filter(|name| *name == act).count();
                assert_eq!(acts, 1, "{what}");
            }
        }
    }
}
