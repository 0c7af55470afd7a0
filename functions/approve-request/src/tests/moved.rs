//! The computer is moved, loses its group or is removed between asking and deciding.

use countersign_model::{Computer, EndReason, Grant, Request, RequestStatus};
use serde_json::{Value, json};

use crate::tests::story::{Story, application, path};

/// Whether the grant of the request's approval counts for the computer that asked, as it is now.
async fn reaches(story: &Story, request: &Request) -> bool {
    let request = story.stored(request).await;
    let grant = Grant::of(&request, request.decision.as_ref().unwrap()).unwrap();
    let computer = story.world.journal.load::<Computer>(&request.computer_id).await.unwrap().unwrap();
    grant.is_for(&computer.value)
}

#[tokio::test]
async fn an_approval_for_the_group_is_for_the_group_that_the_computer_is_in_now() {
    for (bulk, old_group_goes) in [(false, false), (true, false), (false, true), (true, true)] {
        let story = Story::new();
        let request = story.request().await;
        let servers = story.world.group(&story.company, "Servers");
        story.move_to(&story.computer, &servers).await;
        if old_group_goes {
            story.delete_group(&story.group).await;
        }
        let answer = match bulk {
            true => {
                let one = json!({ "request_id": request.id, "outcome": "approved", "scope": "group" });
                story.post(&story.boss, "/v1/requests/decisions", json!({ "decisions": [one] })).await
            }
            false => {
                story.decide(&story.boss, &request, json!({ "outcome": "approved", "scope": "group" })).await
            }
        };
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(reaches(&story, &request).await, "bulk {bulk}, old group goes {old_group_goes}");
        assert_eq!(story.stored(&request).await.group_id, story.group.id, "where it was when it asked");
    }
}

#[tokio::test]
async fn deciding_all_requests_of_a_group_leaves_out_a_computer_that_has_left_it() {
    let story = Story::new();
    let request = story.request().await;
    let stayed = story.request_of(&story.world.computer(&story.group), application('b')).await;
    let servers = story.world.group(&story.company, "Servers");
    story.move_to(&story.computer, &servers).await;
    story.process(&story.company.id).await;
    for dry_run in [true, false] {
        let filter = json!({ "organization_id": story.company.id, "group_id": story.group.id });
        let body = json!({ "filter": filter, "decision": { "outcome": "approved", "scope": "group" } });
        let path = format!("/v1/requests/decisions/matching?dry_run={dry_run}");
        let answer = story.post(&story.boss, &path, body).await.json();
        assert_eq!(answer["skipped"], json!([{ "request_id": request.id, "because": "moved" }]), "{answer}");
        assert_eq!(answer["results"][0]["request_id"], stayed.id.as_str(), "{answer}");
    }
    assert_eq!(story.stored(&request).await.status, RequestStatus::Pending);
}

#[tokio::test]
async fn an_opened_request_shows_the_group_that_it_would_be_decided_for_and_then_the_one_it_was() {
    let story = Story::new();
    let request = story.request().await;
    let servers = story.world.group(&story.company, "Servers");
    story.move_to(&story.computer, &servers).await;
    let shown = story.open(&story.boss, &request).await.json();
    assert_eq!(shown["group"], json!({ "id": servers.id, "name": "Servers" }));
    assert_eq!(shown["group_id"], story.group.id.as_str(), "where it was when it asked");
    assert_eq!(shown["reach"], Value::Null, "nothing is approved");
    let body = json!({ "outcome": "approved", "scope": "group" });
    assert_eq!(story.decide(&story.boss, &request, body).await.json()["group"]["name"], "Servers");
    let here = json!({ "reaches": true, "because": null, "group": { "id": servers.id, "name": "Servers" } });
    assert_eq!(story.open(&story.boss, &request).await.json()["reach"], here);
    story.move_to(&story.computer, &story.group).await;
    let shown = story.open(&story.boss, &request).await.json();
    assert_eq!(shown["group"]["name"], "Servers");
    let group = json!({ "id": story.group.id, "name": story.group.name });
    assert_eq!(shown["reach"], json!({ "reaches": false, "because": "moved", "group": group }));
}

