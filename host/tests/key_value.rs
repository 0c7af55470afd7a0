//! The key-value backends on a real SQLite file and a real redis-server: correct when serving, and with the defects of
//! Spin 4.1 when a test asks for them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use countersign_host::harness::Backend;
use countersign_host::harness::redis::RedisServer;
use countersign_host::kv::{Cas, KvError, KvStore, Quirks, Stores, SwapError};
use countersign_host::runtime_config::StoreConfig;

struct Place {
    _folder: tempfile::TempDir,
    configs: BTreeMap<String, StoreConfig>,
}

impl Place {
    async fn new(backend: Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = match backend {
            Backend::Sqlite => StoreConfig::Sqlite { path: Some(folder.path().join("deep/er/kv.db")) },
            Backend::Redis => {
                let server = RedisServer::shared().await.unwrap();
                StoreConfig::Redis(server.empty_database().await.unwrap().into())
            }
        };
        let labels = ["default", "other"].map(|label| (label.to_owned(), config.clone()));
        Self { _folder: folder, configs: BTreeMap::from(labels) }
    }

    async fn open(&self, label: &str, quirks: Quirks) -> Arc<dyn KvStore> {
        Stores::new(&self.configs, quirks).unwrap().open(label).await.unwrap()
    }
}

async fn on_each(quirks: Quirks) -> Vec<(Backend, Place, Arc<dyn KvStore>)> {
    let mut stores = Vec::new();
    for backend in Backend::available().unwrap() {
        let place = Place::new(backend).await;
        let store = place.open("default", quirks).await;
        stores.push((backend, place, store));
    }
    stores
}

/// A compare-and-swap that has read the value.
async fn reading(store: &Arc<dyn KvStore>, key: &str) -> Arc<dyn Cas> {
    let cas = store.new_cas(key).await.unwrap();
    cas.current().await.unwrap();
    cas
}

#[tokio::test]
async fn values_come_back() {
    for (backend, place, store) in on_each(Quirks::None).await {
        assert_eq!(store.get("a").await, Ok(None), "{backend:?}");
        store.set("a", b"\0\xff").await.unwrap();
        store.set_many(vec![("b".into(), b"2".to_vec()), ("c".into(), Vec::new())]).await.unwrap();
        assert_eq!(store.get("a").await.unwrap().unwrap(), b"\0\xff");
        assert!(store.exists("c").await.unwrap());
        let keys = ["c", "missing", "b"].map(String::from).to_vec();
        let values = store.get_many(keys).await.unwrap();
        let expected = [("c", Some(&b""[..])), ("missing", None), ("b", Some(b"2"))];
        assert_eq!(values, expected.map(|(key, value)| (key.to_owned(), value.map(<[u8]>::to_vec))));
        let mut keys = store.get_keys().await.unwrap();
        keys.sort();
        assert_eq!(keys, ["a", "b", "c"]);
        let again = place.open("default", Quirks::None).await;
        assert_eq!(again.get("b").await.unwrap().unwrap(), b"2", "another host sees it");
        store.delete_many(vec!["a".into(), "b".into(), "missing".into()]).await.unwrap();
        store.delete("missing").await.unwrap();
        assert_eq!(again.get_keys().await.unwrap(), ["c"]);
    }
}

#[tokio::test]
async fn nothing_to_do_is_no_error() {
    for (_, _place, store) in on_each(Quirks::None).await {
        assert_eq!(store.get_many(Vec::new()).await, Ok(Vec::new()));
        assert_eq!(store.set_many(Vec::new()).await, Ok(()));
        assert_eq!(store.delete_many(Vec::new()).await, Ok(()));
    }
}

#[tokio::test]
async fn counters_are_in_the_encodings_of_spin() {
    for (backend, _place, store) in on_each(Quirks::None).await {
        assert_eq!(store.increment("n", 0).await, Ok(0));
        assert_eq!(store.increment("n", 300).await, Ok(300));
        assert_eq!(store.increment("n", -301).await, Ok(-1));
        let stored = store.get("n").await.unwrap().unwrap();
        match backend {
            Backend::Sqlite => assert_eq!(stored, (-1_i64).to_le_bytes()),
            Backend::Redis => assert_eq!(stored, b"-1"),
        }
    }
}

