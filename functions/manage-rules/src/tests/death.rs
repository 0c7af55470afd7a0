//! The host dies at each write of creating, replacing or deleting a rule, and its maker tries again.
use std::time::Duration;

use countersign_http::testing::{Person, Scene, TestResponse, World};
use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, Permission};
use serde_json::{Value, json};

use super::{approver, create, rule};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Create,
    Replace,
    Delete,
}

struct Maker {
    scene: Scene,
    who: Person,
}

impl Maker {
    fn over(like: Like) -> Self {
        let scene = Scene::over(World::over(Memory::new(like)), crate::router);
        let who = approver(&scene, Permission::ApproveForEntireOrganization);
        Self { scene, who }
    }

    async fn create(&self) -> TestResponse {
        let call = create(&self.scene, &self.who, &self.scene.child, &rule(json!({})));
        call.header("idempotency-key", "once").send().await
    }

    async fn replace(&self, path: &str) -> TestResponse {
        let other = rule(json!({ "name": "No compiler", "effect": "deny" }));
        self.scene.app.put(path).bearer(&self.who.token).if_match(1).json(&other).send().await
    }

    async fn delete(&self, path: &str) -> TestResponse {
        self.scene.app.delete(path).bearer(&self.who.token).send().await
    }

    /// The rules that are listed.
    async fn rules(&self) -> Vec<Value> {
        let path = format!("/v1/rules?organization_id={}", self.scene.child.id);
        let listed = self.scene.app.get(&path).bearer(&self.who.token).send().await;
        listed.json()["items"].as_array().unwrap().clone()
    }

    /// How often rules were changed, according to the audit.
    async fn changes(&self) -> usize {
        let events = self.scene.audit(&self.scene.child).await;
        events.iter().filter(|event| event.act.name() == ActName::RuleChanged).count()
    }
}

/// Whether the host died at this write.
async fn died(like: Like, step: Step, after: bool, nth: usize) -> bool {
    let case = format!("{like:?} {step:?}: write {nth} after {after}");
    let maker = Maker::over(like);
    let mut path = String::new();
    if step != Step::Create {
        path = format!("/v1/rules/{}", maker.create().await.json()["id"].as_str().unwrap());
    }
    let earlier = maker.changes().await;
    let call = async || match step {
        Step::Create => maker.create().await,
        Step::Replace => maker.replace(&path).await,
        Step::Delete => maker.delete(&path).await,
    };
    let done = match step {
        Step::Create => 201,
        Step::Replace => 200,
        Step::Delete => 204,
    };
    maker.scene.world.memory.stop_at_write(nth, after);
    let first = call().await.status;
    let died = maker.scene.world.memory.resume();
    assert_eq!(first, if died { 503 } else { done }, "{case}");
    let rules = maker.rules().await;
    let made = match step {
        Step::Create => rules.len() == 1,
        Step::Replace => rules[0]["effect"] == "deny",
        Step::Delete => rules.is_empty(),
    };
    assert_eq!(maker.changes().await, earlier + usize::from(made), "{case}: the audit says what is");
    let again = match (step, made) {
        (Step::Replace, true) => 412,
        (Step::Delete, true) => 404,
        _ => done,
    };
    assert_eq!(call().await.status, again, "{case}");
    for _ in 0..2 {
        maker.scene.world.fill_lists(&maker.scene.child.id).await;
        maker.scene.world.advance(Duration::from_secs(40));
        let effects: Vec<Value> = maker.rules().await.iter().map(|rule| rule["effect"].clone()).collect();
        let expected = match step {
            Step::Create => vec![json!("approve")],
            Step::Replace => vec![json!("deny")],
            Step::Delete => vec![],
        };
        assert_eq!(effects, expected, "{case}");
        assert_eq!(maker.changes().await, earlier + 1, "{case}: once");
    }
    died
}

#[tokio::test]
async fn wherever_a_change_of_a_rule_dies_the_retry_completes_it_once() {
    for (like, after) in Memory::ALL.into_iter().flat_map(|like| [(like, false), (like, true)]) {
        for (step, writes) in [(Step::Create, 4), (Step::Replace, 3), (Step::Delete, 3)] {
            let mut nth = 1;
            while died(like, step, after, nth).await {
                nth += 1;
                assert!(nth < 20, "the work has an end");
            }
            assert_eq!(nth, writes + 1, "{like:?} {step:?}: it died at each write");
        }
    }
}
