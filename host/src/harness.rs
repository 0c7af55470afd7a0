//! The harness of all whole-system tests: the real components on a host in this process, on a free port, with separate
//! stores, a clock that can be moved, fake providers on loopback, and faults on demand.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use countersign_host::harness::{Backend, Options, TestHost};
//! use countersign_host::harness::providers::Behaviour;
//!
//! let host = TestHost::start(Backend::Sqlite, Options::default()).await?;
//! host.providers.email.behave(Behaviour::Error);
//! // … POST to host.url("/v1/setup") with host.setup_token() …
//! host.settle().await?;
//! assert_eq!(host.providers.email.calls(), 1);
//! host.advance(std::time::Duration::from_secs(60));
//! # Ok(())
//! # }
//! ```

mod child;
pub mod providers;
pub mod redis;
mod settle;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tracing_subscriber::EnvFilter;

pub use self::child::{ChildHost, Said, built_program};
use self::providers::Providers;
use self::redis::RedisServer;
use self::settle::Application;
use crate::app::{App, Limits, RunningApp};
use crate::clock::HostClock;
use crate::components::{self, BuildOptions};
use crate::dev::{Development, Mailbox};
use crate::faults::Faults;
use crate::kv::walk::Walk;
use crate::kv::{Counters, Quirks};
use crate::manifest::Manifest;
use crate::runtime_config::{RuntimeConfig, StoreConfig};
use crate::server::tls::TlsFiles;
use crate::traces::Traces;

/// The secrets that every test host is given.
pub const SETUP_TOKEN: &str = "setup-token-of-the-tests";
/// See [`SETUP_TOKEN`].
pub const SCHEDULER_TOKEN: &str = "scheduler-token-of-the-tests";
/// The token for `GET /metrics`.
pub const METRICS_TOKEN: &str = "metrics-token-of-the-tests";
/// The key that the host of a test encrypts and seals with.
pub const SECRET_KEY: &str = "6b65792d6f662d7468652d74657374732d6b65792d6f662d7468652d74657374";

/// The backend of the stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own on a server that the tests start.
    Redis,
}

impl Backend {
    /// The backends that can be tested here. One that is not installed is named in the test's output, or is an error if
    /// `COUNTERSIGN_REQUIRE_ALL` is set.
    pub fn available() -> anyhow::Result<Vec<Self>> {
        Ok(if redis::is_installed()? { vec![Self::Sqlite, Self::Redis] } else { vec![Self::Sqlite] })
    }

    /// The backends that can be tested here, each with every way in which Spin misbehaves on it, now or once its
    /// `UNWATCH` is fixed: for tests in which many writers swap the same key.
    pub fn with_every_quirk() -> anyhow::Result<Vec<(Self, Quirks)>> {
        let quirks = |backend| match backend {
            Self::Sqlite => vec![Quirks::Spin41],
            Self::Redis => vec![Quirks::Spin41, Quirks::UnwatchMended],
        };
        let backends = Self::available()?.into_iter();
        Ok(backends
            .flat_map(|backend| quirks(backend).into_iter().map(move |each| (backend, each)))
            .collect())
    }
}

/// The options of a test host.
#[derive(Debug, Clone)]
pub struct Options {
    /// Spin's defects, unless a test is about the served host.
    pub quirks: Quirks,
    /// Variables that are added to the usual ones or replace them.
    pub variables: BTreeMap<String, String>,
    /// Whether the notification tick runs; without it a test calls [`TestHost::settle`].
    pub tick: bool,
    /// Whether to send to the development mailbox instead of the fake providers.
    pub dev_provider: bool,
    /// Key-value operations that may be under way at once; more fail with `too many requests`.
    pub key_value_operations: Option<usize>,
    /// Instances that all components may have at once.
    pub instances: Option<usize>,
    /// Requests that one client address may have under way. If set, loopback clients are limited, too.
    pub requests_per_client: Option<usize>,
    /// Connections that one client address may have, with the same exception.
    pub connections_per_client: Option<usize>,
    /// Whether the limits of Akamai Functions hold.
    pub edge: bool,
    /// A manifest to use instead of the application's. Its components are not built.
    pub manifest: Option<PathBuf>,
    /// The certificate with which the host speaks TLS.
    pub tls: Option<TlsFiles>,
    /// The collector to which traces go.
    pub collector: Option<String>,
    /// Whether traces have a span for each key-value operation.
    pub trace_key_value: bool,
    /// The file to which a [`ChildHost`] writes its log as JSON.
    pub log: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quirks: Quirks::Spin41,
            variables: BTreeMap::new(),
            tick: false,
            dev_provider: false,
            key_value_operations: None,
            instances: None,
            requests_per_client: None,
            connections_per_client: None,
            edge: false,
            manifest: None,
            tls: None,
            collector: None,
            trace_key_value: false,
            log: None,
        }
    }
}

