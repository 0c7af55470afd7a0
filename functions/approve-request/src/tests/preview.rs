//! Previews: what a decision would do, and that they do nothing.

use countersign_http::testing::Device;
use countersign_model::{ApprovalSettings, Computer, NewRequester, Permission, PublisherScope, Request};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;

use crate::tests::story::{Story, application, path, signed, storage};

async fn preview(story: &Story, request: &Request, body: Value) -> Value {
    let before = story.world.memory.dump();
    let answer = story.post(&story.boss, &path(request, "/decision?dry_run=true"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(story.world.memory.dump() == before, "nothing is written");
    assert!(answer.header("etag").is_empty(), "it is no request");
    answer.json()
}

/// Another user of the request's computer asks, too.
async fn joins(story: &Story, request: &Request, username: &str, email: Option<&str>) {
    let email = email.map(|email| email.parse().unwrap());
    let new = NewRequester { username: username.to_owned(), email, reason: None };
    let now = story.world.now();
    let join = |old: &Request| Ok::<_, Infallible>(old.ask_again(new.clone(), now).unwrap().request);
    story.world.journal.update(&request.id, join).await.unwrap();
}

async fn unconfirmed(story: &Story, computer: &Device) {
    let mark = |old: &Computer| Ok::<_, Infallible>(Computer { unconfirmed: true, ..old.clone() });
    story.world.journal.update(&computer.record.id, mark).await.unwrap();
}

#[tokio::test]
async fn a_preview_says_whom_each_scope_reaches_and_what_this_one_settles() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let (near, far) = (story.world.computer(&story.group), story.world.computer(&servers));
    let odd = story.world.computer(&servers);
    unconfirmed(&story, &odd).await;
    let request = story.request().await;
    let near = story.request_of(&near, application('a')).await;
    let far = story.request_of(&far, application('a')).await;
    story.request_of(&odd, application('a')).await;
    story.request_of(&story.computer, storage("USB-1")).await;
    let scopes = json!([
        { "scope": "computer", "computers": { "count": 1, "complete": true }, "waiting": { "count": 0, "complete": true } },
        { "scope": "group", "computers": { "count": 2, "complete": true }, "waiting": { "count": 1, "complete": true } },
        { "scope": "organization", "computers": { "count": 3, "complete": true }, "waiting": { "count": 2, "complete": true } },
    ]);
    for processed in [false, true] {
        for (scope, settled) in
            [("computer", vec![]), ("group", vec![&near.id]), ("organization", vec![&near.id, &far.id])]
        {
            let body = json!({ "outcome": "approved", "scope": scope, "expires_at": "2030-01-01T00:00:00Z" });
            let shown = preview(&story, &request, body).await;
            let expected = json!({
                "request_id": request.id, "outcome": "approved", "scope": scope, "expires_at": "2030-01-01T00:00:00Z",
                "scopes": scopes,
                "settles": { "count": settled.len(), "complete": true, "request_ids": settled },
                "told": { "count": 1 + settled.len(), "names": vec!["kim"; 1 + settled.len()] },
            });
            assert_eq!(shown, expected, "{scope}, processed {processed}");
        }
        story.process(&story.company.id).await;
    }
    let alone = preview(&story, &request, json!({ "outcome": "denied" })).await;
    assert_eq!(alone["settles"]["count"], 0, "a denial settles others only when asked to");
    let all = preview(&story, &request, json!({ "outcome": "denied", "include_matching": true })).await;
    assert_eq!(all["settles"]["count"], 2);
}

#[tokio::test]
async fn a_preview_counts_each_address_once_and_names_a_few() {
    let story = Story::new();
    let request = story.request().await;
    joins(&story, &request, "ann", Some("KIM@secret.example")).await;
    joins(&story, &request, "bob", Some("bob@b.example")).await;
    joins(&story, &request, "cat", None).await;
    let told = preview(&story, &request, json!({ "outcome": "approved" })).await["told"].clone();
    assert_eq!(told, json!({ "count": 2, "names": ["kim", "bob"] }));
    let ignored = preview(&story, &request, json!({ "outcome": "ignored" })).await["told"].clone();
    assert_eq!(ignored, json!({ "count": 0, "names": [] }), "nobody is told of that");
    for number in 0..9 {
        joins(&story, &request, &format!("user{number}"), Some(&format!("u{number}@b.example"))).await;
    }
    let told = preview(&story, &request, json!({ "outcome": "approved" })).await["told"].clone();
    assert_eq!(told, json!({ "count": 11, "names": [] }));
}

#[tokio::test]
async fn a_preview_is_refused_as_the_decision_would_be() {
    let story = Story::new();
    let request = story.request().await;
    let clerk = story.person([Permission::ApproveForSingleComputer]);
    let dry = path(&request, "/decision?dry_run=true");
    let wide = json!({ "outcome": "approved", "scope": "group" });
    let refused = story.post(&clerk, &dry, wide).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    let narrow = story.post(&clerk, &dry, json!({ "outcome": "approved" })).await;
    assert_eq!(narrow.status, 200);
    story.approve(&story.boss, &request).await;
    let late = story.post(&clerk, &dry, json!({ "outcome": "denied" })).await;
    assert_eq!((late.status, late.code().as_str()), (409, "already-decided"));
    let odd =
        story.post(&clerk, &path(&request, "/decision?dry_run=maybe"), json!({ "outcome": "denied" })).await;
    assert_eq!(odd.status, 422);
}

#[tokio::test]
async fn a_preview_of_several_decisions_answers_each() {
    let story = Story::new();
    let (first, second) = (story.request().await, story.request_of(&story.computer, storage("USB-1")).await);
    let other = story.request_of(&story.world.computer(&story.group), application('a')).await;
    story.approve(&story.boss, &second).await;
    let body = json!({ "decisions": [
        { "request_id": first.id, "outcome": "approved", "scope": "group" },
        { "request_id": second.id, "outcome": "approved" },
        { "request_id": "x", "outcome": "approved" },
    ] });
    let before = story.world.memory.dump();
    let answer = story.post(&story.boss, "/v1/requests/decisions?dry_run=true", body).await.json();
    assert!(story.world.memory.dump() == before, "nothing is written");
    let results = answer["results"].as_array().unwrap();
    let statuses: Vec<_> = results.iter().map(|result| result["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 409, 404]);
    assert_eq!(results[0]["preview"]["settles"]["request_ids"], json!([other.id]));
    let computers = |scope: usize| results[0]["preview"]["scopes"][scope]["computers"]["count"].clone();
    assert_eq!((computers(0), computers(1), computers(2)), (json!(1), json!(2), json!(2)));
    assert_eq!(results[0]["preview"]["scopes"][1]["waiting"], json!({ "count": 1, "complete": true }));
    assert!(results[0].get("decision").is_none() && results[1].get("preview").is_none());
}

#[tokio::test]
async fn a_preview_of_several_decisions_has_totals_with_each_request_and_address_once() {
    let story = Story::new();
    let all = "/v1/requests/decisions?dry_run=true";
    let (near, far) = (story.world.computer(&story.group), story.world.computer(&story.group));
    let first = story.request().await;
    let second = story.request_of(&story.computer, storage("USB-1")).await;
    let along = story.request_of(&near, application('a')).await;
    story.request_of(&far, application('a')).await;
    let decided = story.request_of(&near, application('b')).await;
    story.approve(&story.boss, &decided).await;
    joins(&story, &second, "ann", Some("KIM@secret.example")).await;
    joins(&story, &along, "bob", Some("bob@b.example")).await;
    let body = json!({ "decisions": [
        { "request_id": first.id, "outcome": "approved", "scope": "group" },
        { "request_id": second.id, "outcome": "denied" },
        { "request_id": decided.id, "outcome": "denied" },
    ] });
    let totals = story.post(&story.boss, all, body).await.json()["totals"].clone();
    let expected = json!({
        "decided": 2, "computers": { "count": 3, "complete": true }, "settles": { "count": 2, "complete": true }, "told": { "count": 2, "names": ["bob", "kim"] },
    });
    assert_eq!(totals, expected, "one is refused");

    let both = json!({ "decisions": [
        { "request_id": first.id, "outcome": "approved", "scope": "group" },
        { "request_id": along.id, "outcome": "approved", "scope": "group" },
        { "request_id": second.id, "outcome": "ignored" },
    ] });
    let totals = story.post(&story.boss, all, both.clone()).await.json()["totals"].clone();
    assert_eq!((&totals["decided"], &totals["settles"]["count"]), (&json!(3), &json!(1)), "{totals}");
    let made = story.post(&story.boss, "/v1/requests/decisions", both).await.json();
    assert!(made["results"][0]["status"] == 200 && made.get("totals").is_none(), "{made}");
}

#[tokio::test]
async fn totals_count_each_computer_once_that_the_approvals_reach() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let (near, far) = (story.world.computer(&story.group), story.world.computer(&servers));
    story.world.computer(&servers);
    let first = story.request().await;
    let second = story.request_of(&near, application('b')).await;
    let third = story.request_of(&far, application('c')).await;
    let fourth = story.request_of(&far, application('d')).await;
    for (scopes, expected) in [
        (["computer", "computer", "computer", "computer"], 3),
        (["group", "computer", "computer", "computer"], 3),
        (["group", "group", "group", "computer"], 4),
        (["computer", "computer", "computer", "organization"], 4),
    ] {
        let requests = [&first, &second, &third, &fourth];
        let decisions: Vec<_> = requests
            .iter()
            .zip(scopes)
            .map(|(one, scope)| json!({ "request_id": one.id, "outcome": "approved", "scope": scope }))
            .collect();
        let body = json!({ "decisions": decisions });
        let answer = story.post(&story.boss, "/v1/requests/decisions?dry_run=true", body).await.json();
        let computers = &answer["totals"]["computers"];
        assert_eq!(*computers, json!({ "count": expected, "complete": true }), "{scopes:?}");
    }
    let denied = json!({ "decisions": [{ "request_id": first.id, "outcome": "denied" }] });
    let totals = story.post(&story.boss, "/v1/requests/decisions?dry_run=true", denied).await.json();
    assert_eq!(totals["totals"]["computers"]["count"], 0, "a denial reaches none");
}

#[tokio::test]
async fn a_small_old_group_is_counted_in_a_large_organization() {
    let story = Story::new();
    let servers = story.world.group(&story.company, "Servers");
    let (near, odd) = (story.world.computer(&story.group), story.world.computer(&story.group));
    unconfirmed(&story, &odd).await;
    for number in 0..2_100 {
        story.world.computer(&servers);
        if number % 100 == 0 {
            story.process(&story.company.id).await;
        }
    }
    let (first, second) = (story.request().await, story.request_of(&near, application('b')).await);
    story.process(&story.company.id).await;
    story.world.memory.reset_counts();
    let shown = preview(&story, &first, json!({ "outcome": "approved", "scope": "group" })).await;
    let reads = story.world.counts().reads;
    let counts: Vec<_> = shown["scopes"].as_array().unwrap().iter().map(|one| &one["computers"]).collect();
    let expected = [1, 2, 2_103].map(|count| json!({ "count": count, "complete": true }));
    assert_eq!(counts, expected.iter().collect::<Vec<_>>());
    assert!(reads <= 60, "{reads} reads");
    let body = json!({ "decisions": [
        { "request_id": first.id, "outcome": "approved", "scope": "group" },
        { "request_id": second.id, "outcome": "approved", "scope": "group" },
    ] });
    let totals = story.post(&story.boss, "/v1/requests/decisions?dry_run=true", body).await.json();
    assert_eq!(totals["totals"]["computers"], json!({ "count": 2, "complete": true }));
}

#[tokio::test]
async fn totals_name_a_few_and_say_when_there_may_be_more() {
    let story = Story::new();
    let request = story.request().await;
    for number in 0..11 {
        joins(&story, &request, &format!("user{number}"), Some(&format!("u{number}@b.example"))).await;
    }
    for _ in 0..20 {
        story.request_of(&story.world.computer(&story.group), application('a')).await;
    }
    let body =
        json!({ "decisions": [{ "request_id": request.id, "outcome": "approved", "scope": "group" }] });
    let totals =
        story.post(&story.boss, "/v1/requests/decisions?dry_run=true", body).await.json()["totals"].clone();
    assert_eq!(totals["told"], json!({ "count": 12, "names": [] }));
    assert_eq!(totals["settles"], json!({ "count": 19, "complete": false }), "twenty were examined");
}

#[tokio::test]
async fn a_preview_of_an_approval_of_a_publisher_says_what_else_it_would_cover() {
    let story = Story::new();
    let settings = ApprovalSettings {
        publisher_scope: Some(PublisherScope::Organization),
        ..ApprovalSettings::default()
    };
    story.asks(&story.company, settings).await;
    let servers = story.world.group(&story.company, "Servers");
    let (near, far) = (story.world.computer(&story.group), story.world.computer(&servers));
    let odd = story.world.computer(&story.group);
    unconfirmed(&story, &odd).await;
    let request = story.request_of(&story.computer, signed('a')).await;
    for (computer, digit) in [(&story.computer, 'b'), (&near, 'a'), (&near, 'b'), (&far, 'c'), (&odd, 'd')] {
        story.request_of(computer, signed(digit)).await;
    }
    story.request_of(&near, application('e')).await;
    let decided = story.request_of(&near, signed('f')).await;
    story.approve(&story.boss, &decided).await;
    let count = |count: u64| json!({ "count": count, "complete": true });
    for processed in [false, true] {
        for (scope, settles, waiting, files) in
            [("computer", 0, 1, 1), ("group", 1, 2, 1), ("organization", 1, 3, 2)]
        {
            let body = json!({ "outcome": "approved", "scope": scope, "condition": "publisher" });
            let shown = preview(&story, &request, body).await;
            let expected = json!({ "waiting": count(waiting), "files": count(files) });
            assert_eq!(shown["covers"], expected, "{scope}, processed {processed}");
            assert_eq!(shown["settles"]["count"], settles, "{scope}: only requests for the same file");
        }
        story.process(&story.company.id).await;
    }
    let of_file = preview(&story, &request, json!({ "outcome": "approved", "scope": "organization" })).await;
    assert!(of_file.get("covers").is_none(), "{of_file}");
}

#[tokio::test]
async fn what_else_an_approval_of_a_publisher_would_cover_is_counted_within_a_bound() {
    let story = Story::new();
    let settings =
        ApprovalSettings { publisher_scope: Some(PublisherScope::Computer), ..ApprovalSettings::default() };
    story.asks(&story.company, settings).await;
    let request = story.request_of(&story.computer, signed('a')).await;
    story.world.advance(Duration::from_millis(1));
    for number in 0..300 {
        story.request_of(&story.computer, signed('b')).await;
        if number % 100 == 0 {
            story.process(&story.company.id).await;
        }
    }
    story.process(&story.company.id).await;
    story.world.memory.reset_counts();
    let shown = preview(&story, &request, json!({ "outcome": "approved", "condition": "publisher" })).await;
    let reads = story.world.counts().reads;
    assert_eq!(shown["covers"]["waiting"], json!({ "count": 200, "complete": false }));
    assert_eq!(shown["covers"]["files"], json!({ "count": 1, "complete": false }));
    assert!(reads <= 450, "{reads} reads");
}
