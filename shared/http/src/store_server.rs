//! What the server behind the key-value store says of itself. The key-value interfaces do not tell what is behind them.

use async_trait::async_trait;

/// Asks the server behind the key-value store for its settings.
#[async_trait]
pub trait StoreServer: Send + Sync {
    /// The settings of the Redis server at `origin` (`redis://HOST:PORT`). `login` is empty, `PASSWORD` or `USER:PASSWORD`.
    ///
    /// # Errors
    /// When it cannot be asked, in words.
    async fn redis(&self, origin: &str, login: &str) -> Result<RedisSettings, String>;
}

/// What a Redis server says of its settings; `None` where it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedisSettings {
    /// Which keys go when memory is full. With `noeviction` none: writes are refused instead.
    pub maxmemory_policy: Option<String>,
    /// Whether every write goes to the append-only file.
    pub append_only: Option<bool>,
}

impl RedisSettings {
    /// What of it loses records, and what to set instead.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let eviction = match self.maxmemory_policy.as_deref() {
            Some("noeviction") => None,
            Some(policy) => Some(format!(
                "the Redis server deletes records when its memory is full (`maxmemory-policy {policy}`): set `maxmemory-policy noeviction`"
            )),
            None => Some(
                "the Redis server does not say whether it deletes records when its memory is full: see that it has \
                 `maxmemory-policy noeviction`"
                    .to_owned(),
            ),
        };
        let persistence = match self.append_only {
            Some(true) => None,
            Some(false) => Some(
                "the Redis server has no append-only file, and loses changes or all records when it fails: set `appendonly yes`"
                    .to_owned(),
            ),
            None => Some(
                "the Redis server does not say whether it keeps records on disk: see that it has `appendonly yes`".to_owned(),
            ),
        };
        eviction.into_iter().chain(persistence).collect()
    }
}
