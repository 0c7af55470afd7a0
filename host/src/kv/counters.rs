//! Counts of key-value operations per component, which the budget tests and `/_stats` read.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The key-value operations of every component since the start or the last reset.
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
}

/// Operations that return a value without writing.
const READS: [&str; 5] = ["get", "exists", "get-keys", "get-many", "current"];

impl Counters {
    /// Counts one call of a component and the write transactions it makes (0 or 1).
    pub fn record(&self, component: &str, op: &'static str, write_transactions: u64) {
        let mut components = self.components.lock().unwrap_or_else(PoisonError::into_inner);
        if !components.contains_key(component) {
            components.insert(component.to_owned(), OperationCounts::default());
        }
        if let Some(counts) = components.get_mut(component) {
            *counts.operations.entry(op).or_default() += 1;
            counts.write_transactions += write_transactions;
            if READS.contains(&op) {
                counts.reads += 1;
            }
        }
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
