//! A server with a certificate from an authority of the test's own.

use std::process::Stdio;

use countersign_agent::{AgentError, CallError, Client, Connection, Retry};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::authority::{Authority, installed};

/// A server that speaks TLS, and its port. It answers every call with a page of text.
async fn server(authority: &Authority) -> (Child, u16) {
    let mut command = Command::new("openssl");
    command.args(["s_server", "-accept", "127.0.0.1:0", "-www", "-key"]).arg(authority.path("tls.key"));
    command.arg("-cert").arg(authority.path("tls.pem")).kill_on_drop(true);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap().expect("the server starts");
        if let Some(address) = line.strip_prefix("ACCEPT ") {
            let port = address.rsplit(':').next().unwrap().trim().parse().unwrap();
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (child, port);
        }
    }
}

#[tokio::test]
async fn a_server_is_trusted_by_the_file_of_certificates_alone() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.certify("tls", "tls", Some("root"), "ec");
    let (_child, port) = server(&authority).await;
    let address = format!("https://localhost:{port}");
    let asked = |connection: Connection| {
        let client =
            Client::connecting(&address, &connection).unwrap().with_retry(Retry::default().attempts(1));
        async move { client.status("req_1", None).await.unwrap_err() }
    };
    let strange = asked(Connection::default()).await;
    assert!(
        matches!(&strange, AgentError::Call(CallError::Unreachable { cause, .. }) if cause.contains("certificate")),
        "{strange}"
    );
    let known = asked(Connection { ca_file: Some(authority.path("root.pem")), proxy: None }).await;
    assert!(
        matches!(known, AgentError::Call(CallError::Unexpected { .. })),
        "it answered with a page: {known}"
    );
}

#[test]
fn a_file_without_certificates_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("empty", ""), ("other", "no certificate"), ("absent", "")] {
        let path = folder.path().join(name);
        if name != "absent" {
            std::fs::write(&path, text).unwrap();
        }
        let connection = Connection { ca_file: Some(path), proxy: None };
        let error = Client::connecting("https://countersign.example", &connection).unwrap_err();
        assert!(matches!(error, AgentError::Call(CallError::Certificates { .. })), "{name}: {error}");
    }
}