impl Options {
    fn manifest_file(&self) -> PathBuf {
        self.manifest.clone().unwrap_or_else(|| root().join("spin.toml"))
    }

    fn origin(&self, addr: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{addr}")
    }

    fn limits(&self) -> Limits {
        let all = if self.edge { Limits::edge() } else { Limits::default() };
        let instances = self.instances.unwrap_or(all.instances);
        let requests_per_client = self.requests_per_client.or(all.requests_per_client);
        let connections_per_client = self.connections_per_client.or(all.connections_per_client);
        Limits {
            key_value_operations: self.key_value_operations,
            instances,
            requests_per_client,
            connections_per_client,
            limit_loopback: self.requests_per_client.or(self.connections_per_client).is_some(),
            ..all
        }
    }

    async fn read_manifest(&self) -> anyhow::Result<Manifest> {
        match &self.manifest {
            Some(file) => Manifest::from_file(file),
            None => built_manifest().await,
        }
    }
}

/// An application in this process. Dropping it ends it and removes its data.
pub struct TestHost {
    /// The fake providers that its messages go to.
    pub providers: Providers,
    /// Faults to inject into its key-value writes.
    pub faults: Arc<Faults>,
    /// Its key-value operations by component.
    pub counters: Arc<Counters>,
    /// The clock of its components.
    pub clock: HostClock,
    development: Arc<Development>,
    state: State,
    options: Options,
    manifest: Manifest,
    variables: BTreeMap<String, String>,
    addr: SocketAddr,
    app: Option<RunningApp>,
}

impl TestHost {
    /// Builds stale components and starts a host on an empty store.
    pub async fn start(backend: Backend, options: Options) -> anyhow::Result<Self> {
        log();
        let manifest = options.read_manifest().await?;
        let providers = Providers::start().await?;
        let addr = free_address()?;
        let counters = Arc::new(Counters::default());
        let mut host = Self {
            variables: variables(&manifest, &options.origin(addr), &providers, &options),
            development: Arc::new(Development::new(counters.clone())),
            state: State::new(backend).await?,
            faults: Arc::default(),
            clock: HostClock::default(),
            app: None,
            counters,
            providers,
            options,
            manifest,
            addr,
        };
        host.start_app().await?;
        Ok(host)
    }

