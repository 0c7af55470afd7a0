//! The tests' redis-server: one per test program, on a free port, with a database for each store.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::free_address;
use crate::server::tls::TlsFiles;

const DATABASES: u32 = 4096;
const START: Duration = Duration::from_secs(10);

/// Stops the server and removes its folder when its standard input closes, however the test program ends; starts it again
/// when it ends by itself. Unless its options say otherwise, the server is configured as the product requires, except that the
/// operating system decides when the file is written.
const KEEPER: &str = r#"
folder=$1
shift
while :; do
  redis-server --bind 127.0.0.1 --dir "$folder" \
    --save '' --appendonly yes --appendfsync no --maxmemory-policy noeviction "$@" >/dev/null 2>&1 &
  echo $! >"$folder/pid"
  wait $!
done &
loop=$!
cat >/dev/null
kill -9 $loop
kill -9 "$(cat "$folder/pid")"
wait
rm -rf "$folder""#;

/// A server for this test program.
pub struct RedisServer {
    /// How its address begins, up to the database.
    origin: String,
    port: u16,
    next_database: AtomicU32,
    folder: PathBuf,
    keeper: Child,
}

impl RedisServer {
    /// The server that all tests of this program share; it stops with the program.
    pub async fn shared() -> anyhow::Result<&'static Self> {
        static SERVER: OnceCell<RedisServer> = OnceCell::const_new();
        SERVER.get_or_try_init(Self::start).await
    }

    /// A separate server; it stops when this is dropped.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(&[]).await
    }

    /// A separate server with further options.
    pub async fn start_with(options: &[&str]) -> anyhow::Result<Self> {
        let port = free_address()?.port();
        let number = port.to_string();
        let options = [&["--port", &number], options].concat();
        Self::listen(format!("redis://127.0.0.1:{port}"), port, &options, TempDir::new()?.keep()).await
    }

    /// A separate server that begins with a snapshot, as Redis documents it: it reads one only without append-only files, which it
    /// begins afterwards.
    pub async fn start_from(snapshot: &Path) -> anyhow::Result<Self> {
        let (port, folder) = (free_address()?.port(), TempDir::new()?.keep());
        std::fs::copy(snapshot, folder.join("dump.rdb"))?;
        let number = port.to_string();
        let options = ["--port", &number, "--appendonly", "no"];
        let server = Self::listen(format!("redis://127.0.0.1:{port}"), port, &options, folder).await?;
        server.cli(&["config", "set", "appendonly", "yes"])?;
        Ok(server)
    }

    /// Fetches a snapshot while it serves, as an operator does.
    pub fn snapshot(&self, file: &Path) -> anyhow::Result<()> {
        self.cli(&["--rdb", file.to_str().context("a path in UTF-8")?])
    }

    fn cli(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let output =
            Command::new("redis-cli").args(["-p", &self.port.to_string()]).args(arguments).output()?;
        ensure!(output.status.success(), "redis-cli {arguments:?}: {output:?}");
        Ok(())
    }

    /// A separate server that speaks only TLS, as `localhost`, with this certificate. It asks its clients for none, unless `more`
    /// of its options say so.
    pub async fn start_over_tls(files: &TlsFiles, more: &[&str]) -> anyhow::Result<Self> {
        let port = free_address()?.port();
        let (number, certificate, key) = (port.to_string(), files.certificate.as_path(), files.key.as_path());
        let [certificate, key] = [certificate, key].map(|file| file.display().to_string());
        let mut options = vec!["--port", "0", "--tls-port", &number, "--tls-auth-clients", "no"];
        options.extend(["--tls-cert-file", &certificate, "--tls-key-file", &key]);
        options.extend(more);
        Self::listen(format!("rediss://localhost:{port}"), port, &options, TempDir::new()?.keep()).await
    }

    async fn listen(origin: String, port: u16, options: &[&str], folder: PathBuf) -> anyhow::Result<Self> {
        ensure!(is_installed()?, "redis-server is not installed");
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "redis-keeper"])
            .arg(&folder)
            .args(options)
            .args(["--databases", &DATABASES.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start redis-server")?;
        let server = Self { origin, port, next_database: AtomicU32::new(0), folder, keeper };
        tokio::time::timeout(START, server.answering()).await.context("redis-server does not answer")?;
        Ok(server)
    }

    /// The address of an unused database.
    pub async fn empty_database(&self) -> anyhow::Result<String> {
        let number = self.next_database.fetch_add(1, Ordering::Relaxed);
        ensure!(number < DATABASES, "more than {DATABASES} databases in one test program");
        Ok(format!("{}/{number}", self.origin))
    }

    /// The address of the database that [`RedisServer::empty_database`] gives first.
    pub fn first_database(&self) -> String {
        format!("{}/0", self.origin)
    }

    /// Kills it, as `kill -9` does, and waits until it is there again with what it had written.
    pub async fn restart(&self) -> anyhow::Result<()> {
        let before = self.pid()?;
        ensure!(
            Command::new("kill").args(["-9", &before]).status()?.success(),
            "redis-server is not running"
        );
        let again = async {
            while !self.pid().is_ok_and(|pid| pid != before) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            self.answering().await;
        };
        tokio::time::timeout(START, again).await.context("redis-server does not come back")
    }

    fn pid(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(self.folder.join("pid"))?.trim().to_owned())
    }

    async fn answering(&self) {
        let address = (std::net::Ipv4Addr::LOCALHOST, self.port);
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Whether it can be started here. If not, this is reported once on standard error, past the test runner's capture;
/// with `COUNTERSIGN_REQUIRE_ALL=1` it is an error.
pub fn is_installed() -> anyhow::Result<bool> {
    static SAID: std::sync::Once = std::sync::Once::new();
    let version = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
    if version.is_ok_and(|status| status.success()) {
        return Ok(true);
    }
    if std::env::var_os("COUNTERSIGN_REQUIRE_ALL").is_some_and(|value| value == "1") {
        bail!("redis-server is not installed, and COUNTERSIGN_REQUIRE_ALL wants every test to run");
    }
    SAID.call_once(|| {
        let _ = writeln!(std::io::stderr(), "not run: install redis-server");
    });
    Ok(false)
}
