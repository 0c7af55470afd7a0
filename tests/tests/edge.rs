//! The edge: the manifest for Akamai Functions, which is made from the main one, and the main job on its components within the limits
//! that are documented there, over a real Redis.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use countersign_host::Manifest;
use countersign_host::components::{self, BuildOptions};
use countersign_host::harness::redis::{self, RedisServer};
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Deployment, root, sha256};
use futures::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use toml::{Table, Value};

const FILE: &str = "deploy/edge/spin.toml";
const SERVER: &str = "{{ redis_url }}";
/// It answers commands of the host, which does not run there.
const LEFT_OUT: &str = "maintain-store";
/// How the components are built that keep records in Redis.
const BUILD: &str = "cargo build --features countersign-platform/edge --target-dir target/edge ";
/// The components of the walk.
const PARTS: [&str; 14] = [
    "approve-request",
    "check-in",
    "compose-message",
    "deliver-notifications",
    "edit-admin-permissions",
    "enroll-computer",
    "list-requests",
    "manage-organizations",
    "manage-policies",
    "plan-deliveries",
    "process-events",
    "send-notification",
    "sign-in",
    "submit-request",
];
/// A body may have as many bytes.
const BODY: usize = 10 << 20;

fn main_manifest() -> Table {
    std::fs::read_to_string(root().join("spin.toml")).unwrap().parse().unwrap()
}

fn table<'a>(of: &'a mut Table, name: &str) -> &'a mut Table {
    of.entry(name).or_insert_with(|| Table::new().into()).as_table_mut().unwrap()
}

/// What the manifest of the edge says, from what the main one says.
fn for_the_edge(mut manifest: Table) -> Table {
    let variables = table(&mut manifest, "variables");
    table(variables, "attachment_max_bytes").insert("default".to_owned(), BODY.to_string().into());
    for name in ["public_url", "redis_url"] {
        variables.insert(name.to_owned(), Table::from_iter([("required".to_owned(), true.into())]).into());
    }
    let triggers = table(&mut manifest, "trigger")["http"].as_array_mut().unwrap();
    triggers.retain(|trigger| trigger["component"].as_str() != Some(LEFT_OUT));
    let components = table(&mut manifest, "component");
    components.remove(LEFT_OUT).unwrap();
    for (_, component) in components.iter_mut() {
        change(component.as_table_mut().unwrap());
    }
    manifest
}

fn change(component: &mut Table) {
    let source = component["source"].as_str().unwrap().strip_prefix("target/").unwrap();
    component["source"] = format!("../../target/edge/{source}").into();
    let build = component["build"].as_table_mut().unwrap();
    build["command"] = build["command"].as_str().unwrap().replacen("cargo build ", BUILD, 1).into();
    build.insert("workdir".to_owned(), "../..".into());
    build.remove("watch");
    if component.remove("key_value_stores").is_some() {
        let hosts = component.entry("allowed_outbound_hosts").or_insert_with(|| Value::Array(Vec::new()));
        let hosts = hosts.as_array_mut().unwrap();
        if !hosts.contains(&SERVER.into()) {
            hosts.insert(0, SERVER.into());
        }
        let variables = table(component, "variables");
        for name in ["redis_url", "redis_login"] {
            variables.insert(name.to_owned(), format!("{{{{ {name} }}}}").into());
        }
    }
}

/// With `UPDATE_EDGE_MANIFEST=1` the file is written.
#[test]
fn the_manifest_of_the_edge_is_made_from_the_main_one() {
    let (file, expected) = (root().join(FILE), for_the_edge(main_manifest()));
    if std::env::var_os("UPDATE_EDGE_MANIFEST").is_some() {
        let text = toml::to_string_pretty(&expected).unwrap();
        let head = "# Countersign for Akamai Functions: see docs/operations.md, \"The edge\". Made from the main spin.toml, which explains it:\n\
            # UPDATE_EDGE_MANIFEST=1 cargo test -p countersign-tests --test edge\n\n";
        std::fs::write(&file, format!("{head}{text}")).unwrap();
    }
    let found: Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    assert!(found == expected, "{FILE} is not what spin.toml makes of it: write it again, as its head says");
    let manifest = Manifest::from_file(&file).unwrap();
    for (name, component) in &manifest.components {
        assert_eq!(component.key_value_stores, [""; 0], "{name}");
        let commands = &component.build.as_ref().unwrap().commands;
        assert!(commands.iter().all(|command| command.starts_with(BUILD)), "{name}: {commands:?}");
    }
}

