//! Key-value on SQLite: Spin's file, table and encodings, with a write-ahead log so that reads do not wait for writes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{Backend, Cas, KvError, KvStore, Quirks, Seen, SwapError};

const GET: &str = "SELECT value FROM spin_key_value WHERE store=?1 AND key=?2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store=?1";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT(store, key) DO UPDATE SET value=?3";
const SET_IF_ABSENT: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT(store, key) DO NOTHING";
const SET_IF_EQUAL: &str = "UPDATE spin_key_value SET value=?3 WHERE store=?1 AND key=?2 AND value=?4";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store=?1 AND key=?2";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,

    PRIMARY KEY (store, key)
)";

/// How long a write waits for another process that holds the file.
const BUSY: Duration = Duration::from_secs(5);
/// The most concurrent reads. Further ones wait: each connection costs files and memory, and the disk cannot serve more
/// at a time.
const READERS: usize = 8;

/// A SQLite file, or an in-memory database.
pub(super) struct Sqlite {
    path: Option<PathBuf>,
    quirks: Quirks,
    database: tokio::sync::OnceCell<Arc<Database>>,
}

struct Database {
    path: Option<PathBuf>,
    quirks: Quirks,
    writer: Mutex<Connection>,
    readers: Mutex<Readers>,
    reader_back: Condvar,
    /// Spin's host panics while it holds its lock and is unusable afterwards; only if the quirks are
    /// [`Quirks::like_spin`].
    poisoned: AtomicBool,
}

/// The read connections of a file.
#[derive(Default)]
struct Readers {
    idle: Vec<Connection>,
    /// How many there are, idle or reading.
    open: usize,
}

impl Sqlite {
    pub(super) fn new(path: Option<PathBuf>, quirks: Quirks) -> Self {
        Self { path, quirks, database: tokio::sync::OnceCell::new() }
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn open(&self, label: &str) -> Result<Arc<dyn KvStore>, KvError> {
        let make = || async {
            let (path, quirks) = (self.path.clone(), self.quirks);
            blocking(move || Database::open(path, quirks)).await.map(Arc::new)
        };
        let database = self.database.get_or_try_init(make).await?.clone();
        Ok(Arc::new(Store { database, label: label.to_owned() }))
    }

    fn summary(&self) -> String {
        match &self.path {
            Some(path) => format!("SQLite in {}", path.display()),
            None => "SQLite in memory".to_owned(),
        }
    }
}

impl Database {
    fn open(path: Option<PathBuf>, quirks: Quirks) -> Result<Self, KvError> {
        let writer = match &path {
            None => Connection::open_in_memory().map_err(sqlite_error)?,
            Some(path) => open_file(path)?,
        };
        writer.execute(TABLE, []).map_err(sqlite_error)?;
        Ok(Self {
            path,
            quirks,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            reader_back: Condvar::new(),
            poisoned: AtomicBool::new(false),
        })
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction) -> Result<T, KvError>) -> Result<T, KvError> {
        self.check_lock()?;
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite_error)?;
        let answer = work(&transaction)?;
        transaction.commit().map_err(sqlite_error)?;
        Ok(answer)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, KvError>) -> Result<T, KvError> {
        self.check_lock()?;
        let Some(path) = &self.path else {
            return work(&self.writer.lock().unwrap_or_else(PoisonError::into_inner));
        };
        let reader = self.reader(path)?;
        let answer = work(&reader);
        self.readers().idle.push(reader);
        self.reader_back.notify_one();
        answer
    }

    /// An idle read connection, or a new one while there are few. This waits on the thread and not as a future: an
    /// instance that a synchronous call blocks would not poll the future, which would keep what the call itself is
    /// waiting for.
    fn reader(&self, path: &Path) -> Result<Connection, KvError> {
        let full = |readers: &mut Readers| readers.idle.is_empty() && readers.open >= READERS;
        let mut readers =
            self.reader_back.wait_while(self.readers(), full).unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = readers.idle.pop() {
            return Ok(reader);
        }
        let reader = open_file(path)?;
        readers.open += 1;
        Ok(reader)
    }

    fn readers(&self) -> MutexGuard<'_, Readers> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_lock(&self) -> Result<(), KvError> {
        if self.poisoned.load(Ordering::Relaxed) {
            return Err(KvError::Other("the host's lock is poisoned".to_owned()));
        }
        Ok(())
    }
}

/// One label of a database.
#[derive(Clone)]
struct Store {
    database: Arc<Database>,
    label: String,
}

impl Store {
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, KvError> + Send + 'static,
    ) -> Result<T, KvError> {
        let Self { database, label } = self.clone();
        blocking(move || database.read(|connection| work(connection, &label))).await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction, &str) -> Result<T, KvError> + Send + 'static,
    ) -> Result<T, KvError> {
        let Self { database, label } = self.clone();
        blocking(move || database.write(|transaction| work(transaction, &label))).await
    }

    fn like_spin(&self) -> bool {
        self.database.quirks.like_spin()
    }
}

