//! The host is killed before each write of planning and of sending: every recipient is told, and hears at most once more.

use std::time::Duration;

use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_tests::{Deployment, Stage as _};
use serde_json::{Value, json};

/// More writes than either makes.
const WRITES_MAX: u64 = 60;
/// Longer than the claim of a dead sender holds.
const CLAIM_LASTS: Duration = Duration::from_secs(6 * 60);

/// Who is told of a request.
const TOLD: [&str; 3] = ["clerk@company.example", "desk@company.example", "+15550100"];

/// How many messages with this text each of these got since the last act.
fn told(host: &ChildHost, recipients: &[&str], about: &str) -> Vec<usize> {
    let mut all = host.providers.email.messages();
    all.extend(host.providers.sms.messages());
    let to = |recipient: &&str| {
        all.iter().filter(|message| message.to == *recipient && message.text.contains(about)).count()
    };
    recipients.iter().map(to).collect()
}

/// Does something while a component dies before its `nth` write after that, and lets another host go on. Whether it died.
async fn dies(host: &mut ChildHost, (component, nth): (&str, u64), act: impl AsyncFn() -> bool) -> bool {
    host.providers.email.clear();
    host.providers.sms.clear();
    host.restart(Some((component, nth))).await.unwrap();
    let answered = act().await;
    // What it causes is done after the answer, and dies then.
    let settled = if answered { host.settle().await.is_ok() } else { false };
    if !settled {
        host.ended().await.unwrap();
    }
    let died = host.has_ended().unwrap();
    host.advance(CLAIM_LASTS);
    host.restart(None).await.unwrap();
    host.settled().await;
    died
}

/// Kills the host before each write of a component in turn, while it tells of a request and while it tells of a decision. The backends
/// take turns.
async fn tells(component: &str, fewest: u64) {
    let mut hosts = Vec::new();
    for backend in Backend::available().unwrap() {
        let host = ChildHost::start(backend, Options::default()).await.unwrap();
        let world = Deployment::on(&host).await;
        hosts.push((host, world));
    }
    let mut survived = 0;
    for nth in 1..=WRITES_MAX {
        let turn = nth as usize % hosts.len();
        let (host, world) = &mut hosts[turn];
        let key = format!("{component} {nth}");
        let mut body = world.request_for(key.as_bytes());
        // Each request has another requester, so that no limit turns messages into a digest.
        let requester = format!("ann-{nth}@company.example");
        body["requester"]["email"] = json!(requester);
        let submit = async || {
            let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token).json(&body);
            call.header("idempotency-key", &key).try_send().await.is_some()
        };
        let mut died = dies(host, (component, nth), &submit).await;
        let id = world.submit(&body, &key).await.text_at("/id");
        host.settled().await;
        let of_request = told(host, &TOLD, &id);
        let expected = if died { 1..=2 } else { 1..=1 };
        assert!(of_request.iter().all(|times| expected.contains(times)), "{key}: {of_request:?}");

        let decision: Value = json!({ "outcome": "denied", "scope": "computer" });
        let path = format!("/v1/requests/{id}/decision");
        let decide = async || {
            let call = world.api.post(&path).bearer(&world.clerk_token).json(&decision);
            call.header("idempotency-key", &key).try_send().await.is_some()
        };
        let died_again = dies(host, (component, nth), &decide).await;
        assert!(decide().await, "{key}: it is decided");
        host.settled().await;
        // It has nothing of the request but its subject.
        let of_decision = told(host, &[requester.as_str()], "");
        let expected = if died_again { 1..=2 } else { 1..=1 };
        assert!(of_decision.iter().all(|times| expected.contains(times)), "{key}: {of_decision:?}");
        died |= died_again;
        survived = if died { 0 } else { survived + 1 };
        // Each backend has its last write.
        if survived == hosts.len() {
            assert!(nth > fewest, "{component} makes more than {fewest} writes");
            return;
        }
    }
    panic!("{component} makes more than {WRITES_MAX} writes");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_wherever_planning_is_killed() {
    tells("plan-deliveries", 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_wherever_sending_is_killed() {
    tells("send-notification", 6).await;
}
