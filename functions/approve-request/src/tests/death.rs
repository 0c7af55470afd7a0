//! The host dies at each write of a decision or a revocation, and the administrator tries again.

use std::time::Duration;

use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, List, Notice, Request, RequestStatus};
use serde_json::json;

use crate::tests::story::{Story, application, path};

impl Story {
    /// From now on the host dies at this write.
    fn dies(&self, nth: usize, after: bool) {
        self.world.memory.stop_at_write(nth, after);
    }

    /// How often the act is in each of the audits.
    async fn times(&self, act: ActName) -> [usize; 2] {
        let system = self.acts(List::SystemAudit).await;
        let unified = self.acts(List::UnifiedAudit).await;
        [system, unified].map(|acts| acts.into_iter().filter(|each| *each == act).count())
    }

    /// Processes twice, with time for what died to be given up.
    async fn process_all(&self) {
        for _ in 0..2 {
            self.process(&self.company.id).await;
            self.world.advance(Duration::from_secs(40));
        }
    }
}

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
    for name in Memory::ALL {
        for (nth, after, keyed, processed) in cases() {
            let what = format!("{name:?}: write {nth} after {after} keyed {keyed} processed {processed}");
            let story = Story::over(Memory::new(name));
            let request = story.request().await;
            let call = || {
                let call = story.app.post(&path(&request, "/decision")).bearer(&story.boss.token);
                let call = if keyed { call.idempotency_key("k") } else { call };
                call.json(json!({ "outcome": "approved" })).send()
            };
            story.dies(nth, after);
            assert_eq!(call().await.status, 503, "{what}");
            assert!(story.world.memory.resume(), "{what}");
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

/// Whether the host died at this write of a revocation.
async fn revocation_died(like: Like, nth: usize, after: bool, keyed: bool) -> bool {
    let what = format!("{like:?}: write {nth} after {after} keyed {keyed}");
    let story = Story::over(Memory::new(like));
    let request = story.request().await;
    story.approve(&story.boss, &request).await;
    let call = || {
        let call = story.app.post(&path(&request, "/revocation")).bearer(&story.boss.token);
        let call = if keyed { call.idempotency_key("k") } else { call };
        call.json(json!({ "message": "no longer" })).send()
    };
    story.dies(nth, after);
    let first = call().await.status;
    let died = story.world.memory.resume();
    assert_eq!(first, if died { 503 } else { 200 }, "{what}");
    let revoked = story.stored(&request).await.status == RequestStatus::Revoked;
    assert_eq!(story.times(ActName::RequestRevoked).await, [usize::from(revoked); 2], "{what}");
    let again = call().await;
    let expected = if revoked && !keyed { 409 } else { 200 };
    assert_eq!(again.status, expected, "{what}: {}", again.text());
    story.process_all().await;
    let stored = story.stored(&request).await;
    assert_eq!(stored.status, RequestStatus::Revoked, "{what}");
    assert_eq!(story.times(ActName::RequestRevoked).await, [1, 1], "{what}");
    assert_eq!(story.listed(List::Grants).await.len(), 2, "{what}: given and lost");
    died
}

#[tokio::test]
async fn a_revocation_that_dies_half_way_is_made_once_by_the_retry() {
    let both = [false, true];
    for like in Memory::ALL {
        for (after, keyed) in both.into_iter().flat_map(|after| both.map(|keyed| (after, keyed))) {
            let mut nth = 1;
            while revocation_died(like, nth, after, keyed).await {
                nth += 1;
                assert!(nth < 20, "the work has an end");
            }
            assert_eq!(nth, WRITES + 1, "{like:?}: it died at each write");
        }
    }
}

/// Whether the host died at this write of a call with two decisions.
async fn several_died(like: Like, nth: usize, after: bool, keyed: bool) -> bool {
    let what = format!("{like:?}: write {nth} after {after} keyed {keyed}");
    let story = Story::over(Memory::new(like));
    let requests = [story.request().await, story.request_of(&story.computer, application('b')).await];
    let decisions =
        requests.each_ref().map(|request| json!({ "request_id": request.id, "outcome": "approved" }));
    let call = async || {
        let call = story.app.post("/v1/requests/decisions").bearer(&story.boss.token);
        let call = if keyed { call.idempotency_key("k") } else { call };
        let answer = call.json(json!({ "decisions": decisions })).send().await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        let answer = answer.json();
        [0, 1].map(|place| answer["results"][place]["status"].as_u64().unwrap())
    };
    story.dies(nth, after);
    let first = call().await;
    let died = story.world.memory.resume();
    let acknowledged = first.iter().filter(|status| **status == 200).count();
    assert_eq!(first.iter().all(|status| *status == 200), !died, "{what}: {first:?}");
    assert!(first.iter().all(|status| [200, 503].contains(status)), "{what}: {first:?}");
    let mut made = [false; 2];
    for (made, request) in made.iter_mut().zip(&requests) {
        *made = story.stored(request).await.decision.is_some();
    }
    let count = made.iter().filter(|made| **made).count();
    assert!(count >= acknowledged, "{what}: what was acknowledged is there");
    assert_eq!(story.times(ActName::RequestDecided).await, [count; 2], "{what}");
    let expected = made.map(|made| if made && !keyed { 409 } else { 200 });
    assert_eq!(call().await, expected, "{what}");
    story.process_all().await;
    for request in &requests {
        assert_eq!(story.stored(request).await.status, RequestStatus::Approved, "{what}");
    }
    assert_eq!(story.times(ActName::RequestDecided).await, [2, 2], "{what}");
    assert_eq!(story.listed(List::Grants).await.len(), 2, "{what}");
    assert!(story.listed(List::PendingRequests).await.is_empty(), "{what}");
    died
}

#[tokio::test]
async fn several_decisions_that_die_half_way_are_made_once_each_by_the_retry() {
    let both = [false, true];
    for like in Memory::ALL {
        for (after, keyed) in both.into_iter().flat_map(|after| both.map(|keyed| (after, keyed))) {
            let mut nth = 1;
            while several_died(like, nth, after, keyed).await {
                nth += 1;
                assert!(nth < 20, "the work has an end");
            }
            assert_eq!(nth, 2 * WRITES + 1, "{like:?}: it died at each write of each");
        }
    }
}
