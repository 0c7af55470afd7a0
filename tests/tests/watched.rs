//! What those see who watch a deployment: health, numbers, the ids of requests, traces.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

#[path = "watched/collector.rs"]
mod collector;
#[path = "watched/environment.rs"]
mod environment;
#[path = "watched/log.rs"]
mod log;

use std::collections::{BTreeMap, BTreeSet};

use collector::Collector;
use countersign_host::faults::{Effect, Plan};
use countersign_host::harness::{Backend, METRICS_TOKEN, Options, TestHost};
use countersign_tests::{Deployment, on_every_backend, root};
use serde_json::json;

/// The value of one line of a page of numbers.
fn value(page: &str, series: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("`{series}` is not in:\n{page}")).parse().unwrap()
}

/// The metrics of a page, under the names that their samples have.
fn families(page: &str) -> BTreeSet<String> {
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let names = types.map(|(name, kind)| match kind {
        "counter" => format!("{name}_total"),
        "info" => format!("{name}_info"),
        _ => name.to_owned(),
    });
    names.collect()
}

/// The metrics in the tables of docs/monitoring.md. Another test finds there what the dashboard and the alerts ask for.
fn documented() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("docs/monitoring.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `countersign_")?.split_once('`'));
    rows.map(|(name, _)| format!("countersign_{name}")).collect()
}

