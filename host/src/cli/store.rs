//! The commands about a store: copying, restoring, moving, verifying it, and recovering an administrator in it.

use clap::Subcommand;

use super::{backup, recover, restore, transfer, verify};

#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Copy a store on SQLite to a file, while a host serves it
    ///
    /// The copy is consistent: it has every change that was acknowledged before the command began. It is checked before it gets its
    /// name, and only its owner may read it. The secrets are not in it: keep secrets.toml of the state folder somewhere else, because
    /// one-time codes, override codes and the audit's seals need `secret_key`.
    Backup(backup::Options),
    /// Put a backup in the place of a store, or mark a store that was restored otherwise
    ///
    /// No host may serve the store meanwhile. Agents start over, all sessions and API tokens have ended, and every audit says that the
    /// store was restored.
    Restore(restore::Options),
    /// Write all keys of a store to a file that `import` reads on any backend
    ///
    /// On SQLite the export is one consistent state, also while a host serves. On Redis no host may serve the store meanwhile.
    Export(transfer::Export),
    /// Fill an empty store from an export
    ///
    /// No host may serve the store meanwhile. As nobody can tell what happened after the export, it counts as a restore: agents start
    /// over, all sessions and API tokens have ended, and every audit says so; unless --nothing-lost says otherwise.
    Import(transfer::Import),
    /// Check that everything in a store can be read, that lists and records agree, and that the audits are intact
    ///
    /// Prints how many there are of each kind, and each fault with its key. It changes nothing, and works while a host serves the store.
    /// The exit code is 1 if there is a fault.
    Verify(verify::Options),
    /// Give an administrator who cannot sign in any more a link for a new password
    ///
    /// One-time codes are removed, and every session and API token of the administrator ends. It is on record in the system audit, and
    /// every Super Admin is told. It works while a host serves the store.
    RecoverAdmin(recover::Options),
}

pub(super) fn run(task: &Task) -> anyhow::Result<()> {
    match task {
        Task::Backup(options) => backup::run(options),
        Task::Restore(options) => restore::run(options),
        Task::Export(options) => transfer::export(options),
        Task::Import(options) => transfer::import(options),
        Task::Verify(options) => verify::run(options),
        Task::RecoverAdmin(options) => recover::run(options),
    }
}
