//! `countersign backup`: copies a store on SQLite to a file while it is served.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;

use super::keep::Deployment;
use super::secrets;
use crate::kv::sqlite_file::{self, Backup, STANDARD};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The new file; `-` is standard output, for a container that has no place for it
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
    let to_output = options.file == Path::new(STANDARD);
    let made = match to_output {
        true => back_up_to(&mut std::io::stdout().lock(), store, place.clock.now())?,
        false => sqlite_file::back_up(store, &options.file, place.clock.now())?,
    };
    let mut tell: Box<dyn Write> =
        if to_output { Box::new(std::io::stderr()) } else { Box::new(std::io::stdout()) };
    let file = if to_output { "standard output".to_owned() } else { options.file.display().to_string() };
    writeln!(tell, "Backed up {} keys of {} to {file}", made.keys, store.display())?;
    writeln!(tell, "  SHA-256  {}", made.sha256)?;
    let secrets = secrets::file(&place.state_dir);
    writeln!(tell, "  Secrets  not in it: keep a copy of {} in another place", secrets.display())?;
    Ok(())
}

/// Makes a backup beside the store, and writes it there when it is complete and checked.
fn back_up_to(output: &mut impl Write, store: &Path, now: Timestamp) -> anyhow::Result<Backup> {
    let folder = tempfile::tempdir_in(sqlite_file::folder_of(store))?;
    let file = folder.path().join("backup.db");
    let made = sqlite_file::back_up(store, &file, now)?;
    std::io::copy(&mut File::open(&file)?, output).context("cannot write the backup to standard output")?;
    output.flush()?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_for_standard_output_is_written_whole_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let (store, other) = (folder.path().join("store.db"), folder.path().join("other.db"));
        let connection = rusqlite::Connection::open(&store).unwrap();
        connection
            .execute_batch("CREATE TABLE spin_key_value (key TEXT); INSERT INTO spin_key_value VALUES ('a');")
            .unwrap();
        let mut output = Vec::new();
        let made = back_up_to(&mut output, &store, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "only the store is there");
        let file = folder.path().join("backup.db");
        std::fs::write(&file, &output).unwrap();
        let (_, read) = sqlite_file::copy_of(&file, &other).unwrap();
        assert_eq!(read, made);
    }
}
