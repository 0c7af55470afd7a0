//! In-memory key-value stores with the behaviour of the real backends. They count operations and fail on demand. Also a
//! clock that is moved by hand, and randomness from a seed.

mod clock;
mod rounds;
mod schedule;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

pub use clock::{TestClock, TestRandom};
pub use schedule::{Schedule, pause};

use crate::memory::rounds::Gate;
use crate::{Encoding, KeyValue, KvError, SwapHint, decode_counter};

/// The backend that an in-memory store behaves like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Like {
    /// None: counters are text, a swap is a plain compare-and-swap.
    Ideal,
    /// Spin on SQLite: counters are eight bytes. Incrementing anything else breaks the whole store, because it panics
    /// the host.
    Sqlite,
    /// Spin 4.1 on Redis: counters are text. A swap fails if anybody wrote the key since it was read, even the same
    /// value, and it always reports failure.
    Redis,
    /// Spin on Redis if only its `UNWATCH` is fixed: every swap reports success, even a lost one.
    RedisMended,
}

/// The operations that a store has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Single gets.
    pub reads: usize,
    /// Write transactions: batches, deletions, increments, swaps.
    pub writes: usize,
    /// The swaps among them.
    pub swaps: usize,
}

/// A key-value store in memory.
pub struct Memory {
    like: Like,
    gate: Gate,
    state: Mutex<MemoryState>,
}

#[derive(Default)]
struct MemoryState {
    /// Each value with the number of the write that made it.
    values: BTreeMap<String, (Vec<u8>, u64)>,
    written: u64,
    counts: Counts,
    pace: Pace,
    paused: u64,
    fault: Option<Fault>,
    broken: Option<&'static str>,
}

/// When operations let other tasks run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Pace {
    /// Never.
    #[default]
    Alone,
    /// Before and after each operation takes effect.
    Interleaved,
    /// All operations that are possible at once run together.
    Rounds,
}

/// The fault at the nth write, counted from when it was set.
#[derive(Debug, Clone, Copy)]
struct Fault {
    at: usize,
    seen: usize,
    kind: FaultKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FaultKind {
    StopBefore,
    StopAfter,
    Fail,
}

impl Memory {
    /// A store that behaves like a backend.
    pub fn new(like: Like) -> Self {
        Self { like, gate: Gate::default(), state: Mutex::default() }
    }

    /// Every kind of backend.
    pub const ALL: [Like; 4] = [Like::Ideal, Like::Sqlite, Like::Redis, Like::RedisMended];

    /// A plain store.
    pub fn ideal() -> Self {
        Self::new(Like::Ideal)
    }

    /// A store that behaves like Spin's on SQLite.
    pub fn like_sqlite() -> Self {
        Self::new(Like::Sqlite)
    }

    /// A store that behaves like Spin's on Redis.
    pub fn like_redis() -> Self {
        Self::new(Like::Redis)
    }

    /// From now on every operation lets other tasks run before and after it takes effect, for [`Schedule`].
    pub fn interleave(&self, on: bool) {
        self.state().pace = if on { Pace::Interleaved } else { Pace::Alone };
    }

    /// Runs a future and returns in how many rounds of concurrent operations it finished.
    pub fn rounds<T>(&self, future: impl Future<Output = T>) -> (T, usize) {
        self.state().pace = Pace::Rounds;
        let done = self.gate.count(future);
        self.state().pace = Pace::Alone;
        done
    }

    /// The operations since the last reset.
    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    /// Counts from 0 again.
    pub fn reset_counts(&self) {
        self.state().counts = Counts::default();
    }

    /// The nth write from now (from 1) does not happen, and nothing after it does, as when the host is killed.
    pub fn stop_before_write(&self, nth: usize) {
        self.state().fault = Some(Fault { at: nth, seen: 0, kind: FaultKind::StopBefore });
    }

    /// The nth write from now happens, but its caller gets no answer, and nothing after it happens.
    pub fn stop_after_write(&self, nth: usize) {
        self.state().fault = Some(Fault { at: nth, seen: 0, kind: FaultKind::StopAfter });
    }

    /// Everything stops at the nth write from now: [after it](Self::stop_after_write), or [before](Self::stop_before_write).
    pub fn stop_at_write(&self, nth: usize, after: bool) {
        if after { self.stop_after_write(nth) } else { self.stop_before_write(nth) }
    }

    /// The nth write from now fails; later writes succeed.
    pub fn fail_write(&self, nth: usize) {
        self.state().fault = Some(Fault { at: nth, seen: 0, kind: FaultKind::Fail });
    }

    /// Ends all faults. Returns whether the store had stopped.
    pub fn resume(&self) -> bool {
        let mut state = self.state();
        state.fault = None;
        state.broken.take().is_some()
    }

    /// Everything in the store, for comparing.
    pub fn dump(&self) -> BTreeMap<String, Vec<u8>> {
        self.state().values.iter().map(|(key, (value, _))| (key.clone(), value.clone())).collect()
    }

