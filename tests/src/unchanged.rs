//! A refusal changes nothing: the whole store is compared before and after.

use std::collections::BTreeMap;
use std::fmt::Display;

use countersign_host::harness::TestHost;

/// The store of a host as it was.
pub struct Unchanged {
    before: BTreeMap<String, Vec<u8>>,
}

impl Unchanged {
    /// As it is once nothing is under way.
    pub async fn since_now(host: &TestHost) -> Self {
        host.settle().await.expect("all is processed");
        Self { before: host.dump().await.expect("the store") }
    }

    /// Shows that every byte of it is the same.
    pub async fn is_so(&self, host: &TestHost, after: impl Display) {
        let now = host.dump().await.expect("the store");
        if now == self.before {
            return;
        }
        let keys = self.before.keys().chain(now.keys().filter(|key| !self.before.contains_key(*key)));
        let changed: Vec<&String> = keys.filter(|key| self.before.get(*key) != now.get(*key)).collect();
        panic!("{after} changed {changed:?}");
    }
}
