//! Records, slots, journals, lists and leases over a plain key-value store.
//!
//! A handler loads what it needs, decides, and saves through [`Change`]: that is the one way of writing, and it takes the
//! event (audit, who must hear, lists) together with the change. `docs/design.md` §4 has the rules this crate keeps.

mod attachments;
mod chain;
mod change;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
mod entities;
mod error;
mod event;
mod journal;
pub mod keys;
mod kv;
mod lease;
mod ledger;
mod lists;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
mod outbox;
mod process;
mod record;
mod slot;
pub mod throttle;
pub mod tokens;

use std::sync::Arc;

pub use attachments::{Manifest, Upload, UploadError};
pub use chain::{ChainHead, Fault, Flaw, Noted, NotedRow, SealCheck, Sealer, Verified};
pub use change::{Change, Elected, Idempotency, Saved, Terms};
pub use entities::{
    Credential, ROSTER_ID, Session, credentials_id, deployed_policies_id, deployment_id, login_settings_id,
    role_book_id,
};
pub use error::{KvError, StoreError, UpdateError};
pub use event::{Commit, Event, EventPlace, ListChange, Origin, Who};
pub use kv::{Clock, KeyValue, Random, SwapHint};
pub use lease::{Lease, delivery_lease};
pub use ledger::Ledger;
pub use lists::records::Records;
pub use lists::{List, Listed, Listing};
pub use outbox::{Due, Outbox};
pub use process::{Consequences, Effects, Processed};
pub use record::{Entity, Stored};
pub use slot::{Claim, Slot, Taken};

/// The store: a key-value backend, a clock and randomness. Cloning is cheap.
#[derive(Clone)]
pub struct Store {
    kv: Arc<dyn KeyValue>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Store {
    /// A store over the given platform.
    pub fn new(kv: Arc<dyn KeyValue>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { kv, clock, random }
    }

    /// The key-value backend, for what this crate does not cover (a health check, say).
    pub fn kv(&self) -> &dyn KeyValue {
        &*self.kv
    }

    /// The clock everything of this store goes by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The source of randomness.
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }
}
