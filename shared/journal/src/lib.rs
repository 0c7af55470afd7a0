//! Journals: every change is recorded as an event, and everything else is derived from the events.
//!
//! A handler loads what it needs, decides, and saves through [`Change`]. This is the only way to change anything, and
//! it takes the event (audit, notifications, lists) together with the change. `docs/journal.md` explains the whole
//! crate.

mod chain;
mod change;
mod event;
mod journal;
mod lists;
mod permission_edits;
mod plan;
mod process;
mod projection;
mod queue;
pub mod readable;
mod tally;
#[cfg(test)]
mod tests;
mod told;
mod watch;

use std::ops::Deref;
use std::sync::Arc;

use countersign_model::OrganizationId;
use countersign_store::Store;

pub use chain::{ChainHead, Fault, Flaw, Noted, NotedRow, SealCheck, Sealer, Verified};
pub use change::{Change, Elected, Saved, Terms};
pub use event::{Commit, Event, IndexEntry};
pub use lists::part::Part;
pub use lists::records::{Open, Records, Withheld};
pub use lists::{Listed, Listing};
pub use permission_edits::{PermissionEdit, PermissionEditError, PermissionEdits};
pub use plan::{Plan, planning_lease};
pub use process::{Consequences, Effects, Processed};
pub use projection::Projection;
pub use queue::{Due, Queue, delivery_lease};
pub use tally::{Pending, RequestCounts, RequestReport, RequestTops, reported_up_to};
pub use told::DeliveriesOf;
pub use watch::{Lag, Overview, Walked, Walks};

/// The journals of all organizations, over the store that holds the records. Everything in the store can be read
/// through it; changes are made here, so that they are recorded. Cloning is cheap.
#[derive(Clone)]
pub struct Journal {
    store: Store,
    processor: Option<Arc<dyn Wake>>,
}

/// Has an organization's new events processed soon. Called after a change is saved, and never waited for.
pub trait Wake: Send + Sync {
    /// There are new events in the organization's journal.
    fn wake(&self, organization: &OrganizationId);
}

impl Journal {
    /// Journals over a store, for the processor itself, which needs no wake.
    pub fn new(store: Store) -> Self {
        Self { store, processor: None }
    }

    /// The same journals, but every change saved through them wakes the processor.
    #[must_use]
    pub fn waking(self, processor: Arc<dyn Wake>) -> Self {
        Self { processor: Some(processor), ..self }
    }

    /// The same journals without waking, for the processor itself.
    #[must_use]
    pub fn without_waking(&self) -> Self {
        Self { processor: None, ..self.clone() }
    }

    fn wake(&self, organization: &OrganizationId) {
        if let Some(processor) = &self.processor {
            processor.wake(organization);
        }
    }
}

impl Deref for Journal {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}
