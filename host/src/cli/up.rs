//! `countersign up`: serves the application and prints its addresses.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use http::uri::Scheme;
use jiff::SignedDuration;
use tokio::io::AsyncReadExt as _;

use super::{Up, given_variables, secrets, state_dir};
use crate::app::{App, Limits, RunningApp};
use crate::clock::HostClock;
use crate::components;
use crate::dev::Development;
use crate::faults::Faults;
use crate::kv::{Counters, Quirks, StoreLock, Stores, private_folder};
use crate::manifest::Manifest;
use crate::runtime_config::RuntimeConfig;
use crate::traces::Traces;

/// After this time, a slow start is explained.
const SLOW: Duration = Duration::from_secs(1);

/// Serves until the process is asked to end.
pub(super) fn serve(manifest: Manifest, options: Up) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(run(manifest, options));
    // Background work has had its time; blocking work must not delay the end.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// Fails at once if the port is taken or the certificate cannot be used, instead of after a build.
pub(super) fn check(options: &Up) -> anyhow::Result<()> {
    free_address(options.listen)?;
    match options.tls.files() {
        Some(files) => files.read().map(drop).context("the host cannot speak TLS"),
        None => Ok(()),
    }
}

/// The scheme of the listener.
fn scheme(options: &Up) -> Scheme {
    if options.tls.files().is_some() { Scheme::HTTPS } else { Scheme::HTTP }
}

/// The variables that choose providers.
const PROVIDERS: [&str; 4] =
    ["email_provider", "email_fallback_provider", "sms_provider", "sms_fallback_provider"];

/// Whether every message goes to the mailbox.
fn catches_all(variables: &BTreeMap<String, String>) -> bool {
    let is_real =
        |name: &str| variables.get(name).is_some_and(|provider| !matches!(provider.trim(), "" | "dev"));
    !PROVIDERS.into_iter().any(is_real)
}

/// The development pages. The mailbox is there only while every message goes to it.
fn development(variables: &BTreeMap<String, String>, counters: Arc<Counters>) -> Development {
    if catches_all(variables) { Development::new(counters) } else { Development::without_mailbox(counters) }
}

async fn run(manifest: Manifest, options: Up) -> anyhow::Result<()> {
    let listen = free_address(options.listen)?;
    let state_dir = state_dir(&manifest, options.deployment.state_dir.as_deref());
    private_folder(&state_dir)
        .with_context(|| format!("cannot make the state folder `{}`", state_dir.display()))?;
    let variables = variables(&manifest, &options, listen, &state_dir)?;
    if scheme(&options) == Scheme::HTTPS && is_insecure(&manifest, &variables) {
        tracing::warn!("{INSECURE_URL}");
    }
    let config = RuntimeConfig::at(options.deployment.runtime_config_file.as_deref(), &state_dir)?;
    let _locks = lock_stores(&config)?;
    let data = check_stores(&config, options.deployment.quirks).await?;

    let faults = Arc::new(Faults::default());
    if let Some(plan) = options.stop_at_write.clone() {
        faults.plan(plan);
    }
    let clock = HostClock::default();
    clock.advance(SignedDuration::from_secs(options.deployment.clock_offset));
    let counters = Arc::new(Counters::default());
    let requests_per_client = Some(options.max_requests_per_client).filter(|most| *most > 0);
    let limits = Limits {
        key_value_operations: options.max_key_value_operations,
        requests_per_client,
        connections_per_client: requests_per_client.map(|most| most.saturating_mul(2)),
        ..if options.edge_limits { Limits::edge() } else { Limits::default() }
    };
    let cache_dir = options.deployment.cache_dir.clone().or_else(|| components::cache_dir(&manifest));
    let mut app = App::builder(manifest)
        .listen(listen)
        .tls(options.tls.files())
        .state_dir(state_dir)
        .variables(variables.clone())
        .runtime_config(config)
        .quirks(options.deployment.quirks)
        .limits(limits)
        .clock(clock)
        .faults(faults)
        .counters(counters.clone())
        .traces(Traces::from_environment(options.trace_key_value)?);
    if components::BUILT_QUICKLY {
        app = app.compile_later();
    }
    if let Some(folder) = cache_dir {
        app = app.cache_dir(folder);
    }
    if listen.ip().is_loopback() {
        app = app.development(Arc::new(development(&variables, counters)));
    }
    let app = tell_when_slow(app.start(), options.deployment.build.quiet).await?;
    announce(&app, &variables, &data, options.deployment.build.quiet)?;
    let token = variables.get("scheduler_token").filter(|token| !token.is_empty() && !options.no_tick);
    if let Some(token) = token {
        app.tick(token.clone());
    }
    if options.until_stdin_ends {
        until_stdin_ends().await;
        app.stop().await;
    } else {
        app.run_until_signal().await?;
    }
    Ok(())
}

const INSECURE_URL: &str = "`public_url` begins with http://, but the host speaks TLS: the console's cookies are not marked `Secure`, and \
    links in messages do not lead here. Set it to the https:// address";

/// Whether people are told to come without TLS.
fn is_insecure(manifest: &Manifest, given: &BTreeMap<String, String>) -> bool {
    let declared = || manifest.variables.get("public_url").and_then(|variable| variable.default.as_ref());
    given.get("public_url").or_else(declared).is_some_and(|url| url.starts_with("http://"))
}

/// The first start after a build compiles every component for this machine, which takes a while; later starts find them compiled.
async fn tell_when_slow<T>(start: impl Future<Output = T>, quiet: bool) -> T {
    let mut start = std::pin::pin!(start);
    tokio::select! {
        started = &mut start => return started,
        () = tokio::time::sleep(SLOW), if !quiet => {
            let _ = writeln!(std::io::stderr(), "Compiling the components for this machine, once per build");
        }
    }
    start.await
}

