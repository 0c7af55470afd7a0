//! Deciding several requests in one call.

use countersign_model::{List, Permission, RequestStatus};
use serde_json::{Value, json};

use crate::tests::story::{Story, application, storage};

#[tokio::test]
async fn each_is_decided_or_refused_by_itself() {
    let story = Story::new();
    let person = story.person([Permission::ApproveForSingleComputerApplicationOnly]);
    let first = story.request().await;
    let second = story.request_of(&story.computer, application('b')).await;
    let forbidden = story.request_of(&story.computer, storage("USB-1")).await;
    let decided = story.request_of(&story.computer, application('c')).await;
    story.approve(&story.boss, &decided).await;
    let body = json!({ "decisions": [
        { "request_id": first.id, "outcome": "approved", "message": "fine" },
        { "request_id": forbidden.id, "outcome": "approved" },
        { "request_id": "req_nonsense", "outcome": "denied" },
        { "request_id": decided.id, "outcome": "denied" },
        { "request_id": second.id, "outcome": "denied", "note": "x".repeat(3000) },
        { "request_id": second.id, "outcome": "denied" },
        { "request_id": second.id, "outcome": "approved" },
    ]});
    story.world.settle().await;
    story.world.outbound.take();
    let answer = story.post(&person, "/v1/requests/decisions", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let results = answer.json()["results"].as_array().unwrap().clone();
    let said =
        |row: &Value| (row["status"].as_u64().unwrap(), row["problem"]["code"].as_str().map(str::to_owned));
    let found: Vec<_> = results.iter().map(said).collect();
    let problem = |status, code: &str| (status, Some(code.to_owned()));
    let expected = [
        (200, None),
        problem(403, "not-permitted"),
        problem(404, "not-found"),
        problem(409, "already-decided"),
        problem(422, "invalid-body"),
        (200, None),
        problem(409, "already-decided"),
    ];
    assert_eq!(found, expected);
    assert_eq!(results[0]["decision"]["message"], "fine");
    assert_eq!(results[3]["problem"]["decision"]["outcome"], "approved");
    assert_eq!(story.stored(&first).await.status, RequestStatus::Approved);
    assert_eq!(story.stored(&second).await.status, RequestStatus::Denied);
    assert_eq!(story.stored(&forbidden).await, forbidden);
    assert_eq!(story.listed(List::Grants).await.len(), 2);
    story.world.settle().await;
    assert_eq!(story.world.outbound.take().len(), 1, "one organization is woken once");
}

#[tokio::test]
async fn the_same_call_again_is_answered_as_before() {
    let story = Story::new();
    let requests = [story.request().await, story.request_of(&story.computer, application('b')).await];
    let decisions: Vec<_> =
        requests.iter().map(|request| json!({ "request_id": request.id, "outcome": "approved" })).collect();
    let call = || {
        let call = story.app.post("/v1/requests/decisions").bearer(&story.boss.token).idempotency_key("k");
        call.json(json!({ "decisions": decisions })).send()
    };
    let (first, again) = (call().await, call().await);
    assert_eq!(first.json(), again.json());
    assert_eq!(again.json()["results"][1]["status"], 200);
    assert_eq!(story.listed(List::Grants).await.len(), 2);
}

#[tokio::test]
async fn none_and_too_many_are_refused() {
    let story = Story::new();
    let request = story.request().await;
    let one = json!({ "request_id": request.id, "outcome": "approved" });
    for count in [0, 51] {
        let body = json!({ "decisions": vec![one.clone(); count] });
        let refused = story.post(&story.boss, "/v1/requests/decisions", body).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/decisions".to_owned()]), "{count}");
    }
    let long = json!({ "request_id": "x".repeat(65), "outcome": "approved" });
    let refused =
        story.post(&story.boss, "/v1/requests/decisions", json!({ "decisions": [one, long] })).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/decisions/1/request_id".to_owned()]));
    assert_eq!(story.stored(&request).await, request);
}
