//! The warnings for an operator whose real redis-server may lose data.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::BTreeMap;
use std::process::Command;

use countersign_host::harness::redis::{self as server, RedisServer};
use countersign_host::kv::{Quirks, Severity, Stores};
use countersign_host::runtime_config::StoreConfig;

async fn tell(url: &str, command: &[&str]) {
    let client = redis::Client::open(url).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut command = command.iter();
    let mut all = redis::cmd(command.next().unwrap());
    for argument in command {
        all.arg(*argument);
    }
    all.exec_async(&mut connection).await.unwrap();
}

/// The severities, and the settings that the warnings name.
async fn warnings(url: &str) -> Vec<(Severity, String)> {
    let labels =
        ["default", "other"].map(|label| (label.to_owned(), StoreConfig::Redis(url.to_owned().into())));
    let stores = Stores::new(&BTreeMap::from(labels), Quirks::None).unwrap();
    let warnings = stores.warnings().await.unwrap();
    let address = url.rsplit('@').next().unwrap().trim_start_matches("redis://").split('/').next().unwrap();
    assert!(warnings.iter().all(|warning| warning.text.contains(address)), "{warnings:?}");
    let set = |text: &str| text.rsplit('`').nth(1).unwrap().to_owned();
    warnings.iter().map(|warning| (warning.severity, set(&warning.text))).collect()
}

fn eviction(severity: Severity) -> (Severity, String) {
    (severity, "maxmemory-policy noeviction".to_owned())
}

fn persistence(severity: Severity) -> (Severity, String) {
    (severity, "appendonly yes".to_owned())
}

#[tokio::test]
async fn a_server_that_may_lose_data_is_told_of_once_with_what_to_set() {
    if !server::is_installed().unwrap() {
        return;
    }
    let server = RedisServer::start().await.unwrap();
    let url = server.empty_database().await.unwrap();
    assert_eq!(warnings(&url).await, []);

    tell(&url, &["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]).await;
    assert_eq!(warnings(&url).await, [eviction(Severity::Loss)]);
    tell(&url, &["CONFIG", "SET", "appendonly", "no"]).await;
    assert_eq!(warnings(&url).await, [eviction(Severity::Loss), persistence(Severity::Loss)]);
    tell(&url, &["CONFIG", "SET", "maxmemory-policy", "noeviction"]).await;
    tell(&url, &["CONFIG", "SET", "save", "3600 1"]).await;
    assert_eq!(warnings(&url).await, [persistence(Severity::Risk)]);
}

#[tokio::test]
async fn where_config_is_forbidden_info_tells_and_where_both_are_nobody_does() {
    if !server::is_installed().unwrap() {
        return;
    }
    let server = RedisServer::start().await.unwrap();
    let url = server.empty_database().await.unwrap();
    tell(&url, &["ACL", "SETUSER", "managed", "on", ">pw", "~*", "+@all", "-config"]).await;
    tell(&url, &["ACL", "SETUSER", "closed", "on", ">pw", "~*", "+@all", "-config", "-info"]).await;
    let (managed, closed) =
        (url.replace("redis://", "redis://managed:pw@"), url.replace("redis://", "redis://closed:pw@"));
    assert_eq!(warnings(&managed).await, []);
    assert_eq!(warnings(&closed).await, [eviction(Severity::Risk), persistence(Severity::Risk)]);
    tell(&url, &["CONFIG", "SET", "appendonly", "no"]).await;
    tell(&url, &["CONFIG", "SET", "maxmemory-policy", "volatile-lru"]).await;
    assert_eq!(warnings(&managed).await, [eviction(Severity::Loss), persistence(Severity::Loss)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_says_so_before_it_serves_also_when_it_is_to_be_quiet() {
    if !server::is_installed().unwrap() {
        return;
    }
    let server = RedisServer::start().await.unwrap();
    let url = server.empty_database().await.unwrap();
    tell(&url, &["CONFIG", "SET", "appendonly", "no"]).await;
    let folder = tempfile::tempdir().unwrap();
    // Its component was never built, so the program ends after it has checked the store.
    let manifest = "spin_manifest_version = 2\n[application]\nname = \"a\"\n\
        [[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n[component.a]\nsource = \"a.wasm\"\n";
    std::fs::write(folder.path().join("spin.toml"), manifest).unwrap();
    let config = format!("[key_value_store.default]\ntype = \"redis\"\nurl = \"{url}\"\n");
    std::fs::write(folder.path().join("runtime-config.toml"), config).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_countersign"));
    program.current_dir(folder.path()).args(["up", "--quiet", "--no-build", "--listen", "127.0.0.1:0"]);
    program.args(["--runtime-config-file", "runtime-config.toml"]);
    let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("WARNING: Redis at ") && said.contains("`appendonly yes`"), "{said}");
    assert!(said.contains("a.wasm"), "it goes on: {said}");
}
