//! A caller's `Idempotency-Key`, as it is stored.

use serde::{Deserialize, Serialize};

use crate::record::Envelope;
use crate::{StoreError, keys};

/// How many characters of each digest go into the id of a write.
const IN_WRITE_ID: usize = 16;

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
    /// The id of a write made under the key: from then on the record itself tells that it was made.
    #[must_use]
    pub fn write_id(&self, random: &str) -> String {
        format!("{}{}{random}", self.key_part(), self.body_part())
    }

    /// Whether a name was made by [`write_id`](Self::write_id) under the key.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when it was made with another body.
    pub fn has_made(&self, name: &str) -> Result<bool, StoreError> {
        match name.strip_prefix(self.key_part()) {
            None => Ok(false),
            Some(body) if body.starts_with(self.body_part()) => Ok(true),
            Some(_) => Err(StoreError::KeyReused),
        }
    }

    fn key_part(&self) -> &str {
        self.key.get(..IN_WRITE_ID).unwrap_or(&self.key)
    }

    fn body_part(&self) -> &str {
        self.body.get(..IN_WRITE_ID).unwrap_or(&self.body)
    }
}

impl Envelope {
    /// Whether one of the writes that the record remembers was made under an idempotency key.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when it was made with another body.
    pub fn is_written_under(&self, idempotency: &Idempotency) -> Result<bool, StoreError> {
        for write in &self.writes {
            if idempotency.has_made(write)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