#[async_trait]
impl KvStore for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        let key = key.to_owned();
        self.read(move |connection, label| get(connection, label, &key)).await
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        self.set_many(vec![(key.to_owned(), value.to_vec())]).await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.delete_many(vec![key.to_owned()]).await
    }

    async fn exists(&self, key: &str) -> Result<bool, KvError> {
        Ok(self.get(key).await?.is_some())
    }

    async fn get_keys(&self) -> Result<Vec<String>, KvError> {
        self.read(|connection, label| {
            let mut statement = connection.prepare_cached(KEYS).map_err(sqlite_error)?;
            let rows = statement.query_map([label], |row| row.get(0)).map_err(sqlite_error)?;
            rows.collect::<Result<_, _>>().map_err(sqlite_error)
        })
        .await
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<(String, Option<Vec<u8>>)>, KvError> {
        let leave_missing_out = self.like_spin();
        self.read(move |connection, label| {
            let snapshot = connection.unchecked_transaction().map_err(sqlite_error)?;
            let mut entries = Vec::with_capacity(keys.len());
            for key in keys {
                let value = get(&snapshot, label, &key)?;
                if value.is_some() || !leave_missing_out {
                    entries.push((key, value));
                }
            }
            Ok(entries)
        })
        .await
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        if entries.is_empty() {
            return Ok(());
        }
        self.write(move |transaction, label| {
            let mut statement = transaction.prepare_cached(SET).map_err(sqlite_error)?;
            for (key, value) in entries {
                statement.execute(params![label, key, value]).map_err(sqlite_error)?;
            }
            Ok(())
        })
        .await
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), KvError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.write(move |transaction, label| {
            let mut statement = transaction.prepare_cached(DELETE).map_err(sqlite_error)?;
            for key in keys {
                statement.execute(params![label, key]).map_err(sqlite_error)?;
            }
            Ok(())
        })
        .await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        let key = key.to_owned();
        let answer = self.write(move |transaction, label| increment(transaction, label, &key, delta)).await;
        if self.like_spin() && answer.as_ref().is_err_and(|error| *error == not_a_counter()) {
            self.database.poisoned.store(true, Ordering::Relaxed);
        }
        answer
    }

    async fn new_cas(&self, key: &str) -> Result<Arc<dyn Cas>, KvError> {
        Ok(Arc::new(CompareAndSwap { store: self.clone(), key: key.to_owned(), seen: Seen::default() }))
    }
}

struct CompareAndSwap {
    store: Store,
    key: String,
    seen: Seen,
}

#[async_trait]
impl Cas for CompareAndSwap {
    async fn current(&self) -> Result<Option<Vec<u8>>, KvError> {
        self.seen.look(&self.store, &self.key).await
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        let key = self.key.clone();
        let seen = self.seen.last();
        // Spin overwrites a value that appeared since an absent key was read.
        let if_absent = if self.store.like_spin() { SET } else { SET_IF_ABSENT };
        let changed = self
            .store
            .write(move |transaction, label| {
                match seen {
                    Some(seen) => transaction
                        .prepare_cached(SET_IF_EQUAL)
                        .and_then(|mut update| update.execute(params![label, key, value, seen])),
                    None => transaction
                        .prepare_cached(if_absent)
                        .and_then(|mut insert| insert.execute(params![label, key, value])),
                }
                .map_err(sqlite_error)
            })
            .await?;
        match changed {
            1 => Ok(()),
            _ => Err(SwapError::CasFailed("the value changed since it was read".to_owned())),
        }
    }
}

fn open_file(path: &Path) -> Result<Connection, KvError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        super::private_folder(folder)
            .map_err(|error| KvError::Other(format!("cannot make `{}`: {error}", folder.display())))?;
    }
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // An acknowledged write must survive a power cut.
        connection.pragma_update(None, "synchronous", "full")?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| {
        KvError::Other(format!("cannot open the key-value store `{}`: {error}", path.display()))
    })
}

fn get(connection: &Connection, label: &str, key: &str) -> Result<Option<Vec<u8>>, KvError> {
    connection
        .prepare_cached(GET)
        .and_then(|mut statement| statement.query_row([label, key], |row| row.get(0)).optional())
        .map_err(sqlite_error)
}

/// Counters are 8 little-endian bytes, as Spin keeps them.
fn increment(transaction: &Transaction, label: &str, key: &str, delta: i64) -> Result<i64, KvError> {
    let old = match get(transaction, label, key)? {
        None => 0,
        Some(bytes) => i64::from_le_bytes(bytes.try_into().map_err(|_| not_a_counter())?),
    };
    let new = old.checked_add(delta).ok_or_else(|| KvError::Other("the counter is full".to_owned()))?;
    transaction
        .prepare_cached(SET)
        .and_then(|mut statement| statement.execute(params![label, key, new.to_le_bytes()]))
        .map_err(sqlite_error)?;
    Ok(new)
}

fn not_a_counter() -> KvError {
    KvError::Other("the value is not a counter: it is not 8 bytes long".to_owned())
}

fn sqlite_error(error: rusqlite::Error) -> KvError {
    KvError::Other(error.to_string())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KvError> + Send + 'static,
) -> Result<T, KvError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| KvError::Other(error.to_string()))?
}
