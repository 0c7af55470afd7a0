//! Key-value stores: the engine's interface to backends, and the backends of the runtime configuration.
//!
//! The files, tables and encodings are Spin's, so that each host can take over the other's data.

mod counters;
mod lock;
mod owner;
mod quirks;
mod redis;
pub(crate) mod redis_clients;
mod sqlite;
pub(crate) mod sqlite_file;
pub(crate) mod transfer;
mod under_way;
pub(crate) mod walk;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

pub use self::counters::{Counters, OperationCounts};
pub(crate) use self::lock::StoreLock;
pub(crate) use self::owner::require_owner;
pub use self::quirks::Quirks;
pub(crate) use self::redis::{connect as redis_connect, look as redis_look};
pub(crate) use self::under_way::{Place, UnderWay};
pub use crate::faults::Faults;
use crate::runtime_config::StoreConfig;

/// Why a store refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KvError {
    /// The component may not use this store.
    #[error("access denied")]
    AccessDenied,
    /// No store of this label is configured.
    #[error("no such store")]
    NoSuchStore,
    /// Any other error, in the backend's words.
    #[error("{0}")]
    Other(String),
}

impl KvError {
    /// Whether as many operations were under way as may be.
    pub(crate) fn is_too_many(&self) -> bool {
        matches!(self, Self::Other(message) if message == under_way::TOO_MANY)
    }
}

/// Why a swap did not take place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SwapError {
    /// Somebody else changed the value since it was read.
    #[error("{0}")]
    CasFailed(String),
    /// The store itself refused.
    #[error(transparent)]
    Store(#[from] KvError),
}

/// One opened store.
#[async_trait]
pub trait KvStore: Send + Sync {
    /// The value of a key.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError>;
    /// Writes a value.
    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError>;
    /// Removes a key. Removing an absent key is not an error.
    async fn delete(&self, key: &str) -> Result<(), KvError>;
    /// Whether a key has a value.
    async fn exists(&self, key: &str) -> Result<bool, KvError>;
    /// All keys. On Redis these are the keys of the whole database, including other applications'.
    async fn get_keys(&self) -> Result<Vec<String>, KvError>;
    /// The values of many keys, in their order, `None` for an absent one.
    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<(String, Option<Vec<u8>>)>, KvError>;
    /// Writes many values, all or none.
    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError>;
    /// Removes many keys, all or none.
    async fn delete_many(&self, keys: Vec<String>) -> Result<(), KvError>;
    /// Adds to a counter and returns its new value; an absent one counts as 0.
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError>;
    /// Starts a compare-and-swap on a key.
    async fn new_cas(&self, key: &str) -> Result<Arc<dyn Cas>, KvError>;
}

/// One compare-and-swap in progress.
#[async_trait]
pub trait Cas: Send + Sync {
    /// The current value. The swap compares with the last result of this call, or with an absent key if it was never
    /// called.
    async fn current(&self) -> Result<Option<Vec<u8>>, KvError>;
    /// Writes `value` if the key still holds the result of `current`.
    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError>;
}

/// The last result of `current`, with which a swap compares.
#[derive(Default)]
struct Seen(Mutex<Option<Vec<u8>>>);

impl Seen {
    async fn look(&self, store: &impl KvStore, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        let value = store.get(key).await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&value);
        Ok(value)
    }

    fn last(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A warning for the operator about a server's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// How severe it is.
    pub severity: Severity,
    /// One sentence: the server, what is wrong, what to set.
    pub text: String,
}

/// How severe a [`Warning`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Acknowledged changes will be lost.
    Loss,
    /// Some may be lost, or it is unknown.
    Risk,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = match self.severity {
            Severity::Loss => "WARNING",
            Severity::Risk => "warning",
        };
        write!(f, "{label}: {}", self.text)
    }
}

/// A configured backend: opens stores by label.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    async fn open(&self, label: &str) -> Result<Arc<dyn KvStore>, KvError>;
    /// Where the data is, in words.
    fn summary(&self) -> String;
    /// The problems of its server's configuration.
    async fn warnings(&self) -> Result<Vec<Warning>, KvError> {
        Ok(Vec::new())
    }
}

/// All stores of the runtime configuration, by label. Backends connect when they are first opened.
#[derive(Clone, Default)]
pub struct Stores {
    backends: BTreeMap<String, Arc<dyn Backend>>,
}

impl Stores {
    /// The stores of a runtime configuration.
    pub fn new(configs: &BTreeMap<String, StoreConfig>, quirks: Quirks) -> Result<Self, KvError> {
        let mut backends = BTreeMap::new();
        for (label, config) in configs {
            let backend: Arc<dyn Backend> = match config {
                StoreConfig::Sqlite { path } => Arc::new(sqlite::Sqlite::new(path.clone(), quirks)),
                StoreConfig::Redis(address) => Arc::new(redis::Redis::new(address, quirks)?),
            };
            backends.insert(label.clone(), backend);
        }
        Ok(Self { backends })
    }

    /// Opens the store of a label.
    pub async fn open(&self, label: &str) -> Result<Arc<dyn KvStore>, KvError> {
        self.backends.get(label).ok_or(KvError::NoSuchStore)?.open(label).await
    }

    /// Whether a label is configured.
    pub fn has(&self, label: &str) -> bool {
        self.backends.contains_key(label)
    }

    /// The problems of the configuration of all stores' servers. Problems that two labels share are reported once.
    pub async fn warnings(&self) -> Result<Vec<Warning>, KvError> {
        let mut all = Vec::new();
        for backend in self.backends.values() {
            for warning in backend.warnings().await? {
                if !all.contains(&warning) {
                    all.push(warning);
                }
            }
        }
        Ok(all)
    }

    /// Each label and where its data is, in words.
    pub fn summaries(&self) -> impl Iterator<Item = (&str, String)> {
        self.backends.iter().map(|(label, backend)| (label.as_str(), backend.summary()))
    }
}

/// The path of a file that belongs to a store's: its name, continued.
pub(crate) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes a folder for a store or for secrets, which only its owner can look into. One that is there stays as it is.
///
/// # Errors
/// If it, or one around it, cannot be made.
pub(crate) fn private_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_is_made_for_its_owner_only() {
        let around = tempfile::tempdir().unwrap();
        let made = around.path().join("state").join("stores");
        let mode = || std::fs::metadata(&made).unwrap().permissions().mode() & 0o777;
        private_folder(&made).unwrap();
        assert_eq!(mode(), 0o700);
        std::fs::set_permissions(&made, std::fs::Permissions::from_mode(0o750)).unwrap();
        private_folder(&made).unwrap();
        assert_eq!(mode(), 0o750, "somebody wanted it so");
    }
}
