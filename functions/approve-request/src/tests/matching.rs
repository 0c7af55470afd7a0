//! Deciding all that match.

use std::time::Duration;

use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, List, Permission, Request, RequestStatus};
use serde_json::{Value, json};

use crate::tests::story::{Story, application, elevation, storage};

const PATH: &str = "/v1/requests/decisions/matching";

/// The requests of so many computers of the company for one program.
async fn requests(story: &Story, count: usize, digit: char) -> Vec<Request> {
    let mut all = Vec::new();
    for _ in 0..count {
        story.world.advance(Duration::from_secs(1));
        all.push(story.request_of(&story.world.computer(&story.group), application(digit)).await);
    }
    all
}

/// Calls until nothing is left. The answers.
async fn all_calls(story: &Story, body: &Value) -> Vec<Value> {
    let mut answers: Vec<Value> = Vec::new();
    loop {
        let cursor = answers.last().map(|last| last["next_cursor"].as_str().map(str::to_owned));
        let path = match cursor {
            None => PATH.to_owned(),
            Some(Some(cursor)) => format!("{PATH}?cursor={cursor}"),
            Some(None) => return answers,
        };
        let answer = story.post(&story.boss, &path, body.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answers.push(answer.json());
    }
}

fn decided(answers: &[Value]) -> Vec<String> {
    let results = answers.iter().flat_map(|answer| answer["results"].as_array().unwrap());
    let made = results.filter(|result| result["status"] == 200);
    made.map(|result| result["request_id"].as_str().unwrap().to_owned()).collect()
}

fn ids(requests: &[Request]) -> Vec<String> {
    requests.iter().map(|request| request.id.to_string()).collect()
}

#[tokio::test]
async fn all_requests_for_the_same_subject_are_decided_each_for_its_own_computer() {
    for processed in [false, true] {
        let story = Story::new();
        let wanted = requests(&story, 70, 'a').await;
        let other = story.request_of(&story.computer, application('b')).await;
        if processed {
            story.process(&story.company.id).await;
        }
        let body =
            json!({ "request_id": wanted[3].id, "decision": { "outcome": "approved", "message": "fine" } });
        let answers = all_calls(&story, &body).await;
        assert_eq!(decided(&answers), ids(&wanted), "the oldest first");
        assert_eq!((answers.len(), &answers[0]["looked_at"]), (2, &json!(50)));
        let mut grants = std::collections::BTreeSet::new();
        for request in &wanted {
            let stored = story.stored(request).await;
            assert_eq!(stored.status, RequestStatus::Approved);
            let decision = stored.decision.unwrap();
            assert_eq!(decision.settled_by, None, "each has a decision of its own");
            assert!(grants.insert(decision.grant), "and a grant of its own");
        }
        assert_eq!(story.stored(&other).await, other);
        story.process(&story.company.id).await;
        assert_eq!(all_calls(&story, &body).await[0]["results"], json!([]), "nothing is left");
    }
}

#[tokio::test]
async fn all_that_a_filter_finds_are_decided_and_each_is_judged_alone() {
    let story = Story::new();
    let group = story.world.group(&story.company, "Laptops");
    let laptop = story.world.computer(&group);
    let first = story.request_of(&laptop, application('a')).await;
    story.world.advance(Duration::from_secs(1));
    let wanted = [first, story.request_of(&laptop, storage("USB-1")).await];
    story.world.advance(Duration::from_secs(1));
    let elevated = story.request_of(&laptop, elevation('c')).await;
    let other = story.request().await;
    let clerk = story.person([Permission::ApproveForSingleComputer]);
    let body = json!({
        "filter": { "organization_id": story.company.id, "group_id": group.id },
        "decision": { "outcome": "denied", "message": "no" },
    });
    let answer = story.post(&clerk, PATH, body).await.json();
    assert_eq!(decided(std::slice::from_ref(&answer)), ids(&wanted));
    let refused = &answer["results"][2];
    assert_eq!((&refused["request_id"], &refused["status"]), (&json!(elevated.id), &json!(403)));
    assert_eq!(answer["looked_at"], 4);
    assert_eq!(story.stored(&elevated).await, elevated);
    assert_eq!(story.stored(&other).await, other);
    for text in ["secret", "aaaa"] {
        let body = json!({
            "filter": { "organization_id": story.company.id, "q": text }, "decision": { "outcome": "ignored" },
        });
        let viewer = story.person([Permission::ViewApprovals]);
        let answer = story.post(&viewer, PATH, body).await.json();
        assert_eq!(answer["results"], json!([]), "{text}: not found in what the caller may not open");
    }
}

#[tokio::test]
async fn what_somebody_should_look_at_is_named_and_stays_pending() {
    let story = Story::new();
    let twin = story.request_of(&story.twin().await, application('a')).await;
    story.world.advance(Duration::from_secs(1));
    let hidden = story.request_of(&story.computer, storage("USB\u{202e}-1")).await;
    // The name of the device is shown, and its identifier is not.
    let nameless = |old: &Request| {
        let mut new = old.clone();
        if let countersign_model::Subject::Storage(device) = &mut new.subject {
            device.name = None;
        }
        Ok::<_, std::convert::Infallible>(new)
    };
    story.world.journal.update(&hidden.id, nameless).await.unwrap();
    let plain = story.request_of(&story.computer, application('a')).await;
    let body = json!({
        "filter": { "organization_id": story.company.id }, "decision": { "outcome": "approved" },
    });
    let answers = all_calls(&story, &body).await;
    assert_eq!(decided(&answers), ids(&[plain]));
    let skipped = json!([
        { "request_id": twin.id, "because": "unconfirmed" },
        { "request_id": hidden.id, "because": "hidden_character" },
    ]);
    assert_eq!(answers[0]["skipped"], skipped);
    for request in [twin, hidden] {
        assert_eq!(story.stored(&request).await.status, RequestStatus::Pending);
    }
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    let story = Story::new();
    let wanted = requests(&story, 3, 'a').await;
    let body = json!({ "request_id": wanted[0].id, "decision": { "outcome": "approved" } });
    let before = story.world.memory.dump();
    let answer = story.post(&story.boss, &format!("{PATH}?dry_run=true"), body.clone()).await.json();
    assert!(story.world.memory.dump() == before, "nothing is written");
    assert_eq!(decided(std::slice::from_ref(&answer)), ids(&wanted));
    assert_eq!(answer["results"][0]["preview"]["told"]["count"], 1);
    assert_eq!(decided(&all_calls(&story, &body).await), ids(&wanted));
}

#[tokio::test]
async fn a_call_that_makes_no_sense_is_refused_and_changes_nothing() {
    let story = Story::new();
    let wanted = requests(&story, 51, 'a').await;
    let before = story.world.memory.dump();
    let (id, company) = (&wanted[0].id, &story.company.id);
    let decision = json!({ "outcome": "denied" });
    let filter = json!({ "organization_id": company });
    for (body, pointer) in [
        (json!({ "decision": decision }), ""),
        (json!({ "request_id": id, "filter": filter, "decision": decision }), ""),
        (json!({ "filter": {}, "decision": decision }), "/filter"),
        (
            json!({ "filter": { "organization_id": company, "q": "x".repeat(255) }, "decision": decision }),
            "/filter/q",
        ),
        (
            json!({ "request_id": id, "decision": { "outcome": "denied", "expires_at": "2030-01-01T00:00:00Z" } }),
            "/decision/expires_at",
        ),
    ] {
        let refused = story.post(&story.boss, PATH, body.clone()).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
    let stranger = story.world.administrator(&story.world.organization(&story.world.root, "Sibling"), []);
    let viewer = story.person([Permission::ViewApprovals]);
    let before_people = story.world.memory.dump();
    let like = json!({ "request_id": id, "decision": decision });
    let by = json!({ "filter": filter, "decision": decision });
    for (who, body, status) in [(&stranger, &like, 404), (&stranger, &by, 404), (&viewer, &like, 403)] {
        assert_eq!(story.post(who, PATH, body.clone()).await.status, status);
    }
    assert!(story.world.memory.dump() == before_people && before != before_people, "nothing changed");
    let cursor = all_first_cursor(&story, &like).await;
    let other = story.post(&story.boss, &format!("{PATH}?cursor={cursor}"), by).await;
    assert_eq!((other.status, other.pointers()), (422, vec!["/cursor".to_owned()]), "another body");
    assert_eq!(story.stored(&wanted[50]).await, wanted[50]);
}

#[tokio::test]
async fn a_dry_run_has_totals_of_what_the_call_would_do() {
    let story = Story::new();
    let wanted = requests(&story, 3, 'a').await;
    let dry = format!("{PATH}?dry_run=true");
    let body = json!({ "request_id": wanted[0].id, "decision": { "outcome": "denied" } });
    let answer = story.post(&story.boss, &dry, body.clone()).await.json();
    let expected = json!({
        "decided": 3, "computers": { "count": 0, "complete": true }, "settles": { "count": 0, "complete": true },
        "told": { "count": 1, "names": ["kim"] },
    });
    assert_eq!(answer["totals"], expected, "all have one address");
    let of_one = json!({
        "filter": { "organization_id": story.company.id, "computer_id": wanted[0].computer_id },
        "decision": { "outcome": "approved", "scope": "group" },
    });
    let totals = story.post(&story.boss, &dry, of_one).await.json()["totals"].clone();
    assert_eq!((&totals["decided"], &totals["settles"]["count"]), (&json!(1), &json!(2)), "{totals}");
    let made = story.post(&story.boss, PATH, body).await.json();
    assert!(made.get("totals").is_none(), "{made}");
}

async fn all_first_cursor(story: &Story, body: &Value) -> String {
    let dry = story.post(&story.boss, PATH, body.clone()).await.json();
    dry["next_cursor"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_call_that_dies_at_any_write_decides_each_once_when_it_is_repeated() {
    // Number, batch and swap of each of two decisions.
    for (like, nth, after) in [Like::Ideal, Like::Sqlite, Like::Redis]
        .into_iter()
        .flat_map(|like| (1..=6).flat_map(move |nth| [(like, nth, false), (like, nth, true)]))
    {
        let what = format!("{like:?}: write {nth} after {after}");
        let story = Story::over(Memory::new(like));
        let wanted = requests(&story, 2, 'a').await;
        let body = json!({ "request_id": wanted[0].id, "decision": { "outcome": "approved" } });
        let call = || story.app.post(PATH).bearer(&story.boss.token).idempotency_key("k").json(&body).send();
        let memory = &story.world.memory;
        memory.stop_at_write(nth, after);
        assert_eq!(call().await.status, 503, "{what}");
        assert!(memory.resume(), "{what}");
        let again = call().await;
        assert_eq!(again.status, 200, "{what}: {}", again.text());
        for _ in 0..2 {
            story.process(&story.company.id).await;
            story.world.advance(Duration::from_secs(40));
        }
        for request in &wanted {
            assert_eq!(story.stored(request).await.status, RequestStatus::Approved, "{what}");
        }
        let acts = story.acts(List::SystemAudit).await;
        let decisions = acts.iter().filter(|act| **act == ActName::RequestDecided).count();
        assert_eq!((decisions, story.listed(List::Grants).await.len()), (2, 2), "{what}");
        assert!(story.listed(List::PendingRequests).await.is_empty(), "{what}");
    }
}
