//! A host that speaks TLS itself, as browsers and programs see it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::path::Path;

use countersign_host::TlsFiles;
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Api, Deployment, PASSWORD};
use serde_json::json;

/// A certificate for loopback addresses in a folder, and its text.
fn certificate(folder: &Path) -> (TlsFiles, String) {
    let names = ["127.0.0.1", "countersign.example"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let files = TlsFiles { certificate: folder.join("fullchain.pem"), key: folder.join("privkey.pem") };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    (files, made.cert.pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_works_over_tls_and_its_cookie_is_for_secure_connections_only() {
    let folder = tempfile::tempdir().unwrap();
    let (files, trusted) = certificate(folder.path());
    let options = Options { tls: Some(files), ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    let api = Api::trusting(host.url(""), &trusted);
    assert!(host.url("/").starts_with("https://"));
    // Invitations and messages go out: the host's own calls need no connection.
    let world = Deployment::over(api, &host).await;
    let body = json!({ "email": "boss@company.example", "password": PASSWORD, "cookie": true });
    let signed_in = world.api.post("/v1/session").json(&body).send().await.expect(201);
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.starts_with("__Host-"), "{cookie}");
    assert!(cookie.contains("; Secure"), "{cookie}");
    assert_eq!(signed_in.header("strict-transport-security"), "", "a loopback name is of many programs");
    world.submit(&world.request_for(b"secure"), "key").await.expect(201);
    host.settle().await.unwrap();
    let message = host.providers.email.messages().pop().unwrap();
    assert!(message.text.contains(&host.url("/")), "{}", message.text);

    let named = world.api.get("/health/live").header("host", "countersign.example").send().await.expect(200);
    assert_eq!(named.header("strict-transport-security"), "max-age=31536000");
    host.stop().await;
}
