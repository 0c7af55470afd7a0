//! How many calls per second the real components answer on Redis, as a share of what an empty component does on the
//! same host, and how soon a cold component first answers; each next to its goal.
//!
//! `RUST_LOG=error cargo test -p countersign-tests --bench throughput` measures the host as `cargo run` builds it.

mod load;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use countersign_host::Manifest;
use countersign_host::components::{self, BuildOptions};
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_host::kv::Quirks;
use countersign_tests::{Deployment, root, sha256};
use hyper::Method;
use serde_json::json;

use load::{Call, Load, per_second};

/// Enough to keep every core busy.
const CONNECTIONS: usize = 16;
/// How long each kind of call is made.
const LASTS: Duration = Duration::from_secs(6);
/// The size of a page of requests, and of a larger set of pending ones.
const PAGE: usize = 50;
/// Components, and calls that they refuse without reading anything: the rest of the time is a cold component's start.
const COLD: [(&str, Method, &str); 3] = [
    ("authorize", Method::POST, "/v1/authorize"),
    ("approve-request", Method::GET, "/v1/requests"),
    ("submit-request", Method::POST, "/agent/v1/requests"),
];

#[tokio::main]
async fn main() -> Result<()> {
    ensure!(Backend::available()?.contains(&Backend::Redis), "throughput is measured on Redis: install it");
    // As served: Spin's defects are only for tests. The computers ask far more often than people do.
    let unlimited = || BTreeMap::from([("computer_limits".to_owned(), "off".to_owned())]);
    let as_served = || Options { quirks: Quirks::None, variables: unlimited(), ..Options::default() };
    let manifest = empty_manifest()?;
    let empty_host = TestHost::start(
        Backend::Redis,
        Options { manifest: Some(manifest), variables: BTreeMap::new(), ..as_served() },
    )
    .await?;
    let mut host = TestHost::start(Backend::Redis, as_served()).await?;
    let world = Deployment::on(&host).await;
    let submit = submit(&host, &world).await;
    fill_a_page(&submit).await?;
    host.settle().await?;

    let empty = Load::new(empty_host.addr(), Arc::new(|_| Call::new(Method::GET, "/")), 200);
    let measured = [
        ("authorize", authorize(&host, &world), 35),
        ("a page of 50", page(&host, &world), 4),
        ("submit", submit, 15),
    ];
    // The machine's speed varies, so each is compared with the empty component right before and right after.
    let mut before = per_second(&empty, CONNECTIONS, LASTS).await?;
    for (what, load, at_least) in &measured {
        let calls = per_second(load, CONNECTIONS, LASTS).await?;
        // Background work after the answers must not slow down the empty component.
        host.settle().await?;
        let after = per_second(&empty, CONNECTIONS, LASTS).await?;
        let (beside, share) = ((before + after) / 2.0, 200.0 * calls / (before + after));
        println!("{what:<16}{calls:>8.0}/s of {beside:>6.0}/s {share:>6.1} %   at least {at_least} %");
        before = after;
    }
    host.restart().await?;
    for (component, method, path) in COLD {
        let unidentified = Load::new(host.addr(), Arc::new(move |_| Call::new(method.clone(), path)), 401);
        let began = Instant::now();
        unidentified.once().await?;
        println!("{component:<16}{:>8.2} ms for its first answer   at most 5 ms", millis(began.elapsed()));
    }
    host.stop().await;
    empty_host.stop().await;
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The manifest of the empty component, which is built when it is stale.
fn empty_manifest() -> Result<PathBuf> {
    let file = root().join("benches").join("empty").join("spin.toml");
    components::build(&Manifest::from_file(&file)?, BuildOptions::default())?;
    Ok(file)
}

/// An administrator asks about themselves.
fn authorize(host: &TestHost, world: &Deployment) -> Load {
    let body = json!({ "action": "requests.list", "resource": { "organization_id": world.company } });
    let (token, body) = (world.clerk_token.clone(), body.to_string());
    let call = move |_| Call::new(Method::POST, "/v1/authorize").bearer(&token).json(body.clone());
    Load::new(host.addr(), Arc::new(call), 200)
}

/// An administrator looks at the Approval Center.
fn page(host: &TestHost, world: &Deployment) -> Load {
    let path = format!("/v1/requests?organization_id={}&status=pending&limit={PAGE}", world.company);
    let token = world.clerk_token.clone();
    let call = move |_| Call::new(Method::GET, &path).bearer(&token);
    Load::new(host.addr(), Arc::new(call), 200)
}

/// As many computers as there are connections ask for files that nobody has requested yet.
async fn submit(host: &TestHost, world: &Deployment) -> Load {
    let mut tokens = vec![world.computer_token.clone()];
    while tokens.len() < CONNECTIONS {
        let (_, token) = world.another_computer(&format!("pc-{}", tokens.len() + 1)).await;
        tokens.push(token);
    }
    let template = world.request_for(b"a file");
    let call = move |number: usize| {
        let bytes = format!("file {number}");
        let mut body = template.clone();
        if let Some(asked) = body.pointer_mut("/subject/sha256") {
            *asked = sha256(bytes.as_bytes()).into();
        }
        let token = tokens.get(number % tokens.len()).map_or("", String::as_str);
        let call = Call::new(Method::POST, "/agent/v1/requests").bearer(token).json(body.to_string());
        call.header("idempotency-key", &bytes)
    };
    Load::new(host.addr(), Arc::new(call), 201)
}

async fn fill_a_page(submit: &Load) -> Result<()> {
    for _ in 0..2 * PAGE {
        submit.once().await?;
    }
    Ok(())
}
