//! What the commands do not do.

use countersign_host::harness::{Backend, ChildHost, Options, Said};
use countersign_tests::Deployment;

#[track_caller]
pub(super) fn refused(said: &Said, because: &str) {
    assert!(!said.ok && said.err.contains(because), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten_and_nothing_that_is_no_backup_is_restored() {
    let mut host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, damaged, other) = (path("backup.db"), path("damaged.db"), path("other.db"));
    assert!(host.command(&["backup", &file]).await.unwrap().ok);
    refused(&host.command(&["backup", &file]).await.unwrap(), "exists");
    refused(&host.command(&["backup", &path("no/such/folder.db")]).await.unwrap(), "cannot write");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0x5a);
    std::fs::write(&damaged, bytes).unwrap();
    std::fs::write(&other, "not a backup").unwrap();

    host.kill().await.unwrap();
    refused(&host.command(&["restore", &file]).await.unwrap(), "--replace");
    for none in [&damaged, &other, &path("absent.db")] {
        refused(&host.command(&["restore", none, "--replace"]).await.unwrap(), none);
    }
    let other_key = ["restore", &file, "--replace", "--variable", "secret_key=another"];
    refused(&host.command(&other_key).await.unwrap(), "secrets.toml");
    // Nothing of that has changed anything.
    host.revive(None).await.unwrap();
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);

    host.kill().await.unwrap();
    let replaced = host.command(&["restore", &file, "--replace"]).await.unwrap();
    assert!(replaced.ok && replaced.out.contains("is kept as"), "{replaced:?}");
    host.revive(None).await.unwrap();
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(401);
}
