//! `countersign export` and `countersign import`: all keys of a store to a file, and from the file to a store on any backend.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use clap::Args;
use serde::Deserialize;

use super::alone::require_alone;
use super::keep::{Deployment, LABEL, Place, block_on};
use super::restore::{self, Origin};
use super::say;
use crate::app::Called;
use crate::kv::sqlite_file::{self, Found};
use crate::kv::transfer::{self, Holds, Record, Writer};
use crate::kv::walk::{Entry, Walk};
use crate::kv::{KvStore, Quirks, StoreLock, Stores};
use crate::runtime_config::StoreConfig;

/// Keys that are written together.
const BATCH: usize = 100;

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// On Redis: no host serves the store, although other programs are connected to its database
    #[arg(long)]
    stopped: bool,
    #[command(flatten)]
    deployment: Deployment,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// A file that `countersign export` made
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// No host has served the store since before it was exported: agents and sessions go on. Otherwise an import counts as a restore
    #[arg(long)]
    nothing_lost: bool,
    /// Import although `secret_key` is not the one of the store
    #[arg(long)]
    without_its_key: bool,
    /// On Redis: no host serves the store, although other programs are connected to its database
    #[arg(long)]
    stopped: bool,
    #[command(flatten)]
    deployment: Deployment,
}

#[derive(Deserialize)]
struct Kinds {
    kinds: Vec<Kind>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Value,
    Counter,
    Foreign,
}

pub(super) fn export(options: &Export) -> anyhow::Result<()> {
    let place = options.deployment.find()?;
    let mut writer = Writer::begin(&options.file, place.clock.now())?;
    let foreign = block_on(async {
        require_alone(place.store()?, options.stopped).await?;
        let mut walk = Walk::through(place.store()?, LABEL).await?;
        let component = options.deployment.component(&place, None).await?;
        let written = write_all(&mut walk, &component, &mut writer).await;
        component.close().await;
        written
    })?;
    let made = writer.end(&options.file)?;
    say(&format!("Exported {} keys to {}", made.records, options.file.display()))?;
    say(&format!("  SHA-256  {}", made.sha256))?;
    if foreign > 0 {
        say(&format!("  Left out {foreign} keys of other programs"))?;
    }
    Ok(())
}

/// Writes a whole store; how many keys of other programs were left out.
async fn write_all(walk: &mut Walk, component: &Called, writer: &mut Writer) -> anyhow::Result<u64> {
    let mut foreign = 0;
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            return Ok(foreign);
        }
        let kinds = kinds(component, &entries).await?;
        for ((key, value), kind) in entries.into_iter().zip(kinds) {
            let holds = match kind {
                Kind::Value => Holds::Value(value),
                Kind::Counter => Holds::Counter(
                    read_counter(&value).with_context(|| format!("the counter `{key}` cannot be read"))?,
                ),
                Kind::Foreign => {
                    foreign += 1;
                    continue;
                }
            };
            writer.add(&Record { key, holds })?;
        }
    }
}

async fn kinds(component: &Called, entries: &[Entry]) -> anyhow::Result<Vec<Kind>> {
    let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
    let told: Kinds = component.post("/kinds", &serde_json::json!({ "keys": keys })).await?;
    ensure!(told.kinds.len() == keys.len(), "the component is of another version");
    Ok(told.kinds)
}

/// A counter in the encoding of either backend: decimal on Redis, 8 little-endian bytes on SQLite.
fn read_counter(bytes: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
    text.or_else(|| bytes.try_into().ok().map(i64::from_le_bytes))
}

pub(super) fn import(options: &Import) -> anyhow::Result<()> {
    let place = options.deployment.find()?;
    // Everything is checked before anything is written.
    let (head, complete) = transfer::read(&options.file, |_| Ok(()))?;
    let origin = Origin { made_at: Some(head.made_at), sha256: Some(complete.sha256.clone()) };
    let organizations = match place.store()? {
        StoreConfig::Sqlite { path: Some(path) } => to_sqlite(options, &place, path, &origin)?,
        StoreConfig::Sqlite { path: None } => bail!("the store is in memory only: nothing of it is kept"),
        StoreConfig::Redis(_) => to_redis(options, &place, &origin)?,
    };
    say(&format!(
        "Imported {} keys, exported at {} by version {}",
        complete.records, head.made_at, head.version
    ))?;
    match organizations {
        Some(organizations) => restore::say_marked(organizations),
        None => Ok(say("  Agents and sessions go on, as nothing was lost")?),
    }
}

