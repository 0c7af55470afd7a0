//! The commands about a request that was made, about this computer, and how the server is reached.

use std::path::Path;

use countersign_agent::OverrideKey;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::authority::{Authority, installed};
use crate::command_line::{agent, enrolled, shown};
use crate::fake::FakeServer;

const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";

fn submitted(upload: bool) -> Value {
    json!({"id": "req_2", "status": "pending", "attachment": {"upload": upload}, "warnings":
        [{"pointer": "/requester/email", "message": "must be an email address; it was left out"}]})
}

/// Changes the state of an enrolled computer.
fn change_state(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join("state.json");
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut state);
    std::fs::write(path, state.to_string()).unwrap();
}

#[tokio::test]
async fn a_request_is_amended_with_a_better_reason_and_a_copy() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(200, &[], submitted(true)).then(204, &[("upload-offset", "0")], Value::Null).then(
        204,
        &[],
        Value::Null,
    );
    let asked = ["amend", "req_1", "--user", "bea", "--reason", "Ticket 4711", "--attach", "tool.bin"];
    let output = agent(folder.path(), &asked).await;
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(shown(&output).contains("/requester/email: must be"), "{}", shown(&output));
    assert_eq!(server.calls()[1], "PATCH /agent/v1/requests/req_1");
    let body = json!({"requester": {"username": "bea"}, "reason": "Ticket 4711", "attach": true});
    assert_eq!(server.seen()[1].json(), body);
    assert_eq!(server.seen()[3].body, b"abc");

    server.then(409, &[], json!({"code": "not-pending", "detail": "the request was denied"}));
    let output = agent(folder.path(), &["amend", "req_1", "--reason", "please"]).await;
    assert_eq!(output.status.code(), Some(6), "{}", shown(&output));
}

#[tokio::test]
async fn an_approval_is_renewed_and_the_decision_waited_for() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(201, &[], submitted(false)).then(200, &[], json!({"status": "denied"}));
    let asked = ["renew", "req_1", "--reason", "another week", "--wait", "--idempotency-key", "once"];
    let output = agent(folder.path(), &asked).await;
    assert_eq!(output.status.code(), Some(3), "{}", shown(&output));
    let seen = server.seen();
    assert_eq!(
        (seen[1].call.as_str(), seen[1].header("idempotency-key")),
        ("POST /agent/v1/requests/req_1/renewal", "once")
    );
    assert_eq!(seen[1].json(), json!({"requester": {"username": "ana"}, "reason": "another week"}));
    assert_eq!(seen[2].call, "GET /agent/v1/requests/req_2?wait=25");
}

#[tokio::test]
async fn each_user_cancels_for_themselves() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(200, &[], json!({"status": "pending"})).then(200, &[], json!({"status": "cancelled"}));
    for (arguments, user, status) in [
        (vec!["cancel", "req_1", "--user", "bea"], "bea", "pending"),
        (vec!["cancel", "req_1"], "ana", "cancelled"),
    ] {
        let output = agent(folder.path(), &arguments).await;
        assert!(shown(&output).contains(status), "{}", shown(&output));
        assert_eq!(server.seen().last().unwrap().json(), json!({"username": user}));
    }
    assert_eq!(server.calls()[1], "POST /agent/v1/requests/req_1/cancellation");
}

#[tokio::test]
async fn the_status_of_this_computer_needs_no_server_and_shows_no_secret() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    change_state(folder.path(), |state| {
        state["override_key"] = json!(KEY);
        state["grants"] = json!({"grt_1": {"id": "grt_1"}});
    });
    let output = agent(folder.path(), &["--json", "status"]).await;
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["computer_id"], &line["grants"]), (&json!("cmp_1"), &json!([{"id": "grt_1"}])));
    let output = format!("{}{line}", shown(&agent(folder.path(), &["status"]).await));
    assert!(output.contains("grt_1") && !output.contains("csc_1") && !output.contains(KEY), "{output}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn the_agent_that_the_group_is_to_have_is_shown() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    let status = async || {
        let output = agent(folder.path(), &["--json", "status"]).await;
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(status().await["wanted_agent"], Value::Null, "not fetched yet");
    let wanted = json!({"version": "2.4.1", "update_channel": "preview"});
    server.then(200, &[], json!({"version": "v1", "more": false, "agent": wanted}));
    let output = agent(folder.path(), &["--json", "check-in"]).await;
    let news: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(news["agent"], wanted);
    let known = status().await;
    assert_eq!(
        (&known["wanted_agent"], &known["agent_version"]),
        (&wanted, &json!(env!("CARGO_PKG_VERSION")))
    );
    let lines = shown(&agent(folder.path(), &["status"]).await);
    assert!(lines.contains("wanted: 2.4.1 of the preview channel"), "{lines}");
}

