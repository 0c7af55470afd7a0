//! A store's SQLite file as a whole: a backup of it while it is used, and putting another file in its place.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::{beside, private_folder};

/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(5);
const CHUNK: usize = 1 << 20;
/// The name of a backup that stands for standard input or output.
pub(crate) const STANDARD: &str = "-";
/// What a backup says of itself. A restored store does not have it.
const NOTES: &str = "CREATE TABLE countersign_backup (name TEXT PRIMARY KEY, value TEXT NOT NULL)";

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Backup {
    /// When it was made.
    pub(crate) made_at: Timestamp,
    /// The version of the program that made it.
    pub(crate) version: String,
    /// How many keys it has.
    pub(crate) keys: u64,
    /// The SHA-256 of its file, in hexadecimal.
    pub(crate) sha256: String,
}

/// What is where a store is to be put.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No file, or a store without keys.
    Nothing,
    /// A store with so many keys.
    Keys(u64),
    /// A file that SQLite cannot read, and why.
    Unreadable(String),
}

/// Writes a consistent copy of a store to a file, while others may read and write the store. The file appears when it is complete and
/// checked, readable only by its owner.
///
/// # Errors
/// If the file exists, or the store or the copy cannot be read or written, or is damaged.
pub(crate) fn back_up(store: &Path, file: &Path, made_at: Timestamp) -> anyhow::Result<Backup> {
    ensure!(!file.exists(), "`{}` exists: name a new file", file.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(store, flags)
        .and_then(|source| source.busy_timeout(BUSY).map(|()| source))
        .with_context(|| format!("cannot open the store `{}`", store.display()))?;
    let folder = folder_of(file);
    let new = temporary(folder)?;
    let path = new.path().to_str().context("the path of the backup is not UTF-8")?;
    source.execute("VACUUM INTO ?1", [path]).context("cannot copy the store")?;
    let keys = {
        let copy = Connection::open(new.path())?;
        let keys = count(&copy)?;
        copy.execute(NOTES, [])?;
        let mut note = copy.prepare("INSERT INTO countersign_backup VALUES (?1, ?2)")?;
        note.execute(params!["made_at", made_at.to_string()])?;
        note.execute(params!["version", env!("CARGO_PKG_VERSION")])?;
        drop(note);
        require_intact(&copy)?;
        keys
    };
    new.as_file().sync_all()?;
    let sha256 = sha256(new.path())?;
    new.persist_noclobber(file).with_context(|| format!("cannot write `{}`", file.display()))?;
    File::open(folder)?.sync_all()?;
    Ok(Backup { made_at, version: env!("CARGO_PKG_VERSION").to_owned(), keys, sha256 })
}

/// Looks for damage in a store, while others may read and write it. Nothing is changed.
///
/// # Errors
/// If it is damaged or cannot be read.
pub(crate) fn quick_check(store: &Path) -> anyhow::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(store, flags)?;
    connection.busy_timeout(BUSY)?;
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    ensure!(found == "ok", "{found}");
    Ok(())
}

/// Copies a backup, a file or standard input, beside the place of a store, checks the copy and takes the notes out of it.
///
/// # Errors
/// If the file is no backup, or is damaged.
pub(crate) fn copy_of(backup: &Path, store: &Path) -> anyhow::Result<(NamedTempFile, Backup)> {
    let name = || format!("the backup `{}`", backup.display());
    let mut from: Box<dyn Read> = match backup == Path::new(STANDARD) {
        true => Box::new(std::io::stdin()),
        false => Box::new(File::open(backup).with_context(|| format!("cannot open {}", name()))?),
    };
    let mut new = new_beside(store)?;
    let (mut hasher, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        let many = from.read(&mut chunk).with_context(|| format!("cannot read {}", name()))?;
        let Some(read) = chunk.get(..many).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        new.write_all(read).context("cannot copy the backup")?;
    }
    let sha256 = hex(&hasher.finalize());
    let read = || {
        let copy = Connection::open(new.path())?;
        require_intact(&copy)?;
        let note = |name| {
            let text = "SELECT value FROM countersign_backup WHERE name = ?1";
            copy.query_row(text, [name], |row| row.get::<_, String>(0))
        };
        let made_at = note("made_at").context("it was not made by `countersign backup`")?;
        let version = note("version")?;
        let made_at = made_at.parse().context("it does not say when it was made")?;
        copy.execute("DROP TABLE countersign_backup", [])?;
        anyhow::Ok(Backup { made_at, version, keys: count(&copy)?, sha256 })
    };
    let backup = read().with_context(|| format!("{} cannot be restored", name()))?;
    Ok((new, backup))
}

