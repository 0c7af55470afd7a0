//! nginx and Caddy with the configurations of `deploy/proxy`, before real hosts.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use countersign_host::Limits;
use countersign_host::harness::{Backend, METRICS_TOKEN, Options, TestHost};
use countersign_http::LONGEST_WAIT;
use countersign_tests::{Api, Deployment, are_installed};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

use crate::{deploy, read, said};

/// The name in both configurations.
const NAME: &str = "countersign.example";
/// The largest body here, in place of 512 MiB.
const LARGEST: usize = 1 << 20;
/// How long a proxy may take to be ready.
const READY: Duration = Duration::from_secs(10);
/// A file of the other version.
const OTHER_FILE: &str = "/assets/0123456789abcdef0123/app.js";

/// Puts a certificate for the name into a folder, and returns it.
pub(super) fn certificate(folder: &Path) -> String {
    let own = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
    std::fs::write(folder.join("fullchain.pem"), own.cert.pem()).unwrap();
    std::fs::write(folder.join("privkey.pem"), own.signing_key.serialize_pem()).unwrap();
    own.cert.pem()
}

/// nginx with this site, and with the certificate of this folder, where it also keeps its own files.
pub(super) fn nginx(folder: &Path, site: &str) -> Command {
    let place = |name: &str| folder.join(name).display().to_string();
    std::fs::write(place("site.conf"), site.replace("/etc/ssl/countersign/", &place(""))).unwrap();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = kinds.map(|kind| format!("{kind}_temp_path {};\n", place(kind))).concat();
    let (pid, site) = (place("pid"), place("site.conf"));
    let main = format!(
        "daemon off;\nmaster_process off;\npid {pid};\nerror_log stderr notice;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}include {site};\n}}\n"
    );
    std::fs::write(place("nginx.conf"), main).unwrap();
    let mut nginx = Command::new("nginx");
    nginx.args(["-e", "stderr", "-p", &place(""), "-c", &place("nginx.conf")]);
    nginx
}

/// The text with something else in place of a part that it must have.
#[track_caller]
fn changed(text: &str, part: &str, other: &str) -> String {
    assert!(text.contains(part), "`{part}` is not in: {text}");
    text.replace(part, other)
}

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// A running proxy. Dropping it ends it.
struct Proxy {
    secure: SocketAddr,
    plain: SocketAddr,
    certificate: String,
    _program: Child,
    _folder: TempDir,
}

impl Proxy {
    async fn nginx(hosts: &[SocketAddr]) -> Self {
        let (secure, plain) = (free_address(), free_address());
        let site = read("proxy/nginx.conf");
        let lines = site.lines().filter(|line| !line.contains("listen [::]"));
        let site = lines.flat_map(|line| [line, "\n"]).collect::<String>();
        let servers = hosts.iter().map(|host| format!("server {host};\n")).collect::<String>();
        let site = changed(&site, "server 127.0.0.1:3000;", &servers);
        let site = changed(&site, "listen 80;", &format!("listen {plain};"));
        let site = changed(&site, "listen 443 ssl", &format!("listen {secure} ssl"));
        let site = changed(&site, "client_max_body_size 512m;", &format!("client_max_body_size {LARGEST};"));
        let start = |folder: &Path| nginx(folder, &site);
        Self::start((secure, plain), start, "event method").await
    }

    async fn caddy(hosts: &[SocketAddr]) -> Self {
        let (secure, plain) = (free_address(), free_address());
        let hosts = hosts.iter().map(SocketAddr::to_string).collect::<Vec<_>>().join(" ");
        let start = |folder: &Path| {
            let place = |name: &str| folder.join(name).display().to_string();
            let ports = format!("http_port {}\n\thttps_port {}", plain.port(), secure.port());
            let text = read("proxy/Caddyfile");
            let text = changed(&text, "\tservers {\n", &format!("\tadmin off\n\t{ports}\n\tservers {{\n"));
            let own = format!("\ttls {} {}\n", place("fullchain.pem"), place("privkey.pem"));
            let text = changed(&text, "\theader Strict-", &format!("{own}\theader Strict-"));
            let text = changed(&text, "max_size 512MiB", &format!("max_size {LARGEST}"));
            std::fs::write(place("Caddyfile"), text).unwrap();
            let mut caddy = Command::new("caddy");
            caddy.args(["run", "--adapter", "caddyfile", "--config", &place("Caddyfile")]);
            caddy.env("HOME", folder).env("COUNTERSIGN_HOSTS", &hosts).env_remove("COUNTERSIGN_NAME");
            caddy
        };
        Self::start((secure, plain), start, "serving initial configuration").await
    }

