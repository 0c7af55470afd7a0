//! Computers, as administrators see and manage them: their check-ins, override codes and maintenance modes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::Instant;

use countersign_host::harness::TestHost;
use countersign_tests::{Answer, Deployment, on_every_backend};
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret};

/// What a check-in costs at the most before it waits.
const READS: u64 = 3;

/// What the computer's agent, which knows everything so far and waits, hears of a change: within a second of its answer.
async fn heard(
    host: &TestHost,
    world: &Deployment,
    what: &str,
    change: impl Future<Output = Answer>,
) -> Value {
    host.settle().await.unwrap();
    let check_in = |query: &str| {
        let path = format!("/agent/v1/check-in{query}");
        world.api.get(&path).bearer(&world.computer_token).send()
    };
    let known = check_in("").await.expect(200).text_at("/version");
    host.counters.reset();
    let waiting = check_in(&format!("?since={known}&wait=25"));
    let waiting = tokio::spawn(async move { (waiting.await.expect(200).json(), Instant::now()) });
    // The wait has begun once the component has looked a second time.
    while host.counters.snapshot().get("check-in").is_none_or(|counts| counts.reads <= READS) {
        tokio::task::yield_now().await;
    }
    change.await.expect(200);
    let changed = Instant::now();
    let (news, heard) = waiting.await.unwrap();
    let seconds = heard.saturating_duration_since(changed).as_secs_f32();
    assert!(seconds < 1.0, "{what}: heard after {seconds} s: {news}");
    news
}

on_every_backend! {
    async fn a_check_in_that_waits_hears_of_every_change_within_a_second(host) {
        let world = Deployment::on(&host).await;
        let post = |path: String, body: Value| world.api.post(&path).bearer(&world.boss).json(&body).send();
        let company = format!("/v1/organizations/{}", world.company);

        let until = (host.clock.now() + std::time::Duration::from_secs(3_600)).to_string();
        let body = json!({ "mode": "learning", "until": until, "group_id": world.group });
        let news = heard(&host, &world, "maintenance", post(format!("{company}/maintenance"), body)).await;
        assert_eq!(news["maintenance"]["mode"], "learning", "{news}");

        let policy = json!({ "name": "Second", "group_id": world.group });
        post(format!("{company}/policies"), policy).await.expect(201);
        let deploy = world.api.post(&format!("{company}/deploy")).bearer(&world.boss).send();
        let news = heard(&host, &world, "deploy", deploy).await;
        assert_eq!(news["policies"].as_array().map(Vec::len), Some(2), "{news}");

        let id = world.submit(&world.request_for(b"tool"), "tool").await.expect(201).text_at("/id");
        let decision = json!({ "outcome": "approved", "scope": "computer" });
        let news = heard(&host, &world, "approval", world.decide(&world.boss, &id, &decision)).await;
        assert_eq!(news["grants"]["added"][0]["request_id"], id.as_str(), "{news}");
        let revocation = post(format!("/v1/requests/{id}/revocation"), json!({}));
        let news = heard(&host, &world, "revocation", revocation).await;
        assert_eq!(news["grants"]["removed"].as_array().map(Vec::len), Some(1), "{news}");
    }

    async fn an_administrator_finds_a_computer_reads_its_code_and_sets_its_mode(host) {
        let world = Deployment::on(&host).await;
        let computers = format!("/v1/organizations/{}/computers", world.company);
        let get = async |path: String| world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        let keys = format!("/v1/organizations/{}/groups/{}/enrollment-keys", world.company, world.group);
        let key = world.api.post(&keys).bearer(&world.boss).json(&json!({})).send().await.expect(201).text_at("/key");
        let enrollment =
            json!({ "enrollment_key": key, "hostname": "front-desk", "os": "Windows 11", "agent_version": "1.4.0" });
        let enrolled = world.api.post("/agent/v1/enroll").json(&enrollment).send().await.expect(201);
        let (id, token) = (enrolled.text_at("/computer_id"), enrolled.text_at("/token"));
        let ask = async |query: String| {
            let path = format!("/agent/v1/check-in{query}");
            world.api.get(&path).bearer(&token).send().await.expect(200).json()
        };
        let known = ask("?agent_version=1.4.1".to_owned()).await;

        let found = get(format!("{computers}?q=FRONT-desk")).await;
        assert_eq!((&found["items"][0]["id"], &found["items"][0]["agent_version"]), (&json!(id), &json!("1.4.1")));
        assert_ne!(found["items"][0]["last_check_in"], Value::Null);
        let history = get(format!("{computers}/{id}/check-ins")).await;
        assert_eq!(history["items"][0]["agent_version"], "1.4.1", "{history}");

        let code = get(format!("{computers}/{id}/override-code")).await;
        let secret = Secret::try_from_base32(enrolled.text_at("/override_key")).unwrap();
        let agent = Builder::new().with_algorithm(Algorithm::SHA256).with_digits(8).with_step_duration(86_400);
        let second = u64::try_from(host.clock.now().as_second()).unwrap();
        let expected = agent.with_secret(secret).build_noncompliant().generate(second).to_string();
        // At midnight the administrator and the agent may be on different days.
        let yesterday = code["valid_until"].as_str().unwrap() <= host.clock.now().to_string().as_str();
        assert!(yesterday || code["code"] == expected, "{code}");
        let audit = get(format!("/v1/audit/system?organization_id={}&about={id}", world.company)).await;
        assert_eq!(audit["items"][0]["act"], "override-code.read", "{audit}");

        host.settle().await.unwrap();
        let known = ask(format!("?since={}", known["version"].as_str().unwrap())).await;
        let until = (host.clock.now() + std::time::Duration::from_secs(3_600)).to_string();
        let body = json!({ "mode": "tamper_protection_off", "until": until, "group_id": world.group });
        let path = format!("/v1/organizations/{}/maintenance", world.company);
        let set = world.api.post(&path).bearer(&world.boss).json(&body).send().await.expect(200).json();
        assert_eq!(set["results"].as_array().unwrap().len(), 2, "both computers of the group: {set}");
        let news = ask(format!("?since={}&wait=5", known["version"].as_str().unwrap())).await;
        assert_eq!(news["maintenance"]["mode"], "tamper_protection_off");
    }
}
