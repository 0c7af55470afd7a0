//! Providers that are down, slow or refuse: the agent is not delayed, the delivery is retried, and everything is
//! visible.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::{Duration, Instant};

use countersign_host::harness::TestHost;
use countersign_host::harness::providers::Behaviour;
use countersign_tests::{Deployment, branch, on_every_backend};
use serde_json::{Value, json};

async fn deliveries(world: &Deployment) -> Vec<Value> {
    let path = format!("/v1/notifications?organization_id={}", world.company);
    let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

async fn to_desk(world: &Deployment) -> Value {
    let found = deliveries(world).await;
    let desk = found.iter().find(|delivery| delivery["address"] == "desk@company.example");
    desk.unwrap_or_else(|| panic!("{found:?}")).clone()
}

/// Moves time forward and delivers, until the message to the desk has a final state.
async fn retried(host: &TestHost, world: &Deployment) -> Value {
    for _ in 0..40 {
        let desk = to_desk(world).await;
        if desk["status"] != "pending" {
            return desk;
        }
        host.advance(Duration::from_secs(3600));
        host.settle().await.unwrap();
    }
    panic!("it never ends: {:?}", to_desk(world).await);
}

on_every_backend! {
    async fn a_failing_provider_holds_nobody_up_and_is_tried_again(host) {
        let world = Deployment::on(&host).await;
        let cases = [
            ("down", Behaviour::Down),
            ("an error", Behaviour::Error),
            ("too many", Behaviour::TooMany(30)),
        ];
        for (what, behaviour) in cases {
            host.providers.email.behave(behaviour);
            world.submit(&world.request_for(what.as_bytes()), what).await.expect(201);
            host.settle().await.unwrap();
            let desk = to_desk(&world).await;
            assert_eq!(desk["status"], "pending", "{what}: {desk}");
            assert!(desk["attempts"].as_u64() >= Some(1) && desk["last_answer"].is_string(), "{what}: {desk}");
            assert!(host.providers.email.messages().is_empty());
            host.providers.email.behave(Behaviour::Ok);
            let desk = retried(&host, &world).await;
            assert_eq!(desk["status"], "sent", "{what}: {desk}");
            assert!(host.providers.email.messages().iter().any(|message| message.to == "desk@company.example"));
            host.providers.email.clear();
        }
    }

    async fn a_slow_provider_does_not_hold_up_the_agent(host) {
        let world = Deployment::on(&host).await;
        host.providers.email.behave(Behaviour::Slow(Duration::from_secs(20)));
        let asked = Instant::now();
        let id = world.submit(&world.request_for(b"slow"), "slow").await.expect(201).text_at("/id");
        assert!(asked.elapsed() < Duration::from_secs(5), "the agent has its answer at once");
        world.api.get(&format!("/agent/v1/requests/{id}")).bearer(&world.computer_token).send().await.expect(200);
        let path = format!("/v1/requests?status=pending&organization_id={}", world.company);
        let list = world.api.get(&path).bearer(&world.boss).send().await.expect(200);
        assert_eq!(list.text_at("/items/0/id"), id);
        assert!(asked.elapsed() < Duration::from_secs(8), "and so has everybody else");
        host.settle().await.unwrap();
        let desk = to_desk(&world).await;
        assert_eq!(desk["status"], "pending", "a time-out is tried again: {desk}");
    }

    async fn a_refused_message_fails_at_once_and_can_be_sent_again(host) {
        let world = Deployment::on(&host).await;
        host.providers.email.behave(Behaviour::Refuse);
        world.submit(&world.request_for(b"refused"), "refused").await.expect(201);
        host.settle().await.unwrap();
        let desk = to_desk(&world).await;
        assert_eq!((desk["status"].as_str(), desk["attempts"].as_u64()), (Some("failed"), Some(1)), "{desk}");
        host.providers.email.behave(Behaviour::Ok);
        let path = format!("/v1/notifications/{}/resend", desk["id"].as_str().unwrap());
        let again = world.api.post(&path).bearer(&world.boss).send().await;
        assert!([200, 202, 204].contains(&again.status), "{}", again.text());
        host.settle().await.unwrap();
        assert_eq!(to_desk(&world).await["status"], "sent");
    }

    async fn an_organization_with_a_message_that_cannot_be_delivered_is_deleted_only_if_it_is_given_up(host) {
        let world = Deployment::on(&host).await;
        let branch = branch::with_an_unsent_message(&host, &world).await;
        let organization = format!("/v1/organizations/{branch}");
        let refused = world.api.delete(&organization).bearer(&world.boss).send().await;
        assert_eq!(refused.problem(409), "organization-has-messages");
        let why = refused.text_at("/detail");
        assert!(why.contains("has 2 messages that are not sent yet (the next attempt is "), "{why}");
        world.api.get(&organization).bearer(&world.boss).send().await.expect(200);
        assert_eq!(world.audit("system", &branch).await, ["organization.created"]);

        world.api.delete(&format!("{organization}?unsent=discard")).bearer(&world.boss).send().await.expect(204);
        host.settle().await.unwrap();
        let path = format!("/v1/audit/system?organization_id={}&about={branch}", world.root);
        let audit = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        let entry = &audit["items"][0];
        assert_eq!(entry["act"], "organization.deleted", "{audit}");
        assert_eq!(entry["detail"]["unsent"], json!({ "messages": 2, "events": 0 }), "{entry}");
        host.providers.email.behave(Behaviour::Ok);
        for _ in 0..3 {
            host.settle().await.unwrap();
            host.advance(Duration::from_secs(24 * 3600));
        }
        let sent = host.providers.email.messages();
        assert!(sent.iter().all(|message| message.to != "ann@company.example"), "{sent:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_provider_is_a_visible_failed_delivery() {
    use countersign_host::harness::{Backend, Options};
    let variables = [("sms_provider", ""), ("sms_api_key", "")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let host = TestHost::start(Backend::Sqlite, Options { variables, ..Options::default() }).await.unwrap();
    let world = Deployment::on(&host).await;
    world.submit(&world.request_for(b"nobody to send it"), "key").await.expect(201);
    host.settle().await.unwrap();
    let found = deliveries(&world).await;
    let sms =
        found.iter().find(|delivery| delivery["channel"] == "sms").unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(sms["status"], "failed", "{sms}");
    assert!(sms["last_answer"].as_str().is_some_and(|answer| !answer.is_empty()), "{sms}");
    assert_eq!(host.providers.sms.calls(), 0);
}