    /// Starts a program, and waits until it says this.
    async fn start(
        (secure, plain): (SocketAddr, SocketAddr),
        command: impl FnOnce(&Path) -> Command,
        ready: &str,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let certificate = certificate(folder.path());
        let mut command = tokio::process::Command::from(command(folder.path()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut program = command.spawn().unwrap();
        let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let listening = async {
            while !said.contains(ready) {
                let line = lines.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended: {said}"));
                said.push_str(&line);
            }
        };
        tokio::time::timeout(READY, listening).await.expect("it is ready");
        // It goes on writing, and must not wait for a reader.
        tokio::spawn(async move { while lines.next_line().await.is_ok_and(|line| line.is_some()) {} });
        Self { secure, plain, certificate, _program: program, _folder: folder }
    }

    /// The deployment behind it, for a client at 127.0.0.`last`.
    fn client(&self, last: u8) -> Api {
        Api::named(NAME, self.secure, &self.certificate, Ipv4Addr::new(127, 0, 0, last).into())
    }
}

/// A host that trusts the proxy.
async fn host() -> TestHost {
    let variables = [("trusted_proxies".to_owned(), "127.0.0.1".to_owned())].into();
    TestHost::start(Backend::Sqlite, Options { variables, ..Options::default() }).await.unwrap()
}

/// What a proxy is there for. A body that is too large gets one of these answers.
async fn require_protection(proxy: &Proxy, host: &TestHost, too_large: &[u16]) {
    let world = Deployment::on(host).await;
    let client = proxy.client(6);
    let page = client.get("/").send().await.expect(200);
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
    let plain = Api::new(format!("http://{}", proxy.plain));
    let moved = plain.get("/requests?status=pending").header("host", NAME).send().await.expect(308);
    assert_eq!(moved.header("location"), format!("https://{NAME}/requests?status=pending"));

    // Past the proxy, the host believes whoever connects from the proxy's address.
    for api in [&client, &world.api] {
        let wrong = json!({ "email": "nobody@company.example", "password": "not it, whatever it is" });
        let sign_in = api.post("/v1/session").header("x-forwarded-for", "203.0.113.7").json(&wrong);
        sign_in.send().await.expect(401);
    }
    host.settle().await.unwrap();
    let refused = format!("/v1/audit/system?organization_id={}&act=session.refused", world.root);
    let refused = world.api.get(&refused).bearer(&world.boss).send().await.expect(200).json();
    let addresses =
        refused["items"].as_array().unwrap().iter().map(|entry| entry["address"].as_str().unwrap());
    let addresses: BTreeSet<_> = addresses.collect();
    assert_eq!(addresses, ["127.0.0.6", "203.0.113.7"].into(), "the claim counts only past the proxy");

    client.get("/metrics").bearer(METRICS_TOKEN).send().await.expect(404);
    for path in ["/metrics?all", "/metrics/", "//metrics", "/%6Detrics", "/Metrics"] {
        let answer = client.get(path).bearer(METRICS_TOKEN).send().await;
        assert!(!answer.text().contains("countersign_"), "{path}: {}", answer.text());
    }
    world.api.get("/metrics").bearer(METRICS_TOKEN).send().await.expect(200);

    for (size, expected) in [(LARGEST, &[204][..]), (LARGEST + 1, too_large)] {
        let bytes = vec![7; size];
        let asked =
            world.submit(&world.request_for(&bytes), &size.to_string()).await.expect(201).text_at("/id");
        let upload =
            client.put(&format!("/agent/v1/requests/{asked}/attachment")).bearer(&world.computer_token);
        let status = upload.body("application/octet-stream", bytes).send().await.status;
        assert!(expected.contains(&status), "{size}: {status}");
        let kept =
            world.api.get(&format!("/v1/requests/{asked}/attachment")).bearer(&world.boss).send().await;
        assert_eq!(kept.status == 200, status == 204, "{size}: {}", kept.text());
    }
}

/// A host of another version, as far as a browser can tell: its page loads a file that only this version has.
async fn other_version() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service_fn(of_other_version)));
        }
    });
    address
}

