//! What Countersign needs from a platform: key-value operations, a clock, randomness. Backends differ; only the
//! behaviour described here is relied on, and `conformance` tests it.

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
pub mod log;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
#[cfg(any(test, feature = "over-redis"))]
pub mod over_redis;
pub mod request;
pub mod under_way;
#[cfg(test)]
#[path = "tests.rs"]
mod whole_tests;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use ulid::Ulid;

/// Why a key-value operation failed. Whether a write took effect is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KvError {
    /// The platform has as many operations under way as it allows (`too many requests`). Trying again helps. A swap may
    /// have taken effect all the same, because the platform reads the value in a second operation.
    #[error("the key-value store has too many operations under way")]
    Crowded,
    /// The backend failed.
    #[error("key-value store: {0}")]
    Failed(String),
}

impl KvError {
    /// Interprets a platform's error message.
    pub fn from_platform(words: String) -> Self {
        if words.contains("too many requests") { Self::Crowded } else { Self::Failed(words) }
    }
}

/// What a backend reports about a swap. It is only a hint, because backends may be wrong either way: the caller reads
/// the key again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwapHint {
    /// The key did not hold the expected value; nothing was written.
    Differs,
    /// The backend reports success. Redis would report this for lost swaps too, if Spin's `UNWATCH` were fixed and
    /// nothing else.
    Succeeded,
    /// The backend reports failure. Redis on Spin 4.1 reports this for every swap.
    Failed,
}

/// The key-value operations used. Each is atomic.
///
/// Backends differ in what they report and how they encode counters. Only the behaviour described here is relied on.
#[async_trait]
pub trait KeyValue: Send + Sync {
    /// The value of a key.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError>;
    /// Writes all entries in one transaction.
    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError>;
    /// Removes a key. Removing an absent key is not an error.
    async fn delete(&self, key: &str) -> Result<(), KvError>;
    /// Adds to a counter (absent: 0) and returns the sum. Only for keys that never hold anything but counters.
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError>;
    /// Replaces `expected` with `new` atomically. The result is only a hint; callers read back.
    async fn swap(&self, key: &str, expected: &[u8], new: Vec<u8>) -> Result<SwapHint, KvError>;
}

/// Time, as a parameter.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
    /// Waits; a duration of zero only lets others have their turn.
    async fn sleep(&self, duration: Duration);
}

/// Cryptographically secure randomness.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn bytes(&self, buffer: &mut [u8]);

    /// A random number.
    fn u64(&self) -> u64 {
        let mut buffer = [0; 8];
        self.bytes(&mut buffer);
        u64::from_le_bytes(buffer)
    }

    /// A fresh ULID of the given moment.
    fn ulid(&self, now: Timestamp) -> Ulid {
        let mut buffer = [0; 16];
        self.bytes(&mut buffer);
        Ulid::from_parts(u64::try_from(now.as_millisecond()).unwrap_or(0), u128::from_le_bytes(buffer))
    }
}

/// How a backend encodes a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Eight little-endian bytes (SQLite).
    Binary,
    /// Decimal text (Redis).
    Text,
}

impl Encoding {
    /// The bytes of a number in this encoding.
    pub fn encode(self, number: u64) -> Vec<u8> {
        match self {
            Self::Binary => number.to_le_bytes().to_vec(),
            Self::Text => number.to_string().into_bytes(),
        }
    }
}

/// Reads a counter in either encoding.
///
/// Eight digits read as a binary number are above 3.4 × 10¹⁸. No counter gets that high and no slot number is above
/// 2⁶¹, so the two encodings never collide.
pub fn decode_counter(bytes: &[u8]) -> Option<(u64, Encoding)> {
    if !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit) {
        let number = std::str::from_utf8(bytes).ok()?.parse().ok()?;
        return Some((number, Encoding::Text));
    }
    let binary: [u8; 8] = bytes.try_into().ok()?;
    Some((u64::from_le_bytes(binary), Encoding::Binary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_of_a_counter_are_told_apart() {
        for number in [0, 1, 9, 10_000_000, 99_999_999, 1_000_000_000, (1 << 61) - 1] {
            for encoding in [Encoding::Binary, Encoding::Text] {
                assert_eq!(decode_counter(&encoding.encode(number)), Some((number, encoding)));
            }
        }
    }

    #[test]
    fn what_is_no_counter_is_refused() {
        for bytes in [&b""[..], b"-1", b"12a", b"{}", b"123456789012345678901234567890"] {
            assert_eq!(decode_counter(bytes), None);
        }
    }
}