    /// Stops the host, letting it finish requests under way, and starts it again on the same data and port.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.stop_app().await;
        self.start_app().await
    }

    /// Stops the host, letting it finish requests under way.
    pub async fn stop(mut self) {
        self.stop_app().await;
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.options.origin(self.addr))
    }

    /// The token for `POST /v1/setup`.
    pub fn setup_token(&self) -> &str {
        self.variables.get("setup_token").map_or("", String::as_str)
    }

    /// The token for `POST /v1/notifications/deliver`.
    pub fn scheduler_token(&self) -> &str {
        self.variables.get("scheduler_token").map_or("", String::as_str)
    }

    /// The messages that the `dev` provider sent.
    pub fn mailbox(&self) -> &Mailbox {
        self.development.mailbox()
    }

    /// Moves the components' time forward.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Calls `POST /v1/notifications/deliver` until nothing is due.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let app = self.app.as_ref().context("the host is stopped")?;
        let app = Application::Here(app, &self.counters);
        settle::settle(app, self.scheduler_token(), &self.clock, settle::LONGEST).await
    }

    /// Every key of its store with its value, for comparing.
    pub async fn dump(&self) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
        let mut walk = Walk::through(&self.state.store, "default").await?;
        let mut all = BTreeMap::new();
        loop {
            match walk.next().await? {
                none if none.is_empty() => return Ok(all),
                more => all.extend(more),
            }
        }
    }

    async fn start_app(&mut self) -> anyhow::Result<()> {
        let collector = self.options.collector.as_deref();
        let traces = collector
            .map(|collector| Traces::to(Some(collector), self.options.trace_key_value))
            .transpose()?;
        let app = App::builder(self.manifest.clone())
            .traces(traces)
            .listen(self.addr)
            .tls(self.options.tls.clone())
            .state_dir(self.state.dir.path())
            .cache_dir(cache_dir())
            .variables(self.variables.clone())
            .runtime_config(self.state.runtime_config())
            .quirks(self.options.quirks)
            .limits(self.options.limits())
            .clock(self.clock.clone())
            .counters(self.counters.clone())
            .faults(self.faults.clone())
            .development(self.development.clone());
        let app = app.start().await?;
        if self.options.tick {
            app.tick(self.scheduler_token().to_owned());
        }
        self.app = Some(app);
        Ok(())
    }

    async fn stop_app(&mut self) {
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
    }
}

/// The folder and the stores of one host; they outlive its restarts.
struct State {
    dir: TempDir,
    store: StoreConfig,
}

impl State {
    async fn new(backend: Backend) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let store = match backend {
            Backend::Sqlite => StoreConfig::Sqlite { path: Some(dir.path().join("sqlite_key_value.db")) },
            Backend::Redis => StoreConfig::Redis(RedisServer::shared().await?.empty_database().await?.into()),
        };
        Ok(Self { dir, store })
    }

    fn runtime_config(&self) -> RuntimeConfig {
        RuntimeConfig { key_value_stores: BTreeMap::from([("default".to_owned(), self.store.clone())]) }
    }
}

/// Warnings of the host and its components appear in the output of a failing test.
fn log() {
    // Setting a second logger fails if another test has set one.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_ansi(false)
        .with_test_writer()
        .try_init();
}

/// The workspace that these tests belong to.
fn root() -> PathBuf {
    let host = Path::new(env!("CARGO_MANIFEST_DIR"));
    host.parent().unwrap_or(host).to_owned()
}

/// The cache of compiled components, shared by all tests.
pub(crate) fn cache_dir() -> PathBuf {
    root().join("target").join("component-cache")
}

/// The application's manifest, with its components built once in this process.
async fn built_manifest() -> anyhow::Result<Manifest> {
    static BUILT: OnceCell<Manifest> = OnceCell::const_new();
    let build = || async {
        let manifest = Manifest::from_file(&root().join("spin.toml"))?;
        tokio::task::spawn_blocking(move || {
            components::build(&manifest, BuildOptions { quiet: true, ..BuildOptions::default() })?;
            anyhow::Ok(manifest)
        })
        .await?
    };
    BUILT.get_or_try_init(build).await.cloned().context("for the tests")
}

fn variables(
    manifest: &Manifest,
    public_url: &str,
    providers: &Providers,
    options: &Options,
) -> BTreeMap<String, String> {
    let usual = [
        ("setup_token", SETUP_TOKEN.to_owned()),
        ("secret_key", SECRET_KEY.to_owned()),
        ("scheduler_token", SCHEDULER_TOKEN.to_owned()),
        ("metrics_token", METRICS_TOKEN.to_owned()),
        ("public_url", public_url.to_owned()),
    ];
    let mut variables: BTreeMap<_, _> =
        usual.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if !options.dev_provider {
        variables.extend(providers.variables());
    }
    variables.retain(|name, _| manifest.variables.contains_key(name));
    variables.extend(options.variables.clone());
    variables
}

/// A free port.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
