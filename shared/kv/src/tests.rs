//! The conformance suite on every in-memory store.

use std::sync::Arc;

use futures::executor::block_on;

use crate::conformance;
use crate::memory::Memory;

#[test]
fn every_store_in_memory_conforms() {
    for like in Memory::ALL {
        let memory = Arc::new(Memory::new(like));
        for (name, outcome) in block_on(conformance::run(memory, "test")) {
            assert_eq!(outcome, Ok(()), "{like:?}: {name}");
        }
    }
}
