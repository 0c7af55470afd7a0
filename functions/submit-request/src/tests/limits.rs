//! One computer cannot crowd out the others, and loses nothing as long as it asks as a person does.

use std::time::Duration;

use countersign_http::testing::TestResponse;
use countersign_kv::memory::{Like, Memory, Schedule};
use countersign_model::{Outcome, lists};
use countersign_store::keys;
use futures::future::BoxFuture;
use serde_json::json;

use crate::limits::Limits;
use crate::tests::story::{Story, id_of, program_of, without};

pub const MIB: usize = 1024 * 1024;

/// A request for the file with this number.
pub async fn ask(story: &Story, number: usize) -> TestResponse {
    story.submit(file(number)).await
}

fn file(number: usize) -> serde_json::Value {
    program_of(format!("file {number}").as_bytes())
}

/// A world in which the variable is set.
pub fn limited(limits: &str) -> Story {
    let story = Story::new();
    story.world.settings.set("computer_limits", limits);
    story
}

pub fn assert_over(answer: &TestResponse, code: &str, at_most: u64) {
    assert_eq!((answer.status, answer.code().as_str()), (429, code));
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=at_most).contains(&seconds), "{seconds}");
}

/// Everything but the counters of throttles, and the notes that these expire.
pub fn kept(story: &Story) -> Vec<(String, Vec<u8>)> {
    let counters = ["countersign/1/u/", "countersign/1/e/", "countersign/1/en/"];
    let counts = |key: &str| counters.iter().any(|prefix| key.starts_with(prefix));
    story.world.memory.dump().into_iter().filter(|(key, _)| !counts(key)).collect()
}

#[tokio::test]
async fn beyond_its_requests_per_minute_a_computer_waits_for_the_next_one_and_changes_nothing() {
    let mut story = Story::new();
    let most = usize::try_from(Limits::DEFAULT.requests_per_minute).unwrap();
    let mut made = 0;
    while ask(&story, made).await.status == 201 {
        made += 1;
    }
    assert!((most..=most + 2).contains(&made), "{made}");
    let before = kept(&story);
    assert_over(&ask(&story, made).await, "too-many-new-requests", 60);
    assert!(kept(&story) == before, "nothing changed");
    let again = ask(&story, 0).await;
    assert_eq!((again.status, &again.json()["count"]), (200, &json!(2)), "asking again is no new request");
    let id = id_of(&again);
    assert_eq!((story.status(&id).await.status, story.cancel(&id).await.status), (200, 200));
    let other = story.world.computer(&story.group);
    let own = std::mem::replace(&mut story.device, other);
    assert_eq!(ask(&story, made).await.status, 201, "another computer is not concerned");
    story.device = own;
    story.world.advance(Duration::from_secs(60));
    assert_eq!(ask(&story, made).await.status, 201, "the next minute");
    assert_eq!(story.process().await.len(), made + 2, "nobody hears of what was refused");
}

#[test]
fn of_requests_at_once_not_more_pass_than_one_after_another() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        story.world.settings.set("computer_limits", "requests_per_minute=5");
        story.world.memory.interleave(true);
        let asks: Vec<BoxFuture<'_, TestResponse>> =
            (0..24).map(|number| Box::pin(ask(&story, number)) as BoxFuture<'_, _>).collect();
        let answers: Vec<_> = Schedule::new(3).run(asks).into_iter().flatten().collect();
        story.world.memory.interleave(false);
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert!((1..=5 + 2).contains(&made), "{like:?} {made}");
        assert!(answers.iter().all(|answer| [201, 429].contains(&answer.status)), "{like:?}");
    }
}

#[tokio::test]
async fn beyond_its_requests_per_day_a_computer_waits_for_the_next_day() {
    let story = limited("requests_per_day=25 requests_per_minute=1000");
    let mut made = 0;
    while ask(&story, made).await.status == 201 {
        made += 1;
        story.world.advance(Duration::from_secs(100));
    }
    // The first twenty, at a slow pace, are not counted.
    assert!((25..=20 + 25).contains(&made), "{made}");
    assert_over(&ask(&story, made).await, "too-many-new-requests", 24 * 3600);
    story.world.advance(Duration::from_secs(24 * 3600));
    assert_eq!(ask(&story, made).await.status, 201);
}

