//! Messages about requests are gathered in quiet hours and for digests, and none is lost or told twice.
use std::time::Duration;

use countersign_http::testing::{Person, World};
use countersign_kv::memory::Memory;
use countersign_model::{
    Administrator, DecisionScope, DeliveryState, NotificationSettings, Outcome, Permission, QuietHours,
    Reading, Rhythm,
};

use super::Stage;
use super::digests::{ask, in_state, log, plan_and_die};
use super::taken::assign;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// More writes than the work has.
const MOST: usize = 120;

/// A subscriber with these settings in Berlin. The stage begins at noon UTC, which is 14:00 there.
fn somebody(stage: &Stage, notifications: NotificationSettings) -> Person {
    let reading = Reading { time_zone: Some("Europe/Berlin".parse().unwrap()), language: None };
    let with = |a| Administrator { notifications, reading, ..a };
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], with)
}

/// Quiet from 13:00 until 16:00, which is 14:00 UTC.
fn quiet() -> NotificationSettings {
    let quiet_hours = QuietHours { from: "13:00".parse().unwrap(), to: "16:00".parse().unwrap() };
    NotificationSettings { quiet_hours: Some(quiet_hours), ..NotificationSettings::default() }
}

#[tokio::test]
async fn what_comes_in_quiet_hours_arrives_in_one_message_when_they_end() {
    let stage = Stage::new().await;
    let asleep = somebody(&stage, quiet());
    let awake = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    ask(&stage, 0..3).await;
    stage.process_company().await;
    assert_eq!(
        stage.told(),
        vec![awake.record.email.to_string(); 3],
        "the quiet hours of one are nobody else's"
    );
    let before = log(&stage).await;
    let why: Vec<_> = before.iter().filter(|each| each.state == DeliveryState::Digested).collect();
    assert_eq!(why.len(), 3);
    let answer = why[0].last_answer.clone().unwrap();
    assert!(answer == "in a digest that is due at 2026-06-01T14:00:00Z", "{answer}");

    stage.world.advance(2 * HOUR - MINUTE);
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "not before");
    stage.world.advance(MINUTE);
    stage.tick().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].0, asleep.record.email.to_string());
    assert!(messages[0].1.contains("3 requests wait for a decision"), "{}", messages[0].1);

    ask(&stage, 5..6).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 2, "they are over");
}

#[tokio::test]
async fn what_was_decided_in_quiet_hours_is_not_told_when_they_end() {
    let stage = Stage::new().await;
    somebody(&stage, quiet());
    let requests = ask(&stage, 0..1).await;
    stage.process_company().await;
    stage.decide(&requests[0], Outcome::Denied, DecisionScope::Computer, false).await;
    stage.process_company().await;
    stage.world.advance(2 * HOUR + MINUTE);
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    assert_eq!(in_state(&log(&stage).await, DeliveryState::Skipped), 1);
}

#[tokio::test]
async fn a_digest_arrives_each_hour_or_once_a_day() {
    let hourly = NotificationSettings { digest: Some(Rhythm::Hourly), ..NotificationSettings::default() };
    let daily = NotificationSettings {
        digest: Some(Rhythm::Daily),
        digest_at: Some("17:00".parse().unwrap()),
        ..NotificationSettings::default()
    };
    for (settings, hours) in [(hourly, 1), (daily, 3)] {
        let stage = Stage::new().await;
        somebody(&stage, settings);
        for number in 0..2 {
            ask(&stage, number..number + 1).await;
            stage.process_company().await;
            stage.world.advance(MINUTE);
        }
        stage.world.advance(HOUR * (hours - 1) + 57 * MINUTE);
        stage.tick().await;
        assert_eq!(stage.told(), Vec::<String>::new(), "{hours}");
        stage.world.advance(MINUTE);
        stage.tick().await;
        let messages = stage.messages();
        assert_eq!(messages.len(), 1, "{hours}");
        assert!(messages[0].1.contains("2 requests wait for a decision"), "{}", messages[0].1);
    }
}

#[tokio::test]
async fn who_is_asked_to_decide_in_quiet_hours_hears_of_it_when_they_end() {
    let stage = Stage::new().await;
    let person = somebody(&stage, quiet());
    let request = stage.ask().await;
    stage.ask_to_decide(&request, None, [person.record.id.clone()]);
    stage.process_company().await;
    stage.world.advance(2 * HOUR - MINUTE);
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "not before");
    stage.world.advance(MINUTE);
    stage.tick().await;
    let texts: Vec<_> = stage.messages().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts.iter().filter(|text| text.contains("Kim asks you")).count(), 1, "{texts:?}");
    assert_eq!(texts.len(), 2, "and the digest: {texts:?}");
}

#[tokio::test]
async fn who_changes_their_mind_is_told_at_once_and_of_the_rest_when_it_was_due() {
    let stage = Stage::new().await;
    let person = somebody(&stage, quiet());
    ask(&stage, 0..2).await;
    stage.process_company().await;
    let awake = |old: &Administrator| {
        let notifications = NotificationSettings::default();
        Ok::<_, std::convert::Infallible>(Administrator { notifications, ..old.clone() })
    };
    stage.world.journal.update(&person.record.id, awake).await.unwrap();
    stage.world.advance(2 * MINUTE);
    ask(&stage, 5..6).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    stage.world.advance(2 * HOUR);
    stage.tick().await;
    let messages = stage.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].1.contains("2 requests wait for a decision"), "{}", messages[0].1);
}

async fn gather_and_die(memory: Memory, nth: usize, stays_dead_for: Duration) -> bool {
    let stage = Stage::over(World::over(memory)).await;
    somebody(&stage, quiet());
    plan_and_die(&stage, 3, nth, stays_dead_for, 3 * HOUR).await
}

#[tokio::test]
async fn wherever_a_planner_dies_in_quiet_hours_each_request_is_told_once() {
    // The next planner comes within the quiet hours, and after them.
    for stays_dead_for in [MINUTE, 3 * HOUR] {
        let mut nth = 1;
        while gather_and_die(Memory::like_sqlite(), nth, stays_dead_for).await {
            nth += 1;
            assert!(nth < MOST, "the work has an end");
        }
        assert!(nth > 6, "the faults cover the work: {nth}");
    }
}

#[tokio::test]
async fn a_request_that_is_handed_over_waits_for_the_end_of_the_quiet_hours() {
    let stage = Stage::new().await;
    let by = stage.world.administrator(&stage.company, [Permission::SuperAdmin]).record;
    let asleep = somebody(&stage, quiet()).record;
    let request = stage.ask().await;
    assign(&stage, &by, &request, Some(&asleep)).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "not before");
    stage.world.advance(2 * HOUR);
    stage.tick().await;
    let all = stage.messages();
    assert!(all.iter().any(|(_, text)| text.contains("hands this request over to you")), "{all:?}");
}