async fn of_other_version(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = match request.uri().path() {
        "/" => (200, format!("<script src=\"{OTHER_FILE}\"></script>")),
        OTHER_FILE | "/health/ready" => (200, String::new()),
        _ => (404, String::new()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status.try_into().unwrap();
    Ok(response)
}

/// A file that the page loads which a browser gets.
async fn file_of_page(browser: &Api) -> String {
    let page = browser.get("/").send().await.expect(200).text();
    let (_, rest) = page.split_once("\"/assets/").expect("a file");
    format!("/assets/{}", rest.split('"').next().unwrap())
}

#[track_caller]
fn require_both_versions(files: &BTreeSet<String>) {
    assert!(files.len() == 2 && files.contains(OTHER_FILE), "both hosts serve: {files:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_protects_hosts_and_finds_the_files_of_both_versions() {
    if !are_installed(&["nginx"], "nginx") {
        return;
    }
    let host = host().await;
    require_protection(&Proxy::nginx(&[host.addr()]).await, &host, &[413]).await;
    let both = Proxy::nginx(&[host.addr(), other_version().await]).await;
    let browser = both.client(2);
    let mut files = BTreeSet::new();
    for _ in 0..4 {
        files.insert(file_of_page(&browser).await);
    }
    require_both_versions(&files);
    for file in files.iter().cycle().take(9) {
        browser.get(file).send().await.expect(200);
    }
    browser.get("/assets/of-no-version/app.js").send().await.expect(404);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy_protects_hosts_and_leaves_a_browser_with_one_version() {
    if !are_installed(&["caddy"], "caddy") {
        return;
    }
    let host = host().await;
    // Caddy 2.6 takes it for a failure of the host.
    require_protection(&Proxy::caddy(&[host.addr()]).await, &host, &[413, 502]).await;
    let both = Proxy::caddy(&[host.addr(), other_version().await]).await;
    let mut files = BTreeSet::new();
    for browser in (2..18).map(|last| both.client(last)) {
        let file = file_of_page(&browser).await;
        browser.get(&file).send().await.expect(200);
        files.insert(file);
    }
    require_both_versions(&files);
    host.stop().await;
}

/// The seconds of a setting of nginx.
fn seconds(site: &str, setting: &str) -> u64 {
    let values = site
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix(setting)?.trim_start().split_once("s;"));
    let values: Vec<u64> = values.map(|(number, _)| number.parse().unwrap()).collect();
    values.into_iter().min().unwrap_or_else(|| panic!("{setting} is not set"))
}

/// Every value under a name, at any depth.
fn under<'a>(document: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match document {
        Value::Object(fields) => {
            found.extend(fields.get(name));
            fields.values().for_each(|value| under(value, name, found));
        }
        Value::Array(values) => values.iter().for_each(|value| under(value, name, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn no_proxy_ends_a_call_that_the_host_still_answers_or_refuses_the_largest_attachment() {
    let limits = Limits::default();
    let manifest: toml::Table = read("../spin.toml").parse().unwrap();
    let largest = manifest["variables"]["attachment_max_bytes"]["default"].as_str().unwrap();
    let largest: u64 = largest.parse().unwrap();

    let site = read("proxy/nginx.conf");
    let waits = limits.request_timeout.as_secs().max(LONGEST_WAIT);
    for setting in ["proxy_read_timeout", "proxy_send_timeout", "send_timeout"] {
        let most = seconds(&site, setting);
        assert!(most >= waits, "{setting}: {most} s");
    }
    assert!(site.contains(&format!("client_max_body_size {}m;", largest >> 20)), "{largest}");
    assert!(site.contains("proxy_request_buffering off;"), "an upload arrives while it is sent");

    if !are_installed(&["caddy"], "caddy") {
        return;
    }
    let mut caddy = Command::new("caddy");
    caddy
        .args(["adapt", "--adapter", "caddyfile", "--config"])
        .arg(deploy("proxy/Caddyfile"))
        .stderr(Stdio::null());
    let adapted: Value = serde_json::from_str(&said(&mut caddy)).unwrap();
    let all = |name: &str| {
        let mut found = Vec::new();
        under(&adapted, name, &mut found);
        found.into_iter().map(|value| value.as_u64().unwrap()).collect::<Vec<_>>()
    };
    let [head] = all("response_header_timeout")[..] else { panic!("{adapted}") };
    assert!(u128::from(head) >= limits.longest_wait.as_nanos(), "{head} ns");
    let whole = [all("read_timeout"), all("write_timeout")].concat();
    assert!(whole.is_empty(), "they would count for a whole body: {whole:?}");
    assert_eq!(all("max_size"), [largest]);
}
