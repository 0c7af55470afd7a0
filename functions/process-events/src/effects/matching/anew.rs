//! Requests that were denied along with one that an administrator has approved anew: they follow it.

use countersign_journal::Change;
use countersign_kv::under_way::at_most;
use countersign_model::act::RequestSettled;
use countersign_model::{
    Computer, Decision, DecisionId, DecisionScope, List, Outcome, Permit, ProcessorOnly, Request, RequestId,
    RequestStatus, Whereabouts,
};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;

use super::{AT_ONCE, Matching, PAGE, SETTLED, by, reached_with};
use countersign_journal::readable::{load_one_readable, unless_damaged};

/// The request does not follow.
struct Stays;

impl Matching {
    /// Approves the requests that were denied along with one, when that one was approved anew: those in the scope of the
    /// approval, each as an event of its own.
    ///
    /// Work that exceeds one turn is not lost: the event of each request that followed comes here too, and continues with the
    /// requests after it. A request that is denied along while the other one is decided anew follows when its own event is
    /// processed.
    pub(crate) async fn settle_anew(&self, request: &Request) -> Result<(), StoreError> {
        let Some(decision) = &request.decision else { return Ok(()) };
        let Some(first) = &decision.settled_by else {
            if !request.earlier_decisions.is_empty() {
                let reached = reached_with(&self.reached_anew, &request.id);
                let mut reached = reached.lock().await;
                *reached = self.approve_behind(request, None).await?;
            }
            return Ok(());
        };
        let found = load_one_readable::<Request>(&self.journal, first.as_str()).await?;
        let Some(first) = found.filter(|first| !first.earlier_decisions.is_empty()) else { return Ok(()) };
        if request.earlier_decisions.is_empty() {
            self.approve_all(&first, std::slice::from_ref(&request.id)).await?;
            return Ok(());
        }
        let reached = reached_with(&self.reached_anew, &first.id);
        let mut reached = reached.lock().await;
        if reached.as_ref().is_some_and(|reached| request.id < *reached) {
            return Ok(());
        }
        let last = self.approve_behind(&first, Some(request.id.clone())).await?;
        *reached = last.or_else(|| Some(request.id.clone()));
        Ok(())
    }

    /// Approves those after one that were denied along, oldest first. Returns the last one that was approved.
    async fn approve_behind(
        &self,
        first: &Request,
        mut after: Option<RequestId>,
    ) -> Result<Option<RequestId>, StoreError> {
        let permit = Permit::processor(&first.organization_id, ProcessorOnly);
        let (mut approved, mut last) = (0, None);
        while approved < SETTLED {
            let above = after.as_ref().map(RequestId::as_str);
            let (list, partition) = (List::SharedApprovals, first.id.as_str());
            let ids = self.journal.oldest_in_partition(&permit, list, partition, above, PAGE).await?;
            let ids: Vec<RequestId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
            let done = self.approve_all(first, &ids).await?;
            approved += done.len();
            last = last.max(done.into_iter().max());
            after = ids.last().cloned();
            if ids.len() < PAGE {
                break;
            }
        }
        Ok(last)
    }

    /// Approves those of the requests that follow. Returns them.
    async fn approve_all(&self, first: &Request, ids: &[RequestId]) -> Result<Vec<RequestId>, StoreError> {
        let Some(decision) = first.decision.as_ref() else { return Ok(Vec::new()) };
        let Some(scope) = decision.settles_within() else { return Ok(Vec::new()) };
        let status = first.status_at(self.journal.clock().now());
        if decision.outcome != Outcome::Approved || status != RequestStatus::Approved {
            return Ok(Vec::new());
        }
        let each = ids.iter().map(|id| self.approve(first, decision, scope, id).boxed()).collect();
        let done = at_most(AT_ONCE, each).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(done.into_iter().flatten().collect())
    }

    /// Approves one request if it follows. Returns its id if it did.
    async fn approve(
        &self,
        first: &Request,
        decision: &Decision,
        scope: DecisionScope,
        id: &RequestId,
    ) -> Result<Option<RequestId>, StoreError> {
        let Some(found) = load_one_readable::<Request>(&self.journal, id.as_str()).await? else {
            return Ok(None);
        };
        let computer = load_one_readable::<Computer>(&self.journal, found.computer_id.as_str()).await?;
        let at = Whereabouts::of_computer(computer.as_ref());
        let now = self.journal.clock().now();
        let (origin, settling) = (by(decision, now), DecisionId::from_ulid(self.journal.random().ulid(now)));
        let follow = |old: &Request| {
            if !first.settles(scope, old, &at) {
                return Err(Stays);
            }
            let along = decision.settling(settling.clone(), &first.id);
            let new = old.settled_anew(along, &first.id, &at).ok_or(Stays)?;
            let permit = Permit::processor(&old.organization_id, ProcessorOnly);
            let change = Change::new(&permit, &origin, RequestSettled::of(&new, decision, &first.id));
            Ok((new, change))
        };
        let saved = match self.journal.save_update(id, None, follow).await {
            Ok(_) => Ok(true),
            Err(UpdateError::Refused(Stays)) => Ok(false),
            Err(UpdateError::Store(error)) => Err(error),
        };
        let saved = unless_damaged("a denied request could not follow", id.as_str(), saved)?;
        Ok((saved == Some(true)).then(|| id.clone()))
    }
}
