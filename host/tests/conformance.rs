//! The key-value conformance suite on a real SQLite file and a real redis-server, both correct and with Spin's defects.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use countersign_host::TlsFiles;
use countersign_host::harness::Backend;
use countersign_host::harness::redis::{self as server, RedisServer};
use countersign_host::kv::{self, KvStore, Quirks, Stores};
use countersign_host::runtime_config::{RedisAddress, StoreConfig};
use countersign_kv::over_redis::{OverRedis, RedisCommands, Reply};
use countersign_kv::{KeyValue, KvError, SwapHint, conformance};
use redis::Value;
use redis::aio::MultiplexedConnection;

/// A host's store behind the kv crate's trait; the platform crate does the same inside a component.
struct OnHost(Arc<dyn KvStore>);

#[async_trait]
impl KeyValue for OnHost {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        self.0.get(key).await.map_err(failed)
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        self.0.set_many(entries).await.map_err(failed)
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.0.delete(key).await.map_err(failed)
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        self.0.increment(key, delta).await.map_err(failed)
    }

    async fn swap(&self, key: &str, expected: &[u8], new: Vec<u8>) -> Result<SwapHint, KvError> {
        let cas = self.0.new_cas(key).await.map_err(failed)?;
        if cas.current().await.map_err(failed)?.as_deref() != Some(expected) {
            return Ok(SwapHint::Differs);
        }
        match cas.swap(new).await {
            Err(kv::SwapError::Store(error)) => Err(failed(error)),
            Ok(()) => Ok(SwapHint::Succeeded),
            Err(kv::SwapError::CasFailed(_)) => Ok(SwapHint::Failed),
        }
    }
}

/// A connection behind the kv crate's other trait; at the edge, the platform crate does the same inside a component.
struct Commands(MultiplexedConnection);

#[expect(clippy::wildcard_enum_match_arm, reason = "the client's list of values, which may grow")]
#[async_trait]
impl RedisCommands for Commands {
    async fn run(&self, command: &'static str, arguments: Vec<Vec<u8>>) -> Result<Reply, KvError> {
        let answer = redis::cmd(command).arg(arguments).query_async(&mut self.0.clone()).await;
        Ok(match answer.map_err(|error: redis::RedisError| KvError::from_platform(error.to_string()))? {
            Value::Int(number) => Reply::Number(number),
            Value::BulkString(bytes) => Reply::Bytes(bytes),
            Value::Nil => Reply::Nil,
            _ => Reply::Done,
        })
    }
}

fn failed(error: kv::KvError) -> KvError {
    KvError::from_platform(error.to_string())
}

async fn conforms(quirks: Quirks) {
    for backend in Backend::available().unwrap() {
        let folder = tempfile::tempdir().unwrap();
        let config = match backend {
            Backend::Sqlite => StoreConfig::Sqlite { path: Some(folder.path().join("kv.db")) },
            Backend::Redis => {
                let server = RedisServer::shared().await.unwrap();
                StoreConfig::Redis(server.empty_database().await.unwrap().into())
            }
        };
        conforms_at(config, quirks).await;
    }
}

async fn conforms_at(config: StoreConfig, quirks: Quirks) {
    let stores = Stores::new(&BTreeMap::from([("default".to_owned(), config.clone())]), quirks).unwrap();
    let store = OnHost(stores.open("default").await.unwrap());
    finds_nothing(Arc::new(store), &format!("{config:?}, {quirks:?}")).await;
}

async fn finds_nothing(store: Arc<dyn KeyValue>, which: &str) {
    let findings = conformance::run(store, "host").await;
    assert!(!findings.is_empty());
    for (check, finding) in findings {
        assert_eq!(finding, Ok(()), "{which}: {check}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_served_backends_conform() {
    conforms(Quirks::None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backends_like_those_of_spin_conform() {
    conforms(Quirks::Spin41).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backends_like_those_of_spin_conform_once_its_unwatch_is_mended() {
    conforms(Quirks::UnwatchMended).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_over_tls_conforms() {
    if !server::is_installed().unwrap() {
        return;
    }
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = ["server.pem", "server.key"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, issued.cert.pem()).unwrap();
    std::fs::write(&key, issued.signing_key.serialize_pem()).unwrap();
    let files = TlsFiles { certificate, key };
    let server = RedisServer::start_over_tls(&files, &[]).await.unwrap();
    for quirks in [Quirks::None, Quirks::Spin41] {
        let url = server.empty_database().await.unwrap();
        let address = RedisAddress { url, ca_file: Some(files.certificate.clone()) };
        conforms_at(StoreConfig::Redis(address), quirks).await;
    }
}

/// Also what each reads of the other's counters and values: a host may serve the database that components use at the edge.
#[tokio::test(flavor = "multi_thread")]
async fn the_store_over_redis_commands_conforms_and_is_the_one_that_a_host_serves() {
    if !server::is_installed().unwrap() {
        return;
    }
    let url = RedisServer::shared().await.unwrap().empty_database().await.unwrap();
    let client = redis::Client::open(url.as_str()).unwrap();
    let over = Arc::new(OverRedis(Commands(client.get_multiplexed_async_connection().await.unwrap())));
    finds_nothing(over.clone(), "over commands").await;

    let stores = BTreeMap::from([("default".to_owned(), StoreConfig::Redis(url.into()))]);
    let served = OnHost(Stores::new(&stores, Quirks::None).unwrap().open("default").await.unwrap());
    assert_eq!((over.increment("n", 41).await, served.increment("n", 1).await), (Ok(41), Ok(42)));
    assert_eq!(over.get("n").await, served.get("n").await);
    served.set_many(vec![("k".to_owned(), b"host".to_vec())]).await.unwrap();
    assert_eq!(over.swap("k", b"host", b"edge".to_vec()).await, Ok(SwapHint::Succeeded));
    assert_eq!(served.get("k").await, Ok(Some(b"edge".to_vec())));
}