/// An empty file beside the place of a store, in which a new one is made.
///
/// # Errors
/// If the folder cannot be made or written to.
pub(crate) fn new_beside(store: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = folder_of(store);
    private_folder(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    temporary(folder)
}

/// What is at the place of a store. A file that is found to be a store is in one piece afterwards, without a write-ahead log.
///
/// # Errors
/// If another process has it open.
pub(crate) fn look(store: &Path) -> anyhow::Result<Found> {
    if !store.exists() {
        return Ok(Found::Nothing);
    }
    match in_one_piece(store).and_then(|connection| count_or_none(&connection)) {
        Ok(0) => Ok(Found::Nothing),
        Ok(keys) => Ok(Found::Keys(keys)),
        Err(error) if is_busy(&error) => {
            bail!("another program has `{}` open: stop it, then try again", store.display())
        }
        Err(error) => Ok(Found::Unreadable(error.to_string())),
    }
}

/// Puts a new file in the place of a store, and what was there beside it, under a name with the time.
///
/// # Errors
/// If the new file is still open, or the file system refuses. The store is then as it was.
pub(crate) fn put_in_place(
    new: NamedTempFile,
    store: &Path,
    now: Timestamp,
) -> anyhow::Result<Option<PathBuf>> {
    drop(in_one_piece(new.path()).context("the new store cannot be closed")?);
    new.as_file().sync_all()?;
    let aside = beside(store, &format!(".before-{}", now.strftime("%Y%m%dT%H%M%SZ")));
    let was_there = store.exists();
    if was_there {
        // A second name, so that a store is in its place at any moment.
        std::fs::hard_link(store, &aside)
            .with_context(|| format!("cannot keep the present store as `{}`", aside.display()))?;
    }
    // A log that is left of a damaged store would be taken for the new one's.
    for rest in ["-wal", "-shm", "-journal"] {
        let left = beside(store, rest);
        if left.exists() {
            std::fs::rename(&left, beside(&aside, rest))?;
        }
    }
    new.persist(store).with_context(|| format!("cannot write `{}`", store.display()))?;
    File::open(folder_of(store))?.sync_all()?;
    Ok(was_there.then_some(aside))
}

pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An empty file for its owner only, which is removed unless it is put in place.
pub(crate) fn temporary(folder: &Path) -> anyhow::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".countersign-")
        .suffix(".new")
        .make_in(folder, |path| {
            use std::os::unix::fs::OpenOptionsExt as _;
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
        })
        .with_context(|| format!("cannot write to `{}`", folder.display()))
}

/// A connection to a file whose write-ahead log was written back. That needs the file for itself.
fn in_one_piece(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "delete")?;
    Ok(connection)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let keys: i64 = connection.query_row("SELECT count(*) FROM spin_key_value", [], |row| row.get(0))?;
    Ok(keys.unsigned_abs())
}

/// Zero also if there is no table yet.
fn count_or_none(connection: &Connection) -> rusqlite::Result<u64> {
    if connection.table_exists(None, "spin_key_value")? { count(connection) } else { Ok(0) }
}

