//! Enrolling again because the answer was lost, and enrolling too many.

use std::time::Duration;

use countersign_http::testing::{TestResponse, World};
use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, Computer, EnrollmentKey, Permit, lists};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::tests::Story;
use crate::tests::enroll::{body, enroll};

async fn enroll_under(story: &Story, attempt: &str, body: Value) -> TestResponse {
    story.app.post("/agent/v1/enroll").idempotency_key(attempt).json(body).send().await
}

async fn check_in(story: &Story, answer: &TestResponse) -> u16 {
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    story.check_in(&token).await.status
}

/// How many computers the company has, beside the one of the story.
async fn newcomers(story: &Story) -> usize {
    story.process().await;
    let permit = Permit::scene(&story.company.id);
    let listed = story.world.journal.list(&permit, lists::COMPUTERS, None, 500).await.unwrap();
    listed.items.len() - 1
}

/// The acts in the unified audit that are enrolments, newest first: whether each was a retry.
async fn enrolments(world: &World, story: &Story) -> Vec<bool> {
    let permit = Permit::scene(&story.company.id);
    let page = world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 100).await.unwrap();
    let mut found = Vec::new();
    for row in page.items {
        let event = world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
        if event.act.name() == ActName::ComputerEnrolled {
            let stored = serde_json::to_value(&event.act).unwrap();
            found.push(stored["detail"]["retried"] == true);
        }
    }
    found
}

#[tokio::test]
async fn a_retry_is_answered_with_the_same_computer_and_a_new_token() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let first = enroll_under(&story, "k", body(&key, "desk-1")).await;
    let retry = enroll_under(&story, "k", body(&key, "desk-1")).await;
    assert_eq!((first.status, retry.status), (201, 201), "{}", retry.text());
    for same in ["computer_id", "unconfirmed", "organization", "group"] {
        assert_eq!(first.json()[same], retry.json()[same], "{same}");
    }
    assert_eq!((check_in(&story, &first).await, check_in(&story, &retry).await), (401, 200));
    assert_eq!(newcomers(&story).await, 1, "no ghost");
    assert_eq!(enrolments(&story.world, &story).await[..2], [true, false], "both are on record");
    let twin = enroll_under(&story, "another", body(&key, "desk-1")).await.json();
    assert_eq!(twin["unconfirmed"], true, "another attempt is another computer");
    let other = enroll_under(&story, "k", body(&key, "desk-2")).await;
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"));
}

#[tokio::test]
async fn a_retry_under_a_name_that_is_taken_is_the_same_unconfirmed_computer() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    assert_eq!(enroll(&story, &key, "desk-1").await.status, 201);
    let first = enroll_under(&story, "k", body(&key, "desk-1")).await.json();
    let retry = enroll_under(&story, "k", body(&key, "desk-1")).await;
    assert_eq!((&first["unconfirmed"], &first["computer_id"]), (&json!(true), &retry.json()["computer_id"]));
    assert_eq!(check_in(&story, &retry).await, 200);
    assert_eq!(newcomers(&story).await, 2);
}

#[tokio::test]
async fn a_key_of_ones_own_choice_is_not_another_enrollment_keys() {
    let story = Story::new();
    let (one, other) = (story.world.enrollment_key(&story.group), story.world.enrollment_key(&story.group));
    let first = enroll_under(&story, "k", body(&one, "desk-1")).await;
    let second = enroll_under(&story, "k", body(&other, "desk-1")).await;
    assert_eq!(second.status, 201);
    assert_ne!(first.json()["computer_id"], second.json()["computer_id"]);
    assert_eq!(check_in(&story, &first).await, 200, "its token still works");
}

#[tokio::test]
async fn a_late_retry_gets_no_token_and_changes_nothing() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let first = enroll_under(&story, "k", body(&key, "desk-1")).await;
    let id = first.json()["computer_id"].as_str().unwrap().to_owned();
    let load = async || story.world.journal.load_by_record_id::<Computer>(&id).await.unwrap().unwrap();
    let before = load().await;
    story.world.advance(Duration::from_secs(3600));
    let late = enroll_under(&story, "k", body(&key, "desk-1")).await;
    assert_eq!((late.status, late.code().as_str()), (409, "enrollment-answered"));
    assert_eq!(load().await, before);
    assert_eq!(check_in(&story, &first).await, 200);
}

#[tokio::test]
async fn a_retry_for_a_computer_that_was_removed_gets_no_token() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let first = enroll_under(&story, "k", body(&key, "desk-1")).await.json();
    let id = first["computer_id"].as_str().unwrap().parse().unwrap();
    let remove = |old: &Computer| Ok::<_, std::convert::Infallible>(old.deleted());
    story.world.journal.update(&id, remove).await.unwrap();
    let retry = enroll_under(&story, "k", body(&key, "desk-1")).await;
    assert_eq!((retry.status, retry.code().as_str()), (409, "enrollment-answered"));
}

