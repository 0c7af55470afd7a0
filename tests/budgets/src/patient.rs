//! A clock on which nobody's time runs out while calls to the store are counted.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign_http::Services;
use countersign_http::testing::World;
use countersign_journal::Journal;
use countersign_kv::Clock;
use countersign_kv::memory::TestClock;
use countersign_store::Store;
use jiff::Timestamp;

/// Shows the time of another clock. Waiting on it never ends, where waiting on that one moves it.
struct Patient(Arc<TestClock>);

#[async_trait]
impl Clock for Patient {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending().await
    }
}

/// The services of the world, which wait for the store as long as it takes.
pub fn services(world: &World) -> Services {
    let clock = Arc::new(Patient(world.clock.clone()));
    let store = Store::seeded(world.memory.clone(), clock, 2);
    Services { journal: Journal::new(store), ..world.services() }
}
