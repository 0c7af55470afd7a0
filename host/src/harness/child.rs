//! The real program as a child process, for tests that kill it.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail, ensure};
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::providers::Providers;
use super::redis::RedisServer;
use super::settle::{self, Application};
use super::{Backend, Options, SCHEDULER_TOKEN, State, cache_dir, free_address, root, variables};
use crate::clock::HostClock;
use crate::runtime_config::StoreConfig;

/// Longer than a lease lasts, so that leases of a killed program are free after its restart.
const AFTER_LEASES: SignedDuration = SignedDuration::from_secs(45);
/// How long the program may take to be ready.
const READY: Duration = Duration::from_secs(120);

/// The program with its own state. Dropping it kills the program and removes the state.
pub struct ChildHost {
    /// The fake providers; they keep running while the program is dead.
    pub providers: Arc<Providers>,
    installation: Installation,
    child: Child,
}

/// What a program is started with, the first time and every other.
struct Installation {
    options: Options,
    state: State,
    addr: SocketAddr,
    /// Where links in messages point: at the first host of a deployment.
    public: SocketAddr,
    clock: HostClock,
}

impl ChildHost {
    /// Builds stale components and starts the program on an empty store.
    pub async fn start(backend: Backend, options: Options) -> anyhow::Result<Self> {
        Self::first(State::new(backend).await?, options).await
    }

    /// The same on a Redis server of its own, which can be restarted.
    pub async fn start_over(server: &RedisServer, options: Options) -> anyhow::Result<Self> {
        let store = StoreConfig::Redis(server.empty_database().await?.into());
        Self::first(State { dir: tempfile::tempdir()?, store }, options).await
    }

    /// Another host of the same deployment, whose clock is ahead of this one's.
    pub async fn beside(&self, ahead: SignedDuration) -> anyhow::Result<Self> {
        let Installation { options, state, public, clock, .. } = &self.installation;
        let ahead = clock.offset() + ahead;
        let clock = HostClock::default();
        clock.advance(ahead);
        let (options, public, addr) = (options.clone(), *public, free_address()?);
        let state = State { dir: tempfile::tempdir()?, store: state.store.clone() };
        let installation = Installation { options, state, addr, public, clock };
        Self::run(self.providers.clone(), installation).await
    }

    async fn first(state: State, options: Options) -> anyhow::Result<Self> {
        let (addr, clock) = (free_address()?, HostClock::default());
        let installation = Installation { options, state, addr, public: addr, clock };
        Self::run(Arc::new(Providers::start().await?), installation).await
    }

    async fn run(providers: Arc<Providers>, installation: Installation) -> anyhow::Result<Self> {
        let child = installation.spawn(&providers, None).await?;
        Ok(Self { providers, installation, child })
    }

    /// Where it listens; also after a restart.
    pub fn addr(&self) -> SocketAddr {
        self.installation.addr
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr())
    }

    /// Kills it as `kill -9` does.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Stops it gracefully, and waits until it has ended.
    pub async fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        drop(self.child.stdin.take());
        self.ended().await
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> anyhow::Result<ExitStatus> {
        Ok(tokio::time::timeout(READY, self.child.wait()).await.context("the program goes on")??)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// The components' time.
    pub fn now(&self) -> Timestamp {
        self.installation.clock.now()
    }

    /// Moves the components' time forward, from the next restart on.
    pub fn advance(&self, by: Duration) {
        self.installation.clock.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Kills it if it still runs, and starts it again on the same state and port, 45 s later by its clock. With a
    /// component and a number, it exits, as if killed, just before that component's write with that number, counted
    /// from now.
    pub async fn restart(&mut self, stop_at_write: Option<(&str, u64)>) -> anyhow::Result<()> {
        if !self.has_ended()? {
            self.kill().await?;
        }
        self.installation.clock.advance(AFTER_LEASES);
        self.revive(stop_at_write).await
    }

    /// Starts it again, after it has ended, without moving its clock.
    pub async fn revive(&mut self, stop_at_write: Option<(&str, u64)>) -> anyhow::Result<()> {
        self.child = self.installation.spawn(&self.providers, stop_at_write).await?;
        Ok(())
    }

    /// Goes on with the application's own components, on the same state.
    pub async fn upgrade(&mut self) -> anyhow::Result<()> {
        self.change_components(None).await
    }

    /// Goes on with the components of another manifest, on the same state.
    pub async fn downgrade(&mut self, manifest: PathBuf) -> anyhow::Result<()> {
        self.change_components(Some(manifest)).await
    }

    /// Goes on with other values of these variables, on the same state.
    pub async fn reconfigure(&mut self, variables: &[(&str, &str)]) -> anyhow::Result<()> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.installation.options.variables.extend(variables);
        self.restart(None).await
    }

    async fn change_components(&mut self, manifest: Option<PathBuf>) -> anyhow::Result<()> {
        self.installation.options.manifest = manifest;
        self.restart(None).await
    }

    /// Runs another command of the program on the same state, with the same variables and stores unless its arguments name others.
    pub async fn command(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        let installation = &self.installation;
        let (name, arguments) = arguments.split_first().context("no command")?;
        let mut command = Command::new(built_program("countersign", "host")?);
        command.args([name, "--no-build", "--quiet"]);
        installation.add_options(&mut command, &self.providers).await?;
        command.args(arguments);
        let output = command.stdin(Stdio::null()).output().await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Said { ok: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) })
    }

    /// Goes on over another store, from the next command or restart on.
    pub fn move_to(&mut self, store: StoreConfig) {
        self.installation.state.store = store;
    }

    /// Removes everything in the state folder, as a lost disk does. The program must have ended.
    pub async fn lose_state(&self) -> anyhow::Result<()> {
        let folder = self.installation.state.dir.path();
        std::fs::remove_dir_all(folder)?;
        Ok(std::fs::create_dir(folder)?)
    }

    /// Calls `POST /v1/notifications/deliver` until nothing is due.
    pub async fn settle(&self) -> anyhow::Result<()> {
        self.settle_within(settle::LONGEST).await
    }

    /// [`ChildHost::settle`] with a limit of its own, for long runs.
    ///
    /// # Errors
    /// If that takes longer.
    pub async fn settle_within(&self, longest: Duration) -> anyhow::Result<()> {
        settle::settle(Application::At(self.addr()), SCHEDULER_TOKEN, &self.installation.clock, longest).await
    }
}

