//! The host dies at each write of a decision, and the administrator tries again.

use std::time::Duration;

use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, List, Notice, Request};
use serde_json::json;

use crate::tests::story::{Story, path};

/// The writes of a decision: number, batch, swap.
const WRITES: usize = 3;

/// Checks that the audits and messages contain exactly what the request says, once.
async fn consistent(story: &Story, request: &Request, what: &str) {
    let decided = usize::from(story.stored(request).await.decision.is_some());
    for audit in [List::SystemAudit, List::UnifiedAudit] {
        let events = story.events(audit).await;
        let events: Vec<_> =
            events.iter().filter(|event| event.act.name() == ActName::RequestDecided).collect();
        assert_eq!(events.len(), decided, "{what} {audit:?}");
        let told = Some(Notice::RequestDecided { request_id: request.id.clone() });
        assert!(events.iter().all(|event| event.footprint().notice == told), "{what}");
    }
    assert_eq!(story.listed(List::Grants).await.len(), decided, "{what}");
}

#[tokio::test]
async fn a_decision_that_dies_half_way_is_made_once_by_the_retry() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for (nth, after, keyed, processed) in cases() {
            let what = format!("{name:?}: write {nth} after {after} keyed {keyed} processed {processed}");
            let story = Story::over(Memory::new(name));
            let request = story.request().await;
            let call = || {
                let call = story.app.post(&path(&request, "/decision")).bearer(&story.boss.token);
                let call = if keyed { call.idempotency_key("k") } else { call };
                call.json(json!({ "outcome": "approved" })).send()
            };
            let memory = &story.world.memory;
            if after {
                memory.stop_after_write(nth)
            } else {
                memory.stop_before_write(nth)
            }
            assert_eq!(call().await.status, 503, "{what}");
            assert!(memory.resume(), "{what}");
            consistent(&story, &request, &format!("{what}, dead")).await;
            if processed {
                story.process(&story.company.id).await;
                story.world.advance(Duration::from_secs(40));
                story.process(&story.company.id).await;
                consistent(&story, &request, &format!("{what}, processed")).await;
            }

            let made = story.stored(&request).await.decision;
            let again = call().await;
            let expected = if made.is_some() && !keyed { 409 } else { 200 };
            assert_eq!(again.status, expected, "{what}: {}", again.text());
            let stands = story.stored(&request).await.decision;
            assert!(stands.is_some(), "{what}");
            assert!(made.is_none() || made == stands, "{what}: what was decided stays");
            consistent(&story, &request, &format!("{what}, again")).await;

            story.process(&story.company.id).await;
            story.world.advance(Duration::from_secs(40));
            story.process(&story.company.id).await;
            consistent(&story, &request, &format!("{what}, at last")).await;
            assert!(story.listed(List::PendingRequests).await.is_empty(), "{what}");
        }
    }
}

fn cases() -> impl Iterator<Item = (usize, bool, bool, bool)> {
    let both = [false, true];
    (1..=WRITES).flat_map(move |nth| {
        both.into_iter().flat_map(move |after| {
            both.into_iter().flat_map(move |keyed| both.into_iter().map(move |p| (nth, after, keyed, p)))
        })
    })
}

#[tokio::test]
async fn a_decision_has_no_further_write_to_die_at() {
    let story = Story::new();
    let request = story.request().await;
    story.world.memory.stop_before_write(WRITES + 1);
    assert_eq!(story.approve(&story.boss, &request).await.status, 200);
    assert!(!story.world.memory.resume());
}