#[tokio::test]
async fn racing_increments_lose_nothing() {
    for (_, _place, store) in on_each(Quirks::None).await {
        let calls = (0..64).map(|_| store.increment("n", 1));
        let mut seen: Vec<_> =
            futures::future::join_all(calls).await.into_iter().map(Result::unwrap).collect();
        seen.sort_unstable();
        assert_eq!(seen, (1..=64).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn incrementing_what_is_no_counter_is_an_error_and_nothing_more() {
    for (_, _place, store) in on_each(Quirks::None).await {
        store.set("r", b"{}").await.unwrap();
        assert!(store.increment("r", 1).await.is_err());
        store.increment("full", i64::MAX).await.unwrap();
        assert!(store.increment("full", 1).await.is_err());
        assert_eq!(store.get("r").await.unwrap().unwrap(), b"{}");
        assert_eq!(store.increment("n", 1).await, Ok(1));
    }
}

#[tokio::test]
async fn a_swap_takes_place_only_over_what_was_read() {
    for (backend, _place, store) in on_each(Quirks::None).await {
        for before in [None, Some(b"old"), Some(b"new")] {
            let key = format!("k{before:?}");
            if let Some(value) = before {
                store.set(&key, value).await.unwrap();
            }
            let (first, second) = (reading(&store, &key).await, reading(&store, &key).await);
            first.swap(b"first".to_vec()).await.unwrap();
            let lost = second.swap(b"second".to_vec()).await;
            assert!(matches!(lost, Err(SwapError::CasFailed(_))), "{backend:?} {before:?}: {lost:?}");
            assert_eq!(store.get(&key).await.unwrap().unwrap(), b"first");
        }
        let gone = reading(&store, "kNone").await;
        store.delete("kNone").await.unwrap();
        assert!(gone.swap(b"back".to_vec()).await.is_err(), "{backend:?}: the key was deleted in between");
    }
}

#[tokio::test]
async fn one_of_racing_swaps_wins() {
    for (backend, place, store) in on_each(Quirks::None).await {
        let other = place.open("default", Quirks::None).await;
        for key in ["absent", "present"] {
            if key == "present" {
                store.set(key, b"0").await.unwrap();
            }
            let racers = (0..24_u8).map(|racer| {
                let store = if racer % 2 == 0 { &store } else { &other };
                async move { (racer, reading(store, key).await.swap(vec![racer]).await.is_ok()) }
            });
            let answers = futures::future::join_all(racers).await;
            let winners: Vec<_> = answers.into_iter().filter(|(_, won)| *won).collect();
            // A late reader may win over an early winner's value; the last one stands.
            let stands = store.get(key).await.unwrap().unwrap();
            assert!(
                winners.iter().any(|(racer, _)| stands == [*racer]),
                "{backend:?} {key}: {winners:?} {stands:?}"
            );
        }
    }
}

#[tokio::test]
async fn labels_separate_keys_on_sqlite_only() {
    for (backend, place, store) in on_each(Quirks::None).await {
        store.set("a", b"1").await.unwrap();
        let other = place.open("other", Quirks::None).await;
        match backend {
            Backend::Sqlite => assert_eq!(other.get("a").await, Ok(None)),
            Backend::Redis => assert_eq!(other.get("a").await.unwrap().unwrap(), b"1"),
        }
    }
}

#[tokio::test]
async fn an_unknown_label_is_no_store() {
    let stores = Stores::new(&BTreeMap::new(), Quirks::None).unwrap();
    assert_eq!(stores.open("default").await.err(), Some(KvError::NoSuchStore));
}

#[tokio::test]
async fn an_unreachable_redis_is_an_error_that_names_it() {
    let config = StoreConfig::Redis("redis://127.0.0.1:1/0".to_owned().into());
    let stores = Stores::new(&BTreeMap::from([("default".to_owned(), config)]), Quirks::None).unwrap();
    let error = stores.open("default").await.err().unwrap().to_string();
    assert!(error.contains("127.0.0.1:1"), "{error}");
}

#[tokio::test]
async fn a_file_that_spin_made_is_taken_over_and_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sqlite_key_value.db");
    let by_spin = rusqlite::Connection::open(&path).unwrap();
    by_spin
        .execute(
            "CREATE TABLE IF NOT EXISTS spin_key_value (
                store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))",
            [],
        )
        .unwrap();
    by_spin
        .execute("INSERT INTO spin_key_value VALUES ('default', 'n', ?1)", [7_i64.to_le_bytes().to_vec()])
        .unwrap();
    drop(by_spin);

    let store = open_file(&path).await;
    assert_eq!(store.increment("n", 1).await, Ok(8));
    store.set("k", b"ours").await.unwrap();
    drop(store);

    let by_spin = rusqlite::Connection::open(&path).unwrap();
    let value = |key: &str| -> Vec<u8> {
        let query = "SELECT value FROM spin_key_value WHERE store='default' AND key=?1";
        by_spin.query_row(query, [key], |row| row.get(0)).unwrap()
    };
    assert_eq!((value("n"), value("k")), (8_i64.to_le_bytes().to_vec(), b"ours".to_vec()));
}

