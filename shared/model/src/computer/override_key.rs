//! The key of a computer's override codes, as it is stored: sealed.

use serde::{Deserialize, Serialize};

/// How many characters of the sealed text tell two keys apart. They are those of the seal, which is random.
const ID: usize = 8;

/// A key that is sealed under the deployment's `secret_key` for its computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedOverrideKey(String);

impl SealedOverrideKey {
    /// A sealed text.
    #[must_use]
    pub const fn new(sealed: String) -> Self {
        Self(sealed)
    }

    /// The sealed text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What tells this key from others and says nothing else about it.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(ID)..).unwrap_or(&self.0)
    }
}
