use http::{Request, StatusCode, Version};
use http_body_util::Empty;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as SecureStream;

use super::*;
use crate::app::{App, Limits, RunningApp};
use crate::harness::cache_dir;
use crate::manifest::Manifest;

const NAME: &str = "countersign.example";
/// The host answers it without a component.
const HEALTH: &str = "/.well-known/spin/health";

/// A certificate for [`NAME`] with its key.
struct Issued {
    certificate: CertificateDer<'static>,
    certificate_text: String,
    key_text: String,
}

impl Issued {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
        let certificate_text = made.cert.pem();
        Self {
            certificate: made.cert.der().clone(),
            certificate_text,
            key_text: made.signing_key.serialize_pem(),
        }
    }
}

/// A folder with the files of a listener.
struct Place {
    folder: TempDir,
    files: TlsFiles,
}

impl Place {
    fn with(issued: &Issued) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("fullchain.pem"), folder.path().join("privkey.pem"));
        let place = Self { folder, files: TlsFiles { certificate, key } };
        place.put(&place.files.certificate, &issued.certificate_text);
        place.put(&place.files.key, &issued.key_text);
        place
    }

    /// Replaces a file as renewals do: a new one takes its name.
    fn put(&self, file: &Path, text: &str) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, file).unwrap();
    }
}

/// The first certificate of a pair.
fn shown(pair: &CertifiedKey) -> CertificateDer<'static> {
    pair.cert[0].clone()
}

#[test]
fn a_renewed_certificate_is_taken_once_both_files_are_there() {
    let (old, new) = (Issued::new(), Issued::new());
    let place = Place::with(&old);
    let start = Instant::now();
    let following = Following::new(place.files.clone(), start).unwrap();
    let seen = |seconds| shown(&following.pair_at(start + Duration::from_secs(seconds)));

    place.put(&place.files.certificate, &new.certificate_text);
    assert_eq!(seen(0), old.certificate, "it was looked at just now");
    assert_eq!(seen(1), old.certificate, "the key is still the old one's");
    let complaint = following.now.lock().unwrap().complaint.clone().unwrap();
    assert!(complaint.contains("does not belong"), "{complaint}");
    place.put(&place.files.key, &new.key_text);
    assert_eq!(seen(1), old.certificate, "it was looked at in this second");
    assert_eq!(seen(2), new.certificate);
    assert_eq!(following.now.lock().unwrap().complaint, None);
}

#[test]
fn what_cannot_be_used_leaves_the_certificate_in_use() {
    let (old, new) = (Issued::new(), Issued::new());
    let place = Place::with(&old);
    let start = Instant::now();
    let following = Following::new(place.files.clone(), start).unwrap();
    let mut seconds = 0;
    let mut seen = || {
        seconds += 1;
        shown(&following.pair_at(start + Duration::from_secs(seconds)))
    };
    let half = &new.certificate_text[..new.certificate_text.len() / 2];
    for broken in ["", half, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        place.put(&place.files.certificate, broken);
        assert_eq!(seen(), old.certificate, "{broken}");
    }
    std::fs::remove_file(&place.files.certificate).unwrap();
    assert_eq!(seen(), old.certificate, "it is gone");
    place.put(&place.files.certificate, &new.certificate_text);
    place.put(&place.files.key, &new.key_text);
    assert_eq!(seen(), new.certificate);
}

#[test]
fn files_that_cannot_be_used_are_refused_with_their_name_and_what_to_do() {
    let (one, other) = (Issued::new(), Issued::new());
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let (certificate, key) = (one.certificate_text.as_str(), one.key_text.as_str());
    for (certificate, key, named, said) in [
        (certificate, other.key_text.as_str(), "fullchain.pem", "name the two files of one certificate"),
        (key, key, "fullchain.pem", "has no certificate"),
        (certificate, certificate, "privkey.pem", "has no private key"),
        (certificate, encrypted, "privkey.pem", "not encrypted"),
        ("", key, "fullchain.pem", "has no certificate"),
        (nonsense, key, "fullchain.pem", "cannot be read"),
    ] {
        let place = Place::with(&one);
        place.put(&place.files.certificate, certificate);
        place.put(&place.files.key, key);
        let error = format!("{:#}", place.files.read().unwrap_err());
        assert!(error.contains(named) && error.contains(said), "{error}");
    }
    let place = Place::with(&one);
    std::fs::remove_file(&place.files.key).unwrap();
    assert!(format!("{:#}", place.files.read().unwrap_err()).contains("privkey.pem"));
}

/// A host with a component that is never asked.
async fn host(place: &Place, limits: Limits) -> RunningApp {
    let text = "spin_manifest_version = 2\napplication = { name = \"a\" }\n\
        trigger.http = [{ route = \"/...\", component = \"a\" }]\ncomponent.a.source = \"a.wasm\"\n";
    let folder = place.folder.path();
    std::fs::write(folder.join("a.wasm"), "").unwrap();
    let app = App::builder(Manifest::from_toml(text, folder).unwrap());
    let app = app.listen("127.0.0.1:0".parse().unwrap()).state_dir(folder).cache_dir(cache_dir());
    app.compile_later().limits(limits).tls(Some(place.files.clone())).start().await.unwrap()
}

/// A connection by one of these protocols to a host with one of these certificates.
async fn connect(
    stream: TcpStream,
    trusted: &[&Issued],
    protocols: &[&[u8]],
    newest: &'static rustls::SupportedProtocolVersion,
) -> io::Result<SecureStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for issued in trusted {
        roots.add(issued.certificate.clone()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[newest]).unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(NAME).unwrap(), stream).await
}

