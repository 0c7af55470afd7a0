//! Deciding anew what was denied or ignored.

use std::time::Duration;

use countersign_kv::memory::{Like, Memory};
use countersign_model::{List, Permission, RequestStatus};
use serde_json::json;

use crate::tests::story::{Story, path};

#[tokio::test]
async fn a_denial_is_replaced_and_stays_on_record() {
    for outcome in ["denied", "ignored"] {
        let story = Story::new();
        let request = story.request().await;
        let denial = json!({ "outcome": outcome, "message": "not yet", "note": "ask Kim" });
        let first = story.decide(&story.boss, &request, denial).await.json()["decision"].clone();
        let opened = story.open(&story.boss, &request).await.json();
        assert_eq!(opened["actions"][0]["action"], "approve");
        assert_eq!(opened["defaults"]["scope"], "computer");
        let clerk = story.person([Permission::ApproveForGroup]);
        let body = json!({ "outcome": "approved", "scope": "group", "replaces": first["id"] });
        let anew = story.decide(&clerk, &request, body).await;
        assert_eq!((anew.status, anew.json()["status"].clone()), (200, json!("approved")), "{}", anew.text());
        let anew = anew.json();
        assert_eq!(anew["earlier_decisions"], json!([first]));
        assert_eq!(anew["decision"]["administrator"]["id"], json!(clerk.record.id));
        assert_eq!(story.listed(List::Grants).await, [request.id.as_str()]);
        let act = serde_json::to_value(&story.events(List::SystemAudit).await[0].act).unwrap();
        let states = (&act["detail"]["before"]["status"], &act["detail"]["after"]["status"]);
        assert_eq!(states, (&json!(outcome), &json!("approved")));
    }
}

#[tokio::test]
async fn without_naming_the_decision_that_stands_nothing_is_replaced() {
    let story = Story::new();
    let (request, other) = (story.request().await, story.request().await);
    let first = story.decide(&story.boss, &request, json!({ "outcome": "denied" })).await.json();
    let others = story.decide(&story.boss, &other, json!({ "outcome": "denied" })).await.json();
    let before = story.stored(&request).await;
    for replaces in [json!(null), others["decision"]["id"].clone()] {
        let body = json!({ "outcome": "approved", "replaces": replaces });
        let refused = story.decide(&story.boss, &request, body).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "already-decided"));
        assert_eq!(refused.json()["decision"]["id"], first["decision"]["id"]);
    }
    assert_eq!(story.stored(&request).await, before);
    let viewer = story.person([Permission::ViewApprovals]);
    let body = json!({ "outcome": "approved", "replaces": first["decision"]["id"] });
    assert_eq!(story.decide(&viewer, &request, body.clone()).await.status, 403);
    assert_eq!(story.stored(&request).await, before);
    assert_eq!(story.decide(&story.boss, &request, body.clone()).await.status, 200);
    let twice = story.decide(&story.boss, &request, body).await;
    assert_eq!((twice.status, twice.code().as_str()), (409, "already-decided"), "it was replaced already");
}

#[tokio::test]
async fn of_two_who_replace_the_same_denial_one_wins() {
    let story = Story::new();
    let request = story.request().await;
    let first = story.decide(&story.boss, &request, json!({ "outcome": "denied" })).await.json();
    let others: Vec<_> = (0..6).map(|_| story.person([Permission::ApproveForGroup])).collect();
    let calls = others.iter().map(|who| {
        let body = json!({ "outcome": "approved", "replaces": first["decision"]["id"] });
        story.decide(who, &request, body)
    });
    let answers = futures::future::join_all(calls).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(story.stored(&request).await.earlier_decisions.len(), 1);
}

#[tokio::test]
async fn a_replacement_that_dies_half_way_is_made_once_by_the_retry() {
    for name in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for (nth, after) in (1..=3).flat_map(|nth| [(nth, false), (nth, true)]) {
            let what = format!("{name:?}: write {nth} after {after}");
            let story = Story::over(Memory::new(name));
            let request = story.request().await;
            let first = story.decide(&story.boss, &request, json!({ "outcome": "denied" })).await.json();
            let call = || {
                let call = story.app.post(&path(&request, "/decision")).bearer(&story.boss.token);
                let body = json!({ "outcome": "approved", "replaces": first["decision"]["id"] });
                call.idempotency_key("k").json(body).send()
            };
            let memory = &story.world.memory;
            memory.stop_at_write(nth, after);
            assert_eq!(call().await.status, 503, "{what}");
            assert!(memory.resume(), "{what}");
            let again = call().await;
            assert_eq!(again.status, 200, "{what}: {}", again.text());
            story.process(&story.company.id).await;
            story.world.advance(Duration::from_secs(40));
            story.process(&story.company.id).await;
            let stored = story.stored(&request).await;
            assert_eq!(
                (stored.status, stored.earlier_decisions.len()),
                (RequestStatus::Approved, 1),
                "{what}"
            );
            assert_eq!(story.listed(List::Grants).await, [request.id.as_str()], "{what}");
        }
    }
}