#[tokio::test]
async fn a_retry_under_its_key_is_answered_beyond_the_limit_too() {
    let story = limited("requests_per_minute=2");
    let first = story.submit_under("k", file(0)).await;
    let mut number = 1;
    while ask(&story, number).await.status == 201 {
        number += 1;
    }
    let retry = story.submit_under("k", file(0)).await;
    assert_eq!((retry.status, retry.json()), (201, first.json()));
    let other = story.submit_under("k", file(1)).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"));
}

#[tokio::test]
async fn as_many_requests_are_open_as_the_limit_says_and_a_decided_one_makes_room() {
    let story = limited("open_requests=60 requests_per_minute=1000 requests_per_day=1000");
    let mut ids = Vec::new();
    loop {
        let answer = ask(&story, ids.len()).await;
        if answer.status != 201 {
            let before = kept(&story);
            assert_over(&ask(&story, ids.len()).await, "too-many-open-requests", 3600);
            assert!(kept(&story) == before, "nothing changed");
            break;
        }
        ids.push(id_of(&answer));
    }
    assert_eq!(ids.len(), 60);
    assert_eq!(ask(&story, 7).await.status, 200, "an open one is asked again");
    story.decide(&ids[3], Outcome::Denied).await;
    assert_eq!(story.cancel(&ids[5]).await.status, 200);
    for number in 60..62 {
        assert_eq!(ask(&story, number).await.status, 201);
    }
    assert_over(&ask(&story, 62).await, "too-many-open-requests", 3600);
    story.process().await;
    assert_eq!(story.list(lists::PENDING_REQUESTS).await.len(), 60, "the list re-evaluates each");
}

#[tokio::test]
async fn without_limits_nothing_is_refused() {
    let story = limited("off");
    for number in 0..120 {
        assert_eq!(ask(&story, number).await.status, 201);
    }
}

#[tokio::test]
async fn one_request_is_repeated_as_often_as_one_likes_but_costs_no_more_writes() {
    let story = Story::new();
    let id = id_of(&ask(&story, 0).await);
    for _ in 0..99 {
        assert_eq!(ask(&story, 0).await.status, 200);
    }
    story.world.memory.reset_counts();
    let again = ask(&story, 0).await;
    assert_eq!((again.status, id_of(&again), &again.json()["count"]), (200, id, &json!(100)));
    assert_eq!(story.world.counts().writes, 0);
    story.world.advance(Duration::from_secs(60));
    assert_eq!(ask(&story, 0).await.json()["count"], 101);
}

/// A submission with this file, whose upload is answered.
pub async fn upload(story: &Story, bytes: &[u8]) -> (String, TestResponse) {
    let id = id_of(&story.submit(program_of(bytes)).await);
    let answer = story.upload(&id, bytes).await;
    (id, answer)
}

#[tokio::test]
async fn bytes_are_limited_per_day_and_what_did_not_come_does_not_count() {
    let story = limited("attachment_mib_per_day=1");
    let half = |fill: u8| vec![fill; MIB / 2];
    let id = id_of(&story.submit(without(program_of(&half(0)), "/subject/size")).await);
    let refused = story.upload(&id, half(0)).await;
    assert_over(&refused, "too-many-attachment-bytes", 24 * 3600);
    for fill in 1..=2 {
        let (_, sent) = upload(&story, &half(fill)).await;
        assert_eq!(sent.status, 204, "the one of an unknown size was refused before it was read");
    }
    let id = id_of(&story.submit(program_of(b"x")).await);
    let before = kept(&story);
    assert_over(&story.upload(&id, b"x".to_vec()).await, "too-many-attachment-bytes", 24 * 3600);
    assert!(kept(&story) == before, "nothing changed");
    assert_eq!(story.status(&id).await.json()["attachment"]["state"], "expected");
    story.world.advance(Duration::from_secs(24 * 3600));
    assert_eq!(story.upload(&id, b"x".to_vec()).await.status, 204, "the next day");
}

