//! The server that is measured, as a program of its own: the released host, or the Spin that `COUNTERSIGN_SPIN` names.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use countersign_host::harness::providers::Providers;
use countersign_host::harness::redis::RedisServer;
use countersign_host::harness::{SCHEDULER_TOKEN, SETUP_TOKEN};
use countersign_tests::{Api, Stage, root};
use serde_json::Value;
use tempfile::TempDir;

/// Names a `spin` to measure instead of the host.
const SPIN: &str = "COUNTERSIGN_SPIN";
const SECRET_KEY: &str = "6b65792d6f662d7468652d62656e63686d61726b2d6b65792d6f662d7468652d62";
/// How long a server may take to be ready: the first start compiles the components.
const READY: Duration = Duration::from_secs(180);
/// How long notifications may take to settle.
const SETTLED: Duration = Duration::from_secs(120);

/// The program that serves.
#[derive(Clone)]
pub enum Program {
    Host(PathBuf),
    Spin(PathBuf),
}

impl Program {
    /// The one to measure. The host is built if it is stale.
    pub fn find() -> Result<Self> {
        if let Some(spin) = std::env::var_os(SPIN) {
            return Ok(Self::Spin(spin.into()));
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let built = Command::new(cargo)
            .current_dir(root())
            .args(["build", "--release", "--bin", "countersign"])
            .status()?;
        ensure!(built.success(), "the host does not build");
        let folder =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
        Ok(Self::Host(folder.join("release").join("countersign")))
    }

    /// What it is called in the table.
    pub fn name(&self) -> String {
        match self {
            Self::Host(_) => "the released host".to_owned(),
            Self::Spin(path) => {
                let version = Command::new(path).arg("--version").output();
                version.map_or_else(
                    |_| "spin".to_owned(),
                    |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
                )
            }
        }
    }
}

/// A running server with a Redis database of its own. Dropping it kills it.
pub struct Server {
    addr: SocketAddr,
    child: Child,
    providers: Providers,
    settings: Settings,
}

/// How a server is started, and started again.
struct Settings {
    program: Program,
    manifest: PathBuf,
    variables: BTreeMap<String, String>,
    state: TempDir,
}

impl Server {
    /// Serves a manifest on an empty database. The variables of the product are added if it is the product's manifest.
    pub async fn start(program: &Program, manifest: &Path) -> Result<Self> {
        let addr = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let providers = Providers::start().await?;
        let is_product = manifest == root().join("spin.toml");
        let variables = if is_product { variables(addr, &providers) } else { BTreeMap::new() };
        let state = TempDir::new()?;
        let redis = RedisServer::shared().await?.empty_database().await?;
        let config = format!("[key_value_store.default]\ntype = \"redis\"\nurl = \"{redis}\"\n");
        std::fs::write(state.path().join("runtime-config.toml"), config)?;
        let settings = Settings { program: program.clone(), manifest: manifest.to_owned(), variables, state };
        let child = settings.spawn(addr).await?;
        Ok(Self { addr, child, providers, settings })
    }

    /// Ends the program and starts it again on the same data.
    pub async fn restart(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        self.child = self.settings.spawn(self.addr).await?;
        Ok(())
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its memory in MiB: now, and at most so far.
    pub fn memory(&self) -> Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
            kilobytes.map(|kilobytes| kilobytes / 1024).with_context(|| format!("no {name}"))
        };
        Ok((field("VmRSS")?, field("VmHWM")?))
    }

    /// Its memory in MiB now, from which the most is counted anew.
    pub fn memory_from_here(&self) -> Result<u64> {
        // See proc_pid_clear_refs(5).
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?;
        Ok(self.memory()?.0)
    }

    /// The key-value operations and other calls to the host so far, by component and kind; nothing on Spin, which does not count them.
    pub async fn calls(&self) -> Result<BTreeMap<String, u64>> {
        if matches!(self.settings.program, Program::Spin(_)) {
            return Ok(BTreeMap::new());
        }
        let counts = Api::new(self.at("")).get("/_stats").send().await.expect(200).json();
        let mut calls = BTreeMap::new();
        for (component, counts) in counts.as_object().into_iter().flatten() {
            for kinds in ["operations", "other_calls"] {
                let kinds = counts[kinds].as_object().into_iter().flatten();
                let named = kinds.map(|(kind, count)| {
                    (format!("{component}: {kind}"), count.as_u64().unwrap_or_default())
                });
                calls.extend(named);
            }
        }
        Ok(calls)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stage for Server {
    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    fn providers(&self) -> &Providers {
        &self.providers
    }

    async fn settled(&self) {
        let api = Api::new(self.at(""));
        let end = Instant::now() + SETTLED;
        let mut quiet = 0;
        while quiet < 2 {
            let call = api.post("/v1/notifications/deliver").bearer(SCHEDULER_TOKEN);
            let done = call.send().await.expect(200).json();
            let count = |name| done.get(name).and_then(Value::as_u64).unwrap_or_default();
            let some = count("events") + count("deliveries_sent") + count("deliveries_failed") > 0;
            quiet = if some || done.get("more") == Some(&Value::Bool(true)) { 0 } else { quiet + 1 };
            assert!(Instant::now() < end, "notifications settle: {done}");
        }
    }
}

impl Settings {
    async fn spawn(&self, addr: SocketAddr) -> Result<Child> {
        let (Program::Host(program) | Program::Spin(program)) = &self.program;
        let mut command = Command::new(program);
        command.args(["up", "--quiet", "--listen", &addr.to_string()]).arg("--from").arg(&self.manifest);
        command.arg("--state-dir").arg(self.state.path());
        command.arg("--runtime-config-file").arg(self.state.path().join("runtime-config.toml"));
        for (name, value) in &self.variables {
            command.args(["--variable", &format!("{name}={value}")]);
        }
        if matches!(self.program, Program::Host(_)) {
            command.args(["--no-build", "--until-stdin-ends"]);
        }
        // The heads of the audits come even so, thousands of lines in between the tables.
        let log = self.state.path().join("server.log");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(std::fs::File::create(&log)?);
        let mut child = command.env("RUST_LOG", "error").spawn()?;
        let end = Instant::now() + READY;
        while tokio::net::TcpStream::connect(addr).await.is_err() {
            if let Some(ended) = child.try_wait()? {
                bail!("`{}` ended: {ended}: {}", program.display(), std::fs::read_to_string(&log)?);
            }
            ensure!(Instant::now() < end, "`{}` is not ready in time", program.display());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(child)
    }
}

/// The computers ask far more often than people do, and enroll from addresses of their own.
fn variables(addr: SocketAddr, providers: &Providers) -> BTreeMap<String, String> {
    let own = [
        ("setup_token", SETUP_TOKEN.to_owned()),
        ("secret_key", SECRET_KEY.to_owned()),
        ("scheduler_token", SCHEDULER_TOKEN.to_owned()),
        ("public_url", format!("http://{addr}")),
        ("computer_limits", "off".to_owned()),
        ("trusted_proxies", "127.0.0.1".to_owned()),
    ];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    providers.variables().into_iter().chain(own).collect()
}