#[tokio::test]
async fn an_enrolment_that_died_at_any_write_leaves_no_ghost_once_it_was_retried() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        for nth in 1..=12 {
            for after in [false, true] {
                let story = Story::over(Memory::new(like));
                let key = story.world.enrollment_key(&story.group);
                story.world.memory.stop_at_write(nth, after);
                enroll_under(&story, "k", body(&key, "desk-1")).await;
                story.world.memory.resume();
                let retry = enroll_under(&story, "k", body(&key, "desk-1")).await;
                let why = format!("{like:?} {nth} {after}: {}", retry.text());
                assert_eq!((retry.status, &retry.json()["unconfirmed"]), (201, &json!(false)), "{why}");
                assert_eq!(check_in(&story, &retry).await, 200, "{why}");
                story.world.advance(Duration::from_secs(31));
                story.process().await;
                story.world.advance(Duration::from_secs(31));
                assert_eq!(newcomers(&story).await, 1, "{why}");
            }
        }
    }
}

/// An attempt is one use, however often it is tried: a key for one computer enrolls it in the end. Only where the store stops between
/// the count and the note of it, the use is lost, so that no key ever enrolls more than it may.
#[tokio::test]
async fn an_enrolment_that_died_has_not_used_its_key_up() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let mut lost = Vec::new();
        for nth in 1..=14 {
            for after in [false, true] {
                let story = Story::over(Memory::new(like));
                let once = |key: EnrollmentKey| EnrollmentKey { max_uses: Some(1), ..key };
                let (key, id) = story.world.enrollment_key_with(&story.group, once);
                story.world.memory.stop_at_write(nth, after);
                enroll_under(&story, "k", body(&key, "desk-1")).await;
                story.world.memory.resume();
                match enroll_under(&story, "k", body(&key, "desk-1")).await.status {
                    201 => assert_eq!(story.world.journal.enrollment_key_uses(&id).await.unwrap(), 1),
                    refused => lost.push((nth, after, refused)),
                }
                let another = enroll_under(&story, "another", body(&key, "desk-2")).await.status;
                assert_eq!(another, 401, "{like:?} {nth} {after}: it enrolls no second one");
            }
        }
        assert_eq!(lost.len(), 2, "after the count and before the note: {lost:?}");
    }
}

#[tokio::test]
async fn of_attempts_at_once_under_one_key_one_computer_comes() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        let once = |key: EnrollmentKey| EnrollmentKey { max_uses: Some(1), ..key };
        let (key, id) = story.world.enrollment_key_with(&story.group, once);
        story.world.memory.interleave(true);
        let answers = join_all((0..4).map(|_| enroll_under(&story, "k", body(&key, "desk-1")))).await;
        story.world.memory.interleave(false);
        let enrolled: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(!enrolled.is_empty());
        // One that comes before the use of another is noted finds the key used up.
        assert!(answers.iter().all(|answer| [201, 401, 503].contains(&answer.status)), "{like:?}");
        let computer = &enrolled[0].json()["computer_id"];
        assert!(enrolled.iter().all(|answer| answer.json()["computer_id"] == *computer), "{like:?}");
        assert_eq!(newcomers(&story).await, 1, "{like:?}");
        assert_eq!(story.world.journal.enrollment_key_uses(&id).await.unwrap(), 1, "{like:?}");
    }
}

#[tokio::test]
async fn enrolling_too_many_is_refused_until_the_period_is_over() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let mut enrolled = 0;
    let refused = loop {
        let answer = enroll(&story, &key, &format!("desk-{enrolled}")).await;
        if answer.status != 201 {
            break answer;
        }
        enrolled += 1;
    };
    assert_eq!((enrolled, refused.status, refused.code().as_str()), (300, 429, "too-many-enrollments"));
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=600).contains(&seconds));
    let elsewhere = async |number: usize, last: u8| {
        let peer = format!("198.51.100.{last}:4711");
        let call = story.app.post("/agent/v1/enroll").header("spin-client-addr", &peer);
        call.json(body(&key, &format!("lab-{number}"))).send().await.status
    };
    // The refused one does not count for the key.
    for number in 0..300 {
        assert_eq!(elsewhere(number, 1).await, 201, "another address");
    }
    assert_eq!(elsewhere(300, 2).await, 429, "the key itself");
    assert_eq!(newcomers_of_three_turns(&story).await, 600, "nothing of the refused ones");
    story.world.advance(Duration::from_secs(600));
    assert_eq!(elsewhere(301, 1).await, 201);
}

/// As [`newcomers`], after so many events that one turn does not process them all.
async fn newcomers_of_three_turns(story: &Story) -> usize {
    let mut all = 0;
    let permit = Permit::scene(&story.company.id);
    for _ in 0..8 {
        story.process().await;
    }
    let mut cursor = None;
    loop {
        let page = story.world.journal.list(&permit, lists::COMPUTERS, cursor.as_deref(), 500).await.unwrap();
        all += page.items.len();
        cursor = page.next;
        if cursor.is_none() {
            return all - 1;
        }
    }
}
