//! The command line, modelled on `spin up` and `spin build`.

mod alone;
mod backup;
mod doctor;
mod keep;
mod log;
mod recover;
mod restore;
mod secrets;
mod store;
mod transfer;
mod up;
mod verify;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use log::LogFormat;

use crate::app::DEFAULT_STATE_DIR;
use crate::bundle;
use crate::components::{self, BuildOptions, Built};
use crate::faults::Plan;
use crate::manifest::Manifest;
use crate::server::tls::TlsFiles;

/// An open, self-hosted approval center and permission service.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, about, infer_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Task>,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build what is missing or stale, then serve (the default command)
    Up(Box<Up>),
    /// Only build the components
    Build(Build),
    /// Check what a deployment depends on, and say what to do about it
    ///
    /// Looks at what `up` would use with the same options: variables and secrets, the store and its server, the certificate, the clock,
    /// what the components make of their variables, and whether people reach the deployment at its public address. It changes nothing
    /// and prints no secret, and works whether or not a host is running. The exit code is 1 if there is a fault; a warning is none.
    Doctor(Box<doctor::Options>),
    #[command(flatten)]
    Keep(store::Task),
    #[command(flatten)]
    Administer(countersign_cli::Command),
}

#[derive(Debug, Args)]
struct Build {
    /// The manifest, or its folder
    #[arg(short = 'f', long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Install Debian's packaged compiler if none for wasm32-wasip2 is found
    #[arg(long)]
    install_toolchain: bool,
    /// Build the components as they are deployed, smaller and faster, also with a host that was built for development
    #[arg(long)]
    released: bool,
    /// Hide progress; warnings, and what components say, are shown
    #[arg(short, long)]
    quiet: bool,
}

/// How the listener speaks TLS, as in Spin.
#[derive(Debug, Args)]
struct Tls {
    /// Speak TLS with the certificate in this PEM file, which those that lead to its root follow; read again when it changes
    #[arg(long, value_name = "FILE", env = "SPIN_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM form, not encrypted; read again when it changes
    #[arg(long, value_name = "FILE", env = "SPIN_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl Tls {
    /// The two files, if they are given.
    fn files(&self) -> Option<TlsFiles> {
        Some(TlsFiles { certificate: self.tls_cert.clone()?, key: self.tls_key.clone()? })
    }
}