on_every_backend! {
    async fn the_numbers_of_the_deployment_and_of_the_host_are_on_one_page(host) {
        let world = Deployment::on(&host).await;
        world.submit(&world.request_for(b"watched"), "key").await.expect(201);
        host.settle().await.unwrap();
        world.api.post("/v1/session").json(&json!({ "email": "nobody@company.example", "password": "wrong" })).send().await.expect(401);
        // Of refusals and failures there is nothing before the first one.
        world.api.get("/.well-known/spin/nothing").send().await.expect(404);
        let component = Some("submit-request".to_owned());
        host.faults.plan(Plan { component, nth: 1, effect: Effect::FailOnce });
        let failed = world.submit(&world.request_for(b"not stored"), "another key").await;
        assert!(failed.status >= 500, "{failed:?}");
        host.counters.reset();
        let answer = world.api.get("/metrics").bearer(METRICS_TOKEN).send().await.expect(200);
        let page = answer.text();
        assert_eq!(value(&page, r#"countersign_requests_pending{kind="application"}"#), 1.0, "{page}");
        assert_eq!(value(&page, r#"countersign_sign_ins_refused_total{reason="credentials"}"#), 1.0);
        assert!(value(&page, r#"countersign_deliveries_total{channel="email",state="sent"}"#) >= 1.0, "{page}");
        assert_eq!(value(&page, "countersign_organizations_failing"), 0.0);
        assert_eq!(value(&page, r#"countersign_http_requests_total{component="sign-in",status="401"}"#), 1.0);
        assert!(value(&page, r#"countersign_key_value_seconds_count{access="write"}"#) > 10.0);
        assert!(page.ends_with("# EOF\n") && page.matches("# EOF").count() == 1);
        assert_eq!(families(&page), documented(), "docs/monitoring.md has what a real page has, and nothing else");
        // Nothing tells organizations, people or computers apart.
        let ids = [&world.root, &world.company, &world.group, &world.computer, &world.clerk].map(String::as_str);
        for never in ids.into_iter().chain(["company.example", "Company", "pc-1", "127.0.0.1"]) {
            assert!(!page.contains(never), "{never}: {page}");
        }
        let cost = &host.counters.snapshot()["report-health"];
        println!("a scrape: {cost:?}");
        assert!(cost.reads <= 40 && cost.write_transactions == 0, "{cost:?}");

        host.counters.reset();
        world.api.get("/health/ready").send().await.expect(200);
        let cost = &host.counters.snapshot()["report-health"];
        println!("readiness: {cost:?}");
        assert!(cost.reads <= 7 && cost.write_transactions == 0, "{cost:?}");
        world.api.get("/health/live").send().await.expect(200);
        assert_eq!(world.api.get("/metrics").bearer("wrong").send().await.status, 401);
    }

    async fn an_answer_and_its_problem_have_the_id_of_the_request(host) {
        let world = Deployment::on(&host).await;
        let unknown = "/v1/requests/req_01J00000000000000000000000";
        let id = |answer: &countersign_tests::Answer| answer.headers["x-request-id"].to_str().unwrap().to_owned();
        let problem = world.api.get(unknown).bearer(&world.boss).header("x-request-id", "mine-1").send().await;
        assert_eq!((problem.status, id(&problem).as_str()), (404, "mine-1"));
        assert_eq!(problem.json()["request_id"], "mine-1");
        let other = world.api.get(unknown).bearer(&world.boss).header("x-request-id", "not {sane}").send().await;
        assert_eq!(id(&other).len(), 32, "it is replaced");
        assert_eq!(other.json()["request_id"], id(&other).as_str());
        let fine = world.api.get("/v1/session").bearer(&world.boss).header("x-request-id", "mine-2").send().await;
        assert_eq!((fine.status, id(&fine).as_str()), (200, "mine-2"));
        // The host's own answer.
        let reserved = world.api.get("/.well-known/spin/nothing").header("x-request-id", "mine-3").send().await;
        assert_eq!((reserved.status, reserved.json()["request_id"].as_str()), (404, Some("mine-3")));
    }
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT: &str = "00f067aa0ba902b7";

/// A client's request with its trace, and what the provider of email was told of traces when it was asked to send messages about it.
async fn traced(options: Options) -> Vec<Option<String>> {
    let mut host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    let world = Deployment::on(&host).await;
    let body = world.request_for(b"traced");
    let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token).json(&body);
    call.header("traceparent", &format!("00-{TRACE}-{CLIENT}-01")).send().await.expect(201);
    // The work after the answer ends, and nobody else processes the request.
    host.restart().await.unwrap();
    let told = host.providers.email.traces();
    host.stop().await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_shows_a_request_through_service_chaining_and_to_the_provider() {
    let collector = Collector::start().await;
    let options = Options { collector: Some(collector.url()), trace_key_value: true, ..Options::default() };
    let told = traced(options).await;

    assert!(collector.posts().iter().all(|post| post.path == "/v1/traces"), "where it was told");
    let spans = collector.spans();
    let ours: Vec<_> = spans.iter().filter(|span| span.trace == TRACE).collect();
    let named = |name: &str| {
        let found = ours.iter().find(|span| span.name == name);
        *found.unwrap_or_else(|| panic!("no span `{name}` among {ours:#?}"))
    };
    let request = named("POST /agent/v1/requests/...");
    assert_eq!((request.parent.as_str(), request.status), (CLIENT, Some(201)), "{request:?}");
    let submit = named("submit-request");
    assert_eq!((&submit.parent, submit.status), (&request.id, Some(201)));
    let process = named("process-events");
    assert_eq!(process.parent, submit.id, "woken after the answer, by service chaining");
    let send = named("send-notification");
    let above: BTreeMap<&str, &str> =
        ours.iter().map(|span| (span.id.as_str(), span.parent.as_str())).collect();
    let mut at = send.id.as_str();
    while at != process.id {
        at = above.get(at).unwrap_or_else(|| panic!("not below `process-events`: {ours:#?}"));
    }
    let provider = ours.iter().find(|span| span.parent == send.id && span.name.starts_with("POST 127.0.0.1"));
    assert!(provider.is_some(), "the call of the provider: {ours:#?}");
    let calls = ours.iter().filter(|span| span.name.starts_with("POST 127.0.0.1"));
    let calls: BTreeSet<_> = calls.map(|span| Some(format!("00-{TRACE}-{}-01", span.id))).collect();
    assert!(!told.is_empty() && told.iter().all(|trace| calls.contains(trace)), "{told:?} of {calls:?}");
    let reads = ours.iter().filter(|span| span.name == "get" && span.parent == submit.id).count();
    assert!(reads > 0, "key-value operations: {ours:#?}");
    assert!(spans.iter().any(|span| span.trace != TRACE), "other requests have traces of their own");
}

#[tokio::test(flavor = "multi_thread")]
async fn key_value_operations_have_spans_only_if_asked_for() {
    let collector = Collector::start().await;
    let options = Options { collector: Some(collector.url()), ..Options::default() };
    traced(options).await;
    let names: BTreeSet<_> = collector.spans().into_iter().map(|span| span.name).collect();
    assert!(names.contains("submit-request"), "{names:?}");
    for operation in ["get", "set", "set_many", "increment", "swap"] {
        assert!(!names.contains(operation), "{names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_the_trace_of_a_client_ends_at_the_host() {
    let told = traced(Options::default()).await;
    assert!(!told.is_empty() && told.iter().all(Option::is_none), "{told:?}");
}
