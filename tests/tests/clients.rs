//! A client that a common generator makes of the API document runs the walk-through of the README.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::process::Stdio;

use countersign_host::harness::{Backend, Options, SETUP_TOKEN, TestHost};
use countersign_tests::{are_installed, link_token, openapi, root};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

const GENERATOR: &str = "openapi-python-client";

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_client_runs_the_walk_through() {
    if !are_installed(&[GENERATOR, "python3"], "tests/python/requirements.txt with pip") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("openapi.json");
    std::fs::write(&document, openapi()).unwrap();
    let package = folder.path().join("countersign_client");
    let generated = Command::new(GENERATOR)
        .args(["generate", "--meta", "none", "--fail-on-warning", "--path"])
        .arg(&document)
        .arg("--config")
        .arg(root().join("tests/python/openapi_python_client.yaml"))
        .arg("--output-path")
        .arg(&package)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&generated.stdout);
    assert!(generated.status.success() && !said.contains("WARNING"), "{said}");

    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let mut client = Command::new("python3")
        .arg(root().join("tests/python/walk_through.py"))
        .arg(folder.path())
        .args([&host.url(""), SETUP_TOKEN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(client.stdout.take().unwrap()).lines();
    if lines.next_line().await.unwrap().as_deref() == Some("invitation?") {
        host.settle().await.unwrap();
        let token = link_token(&host.providers, "clerk@company.example", "/invitation#");
        client.stdin.take().unwrap().write_all(format!("{token}\n").as_bytes()).await.unwrap();
    }
    assert!(client.wait().await.unwrap().success(), "the client says above why");
    host.stop().await;
}