async fn secure(app: &RunningApp, trusted: &[&Issued], protocols: &[&[u8]]) -> SecureStream<TcpStream> {
    let stream = TcpStream::connect(app.addr).await.unwrap();
    connect(stream, trusted, protocols, &TLS13).await.unwrap()
}

fn certificate_of(stream: &SecureStream<TcpStream>) -> CertificateDer<'static> {
    stream.get_ref().1.peer_certificates().unwrap()[0].clone()
}

/// Asks for the host's health by HTTP/1.1.
async fn health(stream: SecureStream<TcpStream>) -> http::Response<hyper::body::Incoming> {
    let (mut send, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get(HEALTH).header("host", NAME).body(Empty::<bytes::Bytes>::new()).unwrap();
    send.send_request(request).await.unwrap()
}

#[tokio::test]
async fn a_host_speaks_http_1_and_2_over_tls_as_the_client_likes() {
    let issued = Issued::new();
    let app = host(&Place::with(&issued), Limits::default()).await;
    assert_eq!(app.scheme.as_str(), "https");
    for (offered, agreed) in [
        (PROTOCOLS.to_vec(), "h2"),
        (vec![&b"h2"[..]], "h2"),
        (vec![&b"http/1.1"[..]], "http/1.1"),
        (vec![], ""),
    ] {
        let stream = secure(&app, &[&issued], &offered).await;
        assert_eq!(stream.get_ref().1.alpn_protocol().unwrap_or_default(), agreed.as_bytes());
        if agreed == "h2" {
            let (mut send, connection) =
                http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            let request = Request::get(format!("https://{NAME}{HEALTH}")).body(Empty::<bytes::Bytes>::new());
            let answer = send.send_request(request.unwrap()).await.unwrap();
            assert_eq!((answer.status(), answer.version()), (StatusCode::OK, Version::HTTP_2));
            assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
        } else {
            assert_eq!(health(stream).await.version(), Version::HTTP_11);
        }
    }
    let stream = TcpStream::connect(app.addr).await.unwrap();
    let older = connect(stream, &[&issued], &[], &TLS12).await.unwrap();
    assert_eq!(health(older).await.status(), StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn who_connects_after_a_renewal_sees_the_new_certificate_and_the_others_stay() {
    let (old, new) = (Issued::new(), Issued::new());
    let place = Place::with(&old);
    let app = host(&place, Limits::default()).await;
    let before = secure(&app, &[&old], &[]).await;
    assert_eq!(certificate_of(&before), old.certificate);
    place.put(&place.files.key, &new.key_text);
    place.put(&place.files.certificate, &new.certificate_text);
    // The files are looked at again after a second.
    let renewed =
        async { while certificate_of(&secure(&app, &[&old, &new], &[]).await) != new.certificate {} };
    tokio::time::timeout(Duration::from_secs(30), renewed).await.unwrap();
    assert_eq!(health(before).await.status(), StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn a_client_that_speaks_plain_http_or_nothing_is_let_go() {
    let limits = Limits { handshake_timeout: Duration::from_millis(200), ..Limits::default() };
    let app = host(&Place::with(&Issued::new()), limits).await;
    let mut plain = TcpStream::connect(app.addr).await.unwrap();
    plain.write_all(format!("GET {HEALTH} HTTP/1.1\r\nhost: {NAME}\r\n\r\n").as_bytes()).await.unwrap();
    let mut said = Vec::new();
    plain.read_to_end(&mut said).await.unwrap();
    assert!(said.len() < 16, "at most an alert: {said:?}");
    let mut silent = TcpStream::connect(app.addr).await.unwrap();
    assert_eq!(silent.read_to_end(&mut said).await.unwrap(), 0);
    app.stop().await;
}

#[tokio::test]
async fn a_connection_that_is_not_secure_yet_counts_as_a_request_of_its_client() {
    let issued = Issued::new();
    let limits = Limits { requests_per_client: Some(1), limit_loopback: true, ..Limits::default() };
    let app = host(&Place::with(&issued), limits).await;
    let mut one = TcpStream::connect(app.addr).await.unwrap();
    let mut other = TcpStream::connect(app.addr).await.unwrap();
    let first = tokio::select! {
        ended = one.read_u8() => { assert!(ended.is_err()); other }
        ended = other.read_u8() => { assert!(ended.is_err()); one }
    };
    let stream = connect(first, &[&issued], &[], &TLS13).await.unwrap();
    assert_eq!(health(stream).await.status(), StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn a_secure_connection_on_which_nothing_arrives_is_closed() {
    let issued = Issued::new();
    let limits = Limits { first_byte_timeout: Duration::from_millis(200), ..Limits::default() };
    let app = host(&Place::with(&issued), limits).await;
    let mut silent = secure(&app, &[&issued], &[]).await;
    assert_eq!(silent.read_to_end(&mut Vec::new()).await.unwrap_or_default(), 0);
    app.stop().await;
}

#[tokio::test]
async fn a_host_that_stops_does_not_wait_for_a_connection_that_is_not_secure_yet() {
    let issued = Issued::new();
    let app = host(&Place::with(&issued), Limits::default()).await;
    let mut silent = TcpStream::connect(app.addr).await.unwrap();
    // Once a later connection is served, the host has taken this one.
    assert_eq!(health(secure(&app, &[&issued], &[]).await).await.status(), StatusCode::OK);
    let stopped = tokio::time::timeout(Duration::from_secs(9), app.stop()).await;
    assert!(stopped.is_ok(), "it waited for the handshake");
    assert_eq!(silent.read_to_end(&mut Vec::new()).await.unwrap_or_default(), 0);
}
