//! Several users of one computer: they share a request, and each asks and withdraws for themselves.

use std::collections::BTreeSet;

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::request::requesters::REQUESTERS_MAX;
use countersign_model::{ActName, Outcome, Request, RequestStatus, Requester, lists};
use futures::executor::block_on;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::tests::story::*;

const LIKES: [Like; 3] = [Like::Ideal, Like::Sqlite, Like::Redis];

fn waiting(request: &Request) -> Vec<&str> {
    request.waiting().map(|requester| requester.username.as_str()).collect()
}

fn known<'a>(request: &'a Request, username: &str) -> &'a Requester {
    request.requester(username).unwrap_or_else(|| panic!("{username}: {request:?}"))
}

/// What an answer warns of.
fn warnings(answer: &TestResponse) -> Vec<String> {
    let json = answer.json();
    let all = json["warnings"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|warning| warning["pointer"].as_str().unwrap().to_owned()).collect()
}

fn who(user: &str) -> String {
    user.to_owned()
}

#[tokio::test]
async fn a_second_user_joins_the_request_and_the_audit_names_them() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let dave = json!({ "username": "dave", "email": "dave@company.example" });
    let body = with(with(program(), "/requester", dave), "/reason", json!("so do I"));
    story.world.memory.reset_counts();
    let joined = story.submit(body).await;
    assert_eq!((joined.status, id_of(&joined), &joined.json()["count"]), (200, id.clone(), &json!(2)));
    assert!(story.world.counts().writes <= 3, "{:?}", story.world.counts());
    let record = story.record(&id).await;
    assert_eq!(waiting(&record), ["carol", "dave"]);
    let dave = known(&record, "dave");
    assert_eq!(dave.email.as_ref().unwrap().as_str(), "dave@company.example");
    assert_eq!(dave.reason.as_deref(), Some("so do I"));
    assert_eq!(known(&record, "carol").reason.as_deref(), Some("I need it"));
    story.submit(program_for("DAVE")).await;
    story.submit(program_for("DAVE")).await;
    assert_eq!(story.process().await.len(), 1, "administrators hear of the request once");
    let acts = [
        (ActName::RequestSubmitted, who("carol")),
        (ActName::RequestJoined, who("dave")),
        (ActName::RequestAmended, who("dave")),
        (ActName::RequestRepeated, who("DAVE")),
    ];
    assert_eq!(story.by_whom().await, acts);
}

#[tokio::test]
async fn an_address_and_a_reason_may_be_given_later() {
    let story = Story::new();
    let id = story.asked(without(program_for("carol"), "/reason")).await;
    let email = json!({ "username": "Carol", "email": "carol@company.example" });
    story.submit(with(program(), "/requester", email)).await;
    let record = story.record(&id).await;
    let carol = known(&record, "carol");
    assert_eq!((carol.count, carol.reason.as_deref()), (2, Some("I need it")));
    assert_eq!(carol.email.as_ref().unwrap().as_str(), "carol@company.example");
    assert_eq!(record.requesters.len(), 1);
}

#[tokio::test]
async fn a_retry_under_the_same_key_joins_once() {
    let story = Story::new();
    let id = id_of(&story.submit_under("first", program()).await);
    let joined = story.submit_under("second", program_for("dave")).await;
    let retry = story.submit_under("second", program_for("dave")).await;
    assert_eq!((retry.status, retry.json()), (200, joined.json()));
    assert_eq!(known(&story.record(&id).await, "dave").count, 1);
    let first = story.submit_under("first", program()).await;
    assert_eq!((first.status, id_of(&first)), (201, id.clone()), "the first one made it");
    let other = story.submit_under("second", program_for("erin")).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"));
    assert_eq!(waiting(&story.record(&id).await), ["carol", "dave"]);
}

#[tokio::test]
async fn each_withdraws_for_themselves_and_the_request_ends_with_the_last() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.upload(&id, BYTES).await;
    story.submit(program_for("dave")).await;
    story.world.memory.reset_counts();
    let first = story.withdraw(&id, "CAROL").await;
    assert_eq!((first.status, &first.json()["status"]), (200, &json!("pending")), "{}", first.text());
    assert_eq!(story.world.counts().writes, 3);
    let again = story.withdraw(&id, "carol").await;
    assert_eq!((again.status, again.json()), (200, first.json()), "asking twice answers the same");
    assert_eq!(waiting(&story.record(&id).await), ["dave"]);
    story.process().await;
    assert_eq!(story.list(lists::PENDING_REQUESTS).await, [id.as_str()]);
    let sha256 = countersign_store::keys::sha256(BYTES);
    let copy = async || story.world.journal.attachment(&story.company.id, &sha256).await.unwrap();
    assert!(copy().await.is_some(), "the copy is there for who still asks");
    let last = story.withdraw(&id, "dave").await;
    assert_eq!((last.status, &last.json()["status"]), (200, &json!("cancelled")));
    assert_eq!(story.withdraw(&id, "dave").await.json(), last.json());
    assert!(copy().await.is_none());
    story.process().await;
    assert!(story.list(lists::PENDING_REQUESTS).await.is_empty());
    let acts: Vec<_> = story.by_whom().await.split_off(2);
    assert_eq!(
        acts,
        [(ActName::RequestWithdrawn, who("carol")), (ActName::RequestCancelled, who("dave"))],
        "it names who withdrew, as they were first written"
    );
    assert_eq!(story.submit(program_for("dave")).await.status, 201, "asking again is a new request");
}

