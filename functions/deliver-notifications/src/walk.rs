//! A walk over all organizations. It has processed and planned what waits there; it calls no provider.

use countersign_http::functions::{CallError, Planned, ToPlan, ToProcess, plan, process};
use countersign_http::{Problem, Services};
use countersign_journal::Processed;
use countersign_kv::log;
use countersign_kv::under_way::at_most;
use countersign_model::{List, OrganizationId, Permit, ProcessorOnly};
use countersign_store::{StoreError, keys};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};

use crate::expiry::expire_requests;
use crate::wire::Delivered;

/// Organizations that are examined concurrently.
pub const TOGETHER: usize = 8;
/// Organizations that are listed at once.
const PAGE: usize = 200;
/// How long one call walks.
const TAKES: SignedDuration = SignedDuration::from_secs(10);

/// A walk over all organizations.
pub struct Walk<'a> {
    services: &'a Services,
    root: OrganizationId,
    /// Where the previous call had to stop; the list continues below it.
    mark: Option<String>,
    until: Timestamp,
    pub done: Delivered,
    /// Organizations with outstanding deliveries.
    pub outstanding: Vec<OrganizationId>,
}

/// What was found in one organization.
#[derive(Default)]
struct WalkedOrganization {
    events: usize,
    /// Numbers that were set aside.
    set_aside: usize,
    /// There is more to process, or another processor was at work.
    more: bool,
    next_at: Option<Timestamp>,
}

impl<'a> Walk<'a> {
    pub async fn from_mark(services: &'a Services, root: OrganizationId) -> Result<Self, Problem> {
        let mark = services.journal.kv().get(&keys::walk()).await?;
        let mark = mark.and_then(|mark| String::from_utf8(mark).ok()).filter(|mark| !mark.is_empty());
        let until = later(services.journal.clock().now(), TAKES);
        Ok(Self { services, root, mark, until, done: Delivered::default(), outstanding: Vec::new() })
    }

    /// The whole list, or as much as time allows; at least one portion, so that every call makes progress.
    pub async fn through(&mut self) -> Result<(), StoreError> {
        let journal = &self.services.journal;
        let permit = Permit::processor(&self.root, ProcessorOnly);
        let mut cursor = self.mark.clone();
        let mut first = vec![self.root.clone()];
        loop {
            let page = journal.list(&permit, List::Organizations, cursor.as_deref(), PAGE).await?;
            let below = page.items.iter().filter_map(|row| row.id.parse().ok());
            let ids: Vec<OrganizationId> = first.drain(..).chain(below).collect();
            for portion in ids.chunks(TOGETHER) {
                self.look_at(portion).await;
                let last = portion.last().filter(|last| **last != self.root);
                if journal.clock().now() >= self.until
                    && let Some(last) = last
                    && (page.next.is_some() || ids.last() != Some(last))
                {
                    self.done.more = true;
                    return self.set_mark(last.as_str()).await;
                }
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None if self.mark.is_some() => return self.set_mark("").await,
                None => return Ok(()),
            }
        }
    }

    async fn set_mark(&self, mark: &str) -> Result<(), StoreError> {
        let entry = (keys::walk(), mark.as_bytes().to_vec());
        Ok(self.services.journal.kv().set_many(vec![entry]).await?)
    }

    /// A failure in one organization does not affect the others.
    async fn look_at(&mut self, organizations: &[OrganizationId]) {
        let services = self.services;
        let look = |organization: OrganizationId| {
            let looking = async move {
                let found = look(services, &organization).await;
                (organization, found)
            };
            looking.boxed()
        };
        let looks = organizations.iter().cloned().map(look).collect();
        for (organization, found) in at_most(TOGETHER, looks).await {
            self.done.organizations += 1;
            let found = found.unwrap_or_else(|error| {
                log::line(
                    "an organization could not be processed",
                    &[("organization", &organization), ("error", &error)],
                );
                WalkedOrganization::default()
            });
            self.done.events += found.events;
            self.done.set_aside += found.set_aside;
            self.done.more |= found.more;
            if found.next_at.is_some() {
                self.outstanding.push(organization);
            }
        }
    }
}

/// Why an organization could not be examined.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("what waits there could not be done: {0}")]
    Call(#[from] CallError),
}

async fn look(services: &Services, organization: &OrganizationId) -> Result<WalkedOrganization, LookError> {
    let journal = &services.journal;
    let mut done = process_if_waiting(services, organization).await?;
    // Expiry events are processed right below, so no wake is needed.
    let projection = journal.projection(organization).await?;
    let has_pending = projection.value.count(List::PendingRequests) > 0;
    if has_pending && expire_requests(&journal.without_waking(), organization).await? > 0 {
        let expired = process_if_waiting(services, organization).await?;
        done.events += expired.events;
        done.elsewhere |= expired.elsewhere;
        done.more |= expired.more;
        done.set_aside += expired.set_aside;
    }
    if let Err(error) = journal.tidy(organization).await {
        log::line("a journal could not be tidied yet", &[("organization", organization), ("error", &error)]);
    }
    if let Err(error) = journal.catch_up_counts(&projection).await {
        log::line("requests are counted later", &[("organization", organization), ("error", &error)]);
    }
    let planned = plan_if_waiting(services, organization).await?;
    let next_at = journal.outbox(organization).next_at().await?;
    let Processed { events, elsewhere, set_aside, more } = done;
    Ok(WalkedOrganization { events, set_aside, more: more || elsewhere || planned.more, next_at })
}

async fn plan_if_waiting(services: &Services, organization: &OrganizationId) -> Result<Planned, LookError> {
    let journal = &services.journal;
    let next_at = journal.notices(organization).next_at().await?;
    if next_at.is_none_or(|at| at > journal.clock().now()) {
        return Ok(Planned::default());
    }
    let what = ToPlan { organization_id: organization.clone(), sends_itself: true };
    Ok(plan(services.outbound.as_ref(), &what).await?)
}

/// Most organizations have nothing to process, so it is looked at before another function is called.
async fn process_if_waiting(
    services: &Services,
    organization: &OrganizationId,
) -> Result<Processed, LookError> {
    if !services.journal.has_work(organization).await? {
        return Ok(Processed::default());
    }
    let what = ToProcess { organization_id: organization.clone(), plans_itself: true };
    Ok(process(services.outbound.as_ref(), &what).await?)
}

/// The time after another, or that one itself at the end of time.
pub fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(now)
}
