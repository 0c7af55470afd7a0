//! Matching requests: pending requests of other computers of the organization for the same subject.

mod anew;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_journal::{Change, Event, Journal};
use countersign_kv::under_way::at_most;
use countersign_model::act::RequestSettled;
use countersign_model::{
    Act, Computer, Decision, DecisionId, DecisionScope, List, OrganizationId, Origin, Outcome, Permit,
    ProcessorOnly, Request, RequestId, RequestStatus, TransitionError, Whereabouts, Who,
};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;
use futures::lock::Mutex as AsyncMutex;
use jiff::Timestamp;

use countersign_journal::readable::{load_readable, unless_damaged};

/// Ids of a subject that are read at once.
const PAGE: usize = 100;
/// Requests that are settled concurrently.
const AT_ONCE: usize = 8;
/// After this many settled requests the rest is left to the next turn, so that a turn ends while its lease holds.
const SETTLED: usize = 200;

/// The pending requests by subject: those in the set, and those submitted by events of this call that the set may not
/// have yet.
pub struct Matching {
    journal: Journal,
    submitted: Mutex<BTreeMap<(OrganizationId, String), BTreeSet<RequestId>>>,
    /// The last request that this call settled along with a decided one. That request's own event continues from there.
    reached: Mutex<BTreeMap<RequestId, Reached>>,
    /// The same for those that had been denied along with a request that was decided anew.
    reached_anew: Mutex<BTreeMap<RequestId, Reached>>,
}

/// The last request that was settled.
type Reached = Arc<AsyncMutex<Option<RequestId>>>;

/// Some of the requests for a subject, oldest first.
struct SameSubject {
    ids: BTreeSet<RequestId>,
    /// The last of them, if there are more.
    next: Option<RequestId>,
}

impl Matching {
    pub(super) fn new(journal: &Journal) -> Self {
        Self {
            journal: journal.clone(),
            submitted: Mutex::default(),
            reached: Mutex::default(),
            reached_anew: Mutex::default(),
        }
    }

    /// Notes a request that an event submits. The set has it once the turn is committed.
    pub(super) fn note(&self, event: &Event) {
        if let Act::RequestSubmitted(submitted) = &event.act {
            let subject = (event.organization_id.clone(), submitted.0.subject.clone());
            let mut all = self.submitted.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(subject).or_default().insert(submitted.0.request_id.clone());
        }
    }

    /// Settles the pending matching requests within the scope of a decision, each as an event of its own. Requests that
    /// were already settled or decided otherwise stay as they are.
    ///
    /// Work that exceeds one turn is not lost: the event of each request settled along comes here too, and continues
    /// with the requests after it.
    pub(super) async fn settle_along(&self, request: &Request) -> Result<(), StoreError> {
        let Some(decision) = &request.decision else { return Ok(()) };
        let Some(first) = &decision.settled_by else {
            let reached = reached_with(&self.reached, &request.id);
            let mut reached = reached.lock().await;
            *reached = self.settle_behind(request, None).await?;
            return Ok(());
        };
        let reached = reached_with(&self.reached, first);
        let mut reached = reached.lock().await;
        if reached.as_ref().is_some_and(|reached| request.id < *reached) {
            return Ok(());
        }
        if let Some(first) = load_readable::<Request>(&self.journal, &[first.as_str()]).await?.first() {
            let last = self.settle_behind(first, Some(request.id.clone())).await?;
            *reached = last.or_else(|| Some(request.id.clone()));
        }
        Ok(())
    }

    /// Settles the matching requests after one, oldest first. Returns the last one that was settled.
    async fn settle_behind(
        &self,
        decided: &Request,
        mut after: Option<RequestId>,
    ) -> Result<Option<RequestId>, StoreError> {
        let Some(decision) = &decided.decision else { return Ok(None) };
        let Some(scope) = decision.settles_within() else { return Ok(None) };
        // An approval that was revoked or has ended meanwhile settles nothing more.
        let status = decided.status_at(self.journal.clock().now());
        if decision.outcome == Outcome::Approved && status != RequestStatus::Approved {
            return Ok(None);
        }
        let (mut settled, mut last) = (0, None);
        loop {
            let same = self.same_subject(decided, after.as_ref(), PAGE).await?;
            let others = same.ids.iter().filter(|id| **id != decided.id).map(RequestId::as_str).collect();
            let others = self.within_scope(decided, scope, others).await?;
            let each = others.into_iter().map(|other| self.settle(decided, decision, scope, other).boxed());
            let each = each.collect();
            for id in at_most(AT_ONCE, each).await.into_iter().collect::<Result<Vec<_>, _>>()? {
                settled += usize::from(id.is_some());
                last = last.max(id);
            }
            match same.next {
                Some(next) if settled < SETTLED => after = Some(next),
                _ => return Ok(last),
            }
        }
    }