/// The given variables, completed by the secrets of the state folder and the address.
fn variables(
    manifest: &Manifest,
    options: &Up,
    listen: SocketAddr,
    state_dir: &Path,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut variables = given_variables(manifest, &options.deployment.variable);
    let mut default = |name: &str, value: String| {
        if manifest.variables.contains_key(name) {
            variables.entry(name.to_owned()).or_insert(value);
        }
    };
    if !listen.ip().is_unspecified() {
        default("public_url", format!("{}://{listen}", scheme(options)));
    }
    if secrets::MADE.iter().any(|name| manifest.variables.contains_key(*name)) {
        for (name, value) in secrets::load_or_make(state_dir)? {
            default(&name, value);
        }
    }
    Ok(variables)
}

/// Keeps commands that replace a store from doing so while it is served.
fn lock_stores(config: &RuntimeConfig) -> anyhow::Result<Vec<StoreLock>> {
    config.sqlite_files().map(StoreLock::shared).collect()
}

/// Opens every configured store once, so that a wrong address is an error now and not at the first request. A server
/// that may lose data is served all the same, but with a warning, even with `--quiet`.
async fn check_stores(config: &RuntimeConfig, quirks: Quirks) -> anyhow::Result<Vec<String>> {
    let stores = Stores::new(&config.key_value_stores, quirks)?;
    let mut summaries = Vec::new();
    for (label, summary) in stores.summaries() {
        stores.open(label).await.with_context(|| format!("in the key-value store `{label}`"))?;
        summaries.push(if label == "default" { summary } else { format!("{summary} (`{label}`)") });
    }
    for warning in stores.warnings().await? {
        writeln!(std::io::stderr(), "{warning}")?;
    }
    Ok(summaries)
}

fn announce(
    app: &RunningApp,
    variables: &BTreeMap<String, String>,
    data: &[String],
    quiet: bool,
) -> anyhow::Result<()> {
    let mut text = String::new();
    if !quiet {
        let own = format!("{}://{}", app.scheme, reachable(app.addr));
        let url = variables.get("public_url").unwrap_or(&own).trim_end_matches('/');
        writeln!(text, "\n  Console              {url}")?;
        if let Some(token) = variables.get("setup_token").filter(|token| !token.is_empty()) {
            writeln!(text, "  First administrator  {url}/setup#{token}")?;
            writeln!(text, "                       (works once; keep it secret until you have used it)")?;
        }
        writeln!(text, "  Caught mail          {}", caught_mail(app.addr, &own, variables))?;
        for summary in data {
            writeln!(text, "  Data                 {summary}")?;
        }
        text.push('\n');
    }
    writeln!(text, "Serving {}://{}", app.scheme, app.addr)?;
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Where the caught mail is read, or why there is none.
fn caught_mail(listener: SocketAddr, own: &str, variables: &BTreeMap<String, String>) -> String {
    if !listener.ip().is_loopback() {
        "none: the `dev` provider's mailbox is on loopback addresses only".to_owned()
    } else if !catches_all(variables) {
        "none: messages go to real providers".to_owned()
    } else {
        format!("{own}/_mailbox")
    }
}

/// The address itself, with a free port if it asks for one.
fn free_address(address: SocketAddr) -> anyhow::Result<SocketAddr> {
    match TcpListener::bind(address) {
        Ok(listener) => Ok(listener.local_addr()?),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "port {} is in use: stop what listens there, or choose another with --listen {}:PORT",
            address.port(),
            address.ip()
        ),
        Err(error) => Err(error).with_context(|| format!("cannot listen on `{address}`")),
    }
}

/// The address at which this machine reaches a listener on all addresses.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        let loopback: std::net::IpAddr = match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    address
}

async fn until_stdin_ends() {
    let mut stdin = tokio::io::stdin();
    let mut ignored = [0; 64];
    while stdin.read(&mut ignored).await.is_ok_and(|count| count > 0) {}
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn the_mailbox_is_closed_as_soon_as_one_provider_is_real() {
        let variables = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let loopback: SocketAddr = "127.0.0.1:3000".parse().unwrap();
        let caught =
            |pairs: &[(&str, &str)]| caught_mail(loopback, "http://127.0.0.1:3000", &variables(pairs));
        let open = "http://127.0.0.1:3000/_mailbox";
        assert_eq!(caught(&[]), open);
        assert_eq!(
            caught(&[("email_provider", "dev"), ("sms_provider", " "), ("sms_fallback_provider", "dev")]),
            open
        );
        for name in PROVIDERS {
            let mut pairs = vec![("email_provider", "dev"), ("sms_provider", "dev")];
            pairs.retain(|(other, _)| *other != name);
            pairs.push((name, "postmark"));
            assert!(caught(&pairs).starts_with("none: "), "{name}");
        }
        for (pairs, status) in [(vec![], 200), (vec![("sms_provider", "dev")], 200)]
            .into_iter()
            .chain(PROVIDERS.map(|name| (vec![(name, "postmark")], 404)))
        {
            let pages = development(&variables(&pairs), Arc::new(Counters::default()));
            for path in ["/_mailbox", "/_mailbox.json"] {
                let asked = http::Request::get(path).header("host", "127.0.0.1:3000").body(()).unwrap();
                assert_eq!(pages.answer(&asked.into_parts().0).status(), status, "{path} {pairs:?}");
            }
        }
        let all: SocketAddr = "0.0.0.0:3000".parse().unwrap();
        assert!(caught_mail(all, "http://127.0.0.1:3000", &variables(&[])).starts_with("none: "));
    }
}