#[tokio::test]
async fn whoever_withdraws_is_named_where_several_asked() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let nobody = story.withdraw(&id, "dave").await;
    assert_eq!((nobody.status, nobody.pointers()), (422, vec!["/username".to_owned()]));
    story.submit(program_for("dave")).await;
    let before = story.record(&id).await;
    let path = format!("/agent/v1/requests/{id}/cancellation");
    let send = async |body: Value| story.app.post(&path).bearer(&story.device.token).json(body).send().await;
    for answer in [
        story.cancel(&id).await,
        send(Value::Null).await,
        send(json!({})).await,
        send(json!({ "username": null })).await,
        send(json!({ "username": "erin" })).await,
        send(json!({ "username": "a\u{7}b" })).await,
    ] {
        assert_eq!((answer.status, answer.pointers()), (422, vec!["/username".to_owned()]));
    }
    assert_eq!(send(json!({ "user": "dave" })).await.status, 422, "no such member");
    assert_eq!(story.record(&id).await, before);
    story.withdraw(&id, "dave").await;
    assert_eq!(
        story.cancel(&id).await.status,
        422,
        "the agent of the one who has withdrawn may repeat its call"
    );
    assert_eq!(story.record(&id).await.status, RequestStatus::Pending);
}

#[tokio::test]
async fn whoever_withdrew_and_asks_again_is_a_requester_again() {
    let story = Story::new();
    let id = story.asked(program()).await;
    story.submit(program_for("dave")).await;
    story.withdraw(&id, "carol").await;
    let back = story.submit(program_for("carol")).await;
    assert_eq!((back.status, id_of(&back)), (200, id.clone()));
    let record = story.record(&id).await;
    assert_eq!(waiting(&record), ["carol", "dave"]);
    assert!(known(&record, "carol").email.is_some(), "the address is still known");
    for _ in 0..98 {
        story.withdraw(&id, "carol").await;
        assert_eq!(story.submit(program_for("carol")).await.status, 200);
    }
    story.withdraw(&id, "carol").await;
    let often = story.submit(program_for("carol")).await;
    assert_eq!((often.status, often.code().as_str()), (429, "too-many-new-requests"), "not for ever");
    assert_eq!(story.submit(program_for("erin")).await.status, 200, "others join all the same");
    assert_eq!(waiting(&story.record(&id).await), ["dave", "erin"]);
}

#[tokio::test]
async fn users_without_a_place_are_counted_and_take_nothing_from_the_others() {
    let story = Story::new();
    let id = story.asked(program()).await;
    for number in 0..REQUESTERS_MAX + 2 {
        let answer = story.submit(program_for(&format!("user {number}"))).await;
        let warned: &[&str] = if number + 1 < REQUESTERS_MAX { &[] } else { &["/requester/username"] };
        assert_eq!(
            (answer.status, warnings(&answer)),
            (200, warned.iter().map(ToString::to_string).collect())
        );
    }
    let record = story.record(&id).await;
    assert_eq!((record.requesters.len(), record.more_requesters), (REQUESTERS_MAX, 3));
    assert_eq!(known(&record, "carol").reason.as_deref(), Some("I need it"));
    let before = story.record(&id).await;
    assert_eq!(story.withdraw(&id, "user 65").await.status, 200, "there is nothing to withdraw");
    assert_eq!(story.record(&id).await, before);
}

#[tokio::test]
async fn a_user_who_joins_is_told_that_their_reason_was_cut() {
    let story = Story::new();
    let id = story.asked(program()).await;
    let long = "because ".repeat(240);
    let mut cut = 0;
    for number in 0..REQUESTERS_MAX - 1 {
        let asked = with(program_for(&format!("user {number}")), "/reason", json!(long));
        let answer = story.submit(asked).await;
        let record = story.record(&id).await;
        let kept = record.requester(&format!("user {number}")).map(|user| user.reason.clone());
        let is_whole = kept == Some(Some(long.trim_end().to_owned())) || kept == Some(Some(long.clone()));
        let expected: Vec<String> = match &kept {
            Some(_) if is_whole => vec![],
            Some(_) => vec!["/reason".to_owned()],
            // There is no room for the user either.
            None => vec!["/requester/username".to_owned()],
        };
        assert_eq!((answer.status, warnings(&answer)), (200, expected), "{number}");
        cut += usize::from(kept.is_some() && !is_whole);
    }
    assert!(cut > 0, "not all of them have room");
}