fn require_intact(connection: &Connection) -> anyhow::Result<()> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    ensure!(found == "ok", "it is damaged: {found}");
    Ok(())
}

fn sha256(path: &Path) -> anyhow::Result<String> {
    let (mut file, mut hasher, mut chunk) = (File::open(path)?, Sha256::new(), vec![0; CHUNK]);
    loop {
        let many = file.read(&mut chunk)?;
        match chunk.get(..many).filter(|read| !read.is_empty()) {
            Some(read) => hasher.update(read),
            None => return Ok(hex(&hasher.finalize())),
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::kv::{KvStore, Quirks, Stores};
    use crate::runtime_config::StoreConfig;

    fn moment() -> Timestamp {
        "2026-05-01T03:00:00Z".parse().unwrap()
    }

    async fn open(path: &Path) -> std::sync::Arc<dyn KvStore> {
        let config = StoreConfig::Sqlite { path: Some(path.to_owned()) };
        let stores = Stores::new(&[("default".to_owned(), config)].into(), Quirks::None).unwrap();
        stores.open("default").await.unwrap()
    }

    async fn value(path: &Path) -> Option<Vec<u8>> {
        open(path).await.get("key").await.unwrap()
    }

    #[tokio::test]
    async fn a_store_is_backed_up_while_it_is_open_and_put_in_place_of_a_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let (store, file) = (folder.path().join("store.db"), folder.path().join("backup.db"));
        let served = open(&store).await;
        served.set("key", b"early").await.unwrap();
        let made = back_up(&store, &file, moment()).unwrap();
        assert_eq!((made.keys, made.made_at), (1, moment()));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(back_up(&store, &file, moment()).unwrap_err().to_string().contains("exists"));
        served.set("key", b"late").await.unwrap();
        assert!(look(&store).unwrap_err().to_string().contains("has"), "another connection has it open");
        drop(served);
        assert_eq!(look(&store).unwrap(), Found::Keys(1));

        let (new, backup) = copy_of(&file, &store).unwrap();
        assert_eq!(backup, made);
        let aside = put_in_place(new, &store, moment()).unwrap().unwrap();
        assert_eq!(value(&store).await.unwrap(), b"early");
        assert_eq!(value(&aside).await.unwrap(), b"late");
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 3, "{left:?}");
    }

    #[tokio::test]
    async fn a_damaged_store_leaves_nothing_that_could_be_taken_for_the_new_one_s() {
        let folder = tempfile::tempdir().unwrap();
        let (store, file) = (folder.path().join("store.db"), folder.path().join("backup.db"));
        open(&store).await.set("key", b"early").await.unwrap();
        back_up(&store, &file, moment()).unwrap();
        std::fs::write(&store, "damaged").unwrap();
        std::fs::write(beside(&store, "-wal"), "a log").unwrap();
        assert!(matches!(look(&store).unwrap(), Found::Unreadable(_)));
        let (new, _) = copy_of(&file, &store).unwrap();
        put_in_place(new, &store, moment()).unwrap();
        assert_eq!(value(&store).await.unwrap(), b"early");
    }

    #[tokio::test]
    async fn a_store_is_looked_at_while_it_is_served() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let served = open(&store).await;
        served.set("key", b"value").await.unwrap();
        quick_check(&store).unwrap();
        std::fs::write(folder.path().join("other.db"), "no database".repeat(100)).unwrap();
        assert!(quick_check(&folder.path().join("other.db")).is_err());
        assert!(quick_check(&folder.path().join("absent.db")).is_err());
        assert!(!folder.path().join("absent.db").exists());
    }

    #[test]
    fn nothing_is_at_the_place_of_a_new_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        assert_eq!(look(&store).unwrap(), Found::Nothing);
        std::fs::write(&store, "").unwrap();
        assert_eq!(look(&store).unwrap(), Found::Nothing);
        assert!(copy_of(&store, &store).is_err(), "an empty file is no backup");
    }
}
