//! The host is killed before each key-value write of an operation in turn, started again, and the caller
//! retries: nothing is lost, nothing is done twice, and nobody is notified of something that did not happen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod act;
mod acts;
mod removals;
mod set_up;
mod told;

use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_host::kv::Quirks;
use countersign_tests::{Deployment, Stage};
use serde_json::{Value, json};

/// More writes than either of the two makes; a test ends at the first one that is not reached.
const WRITES_MAX: u64 = 12;

async fn host(backend: Backend, quirks: Quirks) -> ChildHost {
    ChildHost::start(backend, Options { quirks, ..Options::default() }).await.unwrap()
}

/// Lets processing finish, even if a processor died: leases expire and events without a commit are dropped only after a
/// time, so `deliver` is called until the state is as expected.
async fn pending(world: &Deployment) -> Vec<Value> {
    let page =
        world.api.get("/v1/requests?status=pending&limit=200").bearer(&world.boss).send().await.expect(200);
    page.json()["items"].as_array().unwrap().clone()
}

async fn submit_dying_at_each_write(backend: Backend, quirks: Quirks) {
    let mut host = host(backend, quirks).await;
    let world = Deployment::on(&host).await;
    let mut died = 0;
    for nth in 1..=WRITES_MAX {
        let (body, key) = (world.request_for(format!("file {nth}").as_bytes()), format!("key {nth}"));
        host.restart(Some(("submit-request", nth))).await.unwrap();
        host.providers.email.clear();
        let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token).json(&body);
        let first = call.header("idempotency-key", &key).try_send().await;
        let reached = first.is_none();
        if reached {
            host.ended().await.unwrap();
            died += 1;
        }
        host.restart(None).await.unwrap();
        let again = world.submit(&body, &key).await;
        assert!([200, 201].contains(&again.status), "write {nth}: {}", again.text());
        let id = again.text_at("/id");
        if let Some(first) = first {
            assert_eq!(first.text_at("/id"), id, "a retry is answered with the same request");
        }
        host.settled().await;
        let mine: Vec<_> = pending(&world).await.into_iter().filter(|row| row["id"] == id.as_str()).collect();
        assert_eq!(mine.len(), 1, "write {nth}: the request is there once");
        assert_eq!(pending(&world).await.len(), usize::try_from(nth).unwrap(), "write {nth}: and no other");
        let submitted =
            world.audit("unified", &id).await.iter().filter(|act| *act == "request.submitted").count();
        assert_eq!(submitted, 1, "write {nth}: it is on record once");
        let told: Vec<_> =
            host.providers.email.messages().into_iter().filter(|m| m.to == "clerk@company.example").collect();
        assert_eq!(told.len(), 1, "write {nth}: the administrator hears of it once");
        assert!(told[0].text.contains(&id), "write {nth}: of this one");
        if !reached {
            assert!(died >= 3, "submit makes at least three writes");
            return;
        }
    }
    panic!("submit makes more than {WRITES_MAX} writes");
}

async fn decide_dying_at_each_write(backend: Backend, quirks: Quirks) {
    let mut host = host(backend, quirks).await;
    let world = Deployment::on(&host).await;
    let mut died = 0;
    for nth in 1..=WRITES_MAX {
        let body = world.request_for(format!("file {nth}").as_bytes());
        let id = world.submit(&body, &format!("key {nth}")).await.expect(201).text_at("/id");
        host.settled().await;
        host.providers.email.clear();
        host.restart(Some(("approve-request", nth))).await.unwrap();
        let decision = json!({ "outcome": "approved", "scope": "computer" });
        let path = format!("/v1/requests/{id}/decision");
        let decide = || {
            let call = world.api.post(&path).bearer(&world.clerk_token).json(&decision);
            call.header("idempotency-key", &format!("decision {nth}"))
        };
        let reached = decide().try_send().await.is_none();
        if reached {
            host.ended().await.unwrap();
            died += 1;
        }
        host.restart(None).await.unwrap();
        host.settled().await;
        let told_before = host.providers.email.messages().len();
        let status = world
            .api
            .get(&format!("/v1/requests/{id}"))
            .bearer(&world.boss)
            .send()
            .await
            .expect(200)
            .text_at("/status");
        assert_eq!(
            told_before,
            usize::from(status == "approved"),
            "write {nth}: somebody hears only of what happened"
        );
        decide().send().await.expect(200);
        host.settled().await;
        let told: Vec<_> = host.providers.email.messages().into_iter().map(|message| message.to).collect();
        assert_eq!(told, ["ann@company.example"], "write {nth}: the requester is told once");
        for which in ["system", "unified"] {
            let decided =
                world.audit(which, &id).await.iter().filter(|act| *act == "request.decided").count();
            assert_eq!(decided, 1, "write {nth}: it is in the {which} audit once");
        }
        if !reached {
            assert!(died >= 3, "decide makes at least three writes");
            return;
        }
    }
    panic!("decide makes more than {WRITES_MAX} writes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_survives_a_kill_at_every_write() {
    for (backend, quirks) in Backend::with_every_quirk().unwrap() {
        submit_dying_at_each_write(backend, quirks).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_survives_a_kill_at_every_write() {
    for (backend, quirks) in Backend::with_every_quirk().unwrap() {
        decide_dying_at_each_write(backend, quirks).await;
    }
}
