//! Checking in: its answers, its costs, and waiting.

use std::time::Duration;

use countersign_model::{AgentSettings, Computer, DecisionScope};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::tests::story::{Story, added, for_the, journal, removed};

#[tokio::test]
async fn a_new_agent_is_told_everything_and_then_nothing() {
    let story = Story::new();
    story.deploy(&["Block the unknown", "Allow the signed"]).await;
    let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Computer)).await;
    let all = story.news(&Value::Null).await;
    assert_eq!(
        (&all["more"], &all["policy_version"], &all["maintenance"]),
        (&json!(false), &json!(1), &Value::Null)
    );
    let policies = all["policies"].as_array().unwrap();
    assert_eq!((policies.len(), &policies[0]["name"]), (2, &json!("Block the unknown")));
    assert_eq!(policies[0]["group_id"], json!(story.group.id));
    let told = &all["grants"]["added"][0];
    assert_eq!((&told["id"], &told["request_id"]), (&json!(grant), &json!(request)));
    assert_eq!((&told["kind"], &told["scope"]), (&json!("application"), &json!("computer")));
    assert_eq!(told["subject"]["path"], "/opt/tool");
    assert_eq!(told["subject"]["sha256"].as_str().unwrap().len(), 64);
    let nothing = story.news(&all).await;
    let unchanged = json!({ "version": all["version"], "more": false, "policy_version": 1,
        "grants": { "added": [], "removed": [] }, "maintenance": null });
    assert_eq!(nothing, unchanged);
}

#[tokio::test]
async fn an_unchanged_check_in_costs_three_reads_and_no_write() {
    let story = Story::new();
    for n in 0..5 {
        story.approve(&story.device, &format!("tool {n}"), for_the(DecisionScope::Computer)).await;
    }
    let all = story.news(&Value::Null).await;
    story.world.memory.reset_counts();
    story.news(&all).await;
    assert_eq!((story.world.counts().reads, story.world.counts().writes), (3, 0));
    let version = all["version"].as_str().unwrap();
    story.world.memory.reset_counts();
    let before = story.world.now();
    let waited = story.ask(&format!("?since={version}&wait=5")).await;
    assert_eq!(waited.json()["version"], all["version"]);
    assert_eq!(story.world.now().duration_since(before), SignedDuration::from_secs(5));
    let counts = story.world.counts();
    assert_eq!((counts.reads, counts.writes), (1 + 2 + 10 + 1, 0), "one key, twice a second");
    story.world.memory.reset_counts();
    story.news(&Value::Null).await;
    assert_eq!(story.world.counts().writes, 0, "nothing is written that was noted in this minute");
    story.world.advance(Duration::from_secs(60));
    story.world.memory.reset_counts();
    story.news(&all).await;
    assert_eq!((story.world.counts().reads, story.world.counts().writes), (3, 1), "once a minute");
}

#[tokio::test]
async fn which_policies_a_computer_was_given_is_written_with_the_answer_that_has_them() {
    let story = Story::new();
    let given = async || {
        let found = story.world.journal.load::<Computer>(&story.device.record.id).await.unwrap().unwrap();
        found.value.policy_version
    };
    let before = story.news(&Value::Null).await;
    assert_eq!(given().await, None, "nothing is deployed");
    for version in 1..=2 {
        story.deploy(&["One"]).await;
        let told = story.news(&before).await;
        assert_eq!(given().await, Some(version));
        story.world.memory.reset_counts();
        assert_eq!(story.news(&told).await["version"], told["version"], "it is no news for the agent");
        assert_eq!((story.world.counts().reads, story.world.counts().writes), (3, 0));
        assert_eq!(story.news(&Value::Null).await["version"], told["version"]);
        assert_eq!(story.world.counts().writes, 0, "it is known");
    }
}

#[tokio::test]
async fn an_agent_is_told_which_agent_its_group_is_to_have() {
    let story = Story::new();
    let all = story.news(&Value::Null).await;
    assert_eq!(all["agent"], json!({ "version": null, "update_channel": null }));
    let agent =
        AgentSettings { version: Some("2.4.1".to_owned()), update_channel: Some("preview".to_owned()) };
    story.set_agent(&agent).await;
    let told = story.news(&all).await;
    assert_eq!(told["agent"], json!({ "version": "2.4.1", "update_channel": "preview" }));
    assert_eq!(story.news(&told).await["agent"], Value::Null, "it knows");
}

#[tokio::test]
async fn an_agent_gets_what_it_can_enforce() {
    let story = Story::new();
    story.deploy(&["One"]).await;
    let all = story.news(&Value::Null).await;
    let policy = &all["policies"][0];
    assert_eq!(policy["default_action"], "block");
    assert_eq!(policy["kinds"], json!(["application", "storage", "elevation"]));
    let values = json!({ "action": "allow", "match": { "by": "path", "values": ["/usr/**"] } });
    assert_eq!(policy["entries"], json!([values]));
}

