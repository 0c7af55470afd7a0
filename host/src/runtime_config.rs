//! The runtime configuration: which backend each key-value label has, as in Spin's runtime-config TOML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The file name of a state folder's default store, as in Spin.
const DEFAULT_STORE_FILE: &str = "sqlite_key_value.db";

/// Where a key-value label stores its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreConfig {
    /// `type = "spin"`: a SQLite file, or memory if there is no path.
    Sqlite {
        /// The file; it is created if absent, with its folder.
        path: Option<PathBuf>,
    },
    /// `type = "redis"`.
    Redis(RedisAddress),
}

/// Where a Redis database is, and which certificates its server may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisAddress {
    /// `redis://[user:password@]host:port/database`, or `rediss://…` over TLS.
    pub url: String,
    /// A PEM file with certificates that the server's may lead to, in addition to the system's. Spin does not know it.
    pub ca_file: Option<PathBuf>,
}

impl From<String> for RedisAddress {
    fn from(url: String) -> Self {
        Self { url, ca_file: None }
    }
}

/// The contents of a runtime-config file, with the defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuntimeConfig {
    /// By label.
    pub key_value_stores: BTreeMap<String, StoreConfig>,
}

impl RuntimeConfig {
    /// Without a file: the label `default` is SQLite in the state folder.
    pub fn in_state_dir(state_dir: &Path) -> Self {
        let path = Some(state_dir.join(DEFAULT_STORE_FILE));
        Self { key_value_stores: BTreeMap::from([("default".to_owned(), StoreConfig::Sqlite { path })]) }
    }

    /// From a file if one is named, or else without one.
    pub fn at(file: Option<&Path>, state_dir: &Path) -> anyhow::Result<Self> {
        match file {
            Some(file) => Self::from_file(file, state_dir),
            None => Ok(Self::in_state_dir(state_dir)),
        }
    }

    /// The files of the stores on SQLite.
    pub fn sqlite_files(&self) -> impl Iterator<Item = &Path> {
        self.key_value_stores.values().filter_map(|store| match store {
            StoreConfig::Sqlite { path } => path.as_deref(),
            StoreConfig::Redis(_) => None,
        })
    }

    /// From a file, with paths relative to the file's folder; `default` is in the state folder unless the file says
    /// otherwise.
    pub fn from_file(file: &Path, state_dir: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the runtime configuration `{}`", file.display()))?;
        let base = file.parent().unwrap_or(Path::new("."));
        Self::from_toml(&text, base, state_dir)
            .with_context(|| format!("in the runtime configuration `{}`", file.display()))
    }

    /// The same from the file's text.
    pub fn from_toml(text: &str, base: &Path, state_dir: &Path) -> anyhow::Result<Self> {
        let table: toml::Table = text.parse()?;
        let mut config = Self::in_state_dir(state_dir);
        let Some(stores) = table.get("key_value_store") else { return Ok(config) };
        let stores = stores.as_table().context("`key_value_store` is not a table")?;
        for (label, entry) in stores {
            let store = store(entry, base).with_context(|| format!("in `[key_value_store.{label}]`"))?;
            config.key_value_stores.insert(label.clone(), store);
        }
        Ok(config)
    }
}

fn store(entry: &toml::Value, base: &Path) -> anyhow::Result<StoreConfig> {
    let text = |name: &str| entry.get(name).and_then(toml::Value::as_str);
    match text("type").context("`type` is missing")? {
        "spin" => Ok(StoreConfig::Sqlite { path: text("path").map(|path| base.join(path)) }),
        "redis" => Ok(StoreConfig::Redis(RedisAddress {
            url: text("url").context("`url` is missing")?.to_owned(),
            ca_file: text("ca_file").map(|file| base.join(file)),
        })),
        other => bail!("the type `{other}` is not supported here; `spin` (SQLite) and `redis` are"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<RuntimeConfig> {
        RuntimeConfig::from_toml(text, Path::new("/config"), Path::new("/state"))
    }

    #[test]
    fn without_a_word_the_default_store_is_in_the_state_folder() {
        let path = Some(PathBuf::from("/state/sqlite_key_value.db"));
        for text in ["", "[key_value_store.other]\ntype = \"spin\""] {
            assert_eq!(
                read(text).unwrap().key_value_stores["default"],
                StoreConfig::Sqlite { path: path.clone() }
            );
        }
    }

    #[test]
    fn stores_are_read_as_spin_reads_them() {
        let text = "[key_value_store.default]\ntype = \"redis\"\nurl = \"redis://h:1/2\"\n\
            [key_value_store.a]\ntype = \"spin\"\npath = \"kv.db\"\n[key_value_store.m]\ntype = \"spin\"\n\
            [key_value_store.t]\ntype = \"redis\"\nurl = \"rediss://h:1\"\nca_file = \"ca.pem\"\n[sqlite_database.default]\ntype = \"spin\"";
        let stores = read(text).unwrap().key_value_stores;
        assert_eq!(stores["default"], StoreConfig::Redis("redis://h:1/2".to_owned().into()));
        let ca_file = Some("/config/ca.pem".into());
        assert_eq!(stores["t"], StoreConfig::Redis(RedisAddress { url: "rediss://h:1".to_owned(), ca_file }));
        assert_eq!(stores["a"], StoreConfig::Sqlite { path: Some("/config/kv.db".into()) });
        assert_eq!(stores["m"], StoreConfig::Sqlite { path: None });
    }

    #[test]
    fn what_cannot_be_served_is_an_error_that_names_it() {
        let text = "[key_value_store.default]\ntype = \"azure_cosmos\"";
        let error = format!("{:#}", read(text).unwrap_err());
        assert!(error.contains("default") && error.contains("azure_cosmos"), "{error}");
        assert!(read("[key_value_store.default]\ntype = \"redis\"").is_err());
        assert!(read("not toml").is_err());
    }
}
