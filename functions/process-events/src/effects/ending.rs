//! What ends with a computer, a group, an organization or an approval: the pending requests of a removed computer,
//! approvals that are for nobody any more, and those that were settled along with one that is revoked. These also follow when
//! that one ends at another time.

mod flags;
mod gone;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_journal::{Event, Journal};
use countersign_kv::under_way::at_most;
use countersign_model::act::ApprovalDetail;
use countersign_model::{
    Computer, DecisionScope, EndReason, Group, GroupId, Organization, OrganizationId, Permit, ProcessorOnly,
    Request, RequestId,
};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;
use futures::lock::Mutex as AsyncMutex;

use countersign_journal::readable::unless_damaged;
use gone::{Cause, Gone};

/// Ids that are read at once.
const PAGE: usize = 100;
/// Requests that are ended concurrently.
const AT_ONCE: usize = 8;
/// After this many ended requests the rest is left to the next turn, so that a turn ends while its lease holds.
const MOST: usize = 200;

/// Ends requests.
pub struct Ending {
    journal: Journal,
    /// The same, which wakes the processing of other organizations.
    waking: Journal,
    /// The last request that this call ended with something. That request's own event continues from there.
    reached: Mutex<BTreeMap<(OrganizationId, Gone), Reached>>,
}

/// The last request that was ended.
type Reached = Arc<AsyncMutex<Option<RequestId>>>;

/// What became of a request that may be for something that is gone.
pub(super) enum Ends {
    /// It ended.
    Ended,
    /// It did not.
    Stays {
        /// The group where its computer is, if that was looked at.
        group: Option<GroupId>,
    },
}

/// Whether an event means that requests end.
pub fn ends_requests(event: &Event) -> bool {
    Gone::by(&event.act).is_some() || !Gone::by_flag(&event.act).is_empty() || flags::carries(&event.act)
}

impl Ending {
    pub(super) fn new(journal: &Journal) -> Self {
        Self { journal: journal.without_waking(), waking: journal.clone(), reached: Mutex::default() }
    }

    /// Ends what ends by an event, oldest first, each as an event of its own.
    ///
    /// Work that exceeds one turn is not lost: the event of each request that was ended comes here too, and continues
    /// with the requests after it. A request that was submitted meanwhile is ended when its own event is processed.
    pub(super) async fn follow(&self, event: &Event) -> Result<(), StoreError> {
        let organization = &event.organization_id;
        for (gone, after) in Gone::by(&event.act).into_iter().chain(Gone::by_flag(&event.act)) {
            self.end_all(organization, &gone, after, MOST).await?;
        }
        self.carry(event).await
    }

    async fn end_all(
        &self,
        organization: &OrganizationId,
        gone: &Gone,
        after: Option<&RequestId>,
        most: usize,
    ) -> Result<(), StoreError> {
        let reached = self.reached_with(organization, gone);
        let mut reached = reached.lock().await;
        if after.is_some_and(|after| reached.as_ref().is_some_and(|reached| after < reached)) {
            return Ok(());
        }
        let last = self.end_behind(organization, gone, after.cloned(), most).await?;
        *reached = last.or_else(|| after.cloned());
        Ok(())
    }

    fn reached_with(&self, organization: &OrganizationId, gone: &Gone) -> Reached {
        let mut all = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry((organization.clone(), gone.clone())).or_default())
    }

    /// Ends the requests after one. Returns the last one that was ended.
    async fn end_behind(
        &self,
        organization: &OrganizationId,
        gone: &Gone,
        mut after: Option<RequestId>,
        most: usize,
    ) -> Result<Option<RequestId>, StoreError> {
        let permit = Permit::processor(organization, ProcessorOnly);
        let Some(cause) = gone.cause(&self.journal).await? else { return Ok(None) };
        let (mut ended, mut last) = (0, None);
        while ended < most {
            let above = after.as_ref().map(RequestId::as_str);
            let ids =
                self.journal.oldest_in_partition(&permit, gone.list, &gone.partition, above, PAGE).await?;
            let ids: Vec<RequestId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
            let each = ids.iter().map(|id| self.end_for(&cause, id.clone()).boxed()).collect();
            for id in at_most(AT_ONCE, each).await.into_iter().collect::<Result<Vec<_>, _>>()? {
                ended += usize::from(id.is_some());
                last = last.max(id);
            }
            after = ids.last().cloned();
            if ids.len() < PAGE {
                break;
            }
        }
        Ok(last)
    }

    /// Ends a request whose event is processed after what it is for is gone: the set did not have it then.
    pub(super) async fn end_if_gone(&self, request: &Request) -> Result<Ends, StoreError> {
        let mut group = None;
        for cause in self.causes(request, &mut group).await? {
            if self.end_for(&cause, request.id.clone()).await?.is_some() {
                return Ok(Ends::Ended);
            }
        }
        Ok(Ends::Stays { group })
    }

    /// Why the request ends now, if it does. If its computer is read for it, also in which group that is.
    async fn causes(&self, request: &Request, group: &mut Option<GroupId>) -> Result<Vec<Cause>, StoreError> {
        let (journal, mut causes) = (&self.journal, Vec::new());
        causes.extend(journal.flag_on(request).await?.map(|flag| Cause::Flagged(Box::new(flag))));
        let approval = ApprovalDetail::of(request);
        let scope = approval.as_ref().map_or(DecisionScope::Computer, |approval| approval.scope);
        let decided = approval.and_then(|approval| approval.settled_by);
        if let Some(decided) = &decided {
            causes.extend(Cause::revocation_of(journal, decided).await?);
        }
        if scope == DecisionScope::Computer || decided.is_some() {
            let found = journal.load::<Computer>(&request.computer_id).await?;
            match found.filter(|found| !found.value.deleted) {
                Some(found) => *group = Some(found.value.group_id),
                None => causes.push(Cause::Gone(EndReason::ComputerRemoved)),
            }
        }
        let (is_gone, because) = match scope {
            DecisionScope::Computer => return Ok(causes),
            DecisionScope::Group => {
                let found = journal.load::<Group>(request.decided_group()).await?;
                (found.is_none_or(|found| found.value.deleted), EndReason::GroupDeleted)
            }
            DecisionScope::Organization => {
                let found = journal.load::<Organization>(&request.organization_id).await?;
                (found.is_none_or(|found| found.value.deleted), EndReason::OrganizationDeleted)
            }
        };
        causes.extend(is_gone.then_some(Cause::Gone(because)));
        if let Some(decided) = &decided {
            causes.extend(Cause::edit_of(journal, decided).await?);
        }
        Ok(causes)
    }

    /// Ends a request if it ends for this reason. Returns its id if it did.
    async fn end_for(&self, cause: &Cause, id: RequestId) -> Result<Option<RequestId>, StoreError> {
        let now = self.journal.clock().now();
        let decision = self.journal.random().ulid(now);
        let end = |old: &Request| cause.end(old, decision, now).ok_or(Over);
        // What a flag stops may belong to another organization than the event.
        let journal = if cause.is_flag() { &self.waking } else { &self.journal };
        let ended = match journal.save_update(&id, None, end).await {
            Ok(_) => Ok(true),
            Err(UpdateError::Refused(Over)) => Ok(false),
            Err(UpdateError::Store(error)) => Err(error),
        };
        let ended = unless_damaged("a request could not be ended", id.as_str(), ended)?;
        Ok((ended == Some(true)).then_some(id))
    }
}

/// The request does not end, or is over already.
struct Over;
