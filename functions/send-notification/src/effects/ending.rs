//! What ends with a computer, a group or an organization: the pending requests of a removed computer, and approvals that
//! are for nobody any more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_journal::{Change, Event, Journal};
use countersign_model::act::{ApprovalDetail, RequestEnded, RequestExpired};
use countersign_model::list::WHOLE_ORGANIZATION;
use countersign_model::{
    Act, Computer, ComputerId, DecisionScope, EndReason, Group, List, Organization, OrganizationId, Origin,
    Permit, ProcessorOnly, Request, RequestId, Who,
};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;
use futures::lock::Mutex as AsyncMutex;
use jiff::Timestamp;

use crate::readable::unless_damaged;

/// Ids that are read at once.
const PAGE: usize = 100;
/// Requests that are ended concurrently.
const AT_ONCE: usize = 8;
/// After this many ended requests the rest is left to the next turn, so that a turn ends while its lease holds.
const MOST: usize = 200;

/// Ends requests.
pub struct Ending {
    journal: Journal,
    /// The last request that this call ended with something. That request's own event continues from there.
    reached: Mutex<BTreeMap<(OrganizationId, Gone), Reached>>,
}

/// The last request that was ended.
type Reached = Arc<AsyncMutex<Option<RequestId>>>;

/// What is gone: the partition of a set that has what ends with it, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Gone {
    list: List,
    partition: String,
    because: EndReason,
}

impl Gone {
    fn computer(id: &str) -> Self {
        let because = EndReason::ComputerRemoved;
        Self { list: List::ComputerRequests, partition: id.to_owned(), because }
    }

    fn shared(partition: &str, because: EndReason) -> Self {
        Self { list: List::SharedApprovals, partition: partition.to_owned(), because }
    }

    /// What is gone by an event; or what was gone before, if the event is an end in the midst of others.
    fn by(act: &Act) -> Option<Self> {
        if let Act::ComputerDeleted(deleted) = act {
            return Some(Self::computer(deleted.computer_id.as_str()));
        }
        if let Act::GroupDeleted(deleted) = act {
            return Some(Self::shared(deleted.group_id.as_str(), EndReason::GroupDeleted));
        }
        if let Act::OrganizationDeleted(_) = act {
            return Some(Self::shared(WHOLE_ORGANIZATION, EndReason::OrganizationDeleted));
        }
        End::of(act)?.with()
    }
}

/// The end of a request, as its event tells it.
struct End<'a> {
    request: &'a RequestId,
    computer: &'a ComputerId,
    approval: Option<&'a ApprovalDetail>,
    because: EndReason,
}

impl<'a> End<'a> {
    /// `None` if the act is something else, or a request that nobody decided in time.
    fn of(act: &'a Act) -> Option<Self> {
        if let Act::RequestEnded(ended) = act {
            return Some(Self {
                request: &ended.request_id,
                computer: &ended.computer_id,
                approval: ended.approval.as_ref(),
                because: ended.because,
            });
        }
        let Act::RequestExpired(expired) = act else { return None };
        Some(Self {
            request: &expired.request_id,
            computer: &expired.computer_id,
            approval: expired.approval.as_ref(),
            because: expired.because?,
        })
    }

    /// What is gone.
    fn with(&self) -> Option<Gone> {
        match self.because {
            EndReason::ComputerRemoved => Some(Gone::computer(self.computer.as_str())),
            EndReason::GroupDeleted => {
                let group = self.approval?.group_id.as_ref()?;
                Some(Gone::shared(group.as_str(), self.because))
            }
            EndReason::OrganizationDeleted => Some(Gone::shared(WHOLE_ORGANIZATION, self.because)),
        }
    }
}

/// Whether an event means that requests end.
pub fn ends_requests(event: &Event) -> bool {
    Gone::by(&event.act).is_some()
}

impl Ending {
    pub(super) fn new(journal: &Journal) -> Self {
        Self { journal: journal.clone(), reached: Mutex::default() }
    }