#[tokio::test]
async fn the_status_of_a_request_may_be_waited_for() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(200, &[], json!({"status": "denied"})).then(200, &[], json!({"status": "denied"}));
    assert_eq!(agent(folder.path(), &["status", "req_1"]).await.status.code(), Some(0));
    assert_eq!(agent(folder.path(), &["status", "req_1", "--wait"]).await.status.code(), Some(3));
}

#[tokio::test]
async fn an_approval_that_does_not_reach_this_computer_is_none() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    let lost = |because: &str| {
        json!({"status": "approved", "decision": {"scope": "group"}, "reaches": false,
            "not_reached_because": because})
    };
    let words = [
        ("moved", "moved"),
        ("not_used_in_time", "it was not used in time"),
        ("used_up", "its time since the first use is over"),
        ("a reason of a later version", "a reason of a later version"),
    ];
    for (because, said) in words {
        for (arguments, code) in [(vec!["status", "req_1"], 0), (vec!["status", "req_1", "--wait"], 4)] {
            server.then(200, &[], lost(because));
            let output = agent(folder.path(), &arguments).await;
            assert_eq!(output.status.code(), Some(code), "{}", shown(&output));
            let said = format!("does not reach this computer now: {said}");
            assert!(shown(&output).contains(&said), "{}", shown(&output));
        }
    }
    server.then(200, &[], lost("moved"));
    let output = agent(folder.path(), &["--json", "status", "req_1"]).await;
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["reaches"], &line["not_reached_because"]), (&json!(false), &json!("moved")));
}

#[tokio::test]
async fn an_override_code_is_checked_without_a_server_and_attempts_are_limited() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    let output = agent(folder.path(), &["verify-override", "12345678"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    assert!(shown(&output).contains("check-in"), "{}", shown(&output));

    // The key comes with a check-in, and is not printed.
    let news = json!({"version": "v1", "more": false, "override_key": KEY});
    server.then(200, &[], news);
    let output = agent(folder.path(), &["--json", "check-in"]).await;
    assert!(output.status.success() && !shown(&output).contains(KEY), "{}", shown(&output));

    #[allow(clippy::disallowed_methods, reason = "the program reads the clock of the computer")]
    let code = OverrideKey::parse(KEY).unwrap().code(Timestamp::now());
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    assert_eq!(agent(folder.path(), &["verify-override", &code]).await.status.code(), Some(0));
    let mut codes = Vec::new();
    // Twenty, because a new hour may begin in between.
    for _ in 0..20 {
        codes.push(agent(folder.path(), &["verify-override", wrong]).await.status.code().unwrap());
    }
    assert_eq!(codes[0], 8);
    assert!(codes.contains(&9) && codes.iter().all(|code| [8, 9].contains(code)), "{codes:?}");
    assert_eq!(
        agent(folder.path(), &["verify-override", &code]).await.status.code(),
        Some(9),
        "the right one, too"
    );
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_watching_agent_runs_the_command_and_ends_when_it_is_no_longer_enrolled() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    let grant = json!({"id": "grt_1", "kind": "application", "subject": {"sha256": "ab"}});
    server.then(200, &[], json!({"version": "v1", "grants": {"added": [grant], "removed": []}})).then(
        401,
        &[],
        Value::Null,
    );
    let command = "echo \"$COUNTERSIGN_CHANGE $COUNTERSIGN_GRANT_ID\" >> log; cat >> log";
    let output = agent(folder.path(), &["watch", "--exec", command]).await;
    assert_eq!(output.status.code(), Some(7), "{}", shown(&output));
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.starts_with("grant-added grt_1\n{"), "{log}");
    assert!(shown(&output).contains("accepted grant-added grt_1"), "{}", shown(&output));

    for (more, runs) in [(vec![], 0), (vec!["--anew"], 1)] {
        std::fs::remove_file(folder.path().join("log")).unwrap_or_default();
        server.then(200, &[], json!({"version": "v1"})).then(401, &[], Value::Null);
        let arguments = [vec!["watch", "--exec", command], more].concat();
        let output = agent(folder.path(), &arguments).await;
        let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        assert_eq!(log.matches("grant-added grt_1").count(), runs, "{arguments:?}: {}", shown(&output));
    }
}

