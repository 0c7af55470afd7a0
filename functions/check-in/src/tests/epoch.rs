//! Agents of a restored server, and agents that were away for a long time: what has ended disappears.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign_http::testing::Memory;
use countersign_model::DecisionScope;
use countersign_store::keys;
use serde_json::{Value, json};

use crate::tests::story::{Approval, Story, added, for_the, removed};
use crate::version::Version;

/// An agent as the reference agent works: it takes over what it is told, and starts over when it must.
#[derive(Default)]
struct Agent {
    known: Value,
    has: BTreeSet<String>,
    started_over: usize,
}

impl Agent {
    async fn check_in(&mut self, story: &Story) {
        loop {
            let query = self.known["version"].as_str().map(|version| format!("?since={version}"));
            let answer = story.ask(&query.unwrap_or_default()).await;
            if answer.status == 410 {
                assert_eq!(answer.code(), "version-too-old");
                *self = Self { started_over: self.started_over + 1, ..Self::default() };
                continue;
            }
            assert_eq!(answer.status, 200, "{}", answer.text());
            self.known = answer.json();
            for id in removed(&self.known) {
                self.has.remove(&id);
            }
            self.has.extend(added(&self.known));
            if self.known["more"] == json!(false) {
                return;
            }
        }
    }
}

#[tokio::test]
async fn the_agents_of_a_restored_server_start_over_once() {
    let mut story = Story::new();
    let (kept, _) = story.approve(&story.device, "kept", for_the(DecisionScope::Computer)).await;
    let backup = story.world.memory.dump();
    let mut agent = Agent::default();
    // After the backup: one more approval, which the restored server knows nothing of.
    story.approve(&story.device, "lost", for_the(DecisionScope::Computer)).await;
    agent.check_in(&story).await;
    assert_eq!(agent.has.len(), 2);
    for key in story.world.memory.dump().into_keys() {
        story.world.journal.kv().delete(&key).await.unwrap();
    }
    story.world.journal.kv().set_many(backup.into_iter().collect()).await.unwrap();
    story.world.journal.begin_epoch().await.unwrap();
    // As many changes as were lost, so that all counters are what they were when the agent asked.
    let (new, _) = story.approve(&story.device, "new", for_the(DecisionScope::Computer)).await;
    // The server was started anew.
    let app = story.world.app(crate::router);
    story.app = app;
    agent.check_in(&story).await;
    assert_eq!((agent.has.clone(), agent.started_over), (BTreeSet::from([kept, new]), 1));
    agent.check_in(&story).await;
    assert_eq!(agent.started_over, 1, "once");
}

#[tokio::test]
async fn a_version_of_a_server_without_an_epoch_counts_until_there_is_one() {
    let mut story = Story::over(Memory::ideal());
    story.world.journal.kv().delete(&keys::record("store-epoch")).await.unwrap();
    let known = story.news(&Value::Null).await;
    assert_eq!(Version::read(known["version"].as_str().unwrap()).unwrap().epoch, None);
    assert_eq!(story.news(&known).await["version"], known["version"]);
    story.world.journal.begin_epoch().await.unwrap();
    let app = story.world.app(crate::router);
    story.app = app;
    let query = format!("?since={}", known["version"].as_str().unwrap());
    assert_eq!(story.ask(&query).await.status, 410);
}

#[tokio::test]
async fn an_agent_that_was_away_for_months_keeps_nothing_that_has_ended_or_was_revoked() {
    for removed_since in [false, true] {
        let story = Story::new();
        let mut requests = Vec::new();
        // More ends than a version remembers.
        for number in 0..40 {
            let until = story.world.now() + Duration::from_secs(3_600 * (number + 1));
            let how = Approval { scope: DecisionScope::Computer, until: Some(until) };
            requests.push(story.approve(&story.device, &format!("ends {number}"), how).await.1);
        }
        let (_, revoked) = story.approve(&story.device, "revoked", for_the(DecisionScope::Group)).await;
        let (kept, _) = story.approve(&story.device, "kept", for_the(DecisionScope::Organization)).await;
        let mut agent = Agent::default();
        agent.check_in(&story).await;
        assert_eq!(agent.has.len(), 42);
        story.world.advance(Duration::from_secs(3_600 * 24 * 200));
        story.revoke(&revoked).await;
        let (new, _) = story.approve(&story.device, "new", for_the(DecisionScope::Computer)).await;
        if removed_since {
            // What ended long ago is not kept.
            for request in requests.iter().chain([&revoked]) {
                story.world.journal.kv().delete(&keys::record(request)).await.unwrap();
            }
        }
        agent.check_in(&story).await;
        agent.check_in(&story).await;
        assert_eq!(agent.has, BTreeSet::from([kept, new]), "removed: {removed_since}");
        assert_eq!(agent.started_over, usize::from(removed_since));
    }
}

#[tokio::test]
async fn an_agent_whose_computer_moved_long_ago_keeps_nothing_of_its_old_group() {
    for removed_since in [false, true] {
        let story = Story::new();
        let servers = story.world.group(&story.company, "Servers");
        let (_, old) = story.approve(&story.device, "old", for_the(DecisionScope::Group)).await;
        let (own, _) = story.approve(&story.device, "own", for_the(DecisionScope::Computer)).await;
        let mut agent = Agent::default();
        agent.check_in(&story).await;
        assert_eq!(agent.has.len(), 2);
        story.change_computer(&story.device, |computer| computer.moved(servers.id.clone())).await;
        if removed_since {
            story.revoke(&old).await;
            story.world.journal.kv().delete(&keys::record(&old)).await.unwrap();
        }
        agent.check_in(&story).await;
        assert_eq!(agent.has, BTreeSet::from([own]), "removed: {removed_since}");
    }
}
