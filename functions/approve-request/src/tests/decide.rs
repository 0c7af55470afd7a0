//! Deciding.

use countersign_model::{ActName, List, Notice, Outcome, Permission, RequestStatus};
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

use crate::tests::story::{Story, application, elevation, path, storage};

#[tokio::test]
async fn an_approval_stands_in_the_request_the_audits_and_the_lists() {
    let story = Story::new();
    let request = story.request().await;
    let until = story.world.now() + SignedDuration::from_hours(8);
    let body = json!({ "outcome": "approved", "scope": "group", "message": " fine ", "note": "asked Kim", "expires_at": until });
    let answer = story.decide(&story.boss, &request, body).await;
    assert_eq!((answer.status, answer.header("etag")), (200, "\"2\""), "{}", answer.text());
    let view = answer.json();
    assert_eq!((view["status"].as_str(), view["revision"].as_u64()), (Some("approved"), Some(2)));
    let decision = &view["decision"];
    let stored = story.stored(&request).await.decision.unwrap();
    let expected = json!({
        "outcome": "approved", "scope": "group", "message": "fine", "note": "asked Kim", "expires_at": until,
        "id": stored.id, "condition": "file", "first_use": null, "rule": null,
        "administrator": { "id": story.boss.record.id, "name": story.boss.record.name },
        "at": story.world.now(), "grant_id": stored.grant, "revoked": null, "settled_by": null, "include_matching": false,
    });
    assert_eq!(*decision, expected);

    for audit in [List::SystemAudit, List::UnifiedAudit] {
        let event = story.events(audit).await.into_iter().next().unwrap();
        let footprint = event.footprint();
        assert_eq!(footprint.name, ActName::RequestDecided, "{audit:?}");
        assert_eq!(event.address.as_deref(), Some("192.0.2.10"));
        assert_eq!(footprint.notice, Some(Notice::RequestDecided { request_id: request.id.clone() }));
        assert!(footprint.agents.now && footprint.agents.at == Some(until));
        assert!(footprint.concerns.contains(&request.id.to_string()));
        let detail = serde_json::to_value(&event.act).unwrap()["detail"].clone();
        assert_eq!(
            (&detail["before"]["status"], &detail["after"]["status"]),
            (&json!("pending"), &json!("approved"))
        );
        assert!(!detail.to_string().contains("asked Kim"), "the note stays with the request");
    }
    assert_eq!(story.listed(List::Grants).await, [request.id.as_str()]);
    story.world.settle().await;
    let woken = story.world.outbound.take();
    assert_eq!(woken.len(), 1);
    assert_eq!(woken[0].json(), json!({ "organization_id": story.company.id }));
}

#[tokio::test]
async fn a_denial_and_setting_aside_give_nothing() {
    for (outcome, status) in [("denied", RequestStatus::Denied), ("ignored", RequestStatus::Ignored)] {
        let story = Story::new();
        let request = story.request().await;
        let answer = story.decide(&story.boss, &request, json!({ "outcome": outcome })).await;
        assert_eq!((answer.status, answer.json()["decision"]["grant_id"].clone()), (200, json!(null)));
        assert_eq!(story.stored(&request).await.status, status);
        assert!(story.listed(List::Grants).await.is_empty());
        let event = story.events(List::SystemAudit).await.remove(0);
        assert!(!event.footprint().agents.now, "there is nothing that other computers must know");
    }
}

#[tokio::test]
async fn a_denial_may_also_be_the_answer_to_the_others() {
    let story = Story::new();
    let request = story.request().await;
    let body = json!({ "outcome": "denied", "scope": "group", "include_matching": true });
    let answer = story.decide(&story.boss, &request, body).await;
    assert_eq!(answer.json()["decision"]["include_matching"], true, "{}", answer.text());
    let decision = story.stored(&request).await.decision.unwrap();
    assert_eq!((decision.outcome, decision.settles_within().is_some()), (Outcome::Denied, true));
}

#[tokio::test]
async fn the_first_decision_wins_and_the_second_hears_which() {
    let story = Story::new();
    let request = story.request().await;
    story.decide(&story.boss, &request, json!({ "outcome": "denied", "message": "no" })).await;
    let other = story.person([Permission::ApproveForEntireOrganization]);
    let refused = story.approve(&other, &request).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "already-decided"));
    let stored = story.stored(&request).await.decision.unwrap();
    let expected = json!({
        "id": stored.id, "outcome": "denied", "scope": "computer", "at": story.world.now(),
        "administrator": { "id": story.boss.record.id, "name": story.boss.record.name },
    });
    assert_eq!(refused.json()["decision"], expected);
    assert_eq!(
        story.approve(&story.boss, &request).await.status,
        409,
        "without a key a repetition is another decision"
    );
}

#[tokio::test]
async fn the_same_attempt_again_is_answered_as_before() {
    let story = Story::new();
    let (request, other) = (story.request().await, story.request_of(&story.computer, application('b')).await);
    let call = |request, key: &str, body| {
        story
            .app
            .post(&path(request, "/decision"))
            .bearer(&story.boss.token)
            .idempotency_key(key)
            .json(body)
            .send()
    };
    let body = json!({ "outcome": "approved" });
    let first = call(&request, "k1", body.clone()).await;
    let again = call(&request, "k1", body.clone()).await;
    assert_eq!((first.status, again.status), (200, 200), "{}", again.text());
    assert_eq!(first.json()["decision"], again.json()["decision"]);
    assert_eq!(
        story.acts(List::SystemAudit).await.iter().filter(|act| **act == ActName::RequestDecided).count(),
        1
    );
    for (request, body, why) in [
        (&request, json!({ "outcome": "denied" }), "another body"),
        (&other, body.clone(), "another request"),
    ] {
        let refused = call(request, "k1", body).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "idempotency-key-reused"), "{why}");
    }
    assert_eq!(call(&request, "k2", body).await.status, 409);
    assert_eq!(story.stored(&other).await.status, RequestStatus::Pending);
}

