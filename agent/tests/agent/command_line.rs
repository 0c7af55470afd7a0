//! The program as its users start it: output, exit codes, state file.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::fake::FakeServer;

pub async fn agent(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).env("USER", "ana").output().await.unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign-agent"));
    for name in ["SERVER", "STATE", "ENROLLMENT_KEY", "PROXY", "CA_FILE", "SIGNING_CA"]
        .map(|name| format!("COUNTERSIGN_{name}"))
    {
        command.env_remove(name);
    }
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.current_dir(folder).args(["--state", "state.json"]).args(arguments);
    command
}

pub fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A folder with a file to request and the state of an enrolled computer.
pub async fn enrolled(server: &FakeServer) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tool.bin"), b"abc").unwrap();
    server.then(201, &[], json!({"computer_id": "cmp_1", "token": "csc_1"}));
    let output = agent(
        folder.path(),
        &["--server", &server.address, "enroll", "--key", "cse_k", "--hostname", "desk-7"],
    )
    .await;
    assert!(output.status.success(), "{}", shown(&output));
    folder
}

#[tokio::test]
async fn enrolling_keeps_the_token_for_the_owner_only() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    assert_eq!(server.seen()[0].json()["hostname"], "desk-7");
    let path = folder.path().join("state.json");
    let state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!((&state["computer_id"], &state["token"]), (&json!("cmp_1"), &json!("csc_1")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let again = agent(folder.path(), &["--server", &server.address, "enroll", "--key", "cse_k"]).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(shown(&again).contains("--again"), "{}", shown(&again));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_request_with_its_file_waits_for_the_decision_and_exits_by_it() {
    for (status, code) in [
        ("approved", 0),
        ("denied", 3),
        ("ignored", 4),
        ("expired", 4),
        ("cancelled", 4),
        ("revoked", 4),
        ("new", 4),
    ] {
        let server = FakeServer::start().await;
        let folder = enrolled(&server).await;
        server
            .then(201, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": true}}))
            .then(405, &[], Value::Null)
            .then(204, &[], Value::Null)
            .then(
                200,
                &[],
                json!({"status": status, "decision": {"scope": "group", "message": "so\u{1b}[2Jbe it"}}),
            );
        let output = agent(folder.path(), &["request", "tool.bin", "--reason", "work", "--wait"]).await;
        assert_eq!(output.status.code(), Some(code), "{status}: {}", shown(&output));
        assert!(shown(&output).contains("for the group: so [2Jbe it"), "{}", shown(&output));
        let seen = server.seen();
        let sent = seen[1].json();
        assert_eq!(
            sent["subject"]["sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!((&sent["subject"]["size"], &sent["requester"]["username"]), (&json!(3), &json!("ana")));
        assert_eq!(seen[3].body, b"abc");
        assert_eq!(seen[4].header("authorization"), "Bearer csc_1");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn who_asks_is_known_also_where_no_variable_says_so() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(201, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": false}}));
    let mut command = command(folder.path(), &["request", "tool.bin", "--no-attach"]);
    for name in ["USER", "USERNAME", "LOGNAME"] {
        command.env_remove(name);
    }
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let user = Command::new("id").arg("-un").output().await.unwrap();
    let user = String::from_utf8(user.stdout).unwrap();
    assert_eq!(server.seen()[1].json()["requester"]["username"], user.trim());
}

#[tokio::test]
async fn no_attach_asks_for_no_attachment_and_sends_none() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(201, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": false}}));
    let output = agent(folder.path(), &["--json", "request", "tool.bin", "--no-attach"]).await;
    assert_eq!(output.status.code(), Some(0));
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["id"], &line["status"]), (&json!("req_1"), &json!("pending")));
    assert_eq!((server.seen().len(), &server.seen()[1].json()["attach"]), (2, &json!(false)));
}

#[tokio::test]
async fn a_copy_that_is_refused_does_not_lose_the_request() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server
        .then(201, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": true}}))
        .then(405, &[], Value::Null)
        .then(422, &[], json!({"detail": "the bytes are not the announced ones", "code": "wrong-bytes"}))
        .then(200, &[], json!({"status": "approved"}));
    let output = agent(folder.path(), &["request", "tool.bin", "--wait"]).await;
    assert_eq!(output.status.code(), Some(0));
    assert!(shown(&output).contains("warning: the copy of the file was not attached"), "{}", shown(&output));
}

#[tokio::test]
async fn check_ins_are_remembered() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    let news = |version: &str, more: bool, added: Value, removed: Value| {
        json!({"version": version, "more": more, "policy_version": 2, "grants": {"added": added, "removed": removed},
            "maintenance": null})
    };
    server.then(200, &[], news("v1", true, json!([{"id": "grt_1"}, {"id": "grt_2"}]), json!([]))).then(
        200,
        &[],
        news("v2", false, json!([]), json!(["grt_1"])),
    );
    let output = agent(folder.path(), &["check-in"]).await;
    let first = format!("GET /agent/v1/check-in?agent_version={}", env!("CARGO_PKG_VERSION"));
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(server.calls()[1..], [first.clone(), format!("{first}&since=v1")]);
    let state: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("state.json")).unwrap()).unwrap();
    assert_eq!((&state["version"], &state["grants"]), (&json!("v2"), &json!({"grt_2": {"id": "grt_2"}})));
}

#[tokio::test]
async fn storage_needs_a_device_and_an_access() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    let output = agent(folder.path(), &["request", "tool.bin", "--kind", "storage"]).await;
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert_eq!(server.seen().len(), 1);

    server.then(201, &[], json!({"id": "req_1", "status": "pending", "attachment": {"upload": false}}));
    let asked =
        ["request", "/media/stick/plan.pdf", "--kind", "storage", "--device", "USB-1", "--access", "write"];
    let output = agent(folder.path(), &asked).await;
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let sent = server.seen()[1].json();
    let subject = json!({"path": "/media/stick/plan.pdf", "device": {"id": "USB-1"}, "access": "write"});
    assert_eq!(
        (&sent["kind"], &sent["subject"], &sent["attach"]),
        (&json!("storage"), &subject, &json!(false))
    );
}

#[tokio::test]
async fn without_a_state_the_user_is_told_to_enrol() {
    let folder = tempfile::tempdir().unwrap();
    let output = agent(folder.path(), &["status", "req_1"]).await;
    assert_eq!(output.status.code(), Some(7));
    assert!(shown(&output).contains("countersign-agent enroll"), "{}", shown(&output));
}
