//! All keys of a store with their values, a portion at a time: on SQLite in one consistent state, while others write.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use rusqlite::{Connection, OpenFlags};

use super::{KvStore, Quirks, Stores};
use crate::runtime_config::StoreConfig;

/// Keys of one portion.
const PORTION: u32 = 100;
const BUSY: Duration = Duration::from_secs(5);
const PAGE: &str =
    "SELECT key, value FROM spin_key_value WHERE store = ?1 AND key > ?2 ORDER BY key LIMIT ?3";

/// A key and its value.
pub(crate) type Entry = (String, Vec<u8>);

/// A walk through a store, in the order of its keys.
pub(crate) enum Walk {
    /// In a transaction that lasts as long as the walk.
    Sqlite { connection: Connection, label: String, last: String },
    /// Keys that were found when the walk began.
    Redis { store: Arc<dyn KvStore>, keys: std::vec::IntoIter<String> },
}

impl Walk {
    /// Begins at the first key.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub(crate) async fn through(config: &StoreConfig, label: &str) -> anyhow::Result<Self> {
        match config {
            StoreConfig::Sqlite { path } => {
                let path = path.as_deref().context("the store is in memory only: nothing of it is kept")?;
                let connection =
                    snapshot(path).with_context(|| format!("cannot open the store `{}`", path.display()))?;
                Ok(Self::Sqlite { connection, label: label.to_owned(), last: String::new() })
            }
            StoreConfig::Redis(_) => {
                let stores = Stores::new(&[(label.to_owned(), config.clone())].into(), Quirks::None)?;
                let store = stores.open(label).await?;
                let keys = store.get_keys().await?.into_iter();
                Ok(Self::Redis { store, keys })
            }
        }
    }

    /// The next entries; none at the end. On Redis, a key that was removed meanwhile is left out.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Vec<Entry>> {
        match self {
            Self::Sqlite { connection, label, last } => {
                let mut page = connection.prepare_cached(PAGE)?;
                let rows =
                    page.query_map((&*label, &*last, PORTION), |row| Ok((row.get(0)?, row.get(1)?)))?;
                let entries: Vec<Entry> = rows.collect::<Result<_, _>>()?;
                if let Some((key, _)) = entries.last() {
                    last.clone_from(key);
                }
                Ok(entries)
            }
            Self::Redis { store, keys } => loop {
                let portion: Vec<_> = keys.by_ref().take(PORTION as usize).collect();
                let found = store.get_many(portion.clone()).await?;
                let entries: Vec<Entry> =
                    found.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
                if !entries.is_empty() || portion.is_empty() {
                    return Ok(entries);
                }
            },
        }
    }
}

/// A connection that sees the store as it is now.
fn snapshot(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("BEGIN")?;
    // A transaction begins with its first read.
    connection.query_row("SELECT count(*) FROM (SELECT 1 FROM spin_key_value LIMIT 1)", [], |_| Ok(()))?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_walk_sees_the_store_as_it_was_when_it_began() {
        let folder = tempfile::tempdir().unwrap();
        let config = StoreConfig::Sqlite { path: Some(folder.path().join("store.db")) };
        let stores = Stores::new(&[("default".to_owned(), config.clone())].into(), Quirks::None).unwrap();
        let store = stores.open("default").await.unwrap();
        let entries = |many: usize, value: &[u8]| {
            (0..many).map(|number| (format!("key {number:04}"), value.to_vec())).collect::<Vec<_>>()
        };
        store.set_many(entries(PORTION as usize + 1, b"early")).await.unwrap();
        let mut walk = Walk::through(&config, "default").await.unwrap();
        let mut seen = walk.next().await.unwrap();
        assert_eq!(seen.len(), PORTION as usize);
        store.set_many(entries(3 * PORTION as usize, b"late")).await.unwrap();
        loop {
            match walk.next().await.unwrap() {
                more if more.is_empty() => break,
                more => seen.extend(more),
            }
        }
        assert_eq!(seen, entries(PORTION as usize + 1, b"early"));
    }
}
