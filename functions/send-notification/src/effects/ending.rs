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
    reached: Mutex<BTreeMap<(OrganizationId, Gone), Arc<AsyncMutex<Option<RequestId>>>>>,
}

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
        match act {
            Act::ComputerDeleted(deleted) => Some(Self::computer(deleted.computer_id.as_str())),
            Act::GroupDeleted(deleted) => {
                Some(Self::shared(deleted.group_id.as_str(), EndReason::GroupDeleted))
            }
            Act::OrganizationDeleted(_) => {
                Some(Self::shared(WHOLE_ORGANIZATION, EndReason::OrganizationDeleted))
            }
            Act::RequestEnded(ended) => match (&ended.approval, ended.because) {
                (_, EndReason::ComputerRemoved) => Some(Self::computer(ended.computer_id.as_str())),
                (Some(approval), _) => Self::of_approval(approval, &ended.computer_id),
                (None, _) => None,
            },
            Act::RequestExpired(expired) => {
                Self::of_approval(expired.approval.as_ref()?, &expired.computer_id)
            }
            _ => None,
        }
    }

    fn of_approval(approval: &ApprovalDetail, computer: &ComputerId) -> Option<Self> {
        match approval.scope {
            DecisionScope::Computer => Some(Self::computer(computer.as_str())),
            DecisionScope::Group => {
                Some(Self::shared(approval.group_id.as_ref()?.as_str(), EndReason::GroupDeleted))
            }
            DecisionScope::Organization => {
                Some(Self::shared(WHOLE_ORGANIZATION, EndReason::OrganizationDeleted))
            }
        }
    }
}

/// The request whose end an event is; `None` for the event by which something is gone.
fn request_of(act: &Act) -> Option<&RequestId> {
    match act {
        Act::RequestEnded(ended) => Some(&ended.request_id),
        Act::RequestExpired(expired) => Some(&expired.request_id),
        _ => None,
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
        let after = request_of(&event.act);
        let reached = self.reached_with(organization, &gone);
        let mut reached = reached.lock().await;
        if after.is_some_and(|after| reached.as_ref().is_some_and(|reached| after < reached)) {
            return Ok(());
        }
        // An approval can also have expired without anything being gone.
        if matches!(event.act, Act::RequestExpired(_)) && !self.is_gone(organization, &gone).await? {
            return Ok(());
        }
        let last = self.end_behind(organization, &gone, after.cloned()).await?;
        *reached = last.or_else(|| after.cloned());
        Ok(())
    }

    fn reached_with(&self, organization: &OrganizationId, gone: &Gone) -> Arc<AsyncMutex<Option<RequestId>>> {
        let mut all = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry((organization.clone(), gone.clone())).or_default())
    }

    /// Whether what is named is gone.
    async fn is_gone(&self, organization: &OrganizationId, gone: &Gone) -> Result<bool, StoreError> {
        let journal = &self.journal;
        let is_there = match gone.because {
            EndReason::ComputerRemoved => match gone.partition.parse() {
                Ok(id) => journal.load::<Computer>(&id).await?.is_some_and(|found| !found.value.deleted),
                Err(_) => true,
            },
            EndReason::GroupDeleted => match gone.partition.parse() {
                Ok(id) => journal.load::<Group>(&id).await?.is_some_and(|found| !found.value.deleted),
                Err(_) => true,
            },
            EndReason::OrganizationDeleted => {
                journal.load::<Organization>(organization).await?.is_some_and(|found| !found.value.deleted)
            }
        };
        Ok(!is_there)
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

    /// Ends a request if its computer has been removed. Whether it was ended.
    pub(super) async fn end_if_removed(&self, request: &Request) -> Result<bool, StoreError> {
        let computer = self.journal.load::<Computer>(&request.computer_id).await?;
        if computer.is_some_and(|computer| !computer.value.deleted) {
            return Ok(false);
        }
        Ok(self.end_for(EndReason::ComputerRemoved, request.id.clone()).await?.is_some())
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
    let change = Change::new(&permit, &origin, RequestExpired::of(&new));
    Some((new, change))
}
