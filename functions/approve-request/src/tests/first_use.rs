//! An approval whose time begins with its first use reaches the computer in its own time.

use std::time::Duration;

use countersign_model::{DecisionScope, Request};
use serde_json::{Value, json};

use crate::tests::story::Story;

impl Story {
    /// A request of the first computer, approved for two minutes from its first use, which must be within a minute.
    async fn starting(&self, scope: DecisionScope) -> Request {
        let request = self.request().await;
        let use_by = self.world.now() + Duration::from_secs(60);
        let first_use = json!({ "lasts_seconds": 120, "use_by": use_by });
        let body = json!({ "outcome": "approved", "scope": scope, "first_use": first_use });
        assert_eq!(self.decide(&self.boss, &request, body).await.status, 200);
        self.stored(&request).await
    }

    /// Its computer reports that it uses the grant.
    async fn used(&self, request: &Request) {
        let grant = request.decision.clone().unwrap().grant.unwrap();
        let path = format!("/agent/v1/grants/{grant}/use");
        let app = self.world.app(manage_grants::router);
        let answer = app.post(&path).bearer(&self.computer.token).json(json!({})).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn reach(&self, request: &Request) -> Value {
        let shown = self.open(&self.boss, request).await.json();
        assert_eq!(shown["status"], "approved");
        json!([shown["reach"]["reaches"], shown["reach"]["because"]])
    }

    /// The reads of opening a request that was opened before.
    async fn reads(&self, request: &Request) -> usize {
        self.open(&self.boss, request).await;
        self.world.memory.reset_counts();
        self.open(&self.boss, request).await;
        self.world.counts().reads
    }
}

#[tokio::test]
async fn an_opened_request_says_that_it_was_not_used_in_time_or_is_used_up() {
    for scope in [DecisionScope::Computer, DecisionScope::Group] {
        let story = Story::new();
        let (used, unused) = (story.starting(scope).await, story.starting(scope).await);
        let (reaches, late, over) =
            (json!([true, null]), json!([false, "not_used_in_time"]), json!([false, "used_up"]));
        assert_eq!(
            (story.reach(&used).await, story.reach(&unused).await),
            (reaches.clone(), reaches.clone())
        );
        story.world.advance(Duration::from_secs(30));
        story.used(&used).await;
        story.world.advance(Duration::from_secs(30));
        assert_eq!(
            (story.reach(&used).await, story.reach(&unused).await),
            (reaches, late.clone()),
            "{scope}"
        );
        story.world.advance(Duration::from_secs(90));
        assert_eq!((story.reach(&used).await, story.reach(&unused).await), (over, late), "{scope}");
        story.world.advance(Duration::from_secs(30));
        let ended = story.open(&story.boss, &used).await.json();
        assert_eq!((&ended["status"], &ended["reach"]), (&json!("expired"), &Value::Null), "{scope}");
    }
}

#[tokio::test]
async fn only_such_an_approval_costs_a_read_more_to_open() {
    let story = Story::new();
    let plain = story.request().await;
    story.approve(&story.boss, &plain).await;
    let starting = story.starting(DecisionScope::Computer).await;
    assert_eq!(story.reads(&starting).await, story.reads(&plain).await + 1);
}