#[tokio::test]
async fn a_deployment_reaches_the_agents_of_its_group() {
    let story = Story::new();
    let other = story.world.computer(&story.world.group(&story.company, "Servers"));
    let (before, servers) = (story.news(&Value::Null).await, story.news_of(&other, &Value::Null).await);
    assert_eq!((&before["policies"], &before["policy_version"]), (&json!([]), &json!(0)));
    story.deploy(&["One"]).await;
    let after = story.news(&before).await;
    assert_eq!((&after["policies"][0]["name"], &after["policy_version"]), (&json!("One"), &json!(1)));
    assert_eq!(story.news_of(&other, &servers).await["policies"], json!([]), "none are for the servers");
    story.deploy(&["Two"]).await;
    let later = story.news(&after).await;
    assert_eq!((&later["policies"][0]["name"], &later["policy_version"]), (&json!("Two"), &json!(2)));
    story.approve(&story.device, "tool", for_the(DecisionScope::Computer)).await;
    assert_eq!(story.news(&later).await["policies"], Value::Null, "the agent has them");
}

#[tokio::test]
async fn a_maintenance_mode_is_told_and_ends_by_itself() {
    let story = Story::new();
    let before = story.news(&Value::Null).await;
    story.maintenance(Duration::from_secs(600)).await;
    let on = story.news(&before).await;
    assert_eq!(on["maintenance"]["mode"], "installation");
    assert_ne!(on["version"], before["version"]);
    assert_eq!(story.news(&on).await["version"], on["version"]);
    story.world.advance(Duration::from_secs(599));
    assert_eq!(story.news(&on).await["maintenance"]["mode"], "installation");
    story.world.advance(Duration::from_secs(1));
    let off = story.news(&on).await;
    assert_eq!(off["maintenance"], Value::Null);
    assert_ne!(off["version"], on["version"], "nobody had to process anything for that");
    assert_eq!(story.news(&off).await["version"], off["version"]);
}

#[tokio::test]
async fn whoever_waits_hears_within_a_second() {
    let story = Story::new();
    let known = story.news(&Value::Null).await;
    let query = format!("?since={}&wait=25", known["version"].as_str().unwrap());
    let before = story.world.now();
    let approve = async {
        tokio::task::yield_now().await;
        story.approve(&story.device, "tool", for_the(DecisionScope::Organization)).await.0
    };
    let (answer, grant) = tokio::join!(story.ask(&query), approve);
    assert_eq!(added(&answer.json()), [grant]);
    assert!(story.world.now().duration_since(before) <= SignedDuration::from_secs(1));
}

impl Story {
    /// What a waiting agent is told when something changes. It must be told within a second.
    async fn told_at_once(&self, change: impl Future<Output = ()>) -> Value {
        let known = self.news(&Value::Null).await;
        let query = format!("?since={}&wait=25", known["version"].as_str().unwrap());
        let before = self.world.now();
        let change = async {
            tokio::task::yield_now().await;
            change.await;
        };
        let (answer, ()) = tokio::join!(self.ask(&query), change);
        let took = self.world.now().duration_since(before);
        assert!(took <= SignedDuration::from_secs(1), "{took}");
        answer.json()
    }
}

#[tokio::test]
async fn whoever_waits_hears_of_everything_that_concerns_the_computer_within_a_second() {
    let story = Story::new();
    let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Organization)).await;
    let servers = story.world.group(&story.company, "Servers").id;
    let preview = AgentSettings { version: None, update_channel: Some("preview".to_owned()) };
    let deployed = story.told_at_once(story.deploy(&["Block the unknown"])).await;
    assert_eq!(deployed["policies"][0]["name"], "Block the unknown");
    assert_eq!(removed(&story.told_at_once(story.revoke(&request)).await), [grant]);
    let set = story.told_at_once(story.maintenance(Duration::from_secs(3600))).await;
    assert_eq!(set["maintenance"]["mode"], "installation");
    let wanted = story.told_at_once(story.set_agent(&preview)).await;
    assert_eq!(wanted["agent"]["update_channel"], "preview");
    let to_the_servers = |old: &Computer| old.moved(servers.clone());
    let moved = story.told_at_once(story.change_computer(&story.device, to_the_servers)).await;
    assert_eq!(moved["policies"], json!([]), "those of the other group");
}

