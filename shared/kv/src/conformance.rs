//! The behaviour that this crate relies on in a key-value backend, as a test suite for any backend, real ones included.
//!
//! The store need not be empty: every key begins with a name that the caller chooses.

use std::sync::Arc;

use futures::future::{BoxFuture, join_all};

use crate::{KeyValue, KvError, decode_counter};

/// The result of a check: nothing, or what is wrong.
pub type Finding = Result<(), String>;

/// How many tasks race in the checks that race.
const RACERS: usize = 16;

struct Bench {
    kv: Arc<dyn KeyValue>,
    name: String,
}

/// Runs all checks. `name` makes the keys of this run unique.
pub async fn run(kv: Arc<dyn KeyValue>, name: &str) -> Vec<(&'static str, Finding)> {
    let bench = Bench { kv, name: name.to_owned() };
    let checks: Vec<(&'static str, BoxFuture<'_, Finding>)> = vec![
        ("what was written is read", Box::pin(bench.reads_what_was_written())),
        ("a batch writes every entry", Box::pin(bench.writes_batches())),
        ("what was removed is absent", Box::pin(bench.removes())),
        ("any bytes are kept", Box::pin(bench.keeps_any_bytes())),
        ("a counter counts", Box::pin(bench.counts())),
        ("counting by 0 creates a counter of 0", Box::pin(bench.creates_counters())),
        ("racing counters get numbers of their own", Box::pin(bench.gives_each_a_number())),
        ("a swap from the present value takes effect", Box::pin(bench.swaps())),
        ("a swap from another value has no effect", Box::pin(bench.refuses_stale_swaps())),
        ("of racing swaps one takes effect", Box::pin(bench.lets_one_swap_win())),
        ("a counter can be swapped in its own encoding", Box::pin(bench.swaps_counters())),
    ];
    let mut findings = Vec::new();
    for (what, check) in checks {
        findings.push((what, check.await));
    }
    findings
}

impl Bench {
    fn key(&self, what: &str) -> String {
        format!("countersign/conformance/{}/{what}", self.name)
    }

    async fn put(&self, key: &str, value: &[u8]) -> Finding {
        self.kv.set_many(vec![(key.to_owned(), value.to_vec())]).await.map_err(said)
    }

    async fn expect(&self, key: &str, value: Option<&[u8]>) -> Finding {
        let found = self.kv.get(key).await.map_err(said)?;
        ensure(found.as_deref() == value, || format!("`{key}` holds {found:?}"))
    }

    async fn reads_what_was_written(&self) -> Finding {
        let key = self.key("plain");
        self.expect(&key, None).await?;
        self.put(&key, b"one").await?;
        self.expect(&key, Some(b"one")).await?;
        self.put(&key, b"two").await?;
        self.expect(&key, Some(b"two")).await
    }

    async fn writes_batches(&self) -> Finding {
        let entries: Vec<_> = (0..50).map(|n| (self.key(&format!("batch/{n}")), vec![n; 3])).collect();
        self.kv.set_many(entries.clone()).await.map_err(said)?;
        for (key, value) in &entries {
            self.expect(key, Some(value)).await?;
        }
        Ok(())
    }

    async fn removes(&self) -> Finding {
        let key = self.key("removed");
        self.put(&key, b"one").await?;
        self.kv.delete(&key).await.map_err(said)?;
        self.expect(&key, None).await?;
        self.kv.delete(&key).await.map_err(said)
    }

    async fn keeps_any_bytes(&self) -> Finding {
        let key = self.key("bytes");
        for value in [Vec::new(), (0..=255).collect(), vec![0; 256 * 1024]] {
            self.put(&key, &value).await?;
            let found = self.kv.get(&key).await.map_err(said)?;
            ensure(found.as_ref() == Some(&value), || format!("{} bytes came back changed", value.len()))?;
        }
        Ok(())
    }

    async fn counts(&self) -> Finding {
        let key = self.key("counter");
        for (delta, sum) in [(1, 1), (1, 2), (198, 200), (0, 200), (1_000_000_000, 1_000_000_200)] {
            let found = self.kv.increment(&key, delta).await.map_err(said)?;
            ensure(found == sum, || format!("{found} instead of {sum}"))?;
            ensure(self.counter(&key).await? == Some(sum as u64), || "it reads otherwise".to_owned())?;
        }
        Ok(())
    }

    async fn creates_counters(&self) -> Finding {
        let key = self.key("zero");
        let found = self.kv.increment(&key, 0).await.map_err(said)?;
        ensure(found == 0 && self.counter(&key).await? == Some(0), || format!("it holds {found}"))
    }

    async fn gives_each_a_number(&self) -> Finding {
        let key = self.key("numbers");
        let numbers = join_all((0..RACERS).map(|_| self.kv.increment(&key, 1))).await;
        let mut numbers = numbers.into_iter().collect::<Result<Vec<_>, _>>().map_err(said)?;
        numbers.sort_unstable();
        ensure(numbers.iter().copied().eq(1..=RACERS as i64), || format!("{numbers:?}"))
    }

    async fn swaps(&self) -> Finding {
        let key = self.key("swapped");
        self.put(&key, b"old").await?;
        self.kv.swap(&key, b"old", b"new".to_vec()).await.map_err(said)?;
        self.expect(&key, Some(b"new")).await
    }

    async fn refuses_stale_swaps(&self) -> Finding {
        let key = self.key("stale");
        self.put(&key, b"now").await?;
        self.kv.swap(&key, b"before", b"new".to_vec()).await.map_err(said)?;
        self.expect(&key, Some(b"now")).await?;
        let absent = self.key("never");
        self.kv.swap(&absent, b"before", b"new".to_vec()).await.map_err(said)?;
        self.expect(&absent, None).await
    }

    async fn lets_one_swap_win(&self) -> Finding {
        let key = self.key("raced");
        for round in 0..8 {
            let old = format!("round {round}");
            self.put(&key, old.as_bytes()).await?;
            let racers = (0..RACERS).map(|racer| async move {
                let own = format!("racer {racer}").into_bytes();
                let key = self.key("raced");
                self.kv.swap(&key, format!("round {round}").as_bytes(), own.clone()).await?;
                Ok::<_, KvError>(self.kv.get(&key).await? == Some(own))
            });
            let told = join_all(racers).await.into_iter().collect::<Result<Vec<_>, _>>().map_err(said)?;
            let winners = told.iter().filter(|won| **won).count();
            ensure(winners == 1, || format!("{winners} of {RACERS} saw their own value"))?;
        }
        Ok(())
    }

    async fn swaps_counters(&self) -> Finding {
        let key = self.key("slot");
        self.kv.increment(&key, 0).await.map_err(said)?;
        let bytes = self.kv.get(&key).await.map_err(said)?.unwrap_or_default();
        let (number, encoding) = decode_counter(&bytes).ok_or("a counter cannot be read")?;
        ensure(number == 0, || format!("it begins at {number}"))?;
        self.kv.swap(&key, &bytes, encoding.encode(1_234_567_890_123)).await.map_err(said)?;
        ensure(self.counter(&key).await? == Some(1_234_567_890_123), || "the swap had no effect".to_owned())
    }

    async fn counter(&self, key: &str) -> Result<Option<u64>, String> {
        let bytes = self.kv.get(key).await.map_err(said)?;
        Ok(bytes.and_then(|bytes| decode_counter(&bytes)).map(|(number, _)| number))
    }
}

fn said(error: KvError) -> String {
    error.to_string()
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Finding {
    if holds { Ok(()) } else { Err(otherwise()) }
}
