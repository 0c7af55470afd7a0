//! `countersign backup`: copies a store on SQLite to a file while it is served.

use std::path::PathBuf;

use clap::Args;

use super::keep::Deployment;
use super::{say, secrets};
use crate::kv::sqlite_file;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    deployment: Deployment,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let place = options.deployment.find()?;
    let instead = "back up its append-only file or a snapshot with Redis' own means, or write all keys to a file with \
        `countersign export`; docs/backup.md says how";
    let store = place.sqlite_file(instead)?;
    let made = sqlite_file::back_up(store, &options.file, place.clock.now())?;
    say(&format!("Backed up {} keys of {} to {}", made.keys, store.display(), options.file.display()))?;
    say(&format!("  SHA-256  {}", made.sha256))?;
    say(&format!(
        "  Secrets  not in it: keep a copy of {} in another place",
        secrets::file(&place.state_dir).display()
    ))?;
    Ok(())
}