#[tokio::test]
async fn an_agent_that_asks_once_a_minute_hears_of_everything_at_its_next_check_in() {
    for processed in [false, true] {
        let story = Story::new();
        let servers = story.world.group(&story.company, "Servers").id;
        let mut known = story.news(&Value::Null).await;
        let mut next = async || {
            if processed {
                story.process().await;
            }
            story.world.advance(Duration::from_secs(60));
            let asked_at = story.world.now();
            known = story.news(&known).await;
            assert_eq!(story.world.now(), asked_at, "it is answered at once");
            known.clone()
        };
        story.deploy(&["Block the unknown"]).await;
        assert_eq!(next().await["policies"][0]["name"], "Block the unknown");
        let (grant, request) = story.approve(&story.device, "tool", for_the(DecisionScope::Group)).await;
        assert_eq!(added(&next().await), [grant.as_str()]);
        story.maintenance(Duration::from_secs(3600)).await;
        assert_eq!(next().await["maintenance"]["mode"], "installation");
        story.set_agent(&AgentSettings { version: Some("2.4".to_owned()), update_channel: None }).await;
        assert_eq!(next().await["agent"]["version"], "2.4");
        story.revoke(&request).await;
        assert_eq!(removed(&next().await), [grant]);
        story.change_computer(&story.device, |old: &Computer| old.moved(servers.clone())).await;
        assert_eq!(next().await["policies"], json!([]), "those of the other group");
        let nothing = next().await;
        assert_eq!((&nothing["policies"], added(&nothing)), (&Value::Null, vec![]), "{nothing}");
    }
}

#[tokio::test]
async fn a_mode_that_ends_while_the_agent_waits_ends_the_waiting() {
    let story = Story::new();
    story.maintenance(Duration::from_secs(3)).await;
    let known = story.news(&Value::Null).await;
    let before = story.world.now();
    let answer = story.ask(&format!("?since={}&wait=25", known["version"].as_str().unwrap())).await;
    assert_eq!(answer.json()["maintenance"], Value::Null);
    assert!(story.world.now().duration_since(before) <= SignedDuration::from_secs(4));
}

#[tokio::test]
async fn a_newer_waiting_call_of_the_same_computer_ends_the_older() {
    let story = Story::new();
    let other = story.world.computer(&story.group);
    let version = |known: Value| known["version"].as_str().unwrap().to_owned();
    let query = format!("?since={}&wait=25", version(story.news(&Value::Null).await));
    let foreign = format!("?since={}&wait=25", version(story.news_of(&other, &Value::Null).await));
    let start = story.world.now();
    let seconds = || story.world.now().duration_since(start).as_secs();
    let older = async { (story.ask(&query).await.status, seconds()) };
    let newer = async {
        tokio::task::yield_now().await;
        (story.ask(&query).await.status, seconds())
    };
    let others = async { (story.ask_as(&other, &foreign).await.status, seconds()) };
    let (older, newer, others) = tokio::join!(older, newer, others);
    assert_eq!((older.0, newer.0, others.0), (200, 200, 200));
    assert!(older.1 <= 2, "{older:?}");
    assert!(newer.1 >= 25 && others.1 >= 25, "{newer:?} {others:?}");
    let places: Vec<_> = (0..).map_while(|n| story.world.waiting.take(&format!("caller {n}"))).collect();
    assert_eq!(places.len(), countersign_http::WAITING_PLACES, "all places are free again");
}

#[tokio::test]
async fn a_full_instance_answers_at_once_and_says_when_to_return() {
    let story = Story::new();
    let known = story.news(&Value::Null).await;
    let places: Vec<_> = (0..).map_while(|n| story.world.waiting.take(&format!("caller {n}"))).collect();
    let before = story.world.now();
    let answer = story.ask(&format!("?since={}&wait=25", known["version"].as_str().unwrap())).await;
    assert_eq!((answer.status, answer.header("retry-after")), (200, "2"));
    assert_eq!(story.world.now(), before);
    drop(places);
}

#[tokio::test]
async fn whoever_is_removed_while_waiting_hears_nothing() {
    let story = Story::new();
    let known = story.news(&Value::Null).await;
    let query = format!("?since={}&wait=3", known["version"].as_str().unwrap());
    let (journal, id) = (journal(&story), story.device.record.id.clone());
    let remove = async {
        tokio::task::yield_now().await;
        let gone = |old: &countersign_model::Computer| Ok::<_, std::convert::Infallible>(old.deleted());
        journal.update(&id, gone).await.unwrap();
    };
    let (answer, ()) = tokio::join!(story.ask(&query), remove);
    assert_eq!(answer.status, 401);
    assert_eq!(story.ask("").await.status, 401);
}

#[tokio::test]
async fn only_an_enrolled_computer_checks_in_and_only_well() {
    let story = Story::new();
    let admin = story.world.administrator(&story.company, []);
    for token in ["", "x", admin.token.as_str()] {
        assert_eq!(story.app.get("/agent/v1/check-in").bearer(token).send().await.status, 401);
    }
    let before = story.world.memory.dump();
    for query in
        ["?since=x", "?since=", "?since=e30", "?wait=26", "?wait=x", "?since=a&since=b", "?version=1"]
    {
        let refused = story.ask(query).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "invalid-query"), "{query}");
    }
    assert_eq!(story.ask("?since=%ff").await.status, 400);
    assert_eq!(story.app.post("/agent/v1/check-in").bearer(&story.device.token).send().await.status, 405);
    assert!(story.world.memory.dump() == before);
}

#[test]
fn every_operation_stands_in_the_document() {
    let document = serde_json::to_value(crate::openapi().finish().unwrap()).unwrap();
    assert_eq!(document["paths"]["/agent/v1/check-in"]["get"]["operationId"], "check_in");
}
