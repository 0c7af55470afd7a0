//! When the computer that asked was told of the decision: by an answer that brings or takes the grant.

use std::time::Duration;

use countersign_model::{DecisionScope, Request};
use jiff::Timestamp;
use serde_json::Value;

use crate::tests::story::{Story, added, for_the, removed};

impl Story {
    async fn heard_at(&self, request: &str) -> Option<Timestamp> {
        let request = self.world.journal.load_by_record_id::<Request>(request).await.unwrap().unwrap();
        self.world.journal.heard_at(&request.value).await.unwrap()
    }

    /// How many of its requests the computers were told of.
    fn notes(&self) -> usize {
        self.world.memory.dump().keys().filter(|key| key.contains("/r/heard_")).count()
    }
}

#[tokio::test]
async fn the_first_answer_with_the_grant_is_noted_and_further_ones_write_nothing() {
    let story = Story::new();
    let before = story.news(&Value::Null).await;
    let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Computer)).await;
    assert_eq!(story.heard_at(&request).await, None, "it has not asked since");
    story.world.advance(Duration::from_millis(400));
    let told = story.world.now();
    assert_eq!(added(&story.news(&before).await), std::slice::from_ref(&grant));
    assert_eq!(story.heard_at(&request).await, Some(told));
    story.world.advance(Duration::from_secs(10));
    for since in [&before, &Value::Null] {
        story.world.memory.reset_counts();
        assert_eq!(added(&story.news(since).await), std::slice::from_ref(&grant));
        assert_eq!(story.world.counts().writes, 0);
    }
    assert_eq!(story.heard_at(&request).await, Some(told), "when it was first told");
}

#[tokio::test]
async fn an_answer_that_takes_the_grant_away_tells_of_the_revocation() {
    for begins_anew in [false, true] {
        let story = Story::new();
        let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Computer)).await;
        let known = story.news(&Value::Null).await;
        let told = story.heard_at(&request).await;
        assert_eq!(told, Some(story.world.now()));
        story.world.advance(Duration::from_secs(10));
        story.revoke(&request).await;
        assert_eq!(story.heard_at(&request).await, None, "it has not asked since");
        story.world.advance(Duration::from_secs(10));
        let since = if begins_anew { &Value::Null } else { &known };
        let news = story.news(since).await;
        // An agent that begins anew has nothing to lose.
        assert_eq!(removed(&news).contains(&grant), !begins_anew);
        assert_eq!(story.heard_at(&request).await, Some(story.world.now()), "{begins_anew}");
    }
}

#[tokio::test]
async fn another_computer_that_gets_the_grant_notes_nothing() {
    let story = Story::new();
    let colleague = story.world.computer(&story.group);
    let scope = for_the(DecisionScope::Group);
    let (grant, request) = story.approve(&story.device, "tool", scope).await;
    let news = story.news_of(&colleague, &Value::Null).await;
    assert_eq!((added(&news), story.notes()), (vec![grant.clone()], 0));
    assert_eq!(added(&story.news(&Value::Null).await), [grant]);
    assert_eq!((story.heard_at(&request).await, story.notes()), (Some(story.world.now()), 1));
    story.revoke(&request).await;
    story.news_of(&colleague, &news).await;
    assert_eq!(story.heard_at(&request).await, None, "the computer that asked has not asked since");
}

#[tokio::test]
async fn a_grant_that_went_without_a_revocation_tells_nothing_of_its_decision() {
    let story = Story::new();
    let before = story.news(&Value::Null).await;
    let servers = story.world.group(&story.company, "Servers");
    let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Group)).await;
    story.change_computer(&story.device, |computer| computer.moved(servers.id.clone())).await;
    let news = story.news(&before).await;
    assert!(!added(&news).contains(&grant), "it has left the group");
    assert_eq!((story.heard_at(&request).await, story.notes()), (None, 0));
}

#[tokio::test]
async fn many_decisions_are_noted_in_one_write() {
    let story = Story::new();
    let before = story.news(&Value::Null).await;
    for n in 0..20 {
        story.approve(&story.device, &format!("tool {n}"), for_the(DecisionScope::Computer)).await;
    }
    story.world.memory.reset_counts();
    assert_eq!(added(&story.news(&before).await).len(), 20);
    assert_eq!((story.world.counts().writes, story.notes()), (1, 20));
}

#[tokio::test]
async fn an_answer_that_cannot_be_noted_is_refused_and_the_next_one_is_noted() {
    let story = Story::new();
    let before = story.news(&Value::Null).await;
    let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Computer)).await;
    let since = format!("?since={}", before["version"].as_str().unwrap());
    story.world.memory.fail_write(1);
    assert_eq!(story.ask(&since).await.status, 503);
    assert_eq!(added(&story.news(&before).await), [grant]);
    assert_eq!(story.heard_at(&request).await, Some(story.world.now()));
}
