//! Revoking approvals.

use countersign_model::{ActName, DecisionId, List, Notice, Permission, Request, RequestStatus, Whereabouts};
use serde_json::json;

use crate::tests::story::{Story, application, path};

#[tokio::test]
async fn an_approval_is_taken_back_and_agents_hear_of_it() {
    let story = Story::new();
    let request = story.request().await;
    story.approve(&story.boss, &request).await;
    let body = json!({ "message": "it was malware" });
    let answer = story.post(&story.boss, &path(&request, "/revocation"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let view = answer.json();
    assert_eq!(view["status"], "revoked");
    let expected = json!({
        "administrator": { "id": story.boss.record.id, "name": story.boss.record.name },
        "at": story.world.now(), "message": "it was malware",
    });
    assert_eq!(view["decision"]["revoked"], expected);
    assert_eq!(view["actions"], json!([]));
    let event = story.events(List::UnifiedAudit).await.remove(0);
    let footprint = event.footprint();
    assert_eq!((footprint.name, footprint.agents.now), (ActName::RequestRevoked, true));
    assert_eq!(footprint.notice, Some(Notice::RequestRevoked { request_id: request.id.clone() }));
    assert_eq!(story.listed(List::Grants).await, [request.id.as_str(), request.id.as_str()]);
}

#[tokio::test]
async fn only_an_approval_that_counts_is_taken_back() {
    let story = Story::new();
    let revoke = |request: &Request| {
        story.app.post(&path(request, "/revocation")).bearer(&story.boss.token).json(json!({})).send()
    };
    let pending = story.request().await;
    let denied = story.request_of(&story.computer, application('b')).await;
    story.decide(&story.boss, &denied, json!({ "outcome": "denied" })).await;
    let revoked = story.request_of(&story.computer, application('c')).await;
    story.approve(&story.boss, &revoked).await;
    assert_eq!(revoke(&revoked).await.status, 200);
    for request in [&pending, &denied, &revoked] {
        let before = story.stored(request).await;
        let refused = revoke(request).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "not-approved"));
        assert_eq!(story.stored(request).await, before);
    }
}

#[tokio::test]
async fn it_takes_the_right_to_approve_so_far() {
    let story = Story::new();
    let request = story.request().await;
    story.decide(&story.boss, &request, json!({ "outcome": "approved", "scope": "organization" })).await;
    let single = story.person([Permission::ApproveForSingleComputer]);
    let refused = story.post(&single, &path(&request, "/revocation"), json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    assert_eq!(refused.json()["missing"][0][0]["permission"], "approve-for-entire-organization");
    let whole = story.person([Permission::ApproveForEntireOrganization]);
    assert_eq!(story.post(&whole, &path(&request, "/revocation"), json!({})).await.status, 200);
}

#[tokio::test]
async fn what_was_settled_along_is_taken_back_where_it_was_decided() {
    let story = Story::new();
    let request = story.request().await;
    let other = story.request_of(&story.world.computer(&story.group), application('a')).await;
    story.decide(&story.boss, &request, json!({ "outcome": "approved", "scope": "group" })).await;
    let decision = story.stored(&request).await.decision.unwrap();
    let at = Whereabouts::of_computer(Some(&story.computer.record));
    let settling = decision.settling(DecisionId::from_ulid(story.world.ulid()), &request.id);
    let settle = |old: &Request| old.decide(settling.clone(), &at);
    story.world.journal.update(&other.id, settle).await.unwrap();
    let refused = story.post(&story.boss, &path(&other, "/revocation"), json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "settled-along"));
    assert!(refused.json()["detail"].as_str().unwrap().contains(request.id.as_str()));
    let opened = story.open(&story.boss, &other).await.json();
    assert_eq!(
        (opened["actions"].clone(), opened["decision"]["settled_by"].clone()),
        (json!([]), json!(request.id))
    );
    assert_eq!(story.stored(&other).await.status, RequestStatus::Approved);
}

#[tokio::test]
async fn the_same_revocation_again_is_answered_as_before() {
    let story = Story::new();
    let request = story.request().await;
    story.approve(&story.boss, &request).await;
    let call = || {
        let call = story.app.post(&path(&request, "/revocation")).bearer(&story.boss.token);
        call.idempotency_key("k").json(json!({})).send()
    };
    assert_eq!((call().await.status, call().await.status), (200, 200));
    assert_eq!(story.listed(List::Grants).await.len(), 2);
}
