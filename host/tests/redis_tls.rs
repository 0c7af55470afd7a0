//! A real redis-server over TLS, with certificates of the test's own: whom the host trusts, and what it says otherwise.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

use countersign_host::TlsFiles;
use countersign_host::harness::redis::{self as server, RedisServer};
use countersign_host::kv::{Quirks, Stores};
use countersign_host::runtime_config::{RedisAddress, StoreConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

/// An authority, its own certificate and one that it issued for `localhost`, as files.
struct Authority {
    folder: TempDir,
    server: TlsFiles,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        let put = |name: &str, text: String| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file
        };
        put("ca.pem", authority.pem());
        let server = TlsFiles {
            certificate: put("server.pem", certificate.pem()),
            key: put("server.key", key.serialize_pem()),
        };
        Self { folder, server }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

/// Why a host does not open its store there; empty if it does.
async fn refused(url: &str, ca_file: Option<PathBuf>) -> String {
    let address = RedisAddress { url: url.to_owned(), ca_file };
    let stores = BTreeMap::from([("default".to_owned(), StoreConfig::Redis(address))]);
    let stores = Stores::new(&stores, Quirks::None).unwrap();
    stores.open("default").await.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn a_server_is_trusted_by_its_authority_and_name_alone() {
    if !server::is_installed().unwrap() {
        return;
    }
    let (authority, other) = (Authority::new(), Authority::new());
    let over_tls = RedisServer::start_over_tls(&authority.server, &[]).await.unwrap();
    let demanding = ["--tls-auth-clients", "yes", "--tls-ca-cert-file", authority.file().to_str().unwrap()]
        .map(str::to_owned);
    let demanding = RedisServer::start_over_tls(&authority.server, &demanding.each_ref().map(String::as_str))
        .await
        .unwrap();
    let plain = RedisServer::start().await.unwrap();

    let url = over_tls.empty_database().await.unwrap();
    assert_eq!(refused(&url, Some(authority.file())).await, "");
    let by_address = url.replace("localhost", "127.0.0.1");
    let plain = plain.empty_database().await.unwrap().replace("redis://", "rediss://");
    for (url, ca_file, said) in [
        (&url, None, "comes from no authority that is trusted here: name the file"),
        (&url, Some(other.file()), "comes from no authority that is trusted here: name the file"),
        (&by_address, Some(authority.file()), "is for another name: write a name in `url`"),
        (
            &plain,
            Some(authority.file()),
            "does not answer over TLS: see that it runs, and that this is the port",
        ),
        (
            &demanding.empty_database().await.unwrap(),
            Some(authority.file()),
            "demands a certificate of its clients: set `tls-auth-clients no`",
        ),
    ] {
        let error = refused(url, ca_file).await;
        assert!(error.starts_with("cannot reach Redis at ") && error.contains(said), "{url}: {error}");
        assert!(error.contains(" over TLS: "), "{error}");
    }
}

/// Runs the program on a store there, in a folder with the authority's certificate as `ca.pem`.
async fn run(folder: &TempDir, url: &str, command: &[&str]) -> Output {
    let config =
        format!("[key_value_store.default]\ntype = \"redis\"\nurl = \"{url}\"\nca_file = \"ca.pem\"\n");
    std::fs::write(folder.path().join("runtime-config.toml"), config).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_countersign"));
    program.current_dir(folder.path()).args(command).args(["--runtime-config-file", "runtime-config.toml"]);
    tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_serves_over_it_and_the_doctor_tells() {
    if !server::is_installed().unwrap() {
        return;
    }
    let authority = Authority::new();
    let over_tls = RedisServer::start_over_tls(&authority.server, &[]).await.unwrap();
    let folder = &authority.folder;
    // Its component was never built, so the program ends after it has checked the store.
    let manifest = "spin_manifest_version = 2\n[application]\nname = \"a\"\n\
        [[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n[component.a]\nsource = \"a.wasm\"\n";
    std::fs::write(folder.path().join("spin.toml"), manifest).unwrap();
    let url = over_tls.empty_database().await.unwrap();
    let by_address = url.replace("localhost", "127.0.0.1");
    let up = ["up", "--quiet", "--no-build", "--listen", "127.0.0.1:0"];

    let said = String::from_utf8(run(folder, &url, &up).await.stderr).unwrap();
    assert!(said.contains("a.wasm") && !said.contains("Redis"), "it goes on: {said}");
    let said = String::from_utf8(run(folder, &by_address, &up).await.stderr).unwrap();
    assert!(
        said.contains("is for another name: write a name in `url`") && !said.contains("a.wasm"),
        "{said}"
    );

    let table = String::from_utf8(run(folder, &url, &["doctor"]).await.stdout).unwrap();
    let line =
        |table: &str| table.lines().find(|line| line.contains("redis tls")).unwrap_or_default().to_owned();
    assert!(line(&table).contains("ca.pem`"), "{table}");
    let output = run(folder, &by_address, &["doctor"]).await;
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(line(&table).contains("over TLS cannot be used: its certificate is for another name"), "{table}");
    assert!(table.contains("write a name in `url`") && !output.status.success(), "{table}");
}