#[derive(Debug, Args)]
struct Up {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000", value_parser = listen_address)]
    listen: SocketAddr,
    #[command(flatten)]
    tls: Tls,
    #[command(flatten)]
    deployment: keep::Deployment,
    /// Refuse key-value operations, with `too many requests`, beyond this many at once [default: no limit]
    #[arg(long, value_name = "NUMBER")]
    max_key_value_operations: Option<usize>,
    /// Requests that one client address may have under way, loopback apart; 0 is no limit
    #[arg(long, value_name = "NUMBER", default_value_t = 2_048)]
    max_requests_per_client: usize,
    /// Keep to the limits of Akamai Functions, to try what is deployed there
    #[arg(long)]
    edge_limits: bool,
    /// How the log is written to standard error; RUST_LOG chooses what
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// With traces (OTEL_EXPORTER_OTLP_ENDPOINT), also a span for each key-value operation
    #[arg(long)]
    trace_key_value: bool,
    /// Exit before the Nth key-value write of a component, as `kill -9` would
    #[arg(long, value_name = "COMPONENT:N", hide = true)]
    stop_at_write: Option<Plan>,
    /// Stop gracefully when standard input ends, so that no server outlives the test that started it
    #[arg(long, hide = true)]
    until_stdin_ends: bool,
    /// Do not run the notification tick
    #[arg(long, hide = true)]
    no_tick: bool,
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let command_line = CommandLine::parse_from(arguments(std::env::args_os()));
    match run(command_line) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Without a command, `up` is assumed; its options may follow directly.
fn arguments(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    const OWN: [&str; 4] = ["--help", "-h", "--version", "-V"];
    let mut given: Vec<_> = given.collect();
    let first = given.get(1).and_then(|first| first.to_str());
    if first.is_none_or(|first| first.starts_with('-') && !OWN.contains(&first)) {
        given.insert(1.min(given.len()), "up".into());
    }
    given
}

fn run(command_line: CommandLine) -> anyhow::Result<ExitCode> {
    match command_line.command {
        Some(Task::Build(options)) => {
            let manifest = Manifest::from_file(&manifest_file(options.from.as_deref())?)?;
            if build(&manifest, &options)? == Built::Fresh && !options.quiet {
                say("Nothing to build: the components are up to date")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(Task::Up(options)) => {
            log::start(options.deployment.build.quiet, options.log_format);
            let manifest = manifest(options.deployment.build.from.as_deref())?;
            up::check(&options)?;
            options.deployment.make_components(&manifest)?;
            up::serve(manifest, *options)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Task::Doctor(options)) => doctor::run(&options),
        Some(Task::Keep(task)) => store::run(&task).map(|()| ExitCode::SUCCESS),
        Some(Task::Administer(command)) => Ok(countersign_cli::run(&command, CommandLine::command())),
        None => bail!("no command"),
    }
}

fn build(manifest: &Manifest, options: &Build) -> anyhow::Result<Built> {
    components::build(manifest, options.into())
}

impl From<&Build> for BuildOptions {
    fn from(options: &Build) -> Self {
        let Build { install_toolchain, quiet, released, .. } = *options;
        Self { install_toolchain, quiet, quickly: components::BUILT_QUICKLY && !released }
    }
}

/// The named manifest, otherwise the one that this program carries, otherwise the nearest one.
fn manifest(from: Option<&Path>) -> anyhow::Result<Manifest> {
    match bundle::manifest() {
        Some(carried) if from.is_none() => carried,
        _ => Manifest::from_file(&manifest_file(from)?),
    }
}

/// The named file, or the nearest `spin.toml` in this folder or above.
fn manifest_file(from: Option<&Path>) -> anyhow::Result<PathBuf> {
    const NAME: &str = "spin.toml";
    match from {
        Some(folder) if folder.is_dir() => Ok(folder.join(NAME)),
        Some(file) => Ok(file.to_owned()),
        None => {
            let here = std::env::current_dir().context("cannot tell the current folder")?;
            let found = here.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file());
            found.with_context(|| {
                let what = format!("no `{NAME}` in `{}` or above it; name it with --from", here.display());
                match bundle::manifest() {
                    Some(_) => what,
                    None => format!(
                        "{what}. This program carries no components itself; in the sources, `countersign build --released`, then \
                         `cargo install --path host --features bundled --locked` makes one that does (docs/operations.md)"
                    ),
                }
            })
        }
    }
}

/// The folder of data and secrets: the named one, or the usual one beside the manifest.
fn state_dir(manifest: &Manifest, named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| manifest.folder.join(DEFAULT_STATE_DIR), Path::to_owned)
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().map_err(|_| "it is not ADDRESS:PORT, such as 127.0.0.1:3000".to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it is not NAME=VALUE")?;
    let value = match value.strip_prefix('@') {
        None => value.to_owned(),
        Some(file) => {
            let text = std::fs::read_to_string(file);
            let text = text.map_err(|error| format!("cannot read `{file}`: {error}"))?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    Ok((name.to_owned(), value))
}

/// Variables from the environment and from options; options take precedence.
fn given_variables(manifest: &Manifest, options: &[(String, String)]) -> BTreeMap<String, String> {
    let mut given = crate::variables::Variables::from_environment(manifest);
    given.extend(options.iter().cloned());
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<CommandLine, clap::Error> {
        CommandLine::try_parse_from(arguments(line.split(' ').map(OsString::from)))
    }

    #[test]
    fn without_a_command_it_serves() {
        for line in ["countersign", "countersign --quiet", "countersign up --listen localhost:3000"] {
            assert!(matches!(parse(line).unwrap().command, Some(Task::Up(_))), "{line}");
        }
        assert!(matches!(parse("countersign build --quiet").unwrap().command, Some(Task::Build(_))));
        assert!(parse("countersign --help").is_err(), "help is about the program, not about `up`");
    }

    #[test]
    fn help_says_what_quiet_hides() {
        for name in ["up", "build"] {
            let mut command = CommandLine::command();
            let help = command.find_subcommand_mut(name).unwrap().render_help().to_string();
            assert!(help.contains("Hide progress; warnings, and what components say, are shown"), "{help}");
        }
    }

    #[test]
    fn components_are_built_as_they_are_deployed_if_that_is_asked_for() {
        for (line, quickly) in [
            ("countersign build", components::BUILT_QUICKLY),
            ("countersign build --released", false),
            ("countersign --released", false),
        ] {
            let build = match parse(line).unwrap().command {
                Some(Task::Build(build)) => build,
                Some(Task::Up(up)) => up.deployment.build,
                _ => unreachable!("it builds"),
            };
            assert_eq!(BuildOptions::from(&build).quickly, quickly, "{line}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for line in [
            "countersign up --listen 3000",
            "countersign up --variable public_url",
            "countersign serve",
            "countersign up --tls-cert fullchain.pem",
            "countersign --tls-key privkey.pem",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_value_may_hold_an_equals_sign_and_may_come_from_a_file() {
        assert_eq!(assignment("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "secret\n").unwrap();
        assert_eq!(assignment(&format!("a=@{}", file.path().display())).unwrap().1, "secret");
        assert!(assignment("a=@/nowhere/at/all").is_err());
    }
}
