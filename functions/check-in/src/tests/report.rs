//! What agents tell of their computers: host names, and which agent it is.

use countersign_http::testing::{Device, TestResponse};
use countersign_kv::memory::{Like, Memory};
use countersign_model::{ActName, Computer, ComputerId, Permit, lists};
use futures::future::join_all;
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

use crate::tests::story::{Story, enroll};

impl Story {
    async fn stored(&self, device: &Device) -> Computer {
        self.world.journal.load::<Computer>(&device.record.id).await.unwrap().unwrap().value
    }

    async fn last_act(&self) -> ActName {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::UNIFIED_AUDIT, None, 1).await.unwrap();
        self.world.journal.event(&permit, page.items[0].number.unwrap()).await.unwrap().unwrap().act.name()
    }

    /// Another computer of the group that has a token of its own.
    async fn enrolled(&self, hostname: &str) -> Value {
        let key = self.world.enrollment_key(&self.group);
        enroll(self, &key, hostname).await.json()
    }
}

fn refused(answer: &TestResponse) -> (u16, String) {
    (answer.status, answer.code())
}

#[tokio::test]
async fn a_computer_has_the_host_name_that_its_agent_tells_and_an_unchanged_one_costs_no_write() {
    let story = Story::new();
    assert_eq!(story.ask("?hostname=front-desk").await.status, 200);
    let stored = story.stored(&story.device).await;
    assert_eq!((stored.hostname.as_str(), stored.unconfirmed), ("front-desk", false));
    assert_eq!(story.last_act().await, ActName::ComputerRenamed);
    let version = story.news(&Value::Null).await["version"].as_str().unwrap().to_owned();
    let query = format!("?since={version}&hostname=front-desk&instance=agent-0001");
    story.ask(&query).await;
    let version = story.news(&Value::Null).await["version"].as_str().unwrap().to_owned();
    story.world.memory.reset_counts();
    let query = format!("?since={version}&hostname=front-desk&instance=agent-0001");
    assert_eq!(story.ask(&query).await.json()["version"], version);
    assert_eq!((story.world.counts().reads, story.world.counts().writes), (3, 0));
    story.ask("?hostname=FRONT-desk").await;
    let stored = story.stored(&story.device).await;
    assert_eq!(
        (stored.hostname.as_str(), stored.unconfirmed),
        ("FRONT-desk", false),
        "only the case changes"
    );
}

#[tokio::test]
async fn asking_for_the_headers_alone_tells_nothing_of_the_computer() {
    let story = Story::new();
    let before = story.world.memory.dump();
    let path = "/agent/v1/check-in?hostname=front-desk&instance=agent-0001";
    let answer = story.app.call(Method::HEAD, path).bearer(&story.device.token).send().await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET"));
    story.world.settle().await;
    assert!(story.world.memory.dump() == before, "something was written");
}

#[tokio::test]
async fn a_computer_that_takes_the_name_of_another_one_is_unconfirmed() {
    let story = Story::new();
    let other = story.enrolled("front-desk").await;
    assert_eq!(story.ask("?hostname=Front-Desk").await.status, 200);
    let stored = story.stored(&story.device).await;
    let twin_of = stored.twin_of.as_ref().map(ToString::to_string);
    assert_eq!((stored.unconfirmed, twin_of.as_deref()), (true, other["computer_id"].as_str()));
    story.ask("?hostname=elsewhere").await;
    assert!(story.stored(&story.device).await.unconfirmed, "until an administrator confirms it");
}

#[tokio::test]
async fn a_name_that_a_computer_has_given_up_is_free_and_the_one_that_it_took_is_not() {
    let story = Story::new();
    story.enrolled("desk-1").await;
    story.ask("?hostname=desk-2").await;
    assert_eq!(story.enrolled("DESK-2").await["unconfirmed"], true);
    story.ask("?hostname=desk-3").await;
    assert_eq!(story.enrolled("desk-2").await["unconfirmed"], false, "only an unconfirmed one has it");
    story.ask("?hostname=desk-4").await;
    story.ask("?hostname=desk-3").await;
    assert!(!story.stored(&story.device).await.unconfirmed, "it takes its own name again");
}

#[tokio::test]
async fn of_many_that_take_one_name_at_once_one_has_it() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let story = Story::over(Memory::new(like));
        let devices: Vec<_> = (0..6).map(|_| story.world.computer(&story.group)).collect();
        story.world.memory.interleave(true);
        let answers = join_all(devices.iter().map(|device| story.ask_as(device, "?hostname=desk"))).await;
        story.world.memory.interleave(false);
        assert!(answers.iter().all(|answer| answer.status == 200), "{like:?}");
        // Those that met others in the midst of it try again.
        for device in &devices {
            story.ask_as(device, "?hostname=desk").await;
        }
        let mut confirmed = 0;
        for device in &devices {
            let stored = story.stored(device).await;
            assert_eq!(stored.hostname, "desk", "{like:?}");
            confirmed += usize::from(!stored.unconfirmed);
        }
        assert_eq!(confirmed, 1, "{like:?}");
    }
}

#[tokio::test]
async fn a_computer_whose_names_take_turns_keeps_one_of_them() {
    let story = Story::new();
    for n in 0..40 {
        assert_eq!(story.ask(&format!("?hostname=desk-{}", n % 2)).await.status, 200);
    }
    assert!(story.stored(&story.device).await.naming <= 20);
}