async fn open_file(path: &Path) -> Arc<dyn KvStore> {
    let config = StoreConfig::Sqlite { path: Some(path.to_owned()) };
    let stores = Stores::new(&BTreeMap::from([("default".to_owned(), config)]), Quirks::None).unwrap();
    stores.open("default").await.unwrap()
}

#[tokio::test]
async fn like_spin_both_of_two_swaps_over_an_absent_key_win_on_sqlite() {
    for quirks in [Quirks::Spin41, Quirks::UnwatchMended] {
        let place = Place::new(Backend::Sqlite).await;
        let store = place.open("default", quirks).await;
        let (first, second) = (reading(&store, "k").await, reading(&store, "k").await);
        first.swap(b"first".to_vec()).await.unwrap();
        second.swap(b"second".to_vec()).await.unwrap();
        assert_eq!(store.get("k").await.unwrap().unwrap(), b"second", "{quirks:?}");
    }
}

#[tokio::test]
async fn like_spin_a_wrong_increment_on_sqlite_ends_the_store() {
    let place = Place::new(Backend::Sqlite).await;
    let store = place.open("default", Quirks::Spin41).await;
    store.set("r", b"{}").await.unwrap();
    assert!(store.increment("r", 1).await.is_err());
    assert!(store.get("r").await.is_err());
}

#[tokio::test]
async fn like_spin_get_many_leaves_out_on_sqlite_and_fails_on_redis() {
    for (backend, _place, store) in on_each(Quirks::Spin41).await {
        store.set("a", b"1").await.unwrap();
        let values = store.get_many(vec!["a".into(), "missing".into()]).await;
        match backend {
            Backend::Sqlite => assert_eq!(values.unwrap(), [("a".to_owned(), Some(b"1".to_vec()))]),
            Backend::Redis => assert!(values.is_err()),
        }
    }
}

#[tokio::test]
async fn like_spin_what_a_swap_on_redis_reports_says_nothing_of_whether_it_happened() {
    for quirks in [Quirks::Spin41, Quirks::UnwatchMended] {
        let reported = |swapped: Result<(), SwapError>| match quirks {
            Quirks::Spin41 => assert!(matches!(swapped, Err(SwapError::CasFailed(_))), "{swapped:?}"),
            Quirks::UnwatchMended | Quirks::None => assert_eq!(swapped, Ok(())),
        };
        for (_, _place, store) in on_each(quirks).await.into_iter().filter(|each| each.0 == Backend::Redis) {
            for key in ["absent", "present"] {
                if key == "present" {
                    store.set(key, b"0").await.unwrap();
                }
                let (first, second) = (reading(&store, key).await, reading(&store, key).await);
                reported(first.swap(b"first".to_vec()).await);
                reported(second.swap(b"second".to_vec()).await);
                assert_eq!(store.get(key).await.unwrap().unwrap(), b"first", "{quirks:?}: {key}");
            }
            store.increment("n", 5).await.unwrap();
            let reader = reading(&store, "n").await;
            store.increment("n", 0).await.unwrap();
            reported(reader.swap(b"9".to_vec()).await);
            let stands = store.get("n").await.unwrap().unwrap();
            assert_eq!(stands, b"5", "{quirks:?}: an increment by 0 breaks others' swaps");
        }
    }
}
