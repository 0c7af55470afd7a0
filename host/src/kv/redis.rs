//! Key-value on Redis: Spin's encodings. Every label of a database shares its keys, as with Spin.

pub(crate) mod connect;
pub(crate) mod look;
mod settings;

use std::sync::Arc;

use async_trait::async_trait;
use redis::aio::ConnectionManager;
use redis::{AsyncCommands, Client, RedisError, Script};

use self::connect::{client, connect, is_tls};
use super::{Backend, Cas, KvError, KvStore, Quirks, Seen, SwapError, Warning};
use crate::runtime_config::RedisAddress;

/// Sets the key if it still holds what was read; `ARGV[1]` says whether it held anything.
const SWAP: &str = "local now = redis.call('GET', KEYS[1])
if ARGV[1] == '1' then
  if now ~= ARGV[2] then return 0 end
elseif now then return 0 end
redis.call('SET', KEYS[1], ARGV[3])
return 1";

/// One Redis database.
pub(super) struct Redis {
    client: Client,
    quirks: Quirks,
    connection: tokio::sync::OnceCell<ConnectionManager>,
}

impl Redis {
    pub(super) fn new(address: &RedisAddress, quirks: Quirks) -> Result<Self, KvError> {
        let client = client(address).map_err(|error| KvError::Other(format!("{error:#}")))?;
        Ok(Self { client, quirks, connection: tokio::sync::OnceCell::new() })
    }

    async fn connection(&self) -> Result<ConnectionManager, KvError> {
        let connect = || async {
            connect(&self.client)
                .await
                .map_err(|error| KvError::Other(format!("cannot reach {}: {error}", self.summary())))
        };
        Ok(self.connection.get_or_try_init(connect).await?.clone())
    }
}

#[async_trait]
impl Backend for Redis {
    async fn open(&self, _label: &str) -> Result<Arc<dyn KvStore>, KvError> {
        let connection = self.connection().await?;
        if self.quirks.like_spin() {
            // Spin makes this round trip and ignores the answer too.
            let _ = connection.clone().ping::<()>().await;
        }
        Ok(Arc::new(Store { client: self.client.clone(), connection, quirks: self.quirks }))
    }

    fn summary(&self) -> String {
        let address = self.client.get_connection_info().addr();
        format!("Redis at {address}{}", if is_tls(address) { " over TLS" } else { "" })
    }

    async fn warnings(&self) -> Result<Vec<Warning>, KvError> {
        let mut connection = self.connection().await?;
        Ok(settings::read(&mut connection).await.warnings(&self.summary()))
    }
}

#[derive(Clone)]
struct Store {
    client: Client,
    connection: ConnectionManager,
    quirks: Quirks,
}

impl Store {
    async fn ask<T, F>(&self, call: impl FnOnce(ConnectionManager) -> F) -> Result<T, KvError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, RedisError>> + Send + 'static,
    {
        by_itself(call(self.connection.clone())).await?.map_err(redis_error)
    }
}

/// Runs a call as a separate task. An instance that a synchronous call blocks polls nothing else meanwhile, so the
/// time-out of a call that was answered long ago would run out.
async fn by_itself<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> Result<T, KvError> {
    tokio::spawn(call).await.map_err(|error| KvError::Other(error.to_string()))
}

