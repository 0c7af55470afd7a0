//! A walk over all organizations. It has processed and planned what waits there; it calls no provider.

use countersign_http::functions::{CallError, Planned, ToPlan, ToProcess, plan, process};
use countersign_http::{Problem, Services};
use countersign_journal::{Processed, Walked, Walks};
use countersign_kv::log;
use countersign_kv::under_way::at_most;
use countersign_model::{List, OrganizationId, Permit, ProcessorOnly, lists};
use countersign_store::{StoreError, keys};
use futures::FutureExt;
use futures::future::try_join;
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
    /// What earlier walks noted.
    walks: Walks,
    /// What this one found, with the earlier calls whose walk it continues.
    found: Walked,
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
    /// Deliveries that are not sent yet.
    waiting: u64,
    /// Since when an event waits to be processed.
    behind_since: Option<Timestamp>,
    /// It could not be processed.
    failing: bool,
}

impl<'a> Walk<'a> {
    pub async fn from_mark(services: &'a Services, root: OrganizationId) -> Result<Self, Problem> {
        let journal = &services.journal;
        let key = keys::walk();
        let mark = async { Ok::<_, StoreError>(journal.kv().get(&key).await?) };
        let (mark, walks) = try_join(mark, journal.walks()).await?;
        let mark = mark.and_then(|mark| String::from_utf8(mark).ok()).filter(|mark| !mark.is_empty());
        let until = later(journal.clock().now(), TAKES);
        let found = mark.as_ref().and(walks.under_way).unwrap_or_default();
        let (done, outstanding) = (Delivered::default(), Vec::new());
        Ok(Self { services, root, mark, until, walks, found, done, outstanding })
    }

    /// The whole list, or as much as time allows; at least one portion, so that every call makes progress.
    pub async fn through(&mut self) -> Result<(), StoreError> {
        let journal = &self.services.journal;
        journal.make_unsent(&self.root).await?;
        let permit = Permit::processor(&self.root, ProcessorOnly);
        let mut cursor = self.mark.clone();
        let mut first = vec![self.root.clone()];
        loop {
            let page = journal.list(&permit, lists::ORGANIZATIONS, cursor.as_deref(), PAGE).await?;
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
                    let walks = Walks { under_way: Some(self.found), ..self.walks };
                    return journal.note_walk(Some(last.as_str()), Some(walks)).await;
                }
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let walks = self.walks.ended(journal.clock().now(), self.found);
        journal.note_walk(self.mark.as_ref().map(|_| ""), walks).await
    }

    /// A failure in one organization does not affect the others.
    pub async fn look_at(&mut self, organizations: &[OrganizationId]) {
        let services = self.services;
        let look = |organization: OrganizationId| {
            let looking = async move {
                let found = look(services, &organization).await;
                // Why it could not be processed is logged below; that this cannot be read either has the same cause.
                let behind_since = match &found {
                    Ok(_) => None,
                    Err(_) => services.journal.behind_since(&organization).await.unwrap_or_default(),
                };
                (organization, found, behind_since)
            };
            looking.boxed()
        };
        let looks = organizations.iter().cloned().map(look).collect();
        for (organization, found, behind_since) in at_most(TOGETHER, looks).await {
            self.done.organizations += 1;
            let found = found.unwrap_or_else(|error| {
                log::line(
                    "an organization could not be processed",
                    &[("organization", &organization), ("error", &error)],
                );
                WalkedOrganization { failing: true, behind_since, ..WalkedOrganization::default() }
            });
            let is_again = self.mark.is_some() && organization == self.root;
            self.found.add(found.noted(services.journal.clock().now(), is_again));
            self.done.events += found.events;
            self.done.set_aside += found.set_aside;
            self.done.more |= found.more;
            if found.next_at.is_some() {
                self.outstanding.push(organization);
            }
        }
    }
}

impl WalkedOrganization {
    /// What of it is noted. The root is examined by every call, but counted by the first one of a walk.
    fn noted(&self, now: Timestamp, is_again: bool) -> Walked {
        let lag = self.behind_since.map_or(0, |since| now.duration_since(since).as_secs());
        let lag = u64::try_from(lag).unwrap_or_default();
        let (failing, waiting) = (u64::from(self.failing), self.waiting);
        match is_again {
            true => Walked { lag, ..Walked::default() },
            false => Walked { organizations: 1, failing, waiting, lag },
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
    let processed = process_if_waiting(services, organization).await?;
    let mut had_work = processed.is_some();
    let mut done = processed.unwrap_or_default();
    // Expiry events are processed right below, so no wake is needed.
    let projection = journal.projection(organization).await?;
    let has_pending = projection.value.count(List::PendingRequests) > 0;
    if has_pending && expire_requests(&journal.without_waking(), organization).await? > 0 {
        let expired = process_if_waiting(services, organization).await?.unwrap_or_default();
        had_work = true;
        done.events += expired.events;
        done.elsewhere |= expired.elsewhere;
        done.more |= expired.more;
        done.set_aside += expired.set_aside;
    }
    // What was just processed is asked for what is left; otherwise the projection knows it.
    let behind_since = match had_work {
        true => journal.behind_since(organization).await?,
        false => projection.value.waits_since(),
    };
    if let Err(error) = journal.tidy(organization).await {
        log::line("a journal could not be tidied yet", &[("organization", organization), ("error", &error)]);
    }
    if let Err(error) = journal.catch_up_counts(&projection).await {
        log::line("requests are counted later", &[("organization", organization), ("error", &error)]);
    }
    let planned = plan_if_waiting(services, organization).await?;
    let (next_at, waiting) = journal.outbox(organization).outlook().await?;
    let Processed { events, elsewhere, set_aside, more } = done;
    let more = more || elsewhere || planned.more;
    Ok(WalkedOrganization { events, set_aside, more, next_at, waiting, behind_since, failing: false })
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

/// Most organizations have nothing to process, so it is looked at before another function is called. `None` if there is nothing.
async fn process_if_waiting(
    services: &Services,
    organization: &OrganizationId,
) -> Result<Option<Processed>, LookError> {
    if !services.journal.has_work(organization).await? {
        return Ok(None);
    }
    let what = ToProcess { organization_id: organization.clone(), plans_itself: true };
    Ok(Some(process(services.outbound.as_ref(), &what).await?))
}

/// The time after another, or that one itself at the end of time.
pub fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(now)
}