/// Builds the components of the walk, and writes a manifest that has no others.
fn build(folder: &Path) -> PathBuf {
    let file = root().join(FILE);
    let mut manifest = Manifest::from_file(&file).unwrap();
    manifest.components.retain(|name, _| PARTS.contains(&name.as_str()));
    manifest.triggers.retain(|trigger| PARTS.contains(&trigger.component.as_str()));
    assert_eq!(manifest.components.len(), PARTS.len());
    // As they are deployed: built quickly, they are too large together.
    components::build(&manifest, BuildOptions { quiet: true, ..BuildOptions::default() }).unwrap();

    let mut text: Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    let triggers = table(&mut text, "trigger")["http"].as_array_mut().unwrap();
    triggers.retain(|trigger| PARTS.contains(&trigger["component"].as_str().unwrap()));
    table(&mut text, "component").retain(|name, _| PARTS.contains(&name));
    for (name, component) in table(&mut text, "component").iter_mut() {
        let source = manifest.source_of(&manifest.components[name]).canonicalize().unwrap();
        let bytes = std::fs::read(&source).unwrap();
        for interface in ["spin:key-value", "wasi:keyvalue"] {
            let asks = bytes.windows(interface.len()).any(|bytes| bytes == interface.as_bytes());
            assert!(!asks, "{name} asks for {interface}, which it may not have there");
        }
        let component = component.as_table_mut().unwrap();
        component["source"] = source.to_str().unwrap().into();
        component.remove("build");
    }
    let file = folder.join("spin.toml");
    std::fs::write(&file, text.to_string()).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_is_done_within_the_limits_of_the_edge() {
    if !redis::is_installed().unwrap() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_owned();
    let manifest = tokio::task::spawn_blocking(move || build(&place)).await.unwrap();
    let server = RedisServer::start_with(&["--requirepass", "quiet boats"]).await.unwrap();
    let address = server.empty_database().await.unwrap();
    let variables = [("redis_url", address.trim_end_matches("/0")), ("redis_login", "quiet boats")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let options = Options { edge: true, manifest: Some(manifest), variables, ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();

    let world = Deployment::on(&host).await;
    let waiting = tokio::spawn(waits_less_long(world.clone()));
    a_file_as_large_as_a_body_may_be_is_asked_for_and_approved(&host, &world).await;
    of_many_decisions_at_once_one_counts(&host, &world).await;
    waiting.await.unwrap();
    let operations = host.counters.snapshot();
    assert!(operations.values().all(|counts| counts.operations.is_empty()), "{operations:?}");
    host.stop().await;
}

/// A call that would wait as long as it may is answered while there is time to spare.
async fn waits_less_long(world: Deployment) {
    let id = world.submit(&world.request_for(b"patience"), "patience").await.expect(201).text_at("/id");
    let began = Instant::now();
    let call = world.api.get(&format!("/agent/v1/requests/{id}?wait=25")).bearer(&world.computer_token);
    let answer = call.send().await.expect(200);
    assert_eq!(answer.json()["status"], "pending");
    let waited = began.elapsed();
    assert!(waited > Duration::from_secs(19) && waited < Duration::from_secs(25), "{waited:?}");
}

async fn a_file_as_large_as_a_body_may_be_is_asked_for_and_approved(host: &TestHost, world: &Deployment) {
    let bytes: Vec<u8> = (0..u32::try_from(BODY / 4).unwrap()).flat_map(u32::to_le_bytes).collect();
    let id = world.submit(&world.request_for(&bytes), "large").await.expect(201).text_at("/id");
    let path = format!("/agent/v1/requests/{id}/attachment");
    one_byte_more_is_refused(host, &path).await;
    let upload = world.api.put(&path).bearer(&world.computer_token);
    upload.body("application/octet-stream", bytes.clone()).send().await.expect(204);
    host.settle().await.unwrap();
    let messages = host.providers.email.messages();
    assert!(messages.iter().any(|message| message.to == "clerk@company.example"), "{messages:?}");
    let path = format!("/v1/requests?organization_id={}&status=pending", world.company);
    let listed = world.api.get(&path).bearer(&world.clerk_token).send().await.expect(200).json();
    assert!(listed["items"].as_array().unwrap().iter().any(|item| item["id"] == id.as_str()), "{listed}");

    let decision = json!({ "outcome": "approved", "scope": "computer" });
    world.decide(&world.clerk_token, &id, &decision).await.expect(200);
    host.settle().await.unwrap();
    let call = world.api.get("/agent/v1/check-in").bearer(&world.computer_token);
    let news = call.send().await.expect(200).json();
    let added = news["grants"]["added"].as_array().unwrap();
    assert_eq!(added.len(), 1, "{news}");
    assert!(news.to_string().contains(&sha256(&bytes)), "{news}");
}

/// The host answers when it has read of the length, before the body.
async fn one_byte_more_is_refused(host: &TestHost, path: &str) {
    let mut stream = TcpStream::connect(host.addr()).await.unwrap();
    let head =
        format!("PUT {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n\r\n", host.addr(), BODY + 1);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

/// What a store without atomic operations gets wrong.
async fn of_many_decisions_at_once_one_counts(host: &TestHost, world: &Deployment) {
    let id = world.submit(&world.request_for(b"raced"), "raced").await.expect(201).text_at("/id");
    let racers = (0..8).map(|racer| {
        let id = id.clone();
        async move {
            let decision = json!({ "outcome": if racer % 2 == 0 { "approved" } else { "denied" } });
            // 503 asks the caller to try again, and the caller does.
            loop {
                match world.decide(&world.clerk_token, &id, &decision).await.status {
                    503 => {}
                    status => return status,
                }
            }
        }
    });
    let mut answers = join_all(racers).await;
    answers.sort_unstable();
    assert_eq!(answers, [&[200][..], &[409; 7]].concat());

    // Each request of a computer has a place of its own in the list.
    let files: Vec<_> = (0..8).map(|number| format!("file {number}")).collect();
    let ids = join_all(files.iter().map(async |file| {
        world.submit(&world.request_for(file.as_bytes()), file).await.expect(201).text_at("/id")
    }));
    let ids = ids.await;
    host.settle().await.unwrap();
    let path = format!("/v1/requests?organization_id={}&limit=200", world.company);
    let listed = world.api.get(&path).bearer(&world.clerk_token).send().await.expect(200).json().to_string();
    assert!(ids.iter().all(|id| listed.contains(id.as_str())), "{listed}");
}
