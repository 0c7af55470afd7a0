//! The variables of the environment that say where traces go, what goes with them, and whether they do.

use std::collections::BTreeSet;
use std::process::Stdio;

use countersign_host::Manifest;
use countersign_host::components::{self, BuildOptions};
use countersign_host::harness::built_program;
use countersign_tests::{Api, root};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::collector::{Collector, Post, Seen};
use crate::{CLIENT, TRACE};

/// The program in this environment, where it has no state yet.
fn program(state: &str, environment: &[(&str, &str)]) -> Child {
    let manifest = root().join("spin.toml");
    let options = BuildOptions { quiet: true, ..BuildOptions::default() };
    components::build(&Manifest::from_file(&manifest).unwrap(), options).unwrap();
    let mut up = Command::new(built_program("countersign", "host").unwrap());
    up.args(["up", "--no-build", "--quiet", "--no-tick", "--until-stdin-ends", "--listen", "127.0.0.1:0"]);
    up.arg("--from").arg(manifest).args(["--state-dir", state]);
    up.arg("--cache-dir").arg(root().join("target/component-cache"));
    up.env_clear().envs(environment.iter().copied());
    up.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap()
}

/// Starts the program in this environment, asks it once with a trace and once without, and stops it in good order, so that
/// it has sent what it was to send.
async fn serve(environment: &[(&str, &str)]) {
    let state = tempfile::tempdir().unwrap();
    let mut program = program(state.path().to_str().unwrap(), environment);
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let api = loop {
        let line = lines.next_line().await.unwrap().expect("it serves");
        if let Some(address) = line.strip_prefix("Serving ") {
            break Api::new(address.to_owned());
        }
    };
    let traced = api.get("/health/live").header("traceparent", &format!("00-{TRACE}-{CLIENT}-01"));
    traced.send().await.expect(200);
    api.get("/health/live").send().await.expect(200);
    drop(program.stdin.take());
    assert!(program.wait().await.unwrap().success(), "it stops in good order");
}

/// What came to a collector.
fn came(collector: &Collector) -> (Vec<Post>, Vec<Seen>) {
    let (posts, spans) = (collector.posts(), collector.spans());
    assert!(!posts.is_empty() && !spans.is_empty(), "{posts:?} {spans:?}");
    (posts, spans)
}

fn traces(spans: &[Seen]) -> BTreeSet<&str> {
    spans.iter().map(|span| span.trace.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_names_the_collector_its_headers_and_the_service() {
    let collector = Collector::start().await;
    serve(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.origin()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20of-the-tests,x-scope-orgid=approvals"),
        ("OTEL_SERVICE_NAME", "approvals"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=tests"),
    ])
    .await;
    let (posts, spans) = came(&collector);
    for Post { path, headers, resource } in posts {
        assert_eq!(path, "/v1/traces", "below the address");
        assert_eq!(headers["authorization"], "Bearer of-the-tests");
        assert_eq!(headers["x-scope-orgid"], "approvals");
        assert_eq!(resource["service.name"], "approvals");
        assert_eq!(resource["deployment.environment.name"], "tests");
        assert!(resource.contains_key("service.version"), "{resource:?}");
    }
    let names: BTreeSet<_> = spans.iter().map(|span| span.name.as_str()).collect();
    assert!(names.is_superset(&["GET /health/...", "report-health"].into()), "{names:?}");
    assert!(traces(&spans).len() > 1 && traces(&spans).contains(TRACE), "{spans:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_may_name_an_address_for_traces_alone_and_decide_which_are_recorded() {
    let (collector, other) = (Collector::start().await, Collector::start().await);
    serve(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &other.origin()),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/of/our/own", collector.origin())),
        ("OTEL_TRACES_SAMPLER", "parentbased_always_off"),
        // Set to nothing, as by a file that has every variable.
        ("OTEL_SERVICE_NAME", ""),
    ])
    .await;
    let (posts, spans) = came(&collector);
    assert!(posts.iter().all(|post| post.path == "/of/our/own"), "as it is: {posts:?}");
    assert!(posts.iter().all(|post| post.resource["service.name"] == "countersign"), "{posts:?}");
    assert_eq!(traces(&spans), [TRACE].into(), "the client decides about its own");
    assert_eq!(other.posts().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_the_service_may_be_one_of_the_attributes() {
    let collector = Collector::start().await;
    serve(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.origin()),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=approvals,deployment.environment.name=tests"),
    ])
    .await;
    let (posts, _) = came(&collector);
    assert!(posts.iter().all(|post| post.resource["service.name"] == "approvals"), "{posts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_sdk_sends_nothing() {
    let collector = Collector::start().await;
    serve(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.origin()), ("OTEL_SDK_DISABLED", "true")]).await;
    assert_eq!(collector.posts().len(), 0);
}
