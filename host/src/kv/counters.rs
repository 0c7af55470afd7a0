//! Counts of key-value operations and of other calls to the host per component, which the budget tests and `/_stats` read.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What every component asked of the host since the start or the last reset.
#[derive(Debug, Default)]
pub struct Counters {
    components: Mutex<BTreeMap<String, OperationCounts>>,
}

/// The operations of one component.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct OperationCounts {
    /// Calls by operation, as the interface names them (`get`, `set-many`, `increment`, …).
    pub operations: BTreeMap<&'static str, u64>,
    /// Calls that read values and wrote nothing.
    pub reads: u64,
    /// Write transactions, whether or not they succeeded.
    pub write_transactions: u64,
    /// Other calls to the host: stores opened (`open-store`), swaps begun (`new-cas`), variables (`get-variable`), requests sent
    /// (`send-request`), the wall clock (`now`). Randomness, time-outs and the bodies of requests are not counted.
    pub other_calls: BTreeMap<&'static str, u64>,
}

impl OperationCounts {
    /// All calls to the host that are counted.
    pub fn host_calls(&self) -> u64 {
        self.operations.values().chain(self.other_calls.values()).sum()
    }
}

/// Operations that return a value without writing.
const READS: [&str; 5] = ["get", "exists", "get-keys", "get-many", "current"];

impl Counters {
    /// Counts one call of a component and the write transactions it makes (0 or 1).
    pub fn record(&self, component: &str, op: &'static str, write_transactions: u64) {
        self.count(component, |counts| {
            *counts.operations.entry(op).or_default() += 1;
            counts.write_transactions += write_transactions;
            if READS.contains(&op) {
                counts.reads += 1;
            }
        });
    }

    /// Counts one call of a component that is no key-value operation.
    pub(crate) fn record_other(&self, component: &str, call: &'static str) {
        self.count(component, |counts| *counts.other_calls.entry(call).or_default() += 1);
    }

    fn count(&self, component: &str, count: impl FnOnce(&mut OperationCounts)) {
        let mut components = self.components.lock().unwrap_or_else(PoisonError::into_inner);
        if !components.contains_key(component) {
            components.insert(component.to_owned(), OperationCounts::default());
        }
        components.get_mut(component).map(count);
    }

    /// The operations of each component.
    pub fn snapshot(&self) -> BTreeMap<String, OperationCounts> {
        self.components.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Resets all counts.
    pub fn reset(&self) {
        self.components.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
