//! A caller's `Idempotency-Key`, as it is stored.

use serde::{Deserialize, Serialize};

use crate::keys;

/// A caller's idempotency key and the body it came with, as digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    /// The digest of caller and key.
    pub key: String,
    /// The digest of the body.
    pub body: String,
}

impl Idempotency {
    /// The caller's own key: the same text from another caller is another key.
    pub fn new(caller: &str, key: &str, body: &[u8]) -> Self {
        Self { key: keys::digest(&[caller, key]), body: keys::sha256(body) }
    }

    /// The digest of caller and key, by which a record tells which attempt made it.
    pub fn digest(&self) -> &str {
        &self.key
    }
}