/// The store is complete before it is in its place.
fn to_sqlite(options: &Import, place: &Place, path: &Path, origin: &Origin) -> anyhow::Result<Option<usize>> {
    let _lock = StoreLock::exclusive(path)?;
    if sqlite_file::look(path)? != Found::Nothing {
        bail!("the store `{}` holds data: move it away, then try again", path.display());
    }
    let new = sqlite_file::new_beside(path)?;
    let marked = block_on(async {
        let config = StoreConfig::Sqlite { path: Some(new.path().to_owned()) };
        let store = open(&config).await?;
        read_all(&options.file, &store, |counter| counter.to_le_bytes().to_vec()).await?;
        drop(store);
        let component = options.deployment.component(place, Some(new.path())).await?;
        let marked = settle(options, place, &component, &config, origin).await;
        component.close().await;
        marked
    })?;
    sqlite_file::put_in_place(new, path, place.clock.now())?;
    Ok(marked)
}

fn to_redis(options: &Import, place: &Place, origin: &Origin) -> anyhow::Result<Option<usize>> {
    block_on(async {
        require_alone(place.store()?, options.stopped).await?;
        let component = options.deployment.component(place, None).await?;
        let mut walk = Walk::through(place.store()?, LABEL).await?;
        loop {
            let entries = walk.next().await?;
            if entries.is_empty() {
                break;
            }
            if kinds(&component, &entries).await?.iter().any(|kind| *kind != Kind::Foreign) {
                bail!(
                    "the Redis database holds a store: name another database, or empty it (FLUSHDB), then try again"
                );
            }
        }
        let store = open(place.store()?).await?;
        let written = read_all(&options.file, &store, |counter| counter.to_string().into_bytes()).await;
        written
            .context("the Redis database has only a part of the store: empty it (FLUSHDB), then try again")?;
        let marked = settle(options, place, &component, place.store()?, origin).await;
        component.close().await;
        marked
    })
}

async fn open(config: &StoreConfig) -> anyhow::Result<Arc<dyn KvStore>> {
    Ok(Stores::new(&[(LABEL.to_owned(), config.clone())].into(), Quirks::None)?.open(LABEL).await?)
}

/// Writes every record of a file to a store, as its backend keeps counters.
async fn read_all(
    file: &Path,
    store: &Arc<dyn KvStore>,
    counter: impl Fn(i64) -> Vec<u8>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        let mut batch = Vec::with_capacity(BATCH);
        transfer::read(file, |record| {
            let value = match record.holds {
                Holds::Value(value) => value,
                Holds::Counter(count) => counter(count),
            };
            batch.push((record.key, value));
            if batch.len() == BATCH {
                runtime.block_on(store.set_many(std::mem::take(&mut batch)))?;
            }
            Ok(())
        })?;
        Ok(runtime.block_on(store.set_many(batch))?)
    })
}

/// Marks the imported store as restored, unless nothing was lost. Returns how many organizations' audits say so.
async fn settle(
    options: &Import,
    place: &Place,
    component: &Called,
    store: &StoreConfig,
    origin: &Origin,
) -> anyhow::Result<Option<usize>> {
    if options.nothing_lost {
        restore::require_its_key(component, place, options.without_its_key).await?;
        return Ok(None);
    }
    restore::mark(component, place, store, options.without_its_key, origin).await.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_of_both_backends_are_read() {
        for count in [0, 7, -7, 12_345_678, 1 << 61, i64::MAX] {
            assert_eq!(read_counter(count.to_string().as_bytes()), Some(count));
            assert_eq!(read_counter(&count.to_le_bytes()), Some(count));
        }
        assert_eq!(read_counter(b"{}"), None);
    }
}