#[async_trait]
impl KvStore for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        let key = key.to_owned();
        self.ask(|mut connection| async move { connection.get(key).await }).await
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.ask(|mut connection| async move { connection.set(key, value).await }).await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        let key = key.to_owned();
        self.ask(|mut connection| async move { connection.del(key).await }).await
    }

    async fn exists(&self, key: &str) -> Result<bool, KvError> {
        let key = key.to_owned();
        self.ask(|mut connection| async move { connection.exists(key).await }).await
    }

    async fn get_keys(&self) -> Result<Vec<String>, KvError> {
        let mut connection = self.connection.clone();
        let mut scan = connection.scan::<Vec<u8>>().await.map_err(redis_error)?;
        let mut keys = Vec::new();
        while let Some(key) = scan.next_item().await {
            // A key of another application need not be text; such a key is not one of ours.
            keys.extend(String::from_utf8(key.map_err(redis_error)?));
        }
        keys.sort_unstable();
        keys.dedup(); // a scan may name a key twice
        Ok(keys)
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<(String, Option<Vec<u8>>)>, KvError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        if self.quirks.like_spin() {
            // Spin sends `KEYS` with all the names, but `KEYS` takes exactly one.
            return Err(KvError::Other("wrong number of arguments for 'keys' command".to_owned()));
        }
        let names = keys.clone();
        let values: Vec<Option<Vec<u8>>> =
            self.ask(|mut connection| async move { connection.mget(names).await }).await?;
        Ok(keys.into_iter().zip(values).collect())
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        if entries.is_empty() {
            return Ok(());
        }
        self.ask(|mut connection| async move { connection.mset(&entries).await }).await
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), KvError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.ask(|mut connection| async move { connection.del(keys).await }).await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        let key = key.to_owned();
        self.ask(|mut connection| async move { connection.incr(key, delta).await }).await
    }

    async fn new_cas(&self, key: &str) -> Result<Arc<dyn Cas>, KvError> {
        let key = key.to_owned();
        Ok(match self.quirks {
            Quirks::None => Arc::new(CompareAndSwap { store: self.clone(), key, seen: Seen::default() }),
            // On a separate connection, because a watch belongs to its connection.
            Quirks::Spin41 | Quirks::UnwatchMended => {
                let client = self.client.clone();
                let connection = by_itself(async move { connect(&client).await }).await?;
                let unwatch_mended = self.quirks == Quirks::UnwatchMended;
                let connection = connection.map_err(|error| KvError::Other(error.to_string()))?;
                Arc::new(Watch { connection, key, unwatch_mended })
            }
        })
    }
}

/// The correct implementation: compares the value in one script, on the shared connection.
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
        let seen = self.seen.last();
        let key = self.key.clone();
        let swap = |mut connection| async move {
            let script = Script::new(SWAP);
            let mut call = script.key(key);
            call.arg(u8::from(seen.is_some())).arg(seen.unwrap_or_default()).arg(value);
            call.invoke_async(&mut connection).await
        };
        let swapped: u8 = self.store.ask(swap).await?;
        match swapped {
            1 => Ok(()),
            _ => Err(SwapError::CasFailed("the value changed since it was read".to_owned())),
        }
    }
}

/// Spin's implementation: any write to the key since `current` breaks the swap, and its report does not say whether it
/// took effect.
struct Watch {
    connection: ConnectionManager,
    key: String,
    unwatch_mended: bool,
}

#[async_trait]
impl Cas for Watch {
    async fn current(&self) -> Result<Option<Vec<u8>>, KvError> {
        let (mut connection, key) = (self.connection.clone(), self.key.clone());
        let watched = by_itself(async move {
            redis::cmd("WATCH").arg(&key).exec_async(&mut connection).await?;
            connection.get(&key).await
        });
        watched.await?.map_err(redis_error)
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        let (mut connection, key) = (self.connection.clone(), self.key.clone());
        let unwatch_mended = self.unwatch_mended;
        let swapped = by_itself(async move {
            // `EXEC` answers nil if the key was written since, and nil is read as `()`: a lost race is not an error
            // here.
            let swapped: Result<(), RedisError> =
                redis::pipe().atomic().set(&key, value).query_async(&mut connection).await;
            let mut unwatch = redis::cmd("UNWATCH");
            if !unwatch_mended {
                // `UNWATCH` takes no argument, so this is always an error: the swap has happened, but its caller is
                // told that it failed.
                unwatch.arg(&key);
            }
            unwatch.exec_async(&mut connection).await?;
            swapped
        });
        swapped.await?.map_err(|error: RedisError| SwapError::CasFailed(error.to_string()))
    }
}

fn redis_error(error: RedisError) -> KvError {
    KvError::Other(error.to_string())
}
