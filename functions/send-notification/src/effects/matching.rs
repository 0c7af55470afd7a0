//! Matching requests: those of other computers of the organization for the same subject, while they are pending.

use std::collections::{BTreeMap, BTreeSet};

use countersign_journal::{Change, Journal};
use countersign_kv::log;
use countersign_model::act::RequestSettled;
use countersign_model::{
    Decision, DecisionId, DecisionScope, List, OrganizationId, Origin, Outcome, Permit, ProcessorOnly,
    Request, RequestId, RequestStatus, TransitionError, Who,
};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;
use futures::lock::Mutex;

/// Ids of a list read at once.
const PAGE: usize = 200;
/// Requests settled at once.
const AT_ONCE: usize = 8;

/// The pending requests of the organizations met in one call of processing, by subject. What a request is about never changes,
/// so each is read once; whether it is still pending is asked every time.
pub struct Matching {
    journal: Journal,
    met: Mutex<BTreeMap<OrganizationId, Met>>,
}

#[derive(Default)]
struct Met {
    known: BTreeSet<RequestId>,
    by_subject: BTreeMap<String, BTreeSet<RequestId>>,
    /// Whether the list was walked in this call. What comes later is added when its own event is processed.
    walked: bool,
}

impl Met {
    fn add(&mut self, request: &Request) {
        self.known.insert(request.id.clone());
        self.by_subject.entry(request.subject.key()).or_default().insert(request.id.clone());
    }
}

impl Matching {
    pub(super) fn new(journal: &Journal) -> Self {
        Self { journal: journal.without_waking(), met: Mutex::default() }
    }

    /// The pending matching requests that were there before this one, oldest first, at most so many looked at.
    pub(super) async fn pending_before(
        &self,
        request: &Request,
        most: usize,
    ) -> Result<Vec<Request>, StoreError> {
        let ids = self.same_subject(request, false).await?;
        let now = self.journal.clock().now();
        let earlier = ids.iter().filter(|id| **id < request.id).take(most);
        let found = self.journal.load_many::<Request>(earlier).await?;
        let counts =
            |other: &Request| other.matches(request) && other.status_at(now) == RequestStatus::Pending;
        Ok(found.into_iter().flatten().map(|stored| stored.value).filter(counts).collect())
    }

    /// Settles the pending matching requests within the scope of a decision, each as an event of its own. Those settled
    /// already, or decided by somebody else first, are left as they are.
    pub(super) async fn settle_along(&self, decided: &Request) -> Result<(), StoreError> {
        let Some(decision) = &decided.decision else { return Ok(()) };
        let Some(scope) = decision.settles_within() else { return Ok(()) };
        if decision.outcome == Outcome::Approved && !decision.in_force_at(self.journal.clock().now()) {
            return Ok(());
        }
        let ids = self.same_subject(decided, true).await?;
        let others = ids.into_iter().filter(|id| *id != decided.id);
        let each = others.map(|id| self.settle(decided, decision, scope, id).boxed()).collect();
        crate::at_once(AT_ONCE, each).await.into_iter().collect()
    }

    async fn settle(
        &self,
        decided: &Request,
        decision: &Decision,
        scope: DecisionScope,
        id: RequestId,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let settling = DecisionId::from_ulid(self.journal.random().ulid(now));
        let who = Who::Administrator {
            id: decision.administrator_id.clone(),
            name: decision.administrator_name.clone(),
            via: None,
        };
        let origin = Origin { who, address: None, at: now };
        let settle = |old: &Request| {
            let pending = old.status_at(now);
            // Who denies what is pending does not speak of what comes later.
            let later = decision.outcome == Outcome::Denied && old.created_at > decision.at;
            if later || !decided.settles(scope, old) {
                return Err(TransitionError::NotPending { status: pending });
            }
            let new = old.decide(decision.settling(settling.clone(), &decided.id))?;
            let permit = Permit::processor(&old.organization_id, ProcessorOnly);
            let change = Change::new(&permit, &origin, RequestSettled::of(&new, decision, &decided.id));
            Ok((new, change))
        };
        match self.journal.save_update(&id, None, settle).await {
            Ok(_) | Err(UpdateError::Refused(_)) => Ok(()),
            Err(UpdateError::Store(error @ (StoreError::Busy | StoreError::Kv(_)))) => Err(error),
            Err(UpdateError::Store(error)) => {
                log::line("a matching request is not settled", &[("request", &id), ("error", &error)]);
                Ok(())
            }
        }
    }

    /// The requests of the organization for the same subject that were pending when last looked, oldest first.
    async fn same_subject(&self, request: &Request, anew: bool) -> Result<BTreeSet<RequestId>, StoreError> {
        let mut all = self.met.lock().await;
        let met = all.entry(request.organization_id.clone()).or_default();
        if anew || !met.walked {
            self.walk(&request.organization_id, met).await?;
        }
        met.add(request);
        Ok(met.by_subject.get(&request.subject.key()).cloned().unwrap_or_default())
    }

    async fn walk(&self, organization: &OrganizationId, met: &mut Met) -> Result<(), StoreError> {
        let mut cursor: Option<String> = None;
        loop {
            let page = self
                .journal
                .list(
                    &Permit::processor(organization, ProcessorOnly),
                    List::PendingRequests,
                    cursor.as_deref(),
                    PAGE,
                )
                .await?;
            let ids = page.items.iter().filter_map(|row| row.id.parse::<RequestId>().ok());
            let unknown: Vec<RequestId> = ids.filter(|id| !met.known.contains(id)).collect();
            for request in self.journal.load_many::<Request>(&unknown).await?.into_iter().flatten() {
                // Those of the organizations below are in the list, too, and are no matching ones.
                if request.value.organization_id == *organization {
                    met.add(&request.value);
                } else {
                    met.known.insert(request.value.id);
                }
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => {
                    met.walked = true;
                    return Ok(());
                }
            }
        }
    }
}