#[tokio::test]
async fn exit_codes_tell_a_refusal_from_a_server_that_is_away() {
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(404, &[], json!({"code": "not-found"}));
    assert_eq!(agent(folder.path(), &["status", "req_1"]).await.status.code(), Some(6));
    server.then(401, &[], json!({"code": "not-identified"}));
    assert_eq!(agent(folder.path(), &["status", "req_1"]).await.status.code(), Some(7));
}

#[tokio::test]
async fn a_proxy_is_used_and_remembered() {
    let proxy = FakeServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    proxy.then(201, &[], json!({"computer_id": "cmp_1", "token": "csc_1", "override_key": KEY}));
    proxy.then(200, &[], json!({"status": "pending"}));
    let asked =
        ["--server", "http://countersign.invalid", "--proxy", &proxy.address, "enroll", "--key", "cse_1"];
    let output = agent(folder.path(), &asked).await;
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(agent(folder.path(), &["status", "req_1"]).await.status.code(), Some(0));
    assert_eq!(proxy.seen()[1].call, "GET http://countersign.invalid/agent/v1/requests/req_1");
    change_state(folder.path(), |state| assert_eq!(state["override_key"], KEY));

    let bad = ["--proxy", "http://bob:secret@:x", "status", "req_1"];
    let output = agent(folder.path(), &bad).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(!shown(&output).contains("secret"), "{}", shown(&output));
}

#[tokio::test]
async fn a_file_is_inspected_with_its_signature() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "signed", &[]);
    let (file, trust) = (authority.path("signed"), authority.path("root.pem"));
    let (file, trust) = (file.to_str().unwrap(), trust.to_str().unwrap());
    let folder = tempfile::tempdir().unwrap();
    // Certificates begin this second, and the program's clock may still be in the one before.
    let output = agent(folder.path(), &["inspect", file, "--signing-ca", trust]).await;
    assert!(shown(&output).contains("signed by CN=code,O=Example Software\\, Ltd"), "{}", shown(&output));
    assert!(shown(&output).contains(": verified"), "{}", shown(&output));
    let output = agent(folder.path(), &["--json", "inspect", file]).await;
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["executable"]["signatures"][0]["state"], "untrusted");
    assert_eq!(line["executable"]["publisher"], "Example Software Ltd");
}

#[tokio::test]
async fn a_request_says_who_signed_the_file() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "signed", &[]);
    let server = FakeServer::start().await;
    let folder = enrolled(&server).await;
    server.then(201, &[], submitted(false));
    let (file, trust) = (authority.path("signed"), authority.path("root.pem"));
    let asked = ["request", file.to_str().unwrap(), "--ca", trust.to_str().unwrap(), "--kind", "elevation"];
    let more =
        ["--calling-process", "tool.bin", "--command-line", "signed /s", "--origin", "https://example.com/"];
    let elevation = ["--account", "admin", "--duration", "600"];
    let output = agent(folder.path(), &[&asked[..], &more, &elevation].concat()).await;
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let subject = &server.seen()[1].json()["subject"];
    let signer = &subject["signers"][0];
    assert_eq!(
        (&signer["verified"], &signer["issuer"]),
        (&json!(true), &json!("CN=root,O=Example Software\\, Ltd"))
    );
    assert_eq!(signer["issuer_thumbprint"], authority.thumbprint("root"));
    assert_eq!(
        (&subject["publisher"], &subject["version"]),
        (&json!("Example Software Ltd"), &json!("7.1.0"))
    );
    assert_eq!(subject["authenticode_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(subject["calling_process"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(subject["command_line"], "signed /s");
    assert_eq!((&subject["account"], &subject["duration_seconds"]), (&json!("admin"), &json!(600)));
}
