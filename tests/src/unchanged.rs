//! A refusal changes nothing: the whole store is compared before and after.

use std::collections::BTreeMap;
use std::fmt::Display;

use countersign_host::harness::TestHost;
use serde_json::Value;

/// The keys of sessions and API tokens.
const SESSIONS: &str = "countersign/1/t/";

/// The store of a host as it was.
pub struct Unchanged {
    before: BTreeMap<String, Vec<u8>>,
}

impl Unchanged {
    /// As it is once nothing is under way.
    pub async fn since_now(host: &TestHost) -> Self {
        host.settle().await.expect("all is processed");
        Self { before: stored(host).await }
    }

    /// Shows that every byte of it is the same.
    pub async fn is_so(&self, host: &TestHost, after: impl Display) {
        let now = stored(host).await;
        if now == self.before {
            return;
        }
        let keys = self.before.keys().chain(now.keys().filter(|key| !self.before.contains_key(*key)));
        let changed: Vec<&String> = keys.filter(|key| self.before.get(*key) != now.get(*key)).collect();
        panic!("{after} changed {changed:?}");
    }
}

/// Everything that is stored, but when each session was used last: that is noted once a minute, whatever it is used for.
async fn stored(host: &TestHost) -> BTreeMap<String, Vec<u8>> {
    let mut all = host.dump().await.expect("the store");
    for (_, value) in all.iter_mut().filter(|(key, _)| key.starts_with(SESSIONS)) {
        let mut session: Value = serde_json::from_slice(value).expect("a session");
        session["policy_read_at"] = Value::Null;
        *value = session.to_string().into_bytes();
    }
    all
}
