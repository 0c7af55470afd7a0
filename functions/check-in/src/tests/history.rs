//! Check-ins are noted, at most once a minute.

use std::time::Duration;

use countersign_kv::memory::Memory;
use countersign_model::ComputerId;
use countersign_model::computer::check_ins::CheckInEntry;
use serde_json::{Value, json};

use crate::tests::story::{Story, enroll, enrollment};

impl Story {
    async fn noted(&self) -> Vec<CheckInEntry> {
        self.world.journal.past_check_ins(&self.device.record.id, None, 1_000).await.unwrap().0
    }
}

#[tokio::test]
async fn a_check_in_is_noted_with_address_version_and_the_policies_that_the_agent_had() {
    let story = Story::new();
    let all = story.ask("?agent_version=1.4.0-rc.1").await.json();
    story.world.advance(Duration::from_secs(60));
    story.deploy(&["One"]).await;
    let news = story.news(&all).await;
    story.world.advance(Duration::from_secs(60));
    story.ask(&format!("?since={}&agent_version=1.4.1", news["version"].as_str().unwrap())).await;
    let noted = story.noted().await;
    let seen: Vec<_> =
        noted.iter().map(|entry| (entry.agent_version.as_deref(), entry.policy_version)).collect();
    assert_eq!(seen, [(Some("1.4.1"), Some(1)), (None, Some(0)), (Some("1.4.0-rc.1"), None)]);
    assert!(noted.iter().all(|entry| entry.address.as_deref() == Some("192.0.2.10")), "{noted:?}");
    let known = story.world.journal.check_ins(&story.device.record.id).await.unwrap();
    assert_eq!(known.agent_version(), Some("1.4.1"));
}

#[tokio::test]
async fn of_many_check_ins_in_a_minute_one_is_noted_and_no_more_than_fits() {
    let story = Story::new();
    let known = story.news(&Value::Null).await;
    for _ in 0..5 {
        assert_eq!(story.news(&known).await["version"], known["version"]);
        story.world.advance(Duration::from_secs(10));
    }
    assert_eq!(story.noted().await.len(), 1);
    for _ in 0..600 {
        story.world.advance(Duration::from_secs(60));
        assert_eq!(story.news(&known).await["version"], known["version"], "noting moves no version");
    }
    let noted = story.noted().await;
    assert!((500..=525).contains(&noted.len()), "{}", noted.len());
    assert!(noted.windows(2).all(|pair| pair[0].at > pair[1].at));
}

#[tokio::test]
async fn what_is_refused_is_not_noted() {
    let story = Story::new();
    assert_eq!(story.ask("?since=x").await.status, 422);
    assert_eq!(story.app.get("/agent/v1/check-in").bearer("csc_x").send().await.status, 401);
    assert!(story.noted().await.is_empty());
}

#[tokio::test]
async fn a_check_in_is_answered_although_it_cannot_be_noted() {
    for like in Memory::ALL {
        for after in [false, true] {
            let story = Story::over(Memory::new(like));
            let known = story.news(&Value::Null).await;
            story.world.advance(Duration::from_secs(60));
            if after {
                story.world.memory.stop_after_write(1);
            } else {
                story.world.memory.fail_write(1);
            }
            assert_eq!(story.news(&known).await["version"], known["version"], "{like:?} {after}");
            story.world.memory.resume();
            assert_eq!(story.noted().await.len(), 1 + usize::from(after), "{like:?} {after}");
        }
    }
}

#[tokio::test]
async fn the_version_of_the_agent_that_enrolled_is_known_before_it_checks_in() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let mut with_version = enrollment(&key, "desk-1");
    with_version["agent_version"] = json!("1.4.0");
    let made =
        story.world.app(enroll_computer::router).post("/agent/v1/enroll").json(&with_version).send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id: ComputerId = made.json()["computer_id"].as_str().unwrap().parse().unwrap();
    let known = story.world.journal.check_ins(&id).await.unwrap();
    assert_eq!((known.agent_version(), known.last()), (Some("1.4.0"), None));
    with_version["agent_version"] = json!("1 4");
    let refused =
        story.world.app(enroll_computer::router).post("/agent/v1/enroll").json(&with_version).send().await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/agent_version".to_owned()]));
    assert_eq!(enroll(&story, &key, "desk-2").await.status, 201, "it may be left out");
}
