//! `countersign doctor`: looks at everything that a deployment depends on, and says what to do about it.

mod address;
mod certificate;
mod clock;
mod finding;
mod message;
mod redis;
mod settings;
mod sqlite;
mod values;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::process::ExitCode;

use clap::Args;

use self::finding::{Finding, Report};
use self::message::Recipient;
use self::settings::{SecretsFile, Settings};
use super::keep::{Deployment, Place, block_on};
use super::{Tls, say, secrets};
use crate::kv::{Quirks, Stores};
use crate::runtime_config::StoreConfig;
use crate::variables::ENVIRONMENT_PREFIX;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    deployment: Deployment,
    #[command(flatten)]
    tls: Tls,
    /// Have a test message sent to this email address or telephone number, by each provider of its channel
    #[arg(long, value_name = "ADDRESS", value_parser = Recipient::parse)]
    test_message: Vec<Recipient>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Exits with 1 if there is a fault.
pub(super) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (findings, secrets) = match options.deployment.find() {
        Ok(place) => {
            let settings = settings(options, &place);
            let findings = block_on(async { Ok(examine(options, &place, &settings).await) })?;
            (findings, secrets_of(&place, &settings))
        }
        Err(error) => {
            let advice = "mend the file, or name another with --from or --runtime-config-file";
            (vec![Finding::fault("configuration", format!("{error:#}"), advice)], Vec::new())
        }
    };
    let report = Report::new(findings, &secrets);
    say(&if options.json { report.json()? } else { report.table() })?;
    Ok(if report.has_faults() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn examine(options: &Options, place: &Place, settings: &Settings) -> Vec<Finding> {
    let public_url = settings.value("public_url");
    let mut all = settings.findings();
    all.extend(values::examine(&options.deployment, place, settings).await);
    if let Some(files) = options.tls.files() {
        all.extend(certificate::examine(&files, &public_url, place.clock.now()));
    }
    for (label, store) in place.stores() {
        all.extend(match store {
            StoreConfig::Sqlite { path: Some(path) } => sqlite::examine(path),
            StoreConfig::Sqlite { path: None } => {
                let found = format!("the store `{label}` is in memory: nothing is kept");
                vec![Finding::fault("store", found, "give it a `path` in the runtime configuration")]
            }
            StoreConfig::Redis(server) => redis::examine(server, &summary(label, store), &place.clock).await,
        });
    }
    if !public_url.is_empty() {
        all.extend(address::examine(&public_url, &place.clock).await);
    }
    for to in &options.test_message {
        all.extend(message::examine(&options.deployment, place, settings, to).await);
    }
    all
}

fn settings(options: &Options, place: &Place) -> Settings {
    let given = options.deployment.given(place);
    let (made, secrets_file) = match secrets::load(&place.state_dir) {
        Ok(made) => (made, secrets_file(place)),
        Err(error) => (BTreeMap::new(), SecretsFile::Unreadable(format!("{error:#}"))),
    };
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut declared = place.variables().clone();
    if options.tls.files().is_some()
        && let Some(url) = declared.get_mut("public_url")
    {
        // What `up` takes instead of the default depends on where it listens.
        url.default = url.default.take().map(|url| url.replace("http://", "https://"));
    }
    Settings {
        declared,
        given,
        made,
        secrets_file,
        environment: names.filter(|name| name.starts_with(ENVIRONMENT_PREFIX)).collect(),
        is_shared: place.stores().any(|(_, store)| matches!(store, StoreConfig::Redis(_))),
        tls: options.tls.files().is_some(),
    }
}

fn secrets_file(place: &Place) -> SecretsFile {
    let file = secrets::file(&place.state_dir);
    match std::fs::metadata(&file) {
        Ok(found) => {
            SecretsFile::Present { path: file.display().to_string(), mode: found.permissions().mode() }
        }
        Err(_) => SecretsFile::Absent,
    }
}

/// The server's name in words, without its password.
fn summary(label: &str, store: &StoreConfig) -> String {
    let stores = Stores::new(&BTreeMap::from([(label.to_owned(), store.clone())]), Quirks::None);
    let summary = stores.ok().and_then(|stores| stores.summaries().next().map(|(_, summary)| summary));
    summary.unwrap_or_else(|| "Redis".to_owned())
}

/// Everything that must not be printed.
fn secrets_of(place: &Place, settings: &Settings) -> Vec<String> {
    let mut all = settings.secrets();
    for (_, store) in place.stores() {
        if let StoreConfig::Redis(server) = store {
            all.extend(password(&server.url));
        }
    }
    all
}

/// The password in a server's address.
fn password(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (login, _) = rest.rsplit_once('@')?;
    Some(login.split_once(':').map_or(login, |(_, password)| password).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_server_is_known() {
        for (url, expected) in [
            ("redis://user:pa:ss@w@host:6379/0", Some("pa:ss@w")),
            ("rediss://:word@host", Some("word")),
            ("redis://host:6379", None),
            ("host", None),
        ] {
            assert_eq!(password(url).as_deref(), expected, "{url}");
        }
    }
}