#[tokio::test]
async fn what_waits_no_more_is_not_decided() {
    let story = Story::new();
    let request = story.request().await;
    let cancel =
        |old: &countersign_model::Request| old.withdraw(None, story.world.now()).map(|left| left.request);
    story.world.journal.update(&request.id, cancel).await.unwrap();
    let refused = story.approve(&story.boss, &request).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "not-pending"));

    let late = story.request_of(&story.computer, application('b')).await;
    story.world.advance(Duration::from_secs(14 * 24 * 3600));
    let token = story.world.session(&story.boss.record);
    let body = json!({ "outcome": "approved" });
    let refused = story.app.post(&path(&late, "/decision")).bearer(&token).json(body).send().await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "not-pending"));
}

#[tokio::test]
async fn who_may_decide_what_up_to_which_scope() {
    use Permission::{
        ApproveForEntireOrganization as Whole, ApproveForGroup as Group, ApproveForSingleComputer as Single,
        ApproveForSingleComputerApplicationOnly as OnlyApplications, ElevationAdministrator as Elevation,
        ViewApprovals as View,
    };
    let (a, s, e) = (application('a'), storage("USB-1"), elevation('a'));
    // Statuses of: approving for the computer, the group, the organization; denying; ignoring.
    let cases = [
        (vec![View], &a, [403, 403, 403, 403, 403]),
        (vec![OnlyApplications], &a, [200, 403, 403, 200, 200]),
        (vec![OnlyApplications], &s, [403, 403, 403, 403, 403]),
        (vec![Single], &s, [200, 403, 403, 200, 200]),
        (vec![Group], &a, [200, 200, 403, 200, 200]),
        (vec![Whole], &s, [200, 200, 200, 200, 200]),
        (vec![Whole], &e, [403, 403, 403, 403, 403]),
        (vec![Elevation], &e, [403, 403, 403, 403, 403]),
        (vec![Elevation, View], &e, [200, 403, 403, 200, 200]),
        (vec![Elevation, Group], &e, [200, 200, 403, 200, 200]),
        (vec![Permission::EditComputers], &a, [403, 403, 403, 403, 403]),
    ];
    for (permissions, subject, expected) in cases {
        let story = Story::new();
        let person = story.person(permissions.clone());
        let bodies = [
            json!({ "outcome": "approved" }),
            json!({ "outcome": "approved", "scope": "group" }),
            json!({ "outcome": "approved", "scope": "organization" }),
            json!({ "outcome": "denied", "scope": "organization" }),
            json!({ "outcome": "ignored" }),
        ];
        for (body, status) in bodies.into_iter().zip(expected) {
            let request = story.request_of(&story.computer, subject.clone()).await;
            let answer = story.decide(&person, &request, body.clone()).await;
            assert_eq!(answer.status, status, "{permissions:?} {} {body}: {}", subject.kind(), answer.text());
            let decided = story.stored(&request).await.decision.is_some();
            assert_eq!(decided, status == 200, "{permissions:?} {body}");
        }
    }
}

#[tokio::test]
async fn an_approval_until_the_end_of_the_year_9999_lasts_until_the_last_moment() {
    let story = Story::new();
    let request = story.request().await;
    let body = json!({ "outcome": "approved", "expires_at": "9999-12-31T23:59:59Z" });
    let answer = story.decide(&story.boss, &request, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["decision"]["expires_at"], "9999-12-30T22:00:00Z");
    // Everything that is derived from the end: the lists and the moments at which agents ask again.
    let event = story.events(List::SystemAudit).await.into_iter().next().unwrap();
    assert_eq!(event.footprint().agents.at.unwrap().to_string(), "9999-12-30T22:00:00Z");
    let soon = json!({ "outcome": "approved", "expires_at": "soon" });
    let refused = story.decide(&story.boss, &request, soon).await.json();
    assert_eq!(refused["errors"][0]["message"], "must be a moment such as `2026-01-31T12:00:00Z`");
}

#[tokio::test]
async fn what_is_wrong_in_a_decision_is_said_where() {
    let story = Story::new();
    let request = story.request().await;
    let past = story.world.now() - SignedDuration::from_secs(1);
    let future = story.world.now() + SignedDuration::from_secs(1);
    let cases = [
        (json!({}), ""),
        (json!({ "outcome": "maybe" }), "/outcome"),
        (json!({ "outcome": "approved", "scope": "world" }), "/scope"),
        (json!({ "outcome": "approved", "expires_at": past }), "/expires_at"),
        (json!({ "outcome": "denied", "expires_at": future }), "/expires_at"),
        (json!({ "outcome": "approved", "expires_at": "soon" }), "/expires_at"),
        (json!({ "outcome": "approved", "message": "x".repeat(2001) }), "/message"),
        (json!({ "outcome": "approved", "note": "\u{7}" }), "/note"),
        (json!({ "outcome": "approved", "include_matching": true }), "/include_matching"),
    ];
    for (body, pointer) in cases {
        let refused = story.decide(&story.boss, &request, body.clone()).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
    let unknown = story.decide(&story.boss, &request, json!({ "outcome": "approved", "force": true })).await;
    assert_eq!(unknown.status, 422, "unknown fields are refused");
    assert_eq!(story.stored(&request).await, request);
}
