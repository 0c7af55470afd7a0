//! Moving a store from SQLite to Redis and back.

use std::path::{Path, PathBuf};

use countersign_host::harness::redis::RedisServer;
use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_host::runtime_config::StoreConfig;
use countersign_tests::Deployment;
use serde_json::json;

/// The records of an export, without its first line, which has the time, and its last one.
fn records(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1..lines.len() - 1].to_vec()
}

/// Exports the host's store and imports it into another one, over which the host then goes on. Returns the export.
async fn move_to(
    host: &mut ChildHost,
    folder: &Path,
    name: &str,
    store: StoreConfig,
    and: &[&str],
) -> PathBuf {
    let file = folder.join(name);
    let exported = host.command(&["export", file.to_str().unwrap()]).await.unwrap();
    assert!(exported.ok, "{exported:?}");
    host.move_to(store);
    let arguments: Vec<&str> =
        ["import", file.to_str().unwrap()].into_iter().chain(and.iter().copied()).collect();
    let imported = host.command(&arguments).await.unwrap();
    assert!(imported.ok, "{imported:?}");
    file
}

async fn require_verified(host: &ChildHost) {
    let verified = host.command(&["verify"]).await.unwrap();
    assert!(verified.ok && verified.out.contains("No fault in"), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_moves_to_redis_and_back_without_a_change() {
    if !Backend::available().unwrap().contains(&Backend::Redis) {
        return;
    }
    let mut host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let asked = world.submit(&world.request_for(b"one"), "one").await.expect(201).text_at("/id");
    world.decide(&world.boss, &asked, &json!({ "outcome": "approved" })).await.expect(200);
    host.settle().await.unwrap();
    require_verified(&host).await;
    host.kill().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let redis =
        StoreConfig::Redis(RedisServer::shared().await.unwrap().empty_database().await.unwrap().into());
    let sqlite = StoreConfig::Sqlite { path: Some(folder.path().join("back.db")) };
    let first = move_to(&mut host, folder.path(), "first", redis.clone(), &["--nothing-lost"]).await;
    require_verified(&host).await;
    let again = host.command(&["import", first.to_str().unwrap()]).await.unwrap();
    assert!(!again.ok && again.err.contains("holds a store"), "{again:?}");
    let second = move_to(&mut host, folder.path(), "second", sqlite, &["--nothing-lost"]).await;
    let third = folder.path().join("third");
    assert!(host.command(&["export", third.to_str().unwrap()]).await.unwrap().ok);
    assert!(records(&first).len() > 50);
    assert_eq!(records(&first), records(&second));
    assert_eq!(records(&first), records(&third));

    // Sessions and counters go on.
    host.revive(None).await.unwrap();
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
    world.submit(&world.request_for(b"two"), "two").await.expect(201);
    host.settle().await.unwrap();
    let path = host.command(&["export", folder.path().join("fourth").to_str().unwrap()]).await.unwrap();
    assert!(path.ok, "an export of SQLite needs no host to stop: {path:?}");
    host.kill().await.unwrap();
    host.move_to(redis);
    host.revive(None).await.unwrap();
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
    let served = host.command(&["export", folder.path().join("fifth").to_str().unwrap()]).await.unwrap();
    assert!(!served.ok && served.err.contains("connected to the Redis database"), "{served:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_counts_as_a_restore_unless_nothing_was_lost() {
    let mut host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    host.kill().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let other = StoreConfig::Sqlite { path: Some(folder.path().join("other.db")) };
    let file = move_to(&mut host, folder.path(), "export", other, &[]).await;
    let again = host.command(&["import", file.to_str().unwrap()]).await.unwrap();
    assert!(!again.ok && again.err.contains("holds data"), "{again:?}");
    host.revive(None).await.unwrap();
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(401);
    require_verified(&host).await;
}
