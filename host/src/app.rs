//! The life of an application, from its manifest to its end. Programs and tests start here.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use countersign_host::{App, Manifest};
//!
//! let manifest = Manifest::from_file("spin.toml".as_ref())?;
//! let running = App::builder(manifest).listen("127.0.0.1:0".parse()?).start().await?;
//! println!("http://{}", running.addr);
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod assemble;
mod called;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use http::Response;
use http::uri::Scheme;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use self::called::Called;
use crate::clock::HostClock;
use crate::dev::{Development, tick};
use crate::engine::MAX_INSTANCES;
use crate::faults::Faults;
use crate::kv::{Counters, Quirks};
use crate::manifest::Manifest;
use crate::runtime_config::RuntimeConfig;
use crate::server::dispatch::Served;
use crate::server::serve;
use crate::server::tls::{Tls, TlsFiles};
use crate::traces::Traces;

/// The default address to listen on.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);
/// The state folder beside the manifest, as Spin names it.
pub const DEFAULT_STATE_DIR: &str = ".spin";

/// The limits of requests and instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a request may be without a response while no part of its body arrives; then 504. Also how long a client may not read
    /// from its answer; then the answer is cut off.
    pub request_timeout: Duration,
    /// How long a request may be without a response, even while its body arrives.
    pub longest_wait: Duration,
    /// How long an instance may continue after its last response was given, or after a client last read from one.
    pub background_timeout: Duration,
    /// How long an idle instance is kept.
    pub idle_timeout: Duration,
    /// Bytes of a request's body.
    pub max_body: u64,
    /// Bytes of an answer's body.
    pub max_answer: u64,
    /// Bytes of an instance's memory.
    pub max_memory: usize,
    /// Bytes of all components together.
    pub max_application: u64,
    /// Whether a component may be given a key-value store.
    pub key_value: bool,
    /// Key-value operations that all components together may have under way; more fail with `too many requests`.
    pub key_value_operations: Option<usize>,
    /// Instances of all components that the application may have at once.
    pub instances: usize,
    /// How many of them are kept for each component, whatever the others take.
    pub reserved_instances: usize,
    /// Requests that one client address may have under way, until their answers have ended; `None` is no limit. A loopback client is
    /// not limited: it is a proxy, or the operator.
    pub requests_per_client: Option<usize>,
    /// Connections that one client address may have, with the same exception; `None` is no limit.
    pub connections_per_client: Option<usize>,
    /// Whether loopback clients are limited as others are: for tests, whose clients all are.
    pub limit_loopback: bool,
    /// How long a client may take to agree on a secure connection.
    pub handshake_timeout: Duration,
    /// How long a connection may be without its first byte.
    pub first_byte_timeout: Duration,
    /// How long a stopping application waits for requests under way.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(60),
            longest_wait: Duration::from_secs(15 * 60),
            background_timeout: Duration::from_secs(5 * 60),
            idle_timeout: Duration::from_secs(1),
            max_body: 1 << 30,
            max_answer: u64::MAX,
            max_memory: 256 << 20,
            max_application: u64::MAX,
            key_value: true,
            key_value_operations: None,
            instances: MAX_INSTANCES as usize,
            reserved_instances: 32,
            requests_per_client: Some(2_048),
            connections_per_client: Some(4_096),
            limit_loopback: false,
            handshake_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(10),
            drain: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// Those that Akamai Functions documents, so that what is deployed there can be tried here. A key-value store exists there, but
    /// none that Countersign can use: see docs/operations.md.
    pub fn edge() -> Self {
        let request = Duration::from_secs(30);
        Self {
            request_timeout: request,
            longest_wait: request,
            background_timeout: request,
            max_body: 10 << 20,
            max_answer: 10 << 20,
            max_memory: 128 << 20,
            max_application: 50 << 20,
            key_value: false,
            ..Self::default()
        }
    }
}

/// The entry: [`App::builder`].
#[derive(Debug, Clone, Copy)]
pub struct App;

/// An application that is about to be started.
pub struct AppBuilder {
    manifest: Manifest,
    listen: SocketAddr,
    tls: Option<TlsFiles>,
    state_dir: PathBuf,
    cache_dir: Option<PathBuf>,
    variables: BTreeMap<String, String>,
    runtime_config: Option<RuntimeConfig>,
    quirks: Quirks,
    clock: HostClock,
    counters: Arc<Counters>,
    faults: Arc<Faults>,
    development: Option<Arc<Development>>,
    limits: Limits,
    traces: Option<Traces>,
    compile_later: bool,
}

impl App {
    /// An application with the defaults of `countersign up`.
    pub fn builder(manifest: Manifest) -> AppBuilder {
        AppBuilder {
            listen: DEFAULT_LISTEN,
            tls: None,
            state_dir: manifest.folder.join(DEFAULT_STATE_DIR),
            cache_dir: None,
            variables: BTreeMap::new(),
            runtime_config: None,
            quirks: Quirks::default(),
            clock: HostClock::default(),
            counters: Arc::default(),
            faults: Arc::default(),
            development: None,
            limits: Limits::default(),
            traces: None,
            compile_later: false,
            manifest,
        }
    }
}

