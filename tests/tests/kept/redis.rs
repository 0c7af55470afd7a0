//! The restore drill on Redis, as `docs/backup.md` says: a snapshot is fetched while hosts serve, the server and its disk are lost, and
//! another one begins with the snapshot.

use countersign_host::harness::redis::{RedisServer, is_installed};
use countersign_host::harness::{ChildHost, Options};
use countersign_host::runtime_config::StoreConfig;
use countersign_tests::{Deployment, PASSWORD};
use serde_json::json;

use super::drill::{check_in, require_on_record, status};
use super::refusals::refused;

/// A request that was approved.
async fn approved(world: &Deployment, what: &str) -> String {
    let id = world.submit(&world.request_for(what.as_bytes()), what).await.expect(201).text_at("/id");
    let approval = json!({ "outcome": "approved", "scope": "computer" });
    world.decide(&world.boss, &id, &approval).await.expect(200);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_on_redis_is_restored_from_a_snapshot_and_marked() {
    if !is_installed().unwrap() {
        return;
    }
    let server = RedisServer::start().await.unwrap();
    let mut host = ChildHost::start_over(&server, Options::default()).await.unwrap();
    let mut world = Deployment::on(&host).await;
    refused(&host.command(&["backup", "/nowhere"]).await.unwrap(), "docs/backup.md");
    refused(&host.command(&["restore", "/nowhere"]).await.unwrap(), "--mark-only");

    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("countersign.rdb");
    let before = approved(&world, "before").await;
    server.snapshot(&snapshot).unwrap();
    let after = approved(&world, "after").await;
    host.settle().await.unwrap();
    let (has, known) = check_in(&world).await;
    assert_eq!(has, [before.clone(), after.clone()].into());

    refused(&host.command(&["restore", "--mark-only"]).await.unwrap(), "stop every host that serves it");
    host.kill().await.unwrap();
    drop(server);
    let server = RedisServer::start_from(&snapshot).await.unwrap();
    host.move_to(StoreConfig::Redis(server.first_database().into()));
    let made_at = "2026-05-01T03:00:00Z";
    let marked = host.command(&["restore", "--mark-only", "--made-at", made_at]).await.unwrap();
    assert!(marked.ok && marked.out.contains("of 2 organizations"), "{marked:?}");
    host.revive(None).await.unwrap();

    for old in [&world.boss, &world.clerk_token] {
        assert_eq!(world.api.get("/v1/session").bearer(old).send().await.problem(401), "not-identified");
    }
    let sign_in = json!({ "email": "boss@company.example", "password": PASSWORD });
    world.boss = world.api.post("/v1/session").json(&sign_in).send().await.expect(201).text_at("/token");
    assert_eq!(status(&world, &before).await, Some(json!("approved")), "it was acknowledged before");
    assert_eq!(status(&world, &after).await, None, "it was asked for after the snapshot");
    host.settle().await.unwrap();
    let path = format!("/agent/v1/check-in?since={known}");
    let answer = world.api.get(&path).bearer(&world.computer_token).send().await;
    assert_eq!(answer.problem(410), "version-too-old");
    assert_eq!(check_in(&world).await.0, [before].into(), "an agent starts over");
    for detail in require_on_record(&world).await {
        assert_eq!(detail["backup_made_at"], made_at, "{detail}");
    }
    let verified = host.command(&["verify"]).await.unwrap();
    assert!(verified.ok && verified.out.contains("No fault in"), "{verified:?}");
}