#[tokio::test]
async fn an_approval_for_a_group_that_was_deleted_is_refused_and_others_are_made() {
    let story = Story::new();
    let request = story.request().await;
    // Both were deleted and moved at the same moment.
    story.delete_group(&story.group).await;
    let offered = offered(&story.open(&story.boss, &request).await.json());
    let group =
        "the computer's group has been deleted; move the computer to a group, or approve for another scope";
    let nothing = Value::Null;
    let expected = [&nothing, &json!(group), &nothing, &nothing, &nothing].map(Clone::clone);
    assert_eq!(offered, expected);

    let body = json!({ "outcome": "approved", "scope": "group" });
    let refused = story.decide(&story.boss, &request, body.clone()).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "group-deleted"));
    assert_eq!(refused.json()["detail"], group);
    assert_eq!(story.stored(&request).await, request, "nothing changed");
    let mut one = body;
    one["request_id"] = json!(request.id);
    let bulk = story.post(&story.boss, "/v1/requests/decisions", json!({ "decisions": [one] })).await;
    assert_eq!(bulk.json()["results"][0]["problem"]["code"], "group-deleted");
    assert_eq!(story.approve(&story.boss, &request).await.status, 200, "for the computer");
}

#[tokio::test]
async fn nobody_decides_a_request_of_a_removed_computer() {
    let story = Story::new();
    let request = story.request().await;
    story.remove(&story.computer).await;
    let gone = "the computer that asked has been removed";
    let offered = offered(&story.open(&story.boss, &request).await.json());
    assert_eq!(offered, vec![json!(gone); 5]);
    for outcome in ["approved", "denied", "ignored"] {
        for scope in ["computer", "group", "organization"] {
            let body = json!({ "outcome": outcome, "scope": scope });
            let refused = story.decide(&story.boss, &request, body.clone()).await;
            assert_eq!((refused.status, refused.code().as_str()), (409, "computer-removed"), "{body}");
            assert_eq!(refused.json()["detail"], gone);
        }
    }
    let one = json!({ "request_id": request.id, "outcome": "approved" });
    let bulk = story.post(&story.boss, "/v1/requests/decisions", json!({ "decisions": [one] })).await;
    assert_eq!(bulk.json()["results"][0]["problem"]["code"], "computer-removed");
    assert_eq!(story.stored(&request).await.status, RequestStatus::Pending);
}

#[tokio::test]
async fn a_request_that_ended_with_its_computer_shows_so_and_is_refused_in_the_same_words() {
    let story = Story::new();
    let request = story.request().await;
    story.remove(&story.computer).await;
    let end = |old: &Request| old.end(EndReason::ComputerRemoved, story.world.now()).ok_or(());
    story.world.journal.update(&request.id, end).await.unwrap();
    let ended = json!({ "at": story.world.now(), "because": "computer_removed" });
    let shown = story.open(&story.boss, &request).await.json();
    assert_eq!((&shown["status"], &shown["ended"]), (&json!("cancelled"), &ended));
    assert_eq!((&shown["actions"], &shown["group"]["name"]), (&json!([]), &json!("Workstations")));
    let listed = story.get(&story.boss, &format!("/v1/requests?organization_id={}", story.company.id)).await;
    assert_eq!(listed.json()["items"][0]["ended"], ended);
    let refused = story.approve(&story.boss, &request).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "computer-removed"));
}

#[tokio::test]
async fn an_approval_that_ended_with_its_group_is_not_revoked_any_more() {
    let story = Story::new();
    let request = story.request().await;
    story.decide(&story.boss, &request, json!({ "outcome": "approved", "scope": "group" })).await;
    let end = |old: &Request| old.end(EndReason::GroupDeleted, story.world.now()).ok_or(());
    story.world.journal.update(&request.id, end).await.unwrap();
    let shown = story.open(&story.boss, &request).await.json();
    assert_eq!((&shown["status"], &shown["ended"]["because"]), (&json!("expired"), &json!("group_deleted")));
    assert_eq!(shown["decision"]["outcome"], "approved", "what was decided stays on record");
    let refused = story.post(&story.boss, &path(&request, "/revocation"), json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "not-approved"));
}

#[tokio::test]
async fn a_repeated_attempt_is_answered_as_before_although_the_computer_was_removed() {
    let story = Story::new();
    let request = story.request().await;
    let call = || {
        let call = story.app.post(&path(&request, "/decision")).bearer(&story.boss.token);
        call.idempotency_key("k").json(json!({ "outcome": "approved" })).send()
    };
    assert_eq!(call().await.status, 200);
    story.remove(&story.computer).await;
    assert_eq!(call().await.status, 200);
}

/// Why each action would be refused whatever the permissions.
fn offered(shown: &Value) -> Vec<Value> {
    let actions = shown["actions"].as_array().unwrap();
    let why = |action: &Value| {
        assert_eq!(action["allowed"], action["obstacle"].is_null(), "{action}");
        assert_eq!(action["obstacle"].is_null(), action["obstacle_code"].is_null(), "{action}");
        action["obstacle"].clone()
    };
    actions.iter().map(why).collect()
}
