//! Who uses a SQLite store: hosts that serve it hold its lock together, a command that replaces it holds it alone.
//!
//! The lock is the operating system's, on a file beside the store, so that it ends with the process that holds it and survives the
//! replacement of the store. The file stays. Spin itself does not take it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub(crate) struct StoreLock(#[expect(dead_code, reason = "it is locked as long as it is open")] File);

impl StoreLock {
    /// For a host that serves the store.
    ///
    /// # Errors
    /// If a command is replacing the store.
    pub(crate) fn shared(store: &Path) -> anyhow::Result<Self> {
        let (file, path) = open(store)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                bail!("a command is replacing the store `{}`: start again when it has ended", store.display())
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| cannot_lock(&path)),
        }
    }

    /// For a command that needs the store for itself.
    ///
    /// # Errors
    /// If a host serves the store, or it belongs to another user.
    pub(crate) fn exclusive(store: &Path) -> anyhow::Result<Self> {
        super::require_owner(store)?;
        let (file, path) = open(store)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => bail!(
                "the store `{}` is in use: stop the host that serves it, then try again",
                store.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).with_context(|| cannot_lock(&path)),
        }
    }
}

fn open(store: &Path) -> anyhow::Result<(File, PathBuf)> {
    let path = crate::kv::beside(store, ".lock");
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        super::private_folder(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    Ok((file.with_context(|| cannot_lock(&path))?, path))
}

fn cannot_lock(path: &Path) -> String {
    format!("cannot lock `{}`", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_share_a_store_and_a_command_has_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("state").join("store.db");
        let hosts = [StoreLock::shared(&store).unwrap(), StoreLock::shared(&store).unwrap()];
        assert!(StoreLock::exclusive(&store).unwrap_err().to_string().contains("stop the host"));
        drop(hosts);
        let command = StoreLock::exclusive(&store).unwrap();
        assert!(StoreLock::shared(&store).is_err() && StoreLock::exclusive(&store).is_err());
        drop(command);
        StoreLock::shared(&store).unwrap();
    }
}
