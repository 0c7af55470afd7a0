//! Waking the processor after a change: a call to `process-events` over service chaining, after the response.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_journal::Wake;
use countersign_kv::log;
use countersign_model::ids::OrganizationId;

use crate::functions::{ToProcess, process};
use crate::ports::{Background, Outbound};

/// Wakes the processor of an organization. However many changes an instance saves at once, it has at most one call
/// under way per organization, and one more follows it. A failed call is logged, and nothing is lost: the next call of
/// `deliver` processes what is there.
pub(crate) struct Waker {
    outbound: Arc<dyn Outbound>,
    background: Arc<dyn Background>,
    /// The organizations with a call under way, and whether something was saved since that call began.
    under_way: Arc<Mutex<BTreeMap<OrganizationId, bool>>>,
}

impl Waker {
    pub(crate) fn new(outbound: Arc<dyn Outbound>, background: Arc<dyn Background>) -> Self {
        Self { outbound, background, under_way: Arc::default() }
    }
}

impl Wake for Waker {
    fn wake(&self, organization: &OrganizationId) {
        {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(again) = under_way.get_mut(organization) {
                *again = true;
                return;
            }
            under_way.insert(organization.clone(), false);
        }
        let (outbound, under_way) = (Arc::clone(&self.outbound), Arc::clone(&self.under_way));
        let call = Call { organization: organization.clone(), under_way };
        self.background.spawn(Box::pin(async move {
            loop {
                call.begin();
                let what = ToProcess { organization_id: call.organization.clone(), plans_itself: false };
                if let Err(reason) = process(outbound.as_ref(), &what).await {
                    let fields: [(&str, &dyn std::fmt::Display); 2] =
                        [("organization", &call.organization), ("error", &reason)];
                    log::line("the processor was not woken", &fields);
                }
                if call.is_over() {
                    return;
                }
            }
        }));
    }
}

/// A call under way. If it is dropped half way (the platform ends work after a time-out), the next change begins
/// another.
struct Call {
    organization: OrganizationId,
    under_way: Arc<Mutex<BTreeMap<OrganizationId, bool>>>,
}

impl Call {
    /// Records that the call beginning now covers everything saved so far.
    fn begin(&self) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.insert(self.organization.clone(), false);
    }

    /// Whether nothing was saved since it began.
    fn is_over(&self) -> bool {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        !under_way.get(&self.organization).copied().unwrap_or_default()
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.organization);
    }
}
