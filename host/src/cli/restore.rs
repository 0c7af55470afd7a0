//! `countersign restore`: puts a backup in the place of a store, and has the store say that it was restored.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::alone::require_alone;
use super::keep::{Deployment, LABEL, Place, block_on};
use super::{say, secrets};
use crate::app::Called;
use crate::kv::StoreLock;
use crate::kv::sqlite_file::{self, Found};
use crate::kv::walk::Walk;
use crate::runtime_config::StoreConfig;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A file that `countersign backup` made; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "mark_only", conflicts_with = "mark_only")]
    file: Option<PathBuf>,
    /// Replace a store that holds data; it is kept beside the new one
    #[arg(long)]
    replace: bool,
    /// Restore although `secret_key` is not the one of the backup: nobody can use their one-time codes, and the audit shows a break
    #[arg(long)]
    without_its_key: bool,
    /// The store was restored by other means, such as Redis' own: only mark it. No host may serve it meanwhile
    #[arg(long)]
    mark_only: bool,
    /// With --mark-only: when the backup was made, such as 2026-05-01T03:00:00Z, for the audits
    #[arg(long, value_name = "TIME", requires = "mark_only")]
    made_at: Option<Timestamp>,
    /// With --mark-only on Redis: no host serves the store, although other programs are connected to its database
    #[arg(long, requires = "mark_only")]
    stopped: bool,
    #[command(flatten)]
    deployment: Deployment,
}

/// What the audits say of a backup.
#[derive(Default)]
pub(super) struct Origin {
    /// When it was made, if that is known.
    pub(super) made_at: Option<Timestamp>,
    /// The SHA-256 of its file, if it was one.
    pub(super) sha256: Option<String>,
}

/// The body of calls that need none.
const NOTHING: [(); 0] = [];

#[derive(Deserialize)]
struct Inspected {
    is_set_up: bool,
    missing_key: Option<String>,
}

#[derive(Deserialize)]
struct Begun {
    epoch: String,
}

#[derive(Serialize)]
struct ToRecord<'a> {
    epoch: &'a str,
    backup_made_at: Option<Timestamp>,
    backup_sha256: Option<&'a str>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Recorded {
    organizations: usize,
    next: Option<String>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let place = options.deployment.find()?;
    match &options.file {
        Some(file) => restore(options, &place, file),
        None => mark_only(options, &place),
    }
}

fn restore(options: &Options, place: &Place, file: &Path) -> anyhow::Result<()> {
    let instead =
        "restore it by Redis' own means, then run `countersign restore --mark-only`; docs/backup.md says how";
    let store = place.sqlite_file(instead)?;
    let _lock = StoreLock::exclusive(store)?;
    require_room(store, options.replace)?;
    let (new, backup) = sqlite_file::copy_of(file, store)?;
    let organizations = block_on(async {
        let component = options.deployment.component(place, Some(new.path())).await?;
        let copy = StoreConfig::Sqlite { path: Some(new.path().to_owned()) };
        let origin = Origin { made_at: Some(backup.made_at), sha256: Some(backup.sha256.clone()) };
        let marked = mark(&component, place, &copy, options.without_its_key, &origin).await;
        component.close().await;
        marked
    })?;
    let aside = sqlite_file::put_in_place(new, store, place.clock.now())?;
    say(&format!("Restored {} keys to {}", backup.keys, store.display()))?;
    say(&format!(
        "  Backup   made at {} by version {}, SHA-256 {}",
        backup.made_at, backup.version, backup.sha256
    ))?;
    if let Some(aside) = aside {
        say(&format!("  Before   the store that was there is kept as {}", aside.display()))?;
    }
    say_marked(organizations)
}

fn require_room(store: &Path, replace: bool) -> anyhow::Result<()> {
    let held = match sqlite_file::look(store)? {
        Found::Nothing => return Ok(()),
        Found::Keys(keys) => format!("holds {keys} keys"),
        Found::Unreadable(why) => format!("cannot be read ({why})"),
    };
    if !replace {
        bail!(
            "the store `{}` {held}: to replace it, and keep it beside the new one, add --replace",
            store.display()
        );
    }
    Ok(())
}

fn mark_only(options: &Options, place: &Place) -> anyhow::Result<()> {
    let _lock = match place.store()? {
        StoreConfig::Sqlite { path: Some(path) } => Some(StoreLock::exclusive(path)?),
        StoreConfig::Sqlite { path: None } => bail!("the store is in memory only: nothing of it is kept"),
        StoreConfig::Redis(_) => None,
    };
    let organizations = block_on(async {
        require_alone(place.store()?, options.stopped).await?;
        let component = options.deployment.component(place, None).await?;
        let origin = Origin { made_at: options.made_at, sha256: None };
        let marked = mark(&component, place, place.store()?, options.without_its_key, &origin).await;
        component.close().await;
        marked
    })?;
    say("Marked the store as restored")?;
    say_marked(organizations)
}

/// Begins a new epoch, and has every audit say that the store was restored. Returns how many organizations there are.
pub(super) async fn mark(
    component: &Called,
    place: &Place,
    store: &StoreConfig,
    without_its_key: bool,
    origin: &Origin,
) -> anyhow::Result<usize> {
    if !require_its_key(component, place, without_its_key).await? {
        return Ok(0);
    }
    let begun: Begun = component.post("/begin-epoch", &NOTHING).await?;
    end_sessions(component, store).await?;
    let mut said = ToRecord {
        epoch: &begun.epoch,
        backup_made_at: origin.made_at,
        backup_sha256: origin.sha256.as_deref(),
        cursor: None,
    };
    let mut organizations = 0;
    loop {
        let page: Recorded = component.post("/restored", &said).await?;
        organizations += page.organizations;
        match page.next {
            Some(next) => said.cursor = Some(next),
            None => return Ok(organizations),
        }
    }
}

/// Ends every session and API token.
async fn end_sessions(component: &Called, store: &StoreConfig) -> anyhow::Result<()> {
    let mut walk = Walk::through(store, LABEL).await?;
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            return Ok(());
        }
        let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        let _: serde_json::Value =
            component.post("/end-sessions", &serde_json::json!({ "keys": keys })).await?;
    }
}

/// Requires the `secret_key` that the store was written under. Returns whether the deployment was set up.
pub(super) async fn require_its_key(
    component: &Called,
    place: &Place,
    without_its_key: bool,
) -> anyhow::Result<bool> {
    let found: Inspected = component.post("/inspect", &NOTHING).await.context("the store cannot be read")?;
    if let Some(key) = found.missing_key.filter(|_| !without_its_key) {
        bail!(
            "the store was written under the secret key with the id `{key}`, which is not here: put the secrets.toml of then at \
             `{}`, or give --variable secret_key=@FILE. Without that key nobody can use their one-time codes, override codes are \
             lost and the audit shows a break; to go on all the same, add --without-its-key",
            secrets::file(&place.state_dir).display()
        );
    }
    Ok(found.is_set_up)
}

pub(super) fn say_marked(organizations: usize) -> anyhow::Result<()> {
    match organizations {
        0 => say("  Epoch    none: the deployment was not set up")?,
        1 => say("  Audit    says that the store was restored")?,
        many => say(&format!("  Audits   of {many} organizations say that the store was restored"))?,
    }
    if organizations > 0 {
        say(
            "  Epoch    new: agents start over at their next check-in, all sessions and API tokens have ended",
        )?;
        say(
            "  Next     start the host, sign in again, create API tokens anew, and look through what was taken away since",
        )?;
    }
    Ok(())
}