#[tokio::test]
async fn bytes_in_the_store_are_limited_and_a_withdrawn_request_takes_its_own_with_it() {
    let story = limited("attachment_mib=1 requests_per_minute=1000");
    let most = vec![1; MIB - 10];
    let (id, sent) = upload(&story, &most).await;
    assert_eq!(sent.status, 204);
    let chunks =
        |story: &Story| story.world.memory.dump().into_keys().filter(|key| key.contains("/a/")).count();
    let before = chunks(&story);
    let (second, refused) = upload(&story, &[2; 100]).await;
    assert_over(&refused, "attachment-space-used-up", 3600);
    assert_eq!(chunks(&story), before, "nothing of it stays");
    let sha256 = keys::sha256(&most);
    let there = async || story.world.journal.attachment(&story.company.id, &sha256).await.unwrap().is_some();
    assert!(there().await);
    assert_eq!(story.cancel(&id).await.status, 200);
    assert!(!there().await, "withdrawn with its request");
    assert_eq!(story.world.journal.kept_bytes(&story.device.record).await.unwrap().computer, 0);
    assert_eq!(story.upload(&second, vec![2; 100]).await.status, 204);
}

#[tokio::test]
async fn submitting_sending_and_withdrawing_over_and_over_leaves_no_bytes() {
    let story = limited("requests_per_minute=1000");
    for fill in 0..20 {
        let (id, sent) = upload(&story, &vec![fill; 100_000]).await;
        assert_eq!((sent.status, story.cancel(&id).await.status), (204, 200));
        assert_eq!(story.cancel(&id).await.status, 200, "withdrawing again");
    }
    story.world.advance(Duration::from_secs(3 * 3600));
    // The first sweeps look through the buckets of forty days.
    for _ in 0..20 {
        story.world.journal.sweep(1_000).await.unwrap();
    }
    let left = story.world.memory.dump().into_keys().filter(|key| key.contains("/a/") || key.contains("/m/"));
    assert_eq!(left.count(), 0);
    assert_eq!(story.world.journal.kept_bytes(&story.device.record).await.unwrap().computer, 0);
}

#[tokio::test]
async fn a_file_that_another_request_asked_about_stays_when_the_first_is_withdrawn() {
    let mut story = Story::new();
    let (id, sent) = upload(&story, b"shared").await;
    assert_eq!(sent.status, 204);
    let other = story.world.computer(&story.group);
    let own = std::mem::replace(&mut story.device, other);
    assert_eq!(story.submit(program_of(b"shared")).await.json()["attachment"]["upload"], false);
    story.device = own;
    assert_eq!(story.cancel(&id).await.status, 200);
    let manifest = story.world.journal.attachment(&story.company.id, &keys::sha256(b"shared")).await.unwrap();
    assert!(manifest.is_some());
}

#[tokio::test]
async fn variables_that_change_nothing_are_said_to_do_so() {
    let cases: [(&str, &str, &[&str]); 6] = [
        ("computer_limits", "requests_per_minute=5, open_requests=200", &[]),
        ("computer_limits", "off", &[]),
        (
            "computer_limits",
            "request_per_minute=5 open_requests",
            &["`request_per_minute=5`", "`open_requests`"],
        ),
        ("attachment_max_bytes", "", &[]),
        ("attachment_max_bytes", "512M", &["is not a number of bytes"]),
        ("attachment_max_bytes", "1", &["is 1, but 1048576 counts"]),
    ];
    for (name, value, expected) in cases {
        let story = Story::new();
        story.world.settings.set(name, value);
        let checked = story.world.app(crate::router).post("/settings").send().await.json();
        let wrong = checked["wrong"].as_array().unwrap();
        assert_eq!(wrong.len(), expected.len(), "{value}: {checked}");
        for (wrong, expected) in wrong.iter().zip(expected) {
            assert!(wrong["what"].as_str().unwrap().contains(expected), "{value}: {checked}");
        }
    }
}
