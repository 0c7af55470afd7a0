//! What can go wrong between a handler and the key-value store.

use countersign_kv::KvError;
use thiserror::Error;

/// A failure of the store. [`UpdateError`] adds the refusal of a transition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The record does not exist (404).
    #[error("there is no such record")]
    NotFound,
    /// The record has another revision than the caller expected (412).
    #[error("the record is at revision {current}")]
    Revision {
        /// The current revision.
        current: u64,
    },
    /// Others kept writing the same record or slot. Trying again helps (503 with `Retry-After`).
    #[error("others are changing the same record; try again")]
    Busy,
    /// The idempotency key was used before with another body (422).
    #[error("the idempotency key was used before with another body")]
    KeyReused,
    /// The permit does not allow this (500): a handler decided one thing and did another. Nothing was changed.
    #[error("the permit does not allow `{what}`")]
    NotPermitted {
        /// The act, or the list.
        what: &'static str,
    },
    /// A value in the store is not in a form that this program writes (500).
    #[error("the value under `{key}` cannot be read")]
    Corrupt {
        /// The key.
        key: String,
    },
    /// A value is larger than the store accepts (500).
    #[error("the value under `{key}` is too large to be stored")]
    TooLarge {
        /// The key.
        key: String,
    },
    /// A later version has raised the schema of the store, and this version must not touch it (503).
    #[error("the store is of a later version of Countersign (schema {schema}); upgrade this host")]
    LaterSchema {
        /// The number of the store's schema.
        schema: u32,
    },
    /// The backend failed (503 with `Retry-After`).
    #[error(transparent)]
    Kv(#[from] KvError),
}

impl StoreError {
    /// An unreadable value.
    pub fn corrupt(key: &str) -> Self {
        Self::Corrupt { key: key.to_owned() }
    }
}

/// Why an update was not made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpdateError<E> {
    /// The transition refused; nothing was changed.
    #[error("the change was refused")]
    Refused(E),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl<E, S: Into<StoreError>> From<S> for UpdateError<E> {
    fn from(error: S) -> Self {
        Self::Store(error.into())
    }
}
