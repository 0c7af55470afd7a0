//! A store on which some operations take time, by the clock of the test.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign_journal::Journal;
use countersign_kv::memory::{Memory, TestClock, TestRandom};
use countersign_kv::{KeyValue, KvError, SwapHint};
use countersign_store::Store;

use super::World;

/// What may take time, with its key.
#[derive(Clone, Copy, Debug)]
pub enum Operation<'a> {
    /// A key is read.
    Get(&'a str),
    /// A key is swapped.
    Swap(&'a str),
}

type Takes = dyn Fn(Operation<'_>) -> Duration + Send + Sync;

struct Slow {
    inner: Arc<Memory>,
    clock: Arc<TestClock>,
    takes: Box<Takes>,
}

impl World {
    /// A journal over this world's store, of which some operations take this long.
    pub fn slow_journal(&self, takes: impl Fn(Operation<'_>) -> Duration + Send + Sync + 'static) -> Journal {
        let (inner, clock) = (self.memory.clone(), self.clock.clone());
        let kv = Slow { inner, clock: clock.clone(), takes: Box::new(takes) };
        Journal::new(Store::new(Arc::new(kv), clock, Arc::new(TestRandom::new(9))))
    }
}

#[async_trait]
impl KeyValue for Slow {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        self.clock.advance((self.takes)(Operation::Get(key)));
        self.inner.get(key).await
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        self.inner.set_many(entries).await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.inner.delete(key).await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        self.inner.increment(key, delta).await
    }

    async fn swap(&self, key: &str, expected: &[u8], new: Vec<u8>) -> Result<SwapHint, KvError> {
        self.clock.advance((self.takes)(Operation::Swap(key)));
        self.inner.swap(key, expected, new).await
    }
}