#[test]
fn many_users_who_ask_at_once_are_all_requesters_of_one_request() {
    for like in LIKES {
        for seed in 0..8 {
            let story = Story::over(Memory::new(like));
            story.world.memory.interleave(true);
            let asks = (0..6).map(|n| boxed(story.submit(program_for(&format!("user {n}")))));
            let answers: Vec<_> = Schedule::new(seed).run(asks.collect()).into_iter().flatten().collect();
            story.world.memory.interleave(false);
            let id = id_of(answers.iter().find(|answer| answer.status == 201).unwrap());
            block_on(async {
                for (n, answer) in answers.iter().enumerate() {
                    match answer.status {
                        // So many ask at once that this one has to do so again.
                        503 => assert_eq!(story.submit(program_for(&format!("user {n}"))).await.status, 200),
                        _ => assert_eq!(id_of(answer), id, "{like:?} {seed}"),
                    }
                }
                let record = story.record(&id).await;
                let names: BTreeSet<_> = waiting(&record).into_iter().collect();
                assert_eq!((names.len(), record.count), (6, 6), "{like:?} {seed}: {record:?}");
                assert_eq!(story.process().await.len(), 1, "{like:?} {seed}");
                let acts = story.acts().await;
                assert_eq!(story.count(&acts, ActName::RequestSubmitted), 1, "{like:?} {seed}");
                assert_eq!(story.count(&acts, ActName::RequestJoined), 5, "{like:?} {seed}");
            });
        }
    }
}

fn boxed<'a>(call: impl Future<Output = TestResponse> + Send + 'a) -> BoxFuture<'a, TestResponse> {
    Box::pin(call)
}

#[test]
fn a_user_who_joins_while_the_only_other_one_withdraws_is_not_withdrawn() {
    for like in LIKES {
        let mut seen = BTreeSet::new();
        for seed in 0..32 {
            let story = Story::over(Memory::new(like));
            let id = block_on(story.asked(program()));
            story.world.memory.interleave(true);
            let calls = vec![boxed(story.withdraw(&id, "carol")), boxed(story.submit(program_for("dave")))];
            let answers: Vec<_> = Schedule::new(seed).run(calls).into_iter().flatten().collect();
            story.world.memory.interleave(false);
            let why = format!("{like:?} {seed}");
            block_on(async {
                let first = story.record(&id).await;
                assert_eq!(answers[0].status, 200, "{why}: {}", answers[0].text());
                assert!(!known(&first, "carol").waits(), "{why}");
                let of_dave = id_of(&answers[1]);
                assert_eq!(waiting(&story.record(&of_dave).await), ["dave"], "{why}");
                let anew = of_dave != id;
                assert_eq!(answers[1].status, if anew { 201 } else { 200 }, "{why}");
                assert_eq!(first.status == RequestStatus::Cancelled, anew, "{why}");
                story.process().await;
                assert_eq!(story.list(lists::PENDING_REQUESTS).await, [of_dave], "{why}");
                seen.insert(anew);
            });
        }
        assert_eq!(seen.len(), 2, "{like:?}: both orders were met");
    }
}

#[test]
fn a_user_who_joins_while_somebody_decides_is_decided_about_or_asks_anew() {
    for like in LIKES {
        let mut seen = BTreeSet::new();
        for seed in 0..32 {
            let story = Story::over(Memory::new(like));
            let id = block_on(story.asked(program()));
            story.world.memory.interleave(true);
            let decide = async {
                for _ in 0..seed / 4 {
                    story.status(&id).await;
                }
                story.decide(&id, Outcome::Denied).await;
                story.status(&id).await
            };
            let calls = vec![boxed(decide), boxed(story.submit(program_for("dave")))];
            let answers: Vec<_> = Schedule::new(seed).run(calls).into_iter().flatten().collect();
            story.world.memory.interleave(false);
            let why = format!("{like:?} {seed}");
            block_on(async {
                let decided = story.record(&id).await;
                assert_eq!(decided.status, RequestStatus::Denied, "{why}");
                let anew = id_of(&answers[1]) != id;
                assert_eq!(
                    decided.requester("dave").is_some(),
                    !anew,
                    "{why}: the decision is for who is on it"
                );
                assert_eq!(answers[1].status, if anew { 201 } else { 200 }, "{why}");
                let of_dave = story.record(&id_of(&answers[1])).await;
                assert!(known(&of_dave, "dave").waits(), "{why}");
                seen.insert(anew);
            });
        }
        assert_eq!(seen.len(), 2, "{like:?}: both orders were met");
    }
}
