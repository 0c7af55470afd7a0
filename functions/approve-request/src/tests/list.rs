//! Listing.

use countersign_http::testing::World;
use countersign_model::{File, Permission, Subject};
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

use crate::tests::story::{Story, application, elevation, ids, signed, storage};

#[tokio::test]
async fn a_list_shows_what_was_just_asked_and_decided() {
    let story = Story::new();
    let first = story.request().await;
    let second = story.request_of(&story.computer, storage("USB-1")).await;
    let list = |query: &str| format!("/v1/requests?organization_id={}{query}", story.company.id);
    let all = story.get(&story.boss, &list("")).await;
    assert_eq!(ids(&all), [second.id.to_string(), first.id.to_string()]);
    assert_eq!(all.json()["next_cursor"], json!(null));
    assert_eq!(
        ids(&story.get(&story.boss, &list("&status=pending&kind=storage")).await),
        [second.id.as_str()]
    );

    story.approve(&story.boss, &first).await;
    assert_eq!(ids(&story.get(&story.boss, &list("&status=pending")).await), [second.id.as_str()]);
    assert_eq!(ids(&story.get(&story.boss, &list("&status=approved")).await), [first.id.as_str()]);
    story.process(&story.company.id).await;
    assert_eq!(ids(&story.get(&story.boss, &list("&status=pending")).await), [second.id.as_str()]);
    assert_eq!(ids(&story.get(&story.boss, "/v1/requests").await).len(), 2, "the root sees those below");
}

#[tokio::test]
async fn a_row_says_what_and_whose_and_nothing_that_must_be_opened() {
    let story = Story::new();
    let request = story.request().await;
    story.request_of(&story.computer, elevation('b')).await;
    let viewer = story.person([Permission::ViewApprovals]);
    let page = story.get(&viewer, "/v1/requests").await;
    let row = &page.json()["items"][1];
    let expected = json!({
        "id": request.id, "kind": "application", "status": "pending", "count": 1, "revision": 1,
        "created_at": request.created_at, "expires_at": request.expires_at,
        "organization": { "id": story.company.id, "name": "Company B" },
        "ended": null, "group_id": story.group.id,
        "computer": {
            "id": story.computer.record.id, "hostname": story.computer.record.hostname, "name": null, "unconfirmed": false,
            "cloned": false,
        },
        "requester": { "username": "kim" }, "other_requesters": 0, "subject": { "name": "tool.exe" }, "can_open": false,
        "flagged": false, "assignee": null, "details": null,
    });
    assert_eq!(*row, expected);
    assert!(!page.text().contains("secret"), "{}", page.text());
    assert!(!page.text().contains(&"a".repeat(64)));
}

#[tokio::test]
async fn a_row_can_be_opened_by_whoever_could_decide_it() {
    let story = Story::new();
    story.request().await;
    story.request_of(&story.computer, storage("USB-1")).await;
    story.request_of(&story.computer, elevation('b')).await;
    use Permission::{
        ApproveForSingleComputer, ApproveForSingleComputerApplicationOnly, ElevationAdministrator,
        ViewApprovals,
    };
    // Newest first: elevation, storage, application.
    let cases = [
        (vec![ViewApprovals], [false, false, false]),
        (vec![ViewApprovals, ElevationAdministrator], [true, false, false]),
        (vec![ApproveForSingleComputerApplicationOnly], [false, false, true]),
        (vec![ApproveForSingleComputer], [false, true, true]),
    ];
    for (permissions, expected) in cases {
        let person = story.person(permissions.clone());
        let page = story.get(&person, "/v1/requests").await.json();
        let found: Vec<_> = (0..3).map(|row| page["items"][row]["can_open"].as_bool().unwrap()).collect();
        assert_eq!(found, expected, "{permissions:?}");
    }
}

#[tokio::test]
async fn a_row_that_can_be_opened_says_why_and_whether_a_signer_was_verified() {
    let story = Story::new();
    story.request().await;
    story.request_of(&story.computer, storage("USB-1")).await;
    story.request_of(&story.computer, signed('b')).await;
    let unsigned = File::new("c".repeat(64).parse().unwrap());
    story.request_of(&story.computer, Subject::Application(unsigned)).await;
    let list = format!("/v1/requests?organization_id={}", story.company.id);
    let page = story.get(&story.boss, &list).await.json();
    for (row, signature) in
        [json!("unsigned"), json!("verified"), json!(null), json!("unverified")].iter().enumerate()
    {
        let expected = json!({ "reason": "the secret reason", "signature": signature });
        assert_eq!(page["items"][row]["details"], expected, "{row}");
    }
}

#[tokio::test]
async fn rights_below_count_only_below() {
    let story = Story::new();
    let request = story.request().await;
    let root = &story.world.root;
    let group = story.world.group(root, "Head office");
    let own = story.submit(root, &story.world.computer(&group), application('c')).await;
    story.process(&story.company.id).await;

    // Views at the root, and decides at one company below it by a role.
    let role = story.world.role(root, "Decider", [Permission::ApproveForSingleComputer]);
    let person = story.world.administrator_with(root, |new| {
        new.with_permissions([Permission::ViewApprovals]).with_assignments([story.world.assignment(
            root,
            &role,
            Some(&story.company),
        )])
    });
    let page = story.get(&person, "/v1/requests").await.json();
    let can_open = |id: &str| {
        let items = page["items"].as_array().unwrap();
        items.iter().find(|row| row["id"] == id).map(|row| row["can_open"].as_bool().unwrap())
    };
    assert_eq!((can_open(request.id.as_str()), can_open(own.id.as_str())), (Some(true), Some(false)));

    let parent_only = story.world.administrator(root, [Permission::SuperAdminParentOnly]);
    assert_eq!(ids(&story.get(&parent_only, "/v1/requests").await), [own.id.as_str()], "nothing below shows");
}

#[tokio::test]
async fn what_has_expired_is_pending_no_more() {
    let story = Story::new();
    let request = story.request().await;
    let token = |world: &World| world.session(&story.boss.record);
    story.world.advance(Duration::try_from(SignedDuration::from_hours(14 * 24)).unwrap());
    let token = token(&story.world);
    let list = |status: &str| {
        let path = format!("/v1/requests?organization_id={}&status={status}", story.company.id);
        story.lists.get(&path).bearer(&token).send()
    };
    assert!(ids(&list("pending").await).is_empty());
    assert_eq!(ids(&list("expired").await), [request.id.as_str()]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let story = Story::new();
    let mut wanted = Vec::new();
    for _ in 0..23 {
        story.world.advance(Duration::from_secs(1));
        let computer = story.world.computer(&story.group);
        wanted.push(story.request_of(&computer, application('a')).await.id.to_string());
    }
    wanted.reverse();
    for status in ["", "&status=pending"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/requests?organization_id={}&limit=5{status}{cursor}", story.company.id);
            let page = story.get(&story.boss, &path).await;
            seen.extend(ids(&page));
            match page.json()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, wanted, "{status}");
    }
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused_where_it_makes_none() {
    let story = Story::new();
    for (query, pointer) in
        [("status=open", "/status"), ("kind=x", "/kind"), ("limit=0", "/limit"), ("limit=201", "/limit")]
    {
        let refused = story.get(&story.boss, &format!("/v1/requests?{query}")).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{query}");
    }
    let unknown = story.get(&story.boss, "/v1/requests?organization_id=org_01J00000000000000000000000").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(story.get(&story.boss, "/v1/requests?order=up").await.status, 422);
}
