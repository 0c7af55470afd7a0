//! `countersign doctor`, as an operator runs it beside a host.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::Duration;

use countersign_host::harness::providers::Behaviour;
use countersign_host::harness::redis::is_installed;
use countersign_host::harness::{Backend, ChildHost, Options, Said};
use countersign_tests::Deployment;
use serde_json::Value;

/// The report of a run, which must exit as it says.
fn report(said: &Said) -> Value {
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    assert_eq!(said.ok, report["faults"] == 0, "{said:?}");
    report
}

/// State and text of each finding of a check.
fn found(report: &Value, check: &str) -> Vec<(String, String)> {
    let all = report["findings"].as_array().unwrap().iter().filter(|finding| finding["check"] == check);
    all.map(|finding| (finding["state"].as_str().unwrap().to_owned(), finding["found"].to_string())).collect()
}

fn states(report: &Value, check: &str) -> Vec<String> {
    found(report, check).into_iter().map(|(state, _)| state).collect()
}

/// Everything in the store, without the time of the export.
async fn contents(host: &ChildHost) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export");
    let said = host.command(&["export", file.to_str().unwrap()]).await.unwrap();
    assert!(said.ok, "{said:?}");
    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    lines[1..lines.len() - 1].join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_on_sqlite_is_examined_while_it_serves_and_after() {
    let mut host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    Deployment::on(&host).await;
    let before = contents(&host).await;
    let well = report(&host.command(&["doctor", "--json"]).await.unwrap());
    for check in [
        "variables",
        "secret_key",
        "tokens",
        "store",
        "email provider",
        "text messages",
        "values",
        "clock",
        "public_url answers",
    ] {
        assert_eq!(states(&well, check), ["ok"], "{check}: {well:#}");
    }
    assert_eq!(states(&well, "public_url"), ["warning"], "it is for this machine only");

    host.providers.email.clear();
    let message =
        ["doctor", "--json", "--test-message", "you@company.example", "--test-message", "+15550123"];
    let sent = report(&host.command(&message).await.unwrap());
    assert_eq!(states(&sent, "test message"), ["ok", "ok"], "{sent:#}");
    let messages = host.providers.email.messages();
    assert_eq!((messages.len(), messages[0].to.as_str()), (1, "you@company.example"));
    assert_eq!(host.providers.sms.messages().last().unwrap().to, "+15550123");
    host.providers.email.behave(Behaviour::Refuse);
    let refused = host.command(&message).await.unwrap();
    assert_eq!(states(&report(&refused), "test message"), ["fault", "ok"], "{refused:?}");
    assert!(!refused.out.contains("-token-of-the-tests"), "{refused:?}");
    assert_eq!(contents(&host).await, before, "nothing is changed");

    // By the operator's clock, it is ten minutes later than at the public address.
    host.advance(Duration::from_secs(600));
    let late = report(&host.command(&["doctor", "--json"]).await.unwrap());
    assert_eq!(states(&late, "clock"), ["fault"], "{late:#}");

    let wrong = [
        ("email_provider", "postmrk", "`email_provider` names an unknown provider: `postmrk`"),
        ("webhook_hosts", "https://hooks.company.example/path", "send-notification` may call no host"),
        ("computer_limits", "open_requests", "`open_requests` in `computer_limits` is no limit"),
        ("ready_lag_seconds", "soon", "`ready_lag_seconds` is not a whole number"),
    ];
    let mut doctor = vec!["doctor".to_owned(), "--json".to_owned()];
    for (name, value, _) in wrong {
        doctor.extend(["--variable".to_owned(), format!("{name}={value}")]);
    }
    let doctor: Vec<&str> = doctor.iter().map(String::as_str).collect();
    let values = found(&report(&host.command(&doctor).await.unwrap()), "values");
    assert_eq!(values.len(), wrong.len(), "{values:?}");
    for (_, _, expected) in wrong {
        let fault = |(state, what): &(String, String)| state == "fault" && what.contains(expected);
        assert!(values.iter().any(fault), "{expected}: {values:?}");
    }

    host.kill().await.unwrap();
    let weak = host.command(&["doctor", "--variable", "secret_key=not-so-secret"]).await.unwrap();
    assert!(!weak.ok && !weak.out.contains("not-so-secret"), "{weak:?}");
    let line = |check: &str| {
        weak.out.lines().find(|line| line.contains(check)).unwrap_or_else(|| panic!("{weak:?}"))
    };
    assert!(line(" secret_key ").starts_with("FAULT "), "{weak:?}");
    assert!(line(" public_url answers ").starts_with("warning "), "{weak:?}");
    assert!(weak.out.contains(" > "), "what to do: {weak:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_on_redis_is_examined_with_its_server() {
    if !is_installed().unwrap() {
        return;
    }
    let host = ChildHost::start(Backend::Redis, Options::default()).await.unwrap();
    let said = report(&host.command(&["doctor", "--json"]).await.unwrap());
    for check in ["store", "redis version", "redis user"] {
        assert_eq!(states(&said, check), ["ok"], "{check}: {said:#}");
    }
    assert_eq!(states(&said, "clock"), ["ok", "ok"], "by Redis, and by the public address: {said:#}");
    // The server of the tests leaves it to the system when it writes.
    let settings = found(&said, "redis settings");
    assert_eq!(settings[0].0, "ok", "{settings:?}");
    assert!(settings[1].0 == "fault" && settings[1].1.contains("appendfsync no"), "{settings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_cannot_be_read_is_a_finding() {
    let host = ChildHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let said = host
        .command(&["doctor", "--json", "--tls-cert", "/nowhere/c.pem", "--tls-key", "/nowhere/k.pem"])
        .await;
    let said = report(&said.unwrap());
    assert_eq!(states(&said, "certificate"), ["fault"], "{said:#}");
    assert_eq!(states(&said, "public_url"), ["fault"], "it begins with http://");
}
