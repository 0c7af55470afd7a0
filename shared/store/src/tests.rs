//! The store over in-memory backends.

mod arrivals;
mod asked;
mod attachments;
mod bounces;
mod check_ins;
mod deployments;
mod device_logins;
mod enrollment;
mod epoch;
mod expiry;
mod lease;
mod partial;
mod throttle;
mod turns;

use std::sync::Arc;

use countersign_kv::memory::{Memory, TestClock};
use countersign_model::{Computer, ComputerId, EnrollmentKeyId, GroupId, OrganizationId};
use ulid::Ulid;

use crate::Store;

/// A store over an in-memory backend.
struct World {
    memory: Arc<Memory>,
    clock: Arc<TestClock>,
    store: Store,
    root: OrganizationId,
}

impl World {
    fn new(like: countersign_kv::memory::Like) -> Self {
        let memory = Arc::new(Memory::new(like));
        let clock = Arc::new(TestClock::default());
        let store = Store::seeded(memory.clone(), clock.clone(), 1);
        Self { memory, clock, store, root: OrganizationId::from_ulid(Ulid::from_parts(1, 1)) }
    }

    /// A computer with this number. All enrolled with the same key.
    fn computer(&self, number: u128) -> Computer {
        Computer {
            id: ComputerId::from_ulid(Ulid::from_parts(1, number)),
            organization_id: self.root.clone(),
            group_id: GroupId::from_ulid(Ulid::from_parts(1, 1)),
            hostname: "pc".to_owned(),
            os: "Debian 12".to_owned(),
            name: None,
            naming: 0,
            unconfirmed: false,
            twin_of: None,
            token_hash: String::new(),
            maintenance: None,
            enrolled_at: self.store.clock().now(),
            enrollment_key_id: Some(EnrollmentKeyId::from_ulid(Ulid::from_parts(1, 1))),
            policy_version: None,
            instances: Default::default(),
            override_key: None,
            deleted: false,
        }
    }

    /// A separate store for a task: the same memory, other random numbers.
    fn store(&self, seed: u64) -> Store {
        Store::seeded(self.memory.clone(), self.clock.clone(), seed.wrapping_mul(1_000_003) + 17)
    }
}
