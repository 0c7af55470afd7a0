//! The key of override codes: from enrolling on, and for agents that enrolled before at their next check-in.

use countersign_authority::OverrideKey;
use countersign_authority::secrets::SecretKeys;
use countersign_http::testing::Device;
use countersign_kv::memory::Memory;
use countersign_model::{Computer, ComputerId};
use futures::future::join_all;
use serde_json::Value;

use crate::tests::story::{Story, enroll, enrollment};

const SECRET: &str = "key-of-the-tests";

impl Story {
    /// The key that the store has for a computer, as its agent gets it.
    async fn stored_key(&self, id: &ComputerId) -> Option<String> {
        let computer = self.world.journal.load::<Computer>(id).await.unwrap().unwrap().value;
        let sealed = computer.override_key?;
        let key = OverrideKey::open(&SecretKeys::parse(SECRET), id, &sealed).unwrap();
        assert!(!sealed.as_str().contains(&key.text()), "never in clear");
        Some(key.text())
    }

    async fn own_key(&self) -> Option<String> {
        self.stored_key(&self.device.record.id).await
    }

    fn with_secret(&self) {
        self.world.settings.set("secret_key", SECRET);
    }
}

#[tokio::test]
async fn a_computer_that_enrolls_gets_its_key_and_so_does_a_retry() {
    let story = Story::new();
    story.with_secret();
    let key = story.world.enrollment_key(&story.group);
    let call = || {
        story
            .world
            .app(enroll_computer::router)
            .post("/agent/v1/enroll")
            .idempotency_key("k")
            .json(enrollment(&key, "desk-1"))
            .send()
    };
    let made = call().await.json();
    let id: ComputerId = made["computer_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(made["override_key"].as_str(), story.stored_key(&id).await.as_deref());
    let again = call().await.json();
    assert_eq!(
        (&again["computer_id"], &again["override_key"]),
        (&made["computer_id"], &made["override_key"])
    );
    let twin = enroll(&story, &key, "desk-1").await.json();
    assert_eq!(twin["unconfirmed"], true);
    assert_ne!(twin["override_key"], made["override_key"], "each has its own");
    // The next check-in says it again, in case the answer was lost, and then no more.
    let token = again["token"].as_str().unwrap();
    let device = Device { record: story.device.record.clone(), token: token.to_owned() };
    let news = story.news_of(&device, &Value::Null).await;
    assert_eq!(news["override_key"], made["override_key"]);
    let later = story.news_of(&device, &news).await;
    assert_eq!((&later["version"], later.get("override_key")), (&news["version"], None));
}

#[tokio::test]
async fn an_agent_that_enrolled_before_gets_a_key_at_its_next_check_in_and_is_told_until_it_has_it() {
    let story = Story::new();
    let before = story.news(&Value::Null).await;
    assert_eq!(before.get("override_key"), None, "there is no `secret_key`");
    assert_eq!(story.news(&before).await["version"], before["version"], "nor does it ask each time");
    story.with_secret();
    // A version that an earlier server gave, which says nothing of keys.
    let old = crate::version::Version {
        override_key: None,
        ..crate::version::Version::read(before["version"].as_str().unwrap()).unwrap()
    };
    let old = serde_json::json!({ "version": old.text() });
    let news = story.news(&old).await;
    let told = news["override_key"].as_str().map(str::to_owned);
    assert!(told.is_some() && told == story.own_key().await);
    assert_eq!(story.news(&old).await["override_key"], news["override_key"], "the answer may be lost");
    story.world.memory.reset_counts();
    let later = story.news(&news).await;
    assert_eq!((&later["version"], later.get("override_key")), (&news["version"], None));
    assert_eq!((story.world.counts().reads, story.world.counts().writes), (3, 0));
    assert_eq!(
        story.news(&Value::Null).await["override_key"],
        news["override_key"],
        "an agent that lost all"
    );
}

#[tokio::test]
async fn an_agent_gets_its_key_and_its_policies_in_one_answer_and_has_both() {
    let story = Story::new();
    story.with_secret();
    story.deploy(&["One"]).await;
    let news = story.news(&Value::Null).await;
    assert_eq!(news["override_key"].as_str(), story.own_key().await.as_deref());
    assert_eq!(news["policies"][0]["name"], "One");
    let computer = story.world.journal.load::<Computer>(&story.device.record.id).await.unwrap().unwrap();
    assert_eq!(computer.value.policy_version, Some(1));
    story.world.memory.reset_counts();
    assert_eq!(story.news(&news).await["version"], news["version"], "nothing is news for the agent");
    assert_eq!((story.world.counts().reads, story.world.counts().writes), (3, 0));
}

#[tokio::test]
async fn of_many_first_check_ins_at_once_all_are_told_one_key() {
    for like in Memory::ALL {
        let story = Story::over(Memory::new(like));
        story.with_secret();
        story.world.memory.interleave(true);
        let answers = join_all((0..6).map(|_| story.ask(""))).await;
        story.world.memory.interleave(false);
        let stored = story.own_key().await;
        assert!(stored.is_some(), "{like:?}");
        for answer in answers {
            let told = answer.json()["override_key"].as_str().map(str::to_owned);
            assert!(told.is_none() || told == stored, "{like:?}: {}", answer.text());
        }
        assert_eq!(story.news(&Value::Null).await["override_key"].as_str(), stored.as_deref(), "{like:?}");
    }
}

#[tokio::test]
async fn a_key_that_died_at_any_write_is_given_by_the_next_check_in() {
    for like in Memory::ALL {
        for nth in 1..=2 {
            for after in [false, true] {
                let story = Story::over(Memory::new(like));
                story.with_secret();
                story.world.memory.stop_at_write(nth, after);
                story.ask("").await;
                story.world.memory.resume();
                let told = story.news(&Value::Null).await;
                assert!(told["override_key"].is_string(), "{like:?} {nth} {after}");
                assert_eq!(told["override_key"].as_str(), story.own_key().await.as_deref());
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_any_more_stops_no_news() {
    let story = Story::new();
    story.with_secret();
    let news = story.news(&Value::Null).await;
    story.world.settings.set("secret_key", "another");
    let all = story.news(&Value::Null).await;
    assert_eq!((all.get("override_key"), &all["policies"]), (None, &news["policies"]));
    assert_eq!(story.news(&all).await["version"], all["version"]);
}
