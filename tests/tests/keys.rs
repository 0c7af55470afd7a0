//! Changing keys, as `docs/operations.md` says: nobody notices, and nothing is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::Duration;

use countersign_host::harness::providers::EMAIL_KEY;
use countersign_host::harness::redis::{RedisServer, is_installed};
use countersign_host::harness::{
    Backend, ChildHost, METRICS_TOKEN, Options, SCHEDULER_TOKEN, SECRET_KEY, TestHost,
};
use countersign_tests::{Answer, Api, Deployment, PASSWORD, one_time_code};
use jiff::SignedDuration;
use serde_json::json;

const NEW_KEY: &str = "616e6f746865722d6b65792d616e6f746865722d6b65792d616e6f7468657221";

/// The same people at another host.
fn at(host: &ChildHost, world: &Deployment) -> Deployment {
    Deployment { api: Api::new(host.url("")), ..world.clone() }
}

async fn override_code(world: &Deployment) -> Answer {
    let path = format!("/v1/organizations/{}/computers/{}/override-code", world.company, world.computer);
    world.api.get(&path).bearer(&world.boss).send().await
}

/// How many rows of the company's audit do not verify.
async fn problems(world: &Deployment) -> usize {
    let path = format!("/v1/audit/system/verify?organization_id={}&limit=200", world.company);
    let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
    let found = page["problems"].as_array().unwrap().len();
    assert_eq!(page["intact"] == json!(true), found == 0, "{page}");
    found
}

/// A request that is asked for at one host and approved at the other.
async fn main_job(asked: &Deployment, decided: &Deployment, what: &str) {
    let request = asked.submit(&asked.request_for(what.as_bytes()), what).await.expect(201).text_at("/id");
    let approval = json!({ "outcome": "approved", "scope": "computer" });
    decided.decide(&decided.boss, &request, &approval).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_key_of_two_hosts_is_changed_while_people_go_on() {
    if !is_installed().unwrap() {
        return;
    }
    let server = RedisServer::start().await.unwrap();
    let mut first = ChildHost::start_over(&server, Options::default()).await.unwrap();
    let mut second = first.beside(SignedDuration::ZERO).await.unwrap();
    let here = Deployment::on(&first).await;
    let there = at(&second, &here);
    let set_up = here.api.post("/v1/totp").bearer(&here.clerk_token).json(&json!({ "password": PASSWORD }));
    let secret = set_up.send().await.expect(200).text_at("/secret");
    let confirmation = json!({ "totp": one_time_code(first.now(), &secret) });
    let confirm = here.api.post("/v1/totp/confirmation").bearer(&here.clerk_token).json(&confirmation);
    confirm.send().await.expect(200);
    let code = override_code(&here).await.expect(200).json();

    let behind = format!("{SECRET_KEY},{NEW_KEY}");
    let before = format!("{NEW_KEY},{SECRET_KEY}");
    for (number, keys) in [behind, before].into_iter().enumerate() {
        for (host, world, turn) in [(&mut first, &here, 2 * number), (&mut second, &there, 2 * number + 1)] {
            // A one-time code counts once, whichever host was shown it.
            host.advance(Duration::from_secs(30 * turn as u64));
            host.reconfigure(&[("secret_key", &keys)]).await.unwrap();
            main_job(&here, &there, &format!("here {number} {}", host.addr())).await;
            main_job(&there, &here, &format!("there {number} {}", host.addr())).await;
            let sign_in = json!({ "email": "clerk@company.example", "password": PASSWORD,
                "totp": one_time_code(host.now(), &secret) });
            world.api.post("/v1/session").json(&sign_in).send().await.expect(201);
            host.settle().await.unwrap();
            for world in [&here, &there] {
                assert_eq!(problems(world).await, 0, "{number}");
                let now = override_code(world).await.expect(200).json();
                let is_of_another_day = now["valid_until"] != code["valid_until"];
                assert!(is_of_another_day || now["code"] == code["code"], "{now}");
            }
        }
    }

    // Without the old key, what it sealed and encrypted cannot be read.
    first.reconfigure(&[("secret_key", NEW_KEY)]).await.unwrap();
    assert!(problems(&here).await > 0);
    assert_eq!(override_code(&here).await.problem(409), "not-configured");
    first.reconfigure(&[("secret_key", &format!("{NEW_KEY},{SECRET_KEY}"))]).await.unwrap();
    assert_eq!(problems(&here).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_key_that_ended_too_soon_loses_no_message() {
    let mut host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    host.settle().await.unwrap();
    host.reconfigure(&[("email_api_key", "revoked-at-the-provider")]).await.unwrap();
    host.providers.email.clear();
    world.submit(&world.request_for(b"one"), "one").await.expect(201);
    host.settle().await.unwrap();
    assert_eq!(host.providers.email.messages().len(), 0);
    host.reconfigure(&[("email_api_key", EMAIL_KEY)]).await.unwrap();
    world.submit(&world.request_for(b"two"), "two").await.expect(201);
    host.settle().await.unwrap();
    let arrived = host.providers.email.messages();
    for to in ["desk@company.example", "clerk@company.example"] {
        let own = arrived.iter().filter(|message| message.to == to).count();
        assert_eq!(own, 2, "of one and two, {to}: {arrived:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_of_the_scheduler_and_of_monitoring_are_changed_while_both_go_on() {
    let mut host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let api = Api::new(host.url(""));
    let deliver = async |token: &str| api.post("/v1/notifications/deliver").bearer(token).send().await.status;
    let metrics = async |token: &str| api.get("/metrics").bearer(token).send().await.status;
    let (scheduler, monitoring) =
        ("another-scheduler-token-of-the-tests", "another-metrics-token-of-the-tests");
    let both = (format!("{SCHEDULER_TOKEN},{scheduler}"), format!("{METRICS_TOKEN}, {monitoring}"));
    let steps = [(None, true, false), (Some(both.clone()), true, true)];
    let last = (Some((scheduler.to_owned(), monitoring.to_owned())), false, true);
    for (tokens, old, new) in steps.into_iter().chain([last]) {
        if let Some((scheduler, monitoring)) = &tokens {
            let tokens = [("scheduler_token", scheduler.as_str()), ("metrics_token", monitoring.as_str())];
            host.reconfigure(&tokens).await.unwrap();
        }
        let expected = [old, new].map(|counts| if counts { 200 } else { 401 });
        assert_eq!([deliver(SCHEDULER_TOKEN).await, deliver(scheduler).await], expected, "{tokens:?}");
        assert_eq!([metrics(METRICS_TOKEN).await, metrics(monitoring).await], expected, "{tokens:?}");
        assert_eq!((deliver(&both.0).await, metrics(&both.1).await), (401, 401), "both are no token");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_with_two_scheduler_tokens_calls_itself_with_one_of_them() {
    let tokens = format!("{SCHEDULER_TOKEN},another-scheduler-token-of-the-tests");
    let variables = [("scheduler_token".to_owned(), tokens)].into();
    let host = TestHost::start(Backend::Sqlite, Options { variables, ..Options::default() }).await.unwrap();
    let world = Deployment::on(&host).await;
    world.submit(&world.request_for(b"sent"), "sent").await.expect(201);
    host.settle().await.unwrap();
    assert!(!host.providers.email.messages().is_empty(), "what is due was sent");
    host.stop().await;
}