    /// Those of the requests that are pending and within the scope, by where their computers are now.
    async fn within_scope(
        &self,
        decided: &Request,
        scope: DecisionScope,
        others: Vec<&str>,
    ) -> Result<Vec<(RequestId, Whereabouts)>, StoreError> {
        let now = self.journal.clock().now();
        let mut found = load_readable::<Request>(&self.journal, &others).await?;
        found.retain(|other| decided.matches(other) && other.status_at(now) == RequestStatus::Pending);
        let computers: Vec<&str> = found.iter().map(|other| other.computer_id.as_str()).collect();
        let computers = load_readable::<Computer>(&self.journal, &computers).await?;
        let at = |other: &Request| {
            Whereabouts::of_computer(computers.iter().find(|computer| computer.id == other.computer_id))
        };
        let found = found.into_iter().map(|other| (at(&other), other));
        let within = found.filter(|(at, other)| decided.settles(scope, other, at));
        Ok(within.map(|(at, other)| (other.id, at)).collect())
    }

    /// Settles one request if it is pending and within the scope. Returns its id if it was settled.
    async fn settle(
        &self,
        decided: &Request,
        decision: &Decision,
        scope: DecisionScope,
        (id, at): (RequestId, Whereabouts),
    ) -> Result<Option<RequestId>, StoreError> {
        let now = self.journal.clock().now();
        let settling = DecisionId::from_ulid(self.journal.random().ulid(now));
        let origin = by(decision, now);
        let settle = |old: &Request| {
            // A denial applies to requests that were pending when it was made, not to later ones.
            let later = decision.outcome == Outcome::Denied && old.created_at > decision.at;
            if later || !decided.settles(scope, old, &at) {
                return Err(TransitionError::NotPending { status: old.status_at(now) });
            }
            let new = old.decide(decision.settling(settling.clone(), &decided.id), &at)?;
            let permit = Permit::processor(&old.organization_id, ProcessorOnly);
            let change = Change::new(&permit, &origin, RequestSettled::of(&new, decision, &decided.id));
            Ok((new, change))
        };
        let saved = match self.journal.save_update(&id, None, settle).await {
            Ok(_) => Ok(true),
            Err(UpdateError::Refused(_)) => Ok(false),
            Err(UpdateError::Store(error)) => Err(error),
        };
        let saved = unless_damaged("a matching request could not be settled", id.as_str(), saved)?;
        Ok((saved == Some(true)).then_some(id))
    }

    /// The requests of the organization for the same subject after one, oldest first: at most `limit` from the set, and
    /// those among them that this call has noted.
    async fn same_subject(
        &self,
        request: &Request,
        after: Option<&RequestId>,
        limit: usize,
    ) -> Result<SameSubject, StoreError> {
        let (organization, subject) = (request.organization_id.clone(), request.subject.key());
        let permit = Permit::processor(&organization, ProcessorOnly);
        let (list, above) = (List::MatchingRequests, after.map(RequestId::as_str));
        let listed = self.journal.oldest_in_partition(&permit, list, &subject, above, limit).await?;
        let full = listed.len() >= limit;
        let mut ids = BTreeSet::<RequestId>::new();
        ids.extend(listed.iter().filter_map(|id| id.parse().ok()));
        let next = ids.last().filter(|_| full).cloned();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let to = next.as_ref().map_or(Bound::Unbounded, Bound::Included);
        let all = self.submitted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(submitted) = all.get(&(organization, subject)) {
            ids.extend(submitted.range((from, to)).cloned());
        }
        Ok(SameSubject { ids, next })
    }
}

fn reached_with(all: &Mutex<BTreeMap<RequestId, Reached>>, decided: &RequestId) -> Reached {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(all.entry(decided.clone()).or_default())
}

/// Other requests are settled in the name of the administrator who decided, or of nobody if a rule did.
fn by(decision: &Decision, now: Timestamp) -> Origin {
    let (id, name) = (decision.administrator_id.clone(), decision.administrator_name.clone());
    let who = match decision.rule {
        Some(_) => Who::System,
        None => Who::Administrator { id, name, via: None },
    };
    Origin { who, address: None, at: now }
}
