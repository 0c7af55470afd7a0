//! Key-value on Redis: Spin's encodings. Every label of a database shares its keys, as with Spin.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, Client, RedisError, Script};

use super::{Backend, Cas, KvError, KvStore, Quirks, SwapError};

/// Sets the key if it still holds what was read; `ARGV[1]` says whether it held anything.
const SWAP: &str = "local now = redis.call('GET', KEYS[1])
if ARGV[1] == '1' then
  if now ~= ARGV[2] then return 0 end
elseif now then return 0 end
redis.call('SET', KEYS[1], ARGV[3])
return 1";

const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(5);

/// One Redis database.
pub(super) struct Redis {
    client: Client,
    quirks: Quirks,
    connection: tokio::sync::OnceCell<ConnectionManager>,
}

impl Redis {
    pub(super) fn new(url: &str, quirks: Quirks) -> Result<Self, KvError> {
        let client = Client::open(url)
            .map_err(|error| KvError::Other(format!("the Redis URL does not parse: {error}")))?;
        Ok(Self { client, quirks, connection: tokio::sync::OnceCell::new() })
    }
}

#[async_trait]
impl Backend for Redis {
    async fn open(&self, _label: &str) -> Result<Arc<dyn KvStore>, KvError> {
        let connect = || async {
            connect(&self.client)
                .await
                .map_err(|error| KvError::Other(format!("cannot reach {}: {error}", self.summary())))
        };
        let connection = self.connection.get_or_try_init(connect).await?.clone();
        if self.quirks == Quirks::Spin41 {
            // The round trip that Spin makes; it ignores the answer too.
            let _ = connection.clone().ping::<()>().await;
        }
        Ok(Arc::new(Store { client: self.client.clone(), connection, quirks: self.quirks }))
    }

    fn summary(&self) -> String {
        format!("Redis at {}", self.client.get_connection_info().addr())
    }
}

#[derive(Clone)]
struct Store {
    client: Client,
    connection: ConnectionManager,
    quirks: Quirks,
}

#[async_trait]
impl KvStore for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        self.connection.clone().get(key).await.map_err(redis_error)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        self.connection.clone().set(key, value).await.map_err(redis_error)
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.connection.clone().del(key).await.map_err(redis_error)
    }

    async fn exists(&self, key: &str) -> Result<bool, KvError> {
        self.connection.clone().exists(key).await.map_err(redis_error)
    }

    async fn get_keys(&self) -> Result<Vec<String>, KvError> {
        let mut connection = self.connection.clone();
        let mut scan = connection.scan::<Vec<u8>>().await.map_err(redis_error)?;
        let mut keys = Vec::new();
        while let Some(key) = scan.next_item().await {
            // Another application's key need not be text; it is not one of ours then.
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
        if self.quirks == Quirks::Spin41 {
            // Spin sends `KEYS` with all the names, which takes exactly one.
            return Err(KvError::Other("wrong number of arguments for 'keys' command".to_owned()));
        }
        let values: Vec<Option<Vec<u8>>> = self.connection.clone().mget(&keys).await.map_err(redis_error)?;
        Ok(keys.into_iter().zip(values).collect())
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        if entries.is_empty() {
            return Ok(());
        }
        self.connection.clone().mset(&entries).await.map_err(redis_error)
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), KvError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.connection.clone().del(keys).await.map_err(redis_error)
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        self.connection.clone().incr(key, delta).await.map_err(redis_error)
    }

    async fn new_cas(&self, key: &str) -> Result<Arc<dyn Cas>, KvError> {
        let key = key.to_owned();
        Ok(match self.quirks {
            Quirks::None => Arc::new(CompareAndSwap { store: self.clone(), key, seen: Mutex::default() }),
            // A connection of its own, because a watch is a connection's.
            Quirks::Spin41 => {
                Arc::new(Watch { connection: connect(&self.client).await.map_err(redis_error)?, key })
            }
        })
    }
}

/// The correct one: compares the value, in one script, on the shared connection.
struct CompareAndSwap {
    store: Store,
    key: String,
    seen: Mutex<Option<Vec<u8>>>,
}

#[async_trait]
impl Cas for CompareAndSwap {
    async fn current(&self) -> Result<Option<Vec<u8>>, KvError> {
        let value = self.store.get(&self.key).await?;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&value);
        Ok(value)
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let script = Script::new(SWAP);
        let mut call = script.key(&self.key);
        call.arg(u8::from(seen.is_some())).arg(seen.unwrap_or_default()).arg(value);
        let swapped: u8 = call.invoke_async(&mut self.store.connection.clone()).await.map_err(redis_error)?;
        match swapped {
            1 => Ok(()),
            _ => Err(SwapError::CasFailed("the value changed since it was read".to_owned())),
        }
    }
}

/// Spin 4.1's: any write to the key since `current` breaks it, and it reports a failure whatever happened.
struct Watch {
    connection: ConnectionManager,
    key: String,
}

#[async_trait]
impl Cas for Watch {
    async fn current(&self) -> Result<Option<Vec<u8>>, KvError> {
        let mut connection = self.connection.clone();
        redis::cmd("WATCH").arg(&self.key).exec_async(&mut connection).await.map_err(redis_error)?;
        connection.get(&self.key).await.map_err(redis_error)
    }

    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        let mut connection = self.connection.clone();
        let failed = |error: RedisError| SwapError::CasFailed(error.to_string());
        let swapped: Result<(), RedisError> =
            redis::pipe().atomic().set(&self.key, value).query_async(&mut connection).await;
        // `UNWATCH` takes no argument, so this is always an error: the swap has happened, its caller hears it has not.
        redis::cmd("UNWATCH").arg(&self.key).exec_async(&mut connection).await.map_err(failed)?;
        swapped.map_err(failed)
    }
}

async fn connect(client: &Client) -> Result<ConnectionManager, RedisError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(ANSWER))
        .set_number_of_retries(1);
    client.get_connection_manager_with_config(config).await
}

fn redis_error(error: RedisError) -> KvError {
    KvError::Other(error.to_string())
}
