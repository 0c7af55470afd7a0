//! `deliver`: called by a scheduler, it does the work that a crash or a missed wake left undone.

use axum::Json;
use axum::extract::State;
use countersign_authority::{AuditSeals, root};
use countersign_http::{AsScheduler, Problem, Services};
use countersign_journal::{Journal, Processed};
use countersign_kv::log;
use countersign_model::{List, OrganizationId, Permit, ProcessorOnly};
use countersign_store::{StoreError, keys};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};

use crate::expiry::expire_requests;
use crate::process::process_all;
use crate::send::send;
use crate::store_check;
use crate::wire::Delivered;

/// Organizations that are examined concurrently.
const TOGETHER: usize = 8;
/// Organizations that are listed at once.
const PAGE: usize = 200;
/// The most keys that one call removes.
const SWEPT: u64 = 200;
/// How long one call walks, and then how long it begins new attempts.
const WALK_TAKES: SignedDuration = SignedDuration::from_secs(10);
const SENDING_TAKES: SignedDuration = SignedDuration::from_secs(10);

/// Processes events and sends messages in all organizations.
///
/// Call it every few seconds.
#[utoipa::path(post, path = "/v1/notifications/deliver", tag = "notifications", security(("scheduler" = [])),
    responses((status = 200, body = Delivered)))]
pub async fn deliver_notifications(
    State(services): State<Services>,
    AsScheduler { .. }: AsScheduler,
) -> Result<Json<Delivered>, Problem> {
    let warnings = store_check::warnings(&services).await?;
    let Some(root) = root(&services.journal).await? else {
        return Ok(Json(Delivered { warnings, ..Delivered::default() }));
    };
    let mut walk = Walk::from_mark(&services, root).await?;
    walk.through().await?;
    let mut done = Delivered { warnings, ..walk.done };
    clean_up(&services.journal).await;
    send_everywhere(&services, walk.outstanding, &mut done).await;
    Ok(Json(done))
}

/// Removes what nothing refers to any more. If it fails, the next call continues.
async fn clean_up(journal: &Journal) {
    if let Err(error) = journal.sweep(SWEPT).await {
        log::line("what has expired is not removed yet", &[("error", &error)]);
    }
}

/// A walk over all organizations that processes their events. It calls no provider.
struct Walk<'a> {
    services: &'a Services,
    seals: Option<AuditSeals>,
    root: OrganizationId,
    /// Where the previous call had to stop; the list continues below it.
    mark: Option<String>,
    until: Timestamp,
    done: Delivered,
    /// Organizations with outstanding deliveries.
    outstanding: Vec<OrganizationId>,
}

/// What was found in one organization.
#[derive(Default)]
struct WalkedOrganization {
    events: usize,
    /// Numbers that were set aside.
    set_aside: usize,
    /// Another processor was at work.
    elsewhere: bool,
    next_at: Option<Timestamp>,
}

impl<'a> Walk<'a> {
    async fn from_mark(services: &'a Services, root: OrganizationId) -> Result<Self, Problem> {
        let seals = AuditSeals::new(&services.secret_keys().await?);
        let mark = services.journal.kv().get(&keys::walk()).await?;
        let mark = mark.and_then(|mark| String::from_utf8(mark).ok()).filter(|mark| !mark.is_empty());
        let until = later(services.journal.clock().now(), WALK_TAKES);
        Ok(Self { services, seals, root, mark, until, done: Delivered::default(), outstanding: Vec::new() })
    }

    /// The whole list, or as much as time allows; at least one portion, so that every call makes progress.
    async fn through(&mut self) -> Result<(), StoreError> {
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
        let (journal, seals) = (&self.services.journal, self.seals.as_ref());
        let look = |organization: OrganizationId| {
            let looking = async move {
                let found = look(journal, seals, &organization).await;
                (organization, found)
            };
            looking.boxed()
        };
        let looks = organizations.iter().cloned().map(look).collect();
        for (organization, found) in crate::at_once(TOGETHER, looks).await {
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
            self.done.more |= found.elsewhere;
            if found.next_at.is_some() {
                self.outstanding.push(organization);
            }
        }
    }
}

async fn look(
    journal: &Journal,
    seals: Option<&AuditSeals>,
    organization: &OrganizationId,
) -> Result<WalkedOrganization, StoreError> {
    let mut done = process_all(journal, seals, organization).await?;
    // Expiry events are processed right below, so no wake is needed.
    let projection = journal.projection(organization).await?;
    let has_pending = projection.value.count(List::PendingRequests) > 0;
    if has_pending && expire_requests(&journal.without_waking(), organization).await? > 0 {
        let expired = process_all(journal, seals, organization).await?;
        done.events += expired.events;
        done.elsewhere |= expired.elsewhere;
        done.set_aside += expired.set_aside;
    }
    if let Err(error) = journal.tidy(organization).await {
        log::line("a journal could not be tidied yet", &[("organization", organization), ("error", &error)]);
    }
    if let Err(error) = journal.catch_up_counts(&projection).await {
        log::line("requests are counted later", &[("organization", organization), ("error", &error)]);
    }
    let next_at = journal.outbox(organization).next_at().await?;
    let Processed { events, elsewhere, set_aside, .. } = done;
    Ok(WalkedOrganization { events, elsewhere, set_aside, next_at })
}

/// Sends what is due, some organizations at a time and in another order each time, so that a slow provider does not
/// delay the same organizations again and again.
async fn send_everywhere(services: &Services, mut organizations: Vec<OrganizationId>, done: &mut Delivered) {
    let journal = &services.journal;
    let until = later(journal.clock().now(), SENDING_TAKES);
    if !organizations.is_empty() {
        let turn = journal.random().u64() % organizations.len() as u64;
        organizations.rotate_left(usize::try_from(turn).unwrap_or_default());
    }
    let send = |organization: OrganizationId| {
        let sending = async move {
            let sent = send(services, &organization, Some(until)).await;
            let next_at = journal.outbox(&organization).next_at().await.unwrap_or_default();
            (sent, next_at)
        };
        sending.boxed()
    };
    let each = organizations.into_iter().map(send).collect();
    for (sent, next_at) in crate::at_once(TOGETHER, each).await {
        done.deliveries_sent += sent.sent;
        done.deliveries_failed += sent.failed;
        done.more |= sent.more;
        // What is due at once is due now, not in 1970.
        let next_at = next_at.map(|at| at.max(journal.clock().now()));
        done.next_due_at = [done.next_due_at, next_at].into_iter().flatten().min();
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(now)
}
