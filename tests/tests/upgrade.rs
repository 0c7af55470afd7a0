//! A rolling upgrade: two hosts over one Redis, with the components of the release before and with these, while people go on working.
//!
//! `tests/previous/make COMMIT` makes the components of the release before anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::path::{Path, PathBuf};

use countersign_host::harness::redis::{RedisServer, is_installed};
use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_tests::{Api, Deployment, PASSWORD};
use jiff::SignedDuration;
use serde_json::json;

/// The release before: its manifest, and its components where the manifest says that they are.
struct Previous(tempfile::TempDir);

impl Previous {
    fn unpacked() -> Self {
        let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("previous/components.tar.zst");
        let archive = std::fs::File::open(&archive).expect("tests/previous/components.tar.zst");
        let folder = tempfile::tempdir().unwrap();
        let mut reader = zstd::Decoder::new(archive).unwrap();
        // As large as `make` says.
        reader.window_log_max(27).unwrap();
        tar::Archive::new(reader).unpack(folder.path()).unwrap();
        Self(folder)
    }

    fn manifest(&self) -> PathBuf {
        self.0.path().join("spin.toml")
    }

    fn options(&self) -> Options {
        Options { manifest: Some(self.manifest()), ..Options::default() }
    }
}

/// The same people at another host.
fn at(host: &ChildHost, world: &Deployment) -> Deployment {
    Deployment { api: Api::new(host.url("")), ..world.clone() }
}

async fn submitted(world: &Deployment, what: &str) -> String {
    world.submit(&world.request_for(what.as_bytes()), what).await.expect(201).text_at("/id")
}

async fn approved(world: &Deployment, request: &str) {
    let approval = json!({ "outcome": "approved", "scope": "computer" });
    world.decide(&world.boss, request, &approval).await.expect(200);
}

/// The requests whose grants the computer has.
async fn granted(world: &Deployment) -> Vec<String> {
    let news =
        world.api.get("/agent/v1/check-in").bearer(&world.computer_token).send().await.expect(200).json();
    assert_eq!(news["more"], json!(false));
    let mut has: Vec<_> = news["grants"]["added"]
        .as_array()
        .unwrap()
        .iter()
        .map(|grant| grant["request_id"].as_str().unwrap().to_owned())
        .collect();
    has.sort();
    has
}

async fn status(world: &Deployment, request: &str) -> String {
    let path = format!("/v1/requests/{request}");
    world.api.get(&path).bearer(&world.boss).send().await.expect(200).text_at("/status")
}

async fn revoke(world: &Deployment, request: &str) {
    let path = format!("/v1/requests/{request}/revocation");
    world.api.post(&path).bearer(&world.boss).json(&json!({})).send().await.expect(200);
}

/// The whole chain of the company's audit is intact, as this host sees it.
async fn require_intact(world: &Deployment) {
    for organization in [&world.root, &world.company] {
        let path = format!("/v1/audit/system/verify?organization_id={organization}&limit=200");
        let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!((&page["intact"], &page["problems"]), (&json!(true), &json!([])), "{page}");
    }
}

async fn require_whole(host: &ChildHost) {
    let verified = host.command(&["verify"]).await.unwrap();
    assert!(verified.ok, "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_are_upgraded_one_after_the_other_while_people_go_on() {
    if !is_installed().unwrap() {
        return;
    }
    let previous = Previous::unpacked();
    let server = RedisServer::start().await.unwrap();
    let mut first = ChildHost::start_over(&server, previous.options()).await.unwrap();
    let mut second = first.beside(SignedDuration::ZERO).await.unwrap();
    let old = Deployment::on(&first).await;
    let (one, two) = (submitted(&old, "one").await, submitted(&old, "two").await);
    approved(&old, &one).await;
    first.settle().await.unwrap();

    // The second one is upgraded, and each goes on with what the other has written.
    second.upgrade().await.unwrap();
    let new = at(&second, &old);
    approved(&new, &two).await;
    let (three, four, five) =
        (submitted(&new, "three").await, submitted(&old, "four").await, submitted(&new, "five").await);
    approved(&old, &three).await;
    approved(&new, &four).await;
    let denial = json!({ "outcome": "denied", "scope": "computer", "message": "not now" });
    old.decide(&old.boss, &five, &denial).await.expect(200);
    let again = new.decide(&new.boss, &five, &json!({ "outcome": "approved", "scope": "computer" })).await;
    assert_eq!(again.problem(409), "already-decided");
    revoke(&old, &two).await;
    for host in [&first, &second, &first] {
        host.settle().await.unwrap();
    }
    let mut grants = vec![one.clone(), three.clone(), four.clone()];
    grants.sort();
    for world in [&old, &new] {
        assert_eq!(granted(world).await, grants);
        for (request, expected) in
            [(&one, "approved"), (&two, "revoked"), (&three, "approved"), (&five, "denied")]
        {
            assert_eq!(status(world, request).await, expected, "{request}");
        }
        require_intact(world).await;
    }
    let session = |world: &Deployment| {
        let body = json!({ "email": "boss@company.example", "password": PASSWORD });
        world.api.post("/v1/session").json(&body)
    };
    let made = session(&old).send().await.expect(201).text_at("/token");
    new.api.get("/v1/session").bearer(&made).send().await.expect(200);
    let made = session(&new).send().await.expect(201).text_at("/token");
    old.api.get("/v1/session").bearer(&made).send().await.expect(200);

    first.upgrade().await.unwrap();
    assert_eq!(granted(&old).await, grants);
    require_intact(&old).await;
    require_whole(&first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_on_sqlite_goes_on_with_the_new_version_and_back_again() {
    let previous = Previous::unpacked();
    let mut host = ChildHost::start(Backend::Sqlite, previous.options()).await.unwrap();
    let world = Deployment::on(&host).await;
    let one = submitted(&world, "one").await;
    approved(&world, &one).await;
    host.settle().await.unwrap();
    host.upgrade().await.unwrap();
    let two = submitted(&world, "two").await;
    approved(&world, &two).await;
    host.settle().await.unwrap();
    require_whole(&host).await;
    host.downgrade(previous.manifest()).await.unwrap();
    let mut grants = vec![one, two.clone()];
    grants.sort();
    assert_eq!(granted(&world).await, grants);
    revoke(&world, &two).await;
    host.settle().await.unwrap();
    host.upgrade().await.unwrap();
    assert_eq!(status(&world, &two).await, "revoked");
    assert_eq!(granted(&world).await.len(), 1);
    require_intact(&world).await;
    require_whole(&host).await;
}