impl AppBuilder {
    /// Where to listen; port 0 takes a free one.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// The certificate with which the listener speaks TLS; without one it speaks plain HTTP.
    pub fn tls(mut self, files: Option<TlsFiles>) -> Self {
        self.tls = files;
        self
    }

    /// The folder of the application's data.
    pub fn state_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.state_dir = folder.into();
        self
    }

    /// The folder of compiled components; by default `cache` in the state folder. Applications of one process should
    /// share it, because each folder costs an engine.
    pub fn cache_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(folder.into());
        self
    }

    /// Values of application variables by name. The environment is not read: see `Variables::from_environment`.
    pub fn variables(mut self, values: BTreeMap<String, String>) -> Self {
        self.variables = values;
        self
    }

    /// The key-value stores; by default SQLite in the state folder.
    pub fn runtime_config(mut self, config: RuntimeConfig) -> Self {
        self.runtime_config = Some(config);
        self
    }

    /// Whether stores have the defects of Spin's.
    pub fn quirks(mut self, quirks: Quirks) -> Self {
        self.quirks = quirks;
        self
    }

    /// The wall clock of components.
    pub fn clock(mut self, clock: HostClock) -> Self {
        self.clock = clock;
        self
    }

    /// Where key-value operations are counted.
    pub fn counters(mut self, counters: Arc<Counters>) -> Self {
        self.counters = counters;
        self
    }

    /// Faults to inject.
    pub fn faults(mut self, faults: Arc<Faults>) -> Self {
        self.faults = faults;
        self
    }

    /// Adds the development pages and the mailbox. They require a loopback listener: with another address starting
    /// fails.
    pub fn development(mut self, development: Arc<Development>) -> Self {
        self.development = Some(development);
        self
    }

    /// The limits of requests and instances.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where traces go; by default nowhere.
    pub fn traces(mut self, traces: Option<Traces>) -> Self {
        self.traces = traces;
        self
    }

    /// Serves at once, and compiles the components that are not in the cache meanwhile. A request for one of them waits until it is
    /// compiled. Without this, all are compiled before anything is served, and one that cannot be served is an error.
    pub fn compile_later(mut self) -> Self {
        self.compile_later = true;
        self
    }

    /// Compiles the components, or takes them from the cache, and serves.
    pub async fn start(self) -> anyhow::Result<RunningApp> {
        anyhow::ensure!(
            self.development.is_none() || self.listen.ip().is_loopback(),
            "development needs a loopback address, and `{}` is none",
            self.listen
        );
        let (stop, stopping) = watch::channel(false);
        let (address, Limits { drain, handshake_timeout, .. }) = (self.listen, self.limits);
        let tls = self.tls.clone().map(|files| Tls::new(files, handshake_timeout)).transpose()?;
        let scheme = if tls.is_some() { Scheme::HTTPS } else { Scheme::HTTP };
        let served = self.assemble(&stopping).await?;
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("cannot listen on `{address}`"))?;
        let addr = listener.local_addr()?;
        let server = tokio::spawn(serve(listener, tls, served.clone(), stopping, drain));
        Ok(RunningApp { addr, scheme, served, stop, server })
    }
}

/// A running application. Dropping it ends it at once; [`RunningApp::stop`] lets it finish.
pub struct RunningApp {
    /// Where it listens.
    pub addr: SocketAddr,
    /// `https` if it listens with TLS.
    pub scheme: Scheme,
    served: Arc<Served>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl RunningApp {
    /// Each route and its component, most specific first.
    pub fn routes(&self) -> Vec<(String, String)> {
        let owned = |(route, component): (&str, &str)| (route.to_owned(), component.to_owned());
        self.served.router.routes().map(owned).collect()
    }

    /// The wall clock of its components.
    pub fn clock(&self) -> &HostClock {
        &self.served.clock
    }

    /// How many instances of components there are now.
    pub fn live_instances(&self) -> usize {
        self.served.live.count()
    }

    /// Has due messages sent every few seconds, until it stops or the task is aborted.
    pub fn tick(&self, scheduler_token: String) -> JoinHandle<()> {
        let (served, mut stopping) = (Arc::downgrade(&self.served), self.stop.subscribe());
        tokio::spawn(async move {
            tokio::select! {
                () = tick::run(served, scheduler_token) => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        })
    }

    /// Has due messages sent once, and returns the answer of the operation that does it.
    pub(crate) async fn tick_once(&self, scheduler_token: &str) -> anyhow::Result<Response<Bytes>> {
        tick::once(&self.served, scheduler_token).await
    }

    /// Accepts no more requests, lets those under way and their later work finish, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // It can only fail by being cancelled, which ends it too.
        let _ = (&mut self.server).await;
        if let Some(traces) = &self.served.traces {
            traces.finish().await;
        }
    }

    /// Serves until the process is asked to end (SIGTERM, SIGINT), then stops.
    pub async fn run_until_signal(self) -> anyhow::Result<()> {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        tracing::info!("stopping");
        self.stop().await;
        Ok(())
    }
}

impl Drop for RunningApp {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.server.abort();
    }
}
