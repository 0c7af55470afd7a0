//! Records, unique names, tokens, throttles, leases and attachments over a plain key-value store.
//!
//! Everything is read through this crate; changes go through `countersign-journal`, which records them.
//! `docs/journal.md` has the rules of both.

mod above;
mod arrivals;
mod asked;
mod attachments;
mod bounces;
mod branding;
mod check_ins;
mod chunks;
mod deployments;
mod device_logins;
mod downloads;
mod earlier;
mod enrollment;
mod entities;
mod epoch;
mod error;
mod expiry;
mod flags;
mod grant_uses;
mod heard;
mod idempotency;
mod kept;
pub mod keys;
mod lease;
mod partial;
mod provider_health;
mod receipt;
pub mod record;
mod requester_mail;
pub mod slot;
mod tally;
#[cfg(test)]
mod tests;
pub mod throttle;
pub mod tokens;
mod trail;
mod turns;
mod watched;

use std::sync::Arc;

use countersign_kv::{Clock, KeyValue, Random};

pub use asked::AskedRequests;
pub use attachments::{Manifest, Upload, UploadError};
pub use bounces::BouncedAddress;
pub use chunks::{CHUNK, FINISHED_WITHIN};
pub use downloads::{Download, ONE_DOWNLOAD};
pub use earlier::{earlier_entry, earlier_key};
pub use enrollment::{KeyRequests, KeyWeek};
pub use entities::{DeployedPoliciesId, Parent};
pub use epoch::{SCHEMA, StoreEpoch};
pub use error::{StoreError, UpdateError};
pub use expiry::{Expiring, Remove, Swept};
pub use flags::flag_marks;
pub use grant_uses::UsedGrant;
pub use idempotency::Idempotency;
pub use kept::KeptBytes;
pub use lease::Lease;
pub use partial::{Append, AppendError, Beginning, Partial};
pub use receipt::{Abandoned, EventRef};
pub use record::{Entity, Stored};
pub use requester_mail::{MailLimitReached, RequesterMail};
pub use slot::{Acquired, Claim, Slot};
pub use tally::Tally;
pub use trail::{Trail, TrailPlace, WithEnds, has_trail, trail_entry};
pub use watched::{Refused, Watched};

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

    /// A store for tests: randomness comes from a seed.
    #[cfg(any(test, feature = "testing"))]
    pub fn seeded(kv: Arc<dyn KeyValue>, clock: Arc<dyn Clock>, seed: u64) -> Self {
        Self::new(kv, clock, Arc::new(countersign_kv::memory::TestRandom::new(seed)))
    }

    /// The key-value backend.
    pub fn kv(&self) -> &dyn KeyValue {
        &*self.kv
    }

    /// The clock that everything in this store uses.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The source of randomness.
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }
}
