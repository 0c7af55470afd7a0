//! Waking the processor after a change: a call to `process-events` over service chaining, after the response.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_journal::Wake;
use countersign_kv::log;
use countersign_model::ids::OrganizationId;

use crate::functions::{ToProcess, process};
use crate::ports::{Background, Outbound};

/// Calls about organizations, of which an instance has at most one under way for each: one more follows it, however many ask for it
/// meanwhile. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct OneByOne(Arc<Mutex<BTreeMap<OrganizationId, bool>>>);

impl OneByOne {
    /// Begins calls about an organization; `None` if one is under way, which another one then follows.
    #[must_use]
    pub fn begin(&self, organization: &OrganizationId) -> Option<Calls> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(again) = under_way.get_mut(organization) {
            *again = true;
            return None;
        }
        under_way.insert(organization.clone(), true);
        Some(Calls { organization: organization.clone(), all: self.clone() })
    }
}

/// Calls under way. If they are dropped half way (the platform ends work after a time-out), the next one who asks begins others.
#[derive(Debug)]
pub struct Calls {
    organization: OrganizationId,
    all: OneByOne,
}

impl Calls {
    /// Whether to call, for the first time or once more, because somebody has asked for it since the last call began. The call that
    /// begins now covers everybody who has asked so far.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        let mut under_way = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.insert(self.organization.clone(), false).unwrap_or_default()
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.organization);
    }
}

/// Wakes the processor of an organization. However many changes an instance saves at once, it has at most one call
/// under way per organization, and one more follows it. A failed call is logged, and nothing is lost: the next call of
/// `deliver` processes what is there.
pub(crate) struct Waker {
    outbound: Arc<dyn Outbound>,
    background: Arc<dyn Background>,
    calls: OneByOne,
}

impl Waker {
    pub(crate) fn new(outbound: Arc<dyn Outbound>, background: Arc<dyn Background>) -> Self {
        Self { outbound, background, calls: OneByOne::default() }
    }
}

impl Wake for Waker {
    fn wake(&self, organization: &OrganizationId) {
        let Some(calls) = self.calls.begin(organization) else { return };
        let (outbound, organization) = (Arc::clone(&self.outbound), organization.clone());
        self.background.spawn(Box::pin(async move {
            while calls.goes_on() {
                let what = ToProcess { organization_id: organization.clone(), plans_itself: false };
                if let Err(reason) = process(outbound.as_ref(), &what).await {
                    let fields: [(&str, &dyn std::fmt::Display); 2] =
                        [("organization", &organization), ("error", &reason)];
                    log::line("the processor was not woken", &fields);
                }
            }
        }));
    }
}