    /// Ends what ends by an event, oldest first, each as an event of its own.
    ///
    /// Work that exceeds one turn is not lost: the event of each request that was ended comes here too, and continues
    /// with the requests after it. A request that was submitted meanwhile is ended when its own event is processed.
    pub(super) async fn follow(&self, event: &Event) -> Result<(), StoreError> {
        let Some(gone) = Gone::by(&event.act) else { return Ok(()) };
        let organization = &event.organization_id;
        let after = End::of(&event.act).map(|end| end.request);
        let reached = self.reached_with(organization, &gone);
        let mut reached = reached.lock().await;
        if after.is_some_and(|after| reached.as_ref().is_some_and(|reached| after < reached)) {
            return Ok(());
        }
        let last = self.end_behind(organization, &gone, after.cloned()).await?;
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
    ) -> Result<Option<RequestId>, StoreError> {
        let permit = Permit::processor(organization, ProcessorOnly);
        let (mut ended, mut last) = (0, None);
        while ended < MOST {
            let above = after.as_ref().map(RequestId::as_str);
            let ids =
                self.journal.oldest_in_partition(&permit, gone.list, &gone.partition, above, PAGE).await?;
            let ids: Vec<RequestId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
            let each = ids.iter().map(|id| self.end_for(gone.because, id.clone()).boxed()).collect();
            for id in crate::at_once(AT_ONCE, each).await.into_iter().collect::<Result<Vec<_>, _>>()? {
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

    /// Ends a request whose event is processed after what it is for is gone: the set did not have it then. Whether it was
    /// ended.
    pub(super) async fn end_if_gone(&self, request: &Request) -> Result<bool, StoreError> {
        let Some(because) = self.gone_for(request).await? else { return Ok(false) };
        Ok(self.end_for(because, request.id.clone()).await?.is_some())
    }

    /// What is gone of what the request is for.
    async fn gone_for(&self, request: &Request) -> Result<Option<EndReason>, StoreError> {
        let journal = &self.journal;
        let scope = ApprovalDetail::of(request).map_or(DecisionScope::Computer, |approval| approval.scope);
        let (is_there, because) = match scope {
            DecisionScope::Computer => {
                let found = journal.load::<Computer>(&request.computer_id).await?;
                (found.is_some_and(|found| !found.value.deleted), EndReason::ComputerRemoved)
            }
            DecisionScope::Group => {
                let found = journal.load::<Group>(request.decided_group()).await?;
                (found.is_some_and(|found| !found.value.deleted), EndReason::GroupDeleted)
            }
            DecisionScope::Organization => {
                let found = journal.load::<Organization>(&request.organization_id).await?;
                (found.is_some_and(|found| !found.value.deleted), EndReason::OrganizationDeleted)
            }
        };
        Ok((!is_there).then_some(because))
    }

    /// Ends a request if it ends for this reason. Returns its id if it did.
    async fn end_for(&self, because: EndReason, id: RequestId) -> Result<Option<RequestId>, StoreError> {
        let now = self.journal.clock().now();
        let end = |old: &Request| end(old, because, now).ok_or(Over);
        let ended = match self.journal.save_update(&id, None, end).await {
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

/// The ended request with its event. An approval that has expired by itself gets the event of that, so that it leaves the
/// set; a request that nobody decided in time gets it from the sweep.
fn end(old: &Request, because: EndReason, now: Timestamp) -> Option<(Request, Change)> {
    let origin = Origin { who: Who::System, address: None, at: now };
    let permit = Permit::processor(&old.organization_id, ProcessorOnly);
    if let Some(new) = old.end(because, now) {
        let change = Change::new(&permit, &origin, RequestEnded::of(old, &new, because));
        return Some((new, change));
    }
    let new = old.expire(now).filter(|expired| expired.decision.is_some())?;
    let change = Change::new(&permit, &origin, RequestExpired::before_it_ended(&new, because));
    Some((new, change))
}