    fn state(&self) -> MutexGuard<'_, MemoryState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn before(&self) {
        let (pace, longer) = self.state().next_pause();
        match pace {
            Pace::Alone => {}
            // Some take longer, so that operations of one task can also overtake each other.
            Pace::Interleaved if longer => {
                pause().await;
                pause().await;
            }
            Pace::Interleaved => pause().await,
            Pace::Rounds => self.gate.pass().await,
        }
    }

    async fn after(&self) {
        if self.state().pace == Pace::Interleaved {
            pause().await;
        }
    }

    fn encoding(&self) -> Encoding {
        if self.like == Like::Sqlite { Encoding::Binary } else { Encoding::Text }
    }

    async fn write<T>(
        &self,
        effect: impl FnOnce(&mut MemoryState) -> Result<T, KvError> + Send,
    ) -> Result<T, KvError>
    where
        T: Send,
    {
        self.before().await;
        let done = self.state().write(effect);
        self.after().await;
        done
    }
}

impl MemoryState {
    fn next_pause(&mut self) -> (Pace, bool) {
        self.paused =
            self.paused.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.pace, self.paused >> 62 == 0)
    }

    fn check(&self) -> Result<(), KvError> {
        self.broken.map_or(Ok(()), |why| Err(KvError::Failed(why.to_owned())))
    }

    fn write<T>(&mut self, effect: impl FnOnce(&mut Self) -> Result<T, KvError>) -> Result<T, KvError> {
        self.check()?;
        let fault = self.fault.as_mut().and_then(|fault| {
            fault.seen += 1;
            (fault.seen == fault.at).then_some(fault.kind)
        });
        match fault {
            None => {
                self.counts.writes += 1;
                effect(self)
            }
            Some(FaultKind::Fail) => Err(KvError::Failed("this write was made to fail".to_owned())),
            Some(kind) => {
                if kind == FaultKind::StopAfter {
                    effect(self)?;
                }
                self.broken = Some("the store was stopped");
                Err(KvError::Failed("the store was stopped".to_owned()))
            }
        }
    }

    fn put(&mut self, key: &str, value: Vec<u8>) {
        self.written += 1;
        self.values.insert(key.to_owned(), (value, self.written));
    }

    fn increment(&mut self, like: Like, encoding: Encoding, key: &str, delta: i64) -> Result<i64, KvError> {
        let old = match self.values.get(key) {
            None => 0,
            Some((bytes, _)) => match (like, decode_counter(bytes)) {
                (Like::Sqlite, _) if bytes.len() != 8 => {
                    self.broken =
                        Some("a value that is no counter was counted up: Spin's host would have panicked");
                    return self.check().map(|()| 0);
                }
                (_, Some((number, _))) => i64::try_from(number).unwrap_or(i64::MAX),
                (_, None) => return Err(KvError::Failed(format!("`{key}` is not a counter"))),
            },
        };
        let new = old + delta;
        let number = u64::try_from(new).map_err(|_| KvError::Failed("a counter went below 0".to_owned()))?;
        self.put(key, encoding.encode(number));
        Ok(new)
    }
}

#[async_trait]
impl KeyValue for Memory {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        self.before().await;
        let value = {
            let mut state = self.state();
            state.check()?;
            state.counts.reads += 1;
            state.values.get(key).map(|(value, _)| value.clone())
        };
        self.after().await;
        Ok(value)
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        self.write(|state| {
            for (key, value) in entries {
                state.put(&key, value);
            }
            Ok(())
        })
        .await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.write(|state| {
            state.values.remove(key);
            Ok(())
        })
        .await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        let (like, encoding) = (self.like, self.encoding());
        self.write(|state| state.increment(like, encoding, key, delta)).await
    }

    async fn swap(&self, key: &str, expected: &[u8], new: Vec<u8>) -> Result<SwapHint, KvError> {
        self.after().await;
        let before = {
            let state = self.state();
            state.check()?;
            state.values.get(key).cloned()
        };
        let Some((value, written)) = before.filter(|(value, _)| value == expected) else {
            return Ok(SwapHint::Differs);
        };
        let like = self.like;
        self.write(|state| {
            state.counts.swaps += 1;
            let now = state.values.get(key);
            let same = match like {
                Like::Redis | Like::RedisMended => now.is_some_and(|(_, now)| *now == written),
                Like::Ideal | Like::Sqlite => now.is_some_and(|(now, _)| *now == value),
            };
            if same {
                state.put(key, new);
            }
            Ok(match like {
                Like::Ideal | Like::Sqlite if same => SwapHint::Succeeded,
                Like::Ideal | Like::Sqlite | Like::Redis => SwapHint::Failed,
                Like::RedisMended => SwapHint::Succeeded,
            })
        })
        .await
    }
}