#[tokio::test]
async fn clones_of_one_image_are_found_and_each_is_told_to_enroll_anew() {
    let story = Story::new();
    story.ask("?hostname=front-desk").await;
    let call = async |agent: usize| {
        story.world.advance(Duration::from_secs(2));
        story.ask(&format!("?instance=agent-{agent:04}")).await
    };
    for agent in 0..6 {
        assert_eq!(call(agent % 5).await.status, 200, "{agent}");
    }
    let told = (401, "computer-cloned".to_owned());
    assert_eq!(refused(&call(1).await), told);
    assert_eq!(story.last_act().await, ActName::ComputerCloned);
    story.world.memory.reset_counts();
    for agent in 0..5 {
        assert_eq!(refused(&call(agent).await), told, "{agent}");
        assert_eq!(refused(&story.ask("").await), told, "also without an id");
    }
    assert_eq!(story.world.counts().writes, 0);
    let anew = story.enrolled("front-desk").await;
    assert_eq!(anew["unconfirmed"], true, "the cloned computer has the name until it is replaced");
    let token = anew["token"].as_str().unwrap();
    assert_eq!(
        story.app.get("/agent/v1/check-in?instance=agent-0003").bearer(token).send().await.status,
        200
    );
}

#[tokio::test]
async fn a_clone_that_waits_hears_of_it_within_a_second() {
    let story = Story::new();
    for agent in [0, 1, 0] {
        assert_eq!(story.ask(&format!("?instance=agent-{agent:04}")).await.status, 200);
    }
    let known = story.news(&Value::Null).await;
    let waits = format!("?since={}&wait=25&instance=agent-0000", known["version"].as_str().unwrap());
    let before = story.world.now();
    let other = async {
        tokio::task::yield_now().await;
        let answer = story.ask("?instance=agent-0001").await;
        story.process().await;
        answer
    };
    let (waiting, other) = tokio::join!(story.ask(&waits), other);
    assert_eq!((refused(&waiting), refused(&other)), (refused(&other), (401, "computer-cloned".to_owned())));
    assert!(story.world.now().duration_since(before) <= jiff::SignedDuration::from_secs(1));
}

#[tokio::test]
async fn a_check_in_is_not_refused_for_an_odd_host_name() {
    let story = Story::new();
    let long = format!("first-{}-last", "x".repeat(300));
    for (sent, kept, why) in [
        ("pc%0A7", r"pc\u{a}7", "a control character"),
        ("PC-7%00%00", r"PC-7\u{0}\u{0}", "the end of a text in C"),
        ("pc-%ED%A0%80", r"pc-\u{d800}", "a lone surrogate"),
        ("caf%E9", r"caf\u{dce9}", "Windows-1252"),
        ("pc%E2%80%AE7", r"pc\u{202e}7", "an override of direction"),
        ("pc-7.example.", "pc-7.example", "the root of DNS"),
        (&"y".repeat(253), &"y".repeat(253), "the longest that is kept whole"),
    ] {
        assert_eq!(story.ask(&format!("?hostname={sent}")).await.status, 200, "{why}");
        assert_eq!(story.stored(&story.device).await.hostname, kept, "{why}");
    }
    assert_eq!(story.ask(&format!("?hostname={long}")).await.status, 200);
    let cut = story.stored(&story.device).await;
    assert!(cut.hostname.starts_with("first-") && cut.hostname.ends_with("-last"), "{}", cut.hostname);
    assert!(cut.hostname.contains(r"\u{…}") && cut.hostname.chars().count() <= 253, "{}", cut.hostname);
    for nothing in ["", "%20", ".", &long] {
        assert_eq!(story.ask(&format!("?hostname={nothing}")).await.status, 200, "{nothing}");
        assert_eq!(json!(story.stored(&story.device).await), json!(cut), "{nothing}: as it was");
    }
}

#[tokio::test]
async fn an_odd_host_name_is_the_same_at_check_in_as_when_the_computer_enrolled() {
    let story = Story::new();
    let key = story.world.enrollment_key(&story.group);
    let body = format!(r#"{{"enrollment_key":"{key}","hostname":"pc-\ud800\u0000.","os":"linux"}}"#);
    let app = story.world.app(enroll_computer::router);
    let enrolled = app.post("/agent/v1/enroll").body("application/json", body).send().await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text());
    let enrolled = enrolled.json();
    let id: ComputerId = enrolled["computer_id"].as_str().unwrap().parse().unwrap();
    let before = story.world.journal.load::<Computer>(&id).await.unwrap().unwrap();
    assert_eq!(before.value.hostname, r"pc-\u{d800}\u{0}");
    let path = "/agent/v1/check-in?hostname=pc-%ED%A0%80%00.";
    let answer = story.app.get(path).bearer(enrolled["token"].as_str().unwrap()).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let after = story.world.journal.load::<Computer>(&id).await.unwrap().unwrap();
    assert_eq!((after.value.naming, after.value.hostname), (0, before.value.hostname), "nothing was renamed");
}

#[tokio::test]
async fn what_is_no_id_and_no_version_is_refused() {
    let story = Story::new();
    for (query, pointer) in [
        ("?instance=short".to_owned(), "/instance"),
        ("?instance=not%20an%20id".to_owned(), "/instance"),
        (format!("?instance={}", "x".repeat(65)), "/instance"),
        ("?agent_version=".to_owned(), "/agent_version"),
        ("?agent_version=1%201".to_owned(), "/agent_version"),
        (format!("?agent_version={}", "1".repeat(65)), "/agent_version"),
    ] {
        let answer = story.ask(&query).await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![pointer.to_owned()]), "{query}");
    }
    assert_eq!(json!(story.stored(&story.device).await), json!(story.device.record), "nothing changed");
}