impl Installation {
    async fn spawn(
        &self,
        providers: &Providers,
        stop_at_write: Option<(&str, u64)>,
    ) -> anyhow::Result<Child> {
        let Self { options, addr, .. } = self;
        let mut command = Command::new(built_program("countersign", "host")?);
        command.args(["up", "--no-build", "--quiet", "--until-stdin-ends"]);
        command.args(["--listen", &addr.to_string()]);
        self.add_options(&mut command, providers).await?;
        if let Some(limit) = options.key_value_operations {
            command.args(["--max-key-value-operations", &limit.to_string()]);
        }
        if !options.tick {
            command.arg("--no-tick");
        }
        if let Some((component, nth)) = stop_at_write {
            command.args(["--stop-at-write", &format!("{component}:{nth}")]);
        }
        if let Some(log) = &options.log {
            command.args(["--log-format", "json"]);
            command.stderr(File::options().create(true).append(true).open(log)?);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        tokio::time::timeout(READY, ready(&mut child))
            .await
            .context("the program is not ready in time")??;
        Ok(child)
    }

    /// Which deployment the program is about, as every command is told.
    async fn add_options(&self, command: &mut Command, providers: &Providers) -> anyhow::Result<()> {
        let Self { options, state, public, clock, .. } = self;
        let manifest = options.read_manifest().await?;
        command.arg("--from").arg(options.manifest_file());
        command.arg("--state-dir").arg(state.dir.path()).arg("--cache-dir").arg(cache_dir());
        command.arg("--runtime-config-file").arg(runtime_config_file(state)?);
        for (name, value) in variables(&manifest, &format!("http://{public}"), providers, options) {
            command.args(["--variable", &format!("{name}={value}")]);
        }
        command.args(["--clock-offset", &clock.offset().as_secs().to_string()]);
        command.args(["--quirks", &options.quirks.to_string()]);
        Ok(())
    }
}

/// What a command of the program said.
#[derive(Debug)]
pub struct Said {
    /// Whether it succeeded.
    pub ok: bool,
    /// What it printed.
    pub out: String,
    /// Its warnings and errors.
    pub err: String,
}

async fn ready(child: &mut Child) -> anyhow::Result<()> {
    let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("Serving ") {
            return Ok(());
        }
    }
    bail!("the program ended before it was ready: {}", child.wait().await?)
}

fn runtime_config_file(state: &State) -> anyhow::Result<PathBuf> {
    let mut store = toml::Table::new();
    let (kind, name, value) = match &state.store {
        StoreConfig::Sqlite { path } => {
            ("spin", "path", path.as_ref().map(|path| path.display().to_string()))
        }
        StoreConfig::Redis(address) => ("redis", "url", Some(address.url.clone())),
    };
    store.insert("type".to_owned(), kind.into());
    if let Some(value) = value {
        store.insert(name.to_owned(), value.into());
    }
    let stores = toml::Table::from_iter([("default".to_owned(), toml::Value::Table(store))]);
    let config = toml::Table::from_iter([("key_value_store".to_owned(), toml::Value::Table(stores))]);
    let file = state.dir.path().join("runtime-config.toml");
    std::fs::write(&file, config.to_string())?;
    Ok(file)
}

/// A program of this workspace, next to the running test; `package` is its package's folder. Cargo builds it with the tests of the
/// whole workspace.
///
/// # Errors
/// It is missing, or older than its sources.
pub fn built_program(name: &str, package: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().context("the test program has no folder")?;
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    let program = folder.join(name);
    let built = std::fs::metadata(&program).and_then(|metadata| metadata.modified());
    let changed = newest(&root().join(package).join("src"))?;
    ensure!(
        built.is_ok_and(|built| built >= changed),
        "`{}` is missing or older than its sources: run `cargo build --bin {name}` first, or all tests at once",
        program.display()
    );
    Ok(program)
}

fn newest(folder: &std::path::Path) -> anyhow::Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        newest =
            newest.max(if metadata.is_dir() { self::newest(&entry.path())? } else { metadata.modified()? });
    }
    Ok(newest)
}
